-- What an open dispute has taken: its hold holds only while the balance would not be below zero without what all of them took. None: an
-- operator's hold, which holds whatever the balance.
ALTER TABLE balance_hold ADD COLUMN disputed_micros INTEGER CHECK (disputed_micros >= 0);
