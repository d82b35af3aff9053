-- In which currency a region's prices are, since its first one. It never changes: every price would mean something else from one moment to the next (policy 3.7).
CREATE TABLE list_currency (
    region   text NOT NULL PRIMARY KEY,
    currency text NOT NULL
);

CREATE TRIGGER list_currency_is_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON list_currency FOR EACH STATEMENT EXECUTE FUNCTION never_changed();

DO $$
BEGIN
    EXECUTE format('GRANT SELECT, INSERT ON list_currency TO %I', current_setting('billing.application_role'));
END $$;
