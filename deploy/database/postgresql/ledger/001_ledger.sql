-- The ledger: one row a balance, and what belongs to it. Money is micro-units (0.000001 of the currency unit), instants are
-- milliseconds since 1970 (UTC), durations are milliseconds. Every row names the version of the balance that wrote it last; of a VM, that
-- which wrote more than a charge.
--
-- A charge writes three rows: its entry, the watermark of its VM, and the balance. What it changes of the latter two lies side by side
-- and is in no index, so that PostgreSQL updates them in place and logs little more than the change.

CREATE TYPE entry_kind AS ENUM ('Credit', 'Charge', 'Correction', 'Expiry', 'Refund', 'Revocation', 'Adjustment');

CREATE TABLE balance (
    number                  bigint  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- What a charge changes: here…
    version                 bigint  NOT NULL CHECK (version > 0), -- the fence: each commit names the one it read
    top_up_micros           bigint  NOT NULL, -- may be below zero: debt
    total_micros            bigint  NOT NULL, -- derived; for operators
    entry_count             bigint  NOT NULL CHECK (entry_count >= 0),
    advanced_to_ms          bigint  NOT NULL,
    -- …to here.
    notice_count            bigint  NOT NULL CHECK (notice_count >= 0),
    negative_since_ms       bigint,
    deletion_due_ms         bigint,
    own_threshold_micros    bigint,
    due_at_ms               bigint, -- when the balance must be looked at next…
    rules_revision          bigint  NOT NULL, -- …by these rules of its region
    order_count             int     NOT NULL CHECK (order_count >= 0),
    counting_vms            int     NOT NULL CHECK (counting_vms >= 0), -- derived; for operators
    exhaustion              int     NOT NULL CHECK (exhaustion >= 0),
    stretch                 int     NOT NULL CHECK (stretch >= 0),
    deletion_warnings_given int     NOT NULL,
    runway_level            int     NOT NULL,
    armed                   boolean NOT NULL,
    low                     boolean NOT NULL,
    below_own_threshold     boolean NOT NULL,
    balance                 text    COLLATE "C" NOT NULL UNIQUE, -- region/tenant; compared byte by byte, as each charge does
    region                  text    COLLATE "C" NOT NULL,
    email                   text    NOT NULL,
    currency                text,
    standing                text    NOT NULL, -- derived; for operators
    recipients              text    NOT NULL, -- JSON list of texts
    watch_operations        text    NOT NULL -- the same: the latest settings of these two
) WITH (fillfactor = 50);

CREATE INDEX balance_due ON balance (due_at_ms) WHERE due_at_ms IS NOT NULL;
CREATE INDEX balance_region ON balance (region, balance);
CREATE INDEX balance_rules ON balance (region, rules_revision) WHERE counting_vms > 0;
CREATE INDEX balance_deletion ON balance (region, deletion_due_ms) WHERE deletion_due_ms IS NOT NULL;

CREATE TABLE credit_lot (
    balance_number   bigint NOT NULL REFERENCES balance (number),
    ordinal          int    NOT NULL,
    id               text   NOT NULL,
    kind             text   NOT NULL CHECK (kind IN ('BillingPlan', 'Voucher')),
    scope            text   NOT NULL, -- product codes with commas; empty: all
    granted_micros   bigint NOT NULL CHECK (granted_micros > 0),
    remaining_micros bigint NOT NULL CHECK (remaining_micros BETWEEN 0 AND granted_micros), -- M3
    effective_ms     bigint NOT NULL,
    expires_ms       bigint,
    state            text   NOT NULL CHECK (state IN ('Pending', 'Active', 'Ended', 'Spent', 'Revoked')),
    operation        text   NOT NULL,
    fingerprint      text   NOT NULL,
    version          bigint NOT NULL,
    PRIMARY KEY (balance_number, ordinal),
    UNIQUE (balance_number, id),
    UNIQUE (balance_number, operation)
);

