-- The ledger: one row a balance, and what belongs to it. Money is micro-units (0.000001 of the currency unit), instants are
-- milliseconds since 1970 (UTC), durations are milliseconds. Every row names the version of the balance that wrote it last: the
-- change number from which a stream of changes resumes.

CREATE TABLE IF NOT EXISTS balance (
    balance                 TEXT    NOT NULL PRIMARY KEY, -- region/tenant
    region                  TEXT    NOT NULL,
    version                 INTEGER NOT NULL CHECK (version > 0), -- the fence: each commit names the one it read
    email                   TEXT    NOT NULL,
    currency                TEXT,
    top_up_micros           INTEGER NOT NULL, -- may be below zero: debt
    total_micros            INTEGER NOT NULL, -- derived; for operators
    counting_vms            INTEGER NOT NULL CHECK (counting_vms >= 0), -- derived; for operators
    standing                TEXT    NOT NULL, -- derived; for operators
    entry_count             INTEGER NOT NULL CHECK (entry_count >= 0),
    entry_hash              BLOB    NOT NULL, -- of the last entry: the head of the chain
    notice_count            INTEGER NOT NULL CHECK (notice_count >= 0),
    order_count             INTEGER NOT NULL CHECK (order_count >= 0),
    armed                   INTEGER NOT NULL CHECK (armed IN (0, 1)),
    low                     INTEGER NOT NULL CHECK (low IN (0, 1)),
    exhaustion              INTEGER NOT NULL CHECK (exhaustion >= 0),
    stretch                 INTEGER NOT NULL CHECK (stretch >= 0),
    negative_since_ms       INTEGER,
    deletion_due_ms         INTEGER,
    deletion_warnings_given INTEGER NOT NULL,
    runway_level            INTEGER NOT NULL,
    below_own_threshold     INTEGER NOT NULL CHECK (below_own_threshold IN (0, 1)),
    own_threshold_micros    INTEGER,
    recipients              TEXT    NOT NULL, -- JSON list of texts
    watch_operations        TEXT    NOT NULL, -- the same: the latest settings of these two
    advanced_to_ms          INTEGER NOT NULL,
    due_at_ms               INTEGER, -- when the balance must be looked at next…
    rules_revision          INTEGER NOT NULL -- …by these rules of its region
) STRICT;

CREATE INDEX IF NOT EXISTS balance_due ON balance (due_at_ms) WHERE due_at_ms IS NOT NULL;
CREATE INDEX IF NOT EXISTS balance_region ON balance (region, balance);
CREATE INDEX IF NOT EXISTS balance_rules ON balance (region, rules_revision) WHERE counting_vms > 0;
CREATE INDEX IF NOT EXISTS balance_deletion ON balance (region, deletion_due_ms) WHERE deletion_due_ms IS NOT NULL;

CREATE TABLE IF NOT EXISTS credit_lot (
    balance          TEXT    NOT NULL REFERENCES balance (balance),
    id               TEXT    NOT NULL,
    ordinal          INTEGER NOT NULL,
    kind             TEXT    NOT NULL CHECK (kind IN ('BillingPlan', 'Voucher')),
    scope            TEXT    NOT NULL, -- product codes with commas; empty: all
    granted_micros   INTEGER NOT NULL CHECK (granted_micros > 0),
    remaining_micros INTEGER NOT NULL CHECK (remaining_micros BETWEEN 0 AND granted_micros), -- M3
    effective_ms     INTEGER NOT NULL,
    expires_ms       INTEGER,
    state            TEXT    NOT NULL CHECK (state IN ('Pending', 'Active', 'Ended', 'Spent', 'Revoked')),
    operation        TEXT    NOT NULL,
    fingerprint      TEXT    NOT NULL,
    version          INTEGER NOT NULL,
    PRIMARY KEY (balance, id),
    UNIQUE (balance, operation)
) STRICT, WITHOUT ROWID;

