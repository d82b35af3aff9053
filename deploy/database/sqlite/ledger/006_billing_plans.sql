-- Billing plans, a row for each of their periods. The credit of a period is a lot named plan/ID/PERIOD. Nothing of a row changes but whether it renews, whether it is cancelled, and what was
-- done with it.

CREATE TABLE IF NOT EXISTS billing_plan (
    balance       TEXT    NOT NULL REFERENCES balance (balance),
    ordinal       INTEGER NOT NULL CHECK (ordinal >= 0), -- the order in which periods were made
    id            TEXT    NOT NULL,
    period        INTEGER NOT NULL CHECK (period > 0),
    name          TEXT    NOT NULL,
    scope         TEXT    NOT NULL, -- product codes with commas; empty: all
    from_ms       INTEGER NOT NULL,
    to_ms         INTEGER NOT NULL CHECK (to_ms > from_ms),
    credit_micros INTEGER NOT NULL CHECK (credit_micros > 0),
    due_micros    INTEGER NOT NULL CHECK (due_micros >= 0),
    payment       TEXT    NOT NULL CHECK (payment IN ('Upfront', 'Partial', 'Afterwards')),
    prices        TEXT    NOT NULL, -- JSON: [{package, microsPerHour}, …], the tenant's own, in the list currency
    first_price   INTEGER NOT NULL CHECK (first_price < 0), -- the price version of the first of these; each further one has the next lower
    renews        INTEGER NOT NULL CHECK (renews IN (0, 1)),
    cancelled     INTEGER NOT NULL CHECK (cancelled IN (0, 1)),
    changes       TEXT    NOT NULL, -- JSON: [{operation, atMs, by, paidMicros, note}, …]: payments, renewal, cancellation
    made_by       TEXT    NOT NULL,
    made_at_ms    INTEGER NOT NULL,
    version       INTEGER NOT NULL,
    PRIMARY KEY (balance, ordinal),
    UNIQUE (balance, id, period)
) STRICT, WITHOUT ROWID;
