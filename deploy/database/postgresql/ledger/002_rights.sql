-- Entries, prices and exchange rates are only ever added. The application's role has no right to do otherwise, and the triggers hold the owner too.

CREATE FUNCTION never_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is never updated or deleted (M10)', TG_TABLE_NAME;
END $$;

CREATE TRIGGER ledger_entry_is_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entry FOR EACH STATEMENT EXECUTE FUNCTION never_changed();
CREATE TRIGGER price_version_is_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON price_version FOR EACH STATEMENT EXECUTE FUNCTION never_changed();
CREATE TRIGGER exchange_rate_is_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON exchange_rate FOR EACH STATEMENT EXECUTE FUNCTION never_changed();

DO $$
DECLARE
    application text := current_setting('billing.application_role');
BEGIN
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON balance, credit_lot, metered_vm, vm_order, balance_hold, region_rules, region_hold, notice_settings, notice_delivery TO %I', application);
    EXECUTE format('GRANT SELECT, INSERT ON ledger_entry, notice, price_version, exchange_rate TO %I', application);
END $$;
