-- Orleans on PostgreSQL, part 5: a silo that was declared dead writes nothing (C7).
--
-- A silo may stand still, be declared dead by the others, and wake not knowing it. That nobody else has written since
-- protects nothing: it must not write at all. So its connections carry its name (billing.silo), and what must not be
-- written by the dead asks for the name among the members.
--
-- A member without a row is dead, too: rows of the dead are cleaned up, and Orleans takes it so itself. Connections
-- without a name are not those of a member, and nothing is asked: an owner's, a test's, those of a silo that has its
-- membership elsewhere.
--
-- Who writes holds the lock of the silo's name together with the silo's other transactions; who declares it dead takes it
-- alone. So what a silo writes is committed before its death is, or refused. Locks of a row would not do: those who
-- share one come past a change that waits for it, and a busy silo could not be declared dead. These stand in line.

ALTER TABLE OrleansMembership
    ADD COLUMN Silo text NOT NULL GENERATED ALWAYS AS (Address || ':' || Port::text || '@' || Generation::text || ' ' || ClusterId) STORED UNIQUE;

CREATE FUNCTION the_dead_write_nothing() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    own text := current_setting('billing.silo', true);
BEGIN
    IF own <> '' THEN
        PERFORM pg_advisory_xact_lock_shared(hashtextextended('silo ' || own, 0));
        -- A statement of its own, so that it sees the death that the one before has waited for.
        IF NOT EXISTS (SELECT FROM OrleansMembership WHERE Silo = own AND Status <> 6) THEN
            RAISE EXCEPTION 'Silo % was declared dead: it writes nothing any more (C7)', own;
        END IF;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION death_waits_for_commits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('silo ' || OLD.Silo, 0));
    RETURN NEW;
END $$;

CREATE TRIGGER death_waits_for_commits BEFORE UPDATE ON OrleansMembership
    FOR EACH ROW WHEN (NEW.Status = 6 AND OLD.Status <> 6) EXECUTE FUNCTION death_waits_for_commits();

CREATE TRIGGER the_dead_write_nothing BEFORE INSERT OR UPDATE ON OrleansGrainState FOR EACH STATEMENT EXECUTE FUNCTION the_dead_write_nothing();