-- A row for each VM, because a list of watermarks inside the balance would make one charge cost as much as the balance has VMs.
CREATE TABLE IF NOT EXISTS metered_vm (
    balance               TEXT    NOT NULL REFERENCES balance (balance),
    id                    TEXT    NOT NULL,
    ordinal               INTEGER NOT NULL,
    package               TEXT    NOT NULL,
    operation             TEXT    NOT NULL,
    name                  TEXT    NOT NULL,
    locked                INTEGER NOT NULL CHECK (locked IN (0, 1)),
    auto_resume           INTEGER NOT NULL CHECK (auto_resume IN (0, 1)),
    admitted_at_ms        INTEGER NOT NULL,
    status                TEXT    NOT NULL,
    revision              INTEGER NOT NULL,
    through_ms            INTEGER NOT NULL,
    time_ms               INTEGER NOT NULL CHECK (time_ms >= 0),
    priced                TEXT    NOT NULL, -- JSON: [[price version, micros an hour, seconds], …]; converted: […, exchange rate, its picos]
    first_running_ms      INTEGER,
    posted_sequence       INTEGER NOT NULL CHECK (posted_sequence >= 0),
    posted_through_ms     INTEGER NOT NULL,
    posted_time_ms        INTEGER NOT NULL CHECK (posted_time_ms >= 0),
    posted_priced         TEXT    NOT NULL,
    paid_by               TEXT    NOT NULL, -- JSON: [{lot, micros}, …], the last payment last
    next_charge_ms        INTEGER,
    stopped_automatically INTEGER NOT NULL CHECK (stopped_automatically IN (0, 1)),
    version               INTEGER NOT NULL,
    PRIMARY KEY (balance, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS metered_vm_next_charge ON metered_vm (next_charge_ms) WHERE next_charge_ms IS NOT NULL;
CREATE INDEX IF NOT EXISTS metered_vm_between ON metered_vm (through_ms)
    WHERE status IN ('Creating', 'Starting', 'Stopping', 'Rebooting', 'Deleting');

CREATE TABLE IF NOT EXISTS vm_order (
    balance      TEXT    NOT NULL REFERENCES balance (balance),
    number       INTEGER NOT NULL,
    kind         TEXT    NOT NULL CHECK (kind IN ('Create', 'Stop', 'Delete', 'Resume')),
    vm           TEXT    NOT NULL,
    exhaustion   INTEGER NOT NULL,
    stretch      INTEGER NOT NULL,
    at_ms        INTEGER NOT NULL,
    entry_number INTEGER NOT NULL, -- the last entry that justified it (E3)
    live_micros  INTEGER NOT NULL,
    state        TEXT    NOT NULL CHECK (state IN ('Open', 'Begun', 'Confirmed', 'Void')),
    version      INTEGER NOT NULL,
    PRIMARY KEY (balance, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS vm_order_underway ON vm_order (at_ms) WHERE state IN ('Open', 'Begun');

CREATE TABLE IF NOT EXISTS balance_hold (
    balance  TEXT    NOT NULL REFERENCES balance (balance),
    id       TEXT    NOT NULL,
    actions  INTEGER NOT NULL CHECK (actions BETWEEN 1 AND 3), -- 1 stopping, 2 deletion
    reason   TEXT    NOT NULL CHECK (reason <> ''),
    by_whom  TEXT    NOT NULL,
    from_ms  INTEGER NOT NULL,
    until_ms INTEGER NOT NULL,
    PRIMARY KEY (balance, id)
) STRICT, WITHOUT ROWID;

-- Append-only. The number is without gaps within the balance, the operation is the promise of "once" (M5), and the hash covers the
-- entry and the hash before it (M10).
CREATE TABLE IF NOT EXISTS ledger_entry (
    balance              TEXT    NOT NULL REFERENCES balance (balance),
    number               INTEGER NOT NULL CHECK (number > 0),
    operation            TEXT    NOT NULL,
    fingerprint          TEXT    NOT NULL,
    kind                 TEXT    NOT NULL CHECK (kind IN ('Credit', 'Charge', 'Correction', 'Expiry', 'Refund', 'Revocation', 'Adjustment')),
    at_ms                INTEGER NOT NULL,
    recorded_at_ms       INTEGER NOT NULL,
    product              TEXT,
    vm                   TEXT,
    vm_sequence          INTEGER,
    from_ms              INTEGER,
    through_ms           INTEGER,
    seconds              INTEGER,
    priced               TEXT,
    change_micros        INTEGER NOT NULL,
    lines                TEXT    NOT NULL, -- JSON: [{lot, kind, micros}, …]; they sum to the change (M2)
    balance_after_micros INTEGER NOT NULL,
    description          TEXT    NOT NULL,
    hash                 BLOB    NOT NULL,
    version              INTEGER NOT NULL,
    PRIMARY KEY (balance, number),
    UNIQUE (balance, operation),
    CHECK (CASE kind WHEN 'Credit' THEN change_micros > 0 WHEN 'Charge' THEN change_micros <= 0 WHEN 'Correction' THEN change_micros > 0 WHEN 'Adjustment' THEN change_micros <> 0 ELSE change_micros < 0 END),
    CHECK ((vm IS NULL) = (vm_sequence IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS ledger_entry_vm ON ledger_entry (balance, vm, number) WHERE vm IS NOT NULL;
CREATE INDEX IF NOT EXISTS ledger_entry_version ON ledger_entry (balance, version);

CREATE TRIGGER IF NOT EXISTS ledger_entry_is_never_updated BEFORE UPDATE ON ledger_entry
BEGIN SELECT RAISE(ABORT, 'ledger entries are never updated (M10)'); END;

CREATE TRIGGER IF NOT EXISTS ledger_entry_is_never_deleted BEFORE DELETE ON ledger_entry
BEGIN SELECT RAISE(ABORT, 'ledger entries are never deleted (M10)'); END;

CREATE TABLE IF NOT EXISTS notice (
    balance        TEXT    NOT NULL REFERENCES balance (balance),
    number         INTEGER NOT NULL CHECK (number > 0),
    id             TEXT    NOT NULL, -- kind, episode and level: told once (E11)
    kind           TEXT    NOT NULL,
    at_ms          INTEGER NOT NULL,
    amount_micros  INTEGER NOT NULL,
    need_micros    INTEGER,
    time_left_ms   INTEGER,
    deletion_at_ms INTEGER,
    vms            TEXT    NOT NULL,
    about          TEXT    NOT NULL,
    version        INTEGER NOT NULL,
    PRIMARY KEY (balance, number),
    UNIQUE (balance, id)
) STRICT, WITHOUT ROWID;

-- How a tenant is told besides in the portal; without a row as the region's settings say.
CREATE TABLE IF NOT EXISTS notice_settings (
    balance   TEXT NOT NULL PRIMARY KEY,
    language  TEXT, -- null: the region's
    webhook   TEXT, -- an address; null: none
    secrets   TEXT NOT NULL, -- JSON: [{value, until}, …], the newest first
    operation TEXT -- the command that made the newest
) STRICT, WITHOUT ROWID;

-- The outbox. A notice's deliveries are written in its own transaction: once a notice, channel and recipient (E11).
CREATE TABLE IF NOT EXISTS notice_delivery (
    id         TEXT    NOT NULL PRIMARY KEY, -- made of the four; what receivers know it by
    balance    TEXT    NOT NULL,
    notice     TEXT    NOT NULL, -- the id of the notice
    channel    TEXT    NOT NULL CHECK (channel IN ('Email', 'Webhook')),
    recipient  TEXT    NOT NULL, -- an address; of a webhook: empty, wherever it is now
    written_ms INTEGER NOT NULL,
    attempts   INTEGER NOT NULL CHECK (attempts >= 0), -- counted before each is made
    due_ms     INTEGER, -- the next one; null: none any more
    state      TEXT    NOT NULL CHECK (state IN ('Waiting', 'Delivered', 'Failed')),
    answers    TEXT    NOT NULL, -- JSON: [{at, answer}, …], the latest last
    UNIQUE (balance, notice, channel, recipient)
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS notice_delivery_due ON notice_delivery (channel, due_ms) WHERE due_ms IS NOT NULL;
CREATE INDEX IF NOT EXISTS notice_delivery_written ON notice_delivery (balance, written_ms);

-- What every balance of a region is decided by. A commit names the revision that it was decided by and is refused when that is not
-- the present one, so a price, a rate or a hold counts everywhere from the moment at which it is durable.
CREATE TABLE IF NOT EXISTS region_rules (
    region   TEXT    NOT NULL PRIMARY KEY,
    revision INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS price_version (
    region          TEXT    NOT NULL,
    id              INTEGER NOT NULL CHECK (id > 0),
    package         TEXT    NOT NULL,
    micros_per_hour INTEGER NOT NULL CHECK (micros_per_hour >= 0),
    from_ms         INTEGER NOT NULL,
    operation       TEXT    NOT NULL,
    PRIMARY KEY (region, id),
    UNIQUE (region, package, from_ms),
    UNIQUE (region, operation)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER IF NOT EXISTS price_version_is_never_updated BEFORE UPDATE ON price_version
BEGIN SELECT RAISE(ABORT, 'the past of a price list never changes'); END;

CREATE TRIGGER IF NOT EXISTS price_version_is_never_deleted BEFORE DELETE ON price_version
BEGIN SELECT RAISE(ABORT, 'the past of a price list never changes'); END;

-- What one unit of the list currency is worth in another, from an instant on until the next one's.
CREATE TABLE IF NOT EXISTS exchange_rate (
    region    TEXT    NOT NULL,
    id        INTEGER NOT NULL CHECK (id > 0),
    currency  TEXT    NOT NULL,
    picos     INTEGER NOT NULL CHECK (picos > 0), -- 0.000000000001 units
    from_ms   INTEGER NOT NULL,
    operation TEXT    NOT NULL,
    PRIMARY KEY (region, id),
    UNIQUE (region, currency, from_ms),
    UNIQUE (region, operation)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER IF NOT EXISTS exchange_rate_is_never_updated BEFORE UPDATE ON exchange_rate
BEGIN SELECT RAISE(ABORT, 'the past of a price list never changes'); END;

CREATE TRIGGER IF NOT EXISTS exchange_rate_is_never_deleted BEFORE DELETE ON exchange_rate
BEGIN SELECT RAISE(ABORT, 'the past of a price list never changes'); END;

CREATE TABLE IF NOT EXISTS region_hold (
    region   TEXT    NOT NULL,
    id       TEXT    NOT NULL,
    actions  INTEGER NOT NULL CHECK (actions BETWEEN 1 AND 3),
    reason   TEXT    NOT NULL CHECK (reason <> ''),
    by_whom  TEXT    NOT NULL,
    from_ms  INTEGER NOT NULL,
    until_ms INTEGER NOT NULL,
    PRIMARY KEY (region, id)
) STRICT, WITHOUT ROWID;
