-- In which currency a region's prices are, since its first one. It never changes: every price would mean something else from one moment to the next (policy 3.7).
CREATE TABLE IF NOT EXISTS list_currency (
    region   TEXT NOT NULL PRIMARY KEY,
    currency TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER IF NOT EXISTS list_currency_is_never_updated BEFORE UPDATE ON list_currency
BEGIN SELECT RAISE(ABORT, 'the past of a price list never changes'); END;

CREATE TRIGGER IF NOT EXISTS list_currency_is_never_deleted BEFORE DELETE ON list_currency
BEGIN SELECT RAISE(ABORT, 'the past of a price list never changes'); END;
