-- Every commit of the ledger writes the rows of its balances first: so this refuses the whole of it to a silo that was declared dead
-- (C7; orleans/005_dead_silos.sql).

CREATE TRIGGER the_dead_write_nothing BEFORE INSERT OR UPDATE ON balance FOR EACH STATEMENT EXECUTE FUNCTION the_dead_write_nothing();
