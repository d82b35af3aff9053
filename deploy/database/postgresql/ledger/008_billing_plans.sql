-- Billing plans, a row for each of their periods. The credit of a period is a lot named plan/ID/PERIOD. Nothing of a row changes but whether it renews, whether it is cancelled, and what was
-- done with it.

CREATE TABLE billing_plan (
    balance_number bigint  NOT NULL REFERENCES balance (number),
    ordinal        int     NOT NULL CHECK (ordinal >= 0), -- the order in which periods were made
    id             text    NOT NULL,
    period         int     NOT NULL CHECK (period > 0),
    name           text    NOT NULL,
    scope          text    NOT NULL, -- product codes with commas; empty: all
    from_ms        bigint  NOT NULL,
    to_ms          bigint  NOT NULL CHECK (to_ms > from_ms),
    credit_micros  bigint  NOT NULL CHECK (credit_micros > 0),
    due_micros     bigint  NOT NULL CHECK (due_micros >= 0),
    payment        text    NOT NULL CHECK (payment IN ('Upfront', 'Partial', 'Afterwards')),
    prices         text    NOT NULL, -- JSON: [{package, microsPerHour}, …], the tenant's own, in the list currency
    first_price    int     NOT NULL CHECK (first_price < 0), -- the price version of the first of these; each further one has the next lower
    renews         boolean NOT NULL,
    cancelled      boolean NOT NULL,
    changes        text    NOT NULL, -- JSON: [{operation, atMs, by, paidMicros, note}, …]: payments, renewal, cancellation
    made_by        text    NOT NULL,
    made_at_ms     bigint  NOT NULL,
    version        bigint  NOT NULL,
    PRIMARY KEY (balance_number, ordinal),
    UNIQUE (balance_number, id, period)
);

DO $$
BEGIN
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON billing_plan TO %I', current_setting('billing.application_role'));
END $$;