-- A row for each VM, because a list of watermarks inside the balance would make one charge cost as much as the balance has VMs.
CREATE TABLE metered_vm (
    balance_number        bigint  NOT NULL REFERENCES balance (number),
    ordinal               int     NOT NULL, -- the order of creation
    revision              int     NOT NULL,
    admitted_at_ms        bigint  NOT NULL,
    through_ms            bigint  NOT NULL,
    time_ms               bigint  NOT NULL CHECK (time_ms >= 0),
    first_running_ms      bigint,
    -- When in each round of charges it is charged: constant, so that finding the late ones needs no index that every charge changes.
    charge_phase_ms       bigint,
    version               bigint  NOT NULL,
    -- What a charge changes: here (what stays of the text comes first)…
    posted_priced         text    NOT NULL, -- JSON: [[price version, micros an hour, seconds], …]; converted: […, exchange rate, its picos]
    next_charge_ms        bigint,
    posted_through_ms     bigint  NOT NULL,
    posted_time_ms        bigint  NOT NULL CHECK (posted_time_ms >= 0),
    posted_sequence       int     NOT NULL CHECK (posted_sequence >= 0),
    paid_by               text    NOT NULL, -- JSON: [{lot, micros}, …], the last payment last
    -- …to here.
    id                    text    NOT NULL,
    priced                text    NOT NULL,
    package               text    NOT NULL,
    operation             text    NOT NULL,
    name                  text    NOT NULL,
    status                text    NOT NULL,
    locked                boolean NOT NULL,
    auto_resume           boolean NOT NULL,
    stopped_automatically boolean NOT NULL,
    PRIMARY KEY (balance_number, ordinal),
    UNIQUE (balance_number, id)
) WITH (fillfactor = 70);

CREATE INDEX metered_vm_charge_phase ON metered_vm (charge_phase_ms, balance_number, ordinal) WHERE charge_phase_ms IS NOT NULL;
CREATE INDEX metered_vm_between ON metered_vm (balance_number, ordinal, through_ms)
    WHERE status IN ('Creating', 'Starting', 'Stopping', 'Rebooting', 'Deleting');

CREATE TABLE vm_order (
    balance_number bigint NOT NULL REFERENCES balance (number),
    number         int    NOT NULL,
    kind           text   NOT NULL CHECK (kind IN ('Create', 'Stop', 'Delete', 'Resume')),
    vm             text   NOT NULL,
    exhaustion     int    NOT NULL,
    stretch        int    NOT NULL,
    at_ms          bigint NOT NULL,
    entry_number   bigint NOT NULL, -- the last entry that justified it (E3)
    live_micros    bigint NOT NULL,
    state          text   NOT NULL CHECK (state IN ('Open', 'Begun', 'Confirmed', 'Void')),
    version        bigint NOT NULL,
    PRIMARY KEY (balance_number, number)
);

CREATE INDEX vm_order_underway ON vm_order (at_ms) WHERE state IN ('Open', 'Begun');

CREATE TABLE balance_hold (
    balance_number bigint NOT NULL REFERENCES balance (number),
    id             text   NOT NULL,
    actions        int    NOT NULL CHECK (actions BETWEEN 1 AND 3), -- 1 stopping, 2 deletion
    reason         text   NOT NULL CHECK (reason <> ''),
    by_whom        text   NOT NULL,
    from_ms        bigint NOT NULL,
    until_ms       bigint NOT NULL,
    PRIMARY KEY (balance_number, id)
);

-- Append-only. The number is without gaps within the balance; the operation is the promise of "once" (M5): the caller's, or the VM with
-- the sequence of its charge; and the hash covers the entry and the hash before it (M10). No foreign key: it would lock the balance's row
-- for each entry, and the same transaction has written that row already.
CREATE TABLE ledger_entry (
    balance_number       bigint     NOT NULL,
    number               bigint     NOT NULL CHECK (number > 0),
    version              bigint     NOT NULL,
    at_ms                bigint     NOT NULL, -- of a charge: through which it is metered
    recorded_at_ms       bigint     NOT NULL,
    change_micros        bigint     NOT NULL,
    balance_after_micros bigint     NOT NULL,
    from_ms              bigint,
    vm_ordinal           int,
    vm_sequence          int,
    kind                 entry_kind NOT NULL,
    hash                 bytea      NOT NULL,
    priced               text,
    description          text       NOT NULL,
    lines                text, -- JSON: [{lot, kind, micros}, …]; they sum to the change (M2). Null: all of it is the top-up part's
    operation            text,
    fingerprint          text,
    product              text,
    PRIMARY KEY (balance_number, number),
    CONSTRAINT ledger_entry_sign CHECK (
        CASE kind WHEN 'Credit' THEN change_micros > 0 WHEN 'Charge' THEN change_micros <= 0 WHEN 'Correction' THEN change_micros > 0 WHEN 'Adjustment' THEN change_micros <> 0
            ELSE change_micros < 0 END),
    CONSTRAINT ledger_entry_operation CHECK ((operation IS NULL) = (vm_ordinal IS NOT NULL) AND (vm_ordinal IS NULL) = (vm_sequence IS NULL))
);

