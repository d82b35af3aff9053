-- The currency is that of credit that waits for its start, and of nothing else: when that is revoked there is none any more (policy 1.4).
ALTER TABLE balance ADD COLUMN currency_reserved INTEGER NOT NULL DEFAULT 0 CHECK (currency_reserved IN (0, 1));