CREATE UNIQUE INDEX ledger_entry_operation ON ledger_entry (balance_number, operation) WHERE operation IS NOT NULL;
CREATE UNIQUE INDEX ledger_entry_charge ON ledger_entry (balance_number, vm_ordinal, vm_sequence) WHERE vm_ordinal IS NOT NULL;

CREATE TABLE notice (
    balance_number bigint NOT NULL REFERENCES balance (number),
    number         bigint NOT NULL CHECK (number > 0),
    id             text   NOT NULL, -- kind, episode and level: told once (E11)
    kind           text   NOT NULL,
    at_ms          bigint NOT NULL,
    amount_micros  bigint NOT NULL,
    need_micros    bigint,
    time_left_ms   bigint,
    deletion_at_ms bigint,
    vms            text   NOT NULL,
    about          text   NOT NULL,
    version        bigint NOT NULL,
    PRIMARY KEY (balance_number, number),
    UNIQUE (balance_number, id)
);

-- How a tenant is told besides in the portal; without a row as the region's settings say.
CREATE TABLE notice_settings (
    balance   text COLLATE "C" NOT NULL PRIMARY KEY, -- region/tenant
    language  text, -- null: the region's
    webhook   text, -- an address; null: none
    secrets   text NOT NULL, -- JSON: [{value, until}, …], the newest first
    operation text -- the command that made the newest
);

-- The outbox. A notice's deliveries are written in its own transaction: once a notice, channel and recipient (E11).
CREATE TABLE notice_delivery (
    id         text   NOT NULL PRIMARY KEY, -- made of the four; what receivers know it by
    balance    text   COLLATE "C" NOT NULL, -- region/tenant
    notice     text   NOT NULL, -- the id of the notice
    channel    text   NOT NULL CHECK (channel IN ('Email', 'Webhook')),
    recipient  text   NOT NULL, -- an address; of a webhook: empty, wherever it is now
    written_ms bigint NOT NULL,
    attempts   int    NOT NULL CHECK (attempts >= 0), -- counted before each is made
    due_ms     bigint, -- the next one; null: none any more
    state      text   NOT NULL CHECK (state IN ('Waiting', 'Delivered', 'Failed')),
    answers    text   NOT NULL, -- JSON: [{at, answer}, …], the latest last
    UNIQUE (balance, notice, channel, recipient)
);

CREATE INDEX notice_delivery_due ON notice_delivery (channel, due_ms) WHERE due_ms IS NOT NULL;
CREATE INDEX notice_delivery_written ON notice_delivery (balance, written_ms);

-- What every balance of a region is decided by. A commit names the revision that it was decided by and is refused when that is not
-- the present one, so a price, a rate or a hold counts everywhere from the moment at which it is durable.
CREATE TABLE region_rules (
    region   text   COLLATE "C" NOT NULL PRIMARY KEY,
    revision bigint NOT NULL
);

CREATE TABLE price_version (
    region          text   NOT NULL,
    id              int    NOT NULL CHECK (id > 0),
    package         text   NOT NULL,
    micros_per_hour bigint NOT NULL CHECK (micros_per_hour >= 0),
    from_ms         bigint NOT NULL,
    operation       text   NOT NULL,
    PRIMARY KEY (region, id),
    UNIQUE (region, package, from_ms),
    UNIQUE (region, operation)
);

-- What one unit of the list currency is worth in another, from an instant on until the next one's.
CREATE TABLE exchange_rate (
    region    text   NOT NULL,
    id        int    NOT NULL CHECK (id > 0),
    currency  text   NOT NULL,
    picos     bigint NOT NULL CHECK (picos > 0), -- 0.000000000001 units
    from_ms   bigint NOT NULL,
    operation text   NOT NULL,
    PRIMARY KEY (region, id),
    UNIQUE (region, currency, from_ms),
    UNIQUE (region, operation)
);

CREATE TABLE region_hold (
    region   text   NOT NULL,
    id       text   NOT NULL,
    actions  int    NOT NULL CHECK (actions BETWEEN 1 AND 3),
    reason   text   NOT NULL CHECK (reason <> ''),
    by_whom  text   NOT NULL,
    from_ms  bigint NOT NULL,
    until_ms bigint NOT NULL,
    PRIMARY KEY (region, id)
);
