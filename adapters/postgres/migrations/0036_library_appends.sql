-- Which events were appended in the library's own way, which knows nothing of commands: of all others
-- `verify` asks for the command that recorded them.
CREATE TABLE library_appends (position bigint PRIMARY KEY);
CREATE TRIGGER library_appends_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
    ON library_appends FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What 0003 has, and takes it down.
CREATE OR REPLACE FUNCTION chain_event() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    _previous bytea;
BEGIN
    SELECT hash INTO _previous FROM events
        WHERE originator_id = NEW.originator_id
        AND originator_version = NEW.originator_version - 1;
    IF _previous IS NULL AND NEW.originator_version > 1 THEN
        RAISE EXCEPTION 'version % of this stream has none before it', NEW.originator_version;
    END IF;
    NEW.hash := event_hash(coalesce(_previous, decode(repeat('00', 32), 'hex')),
        NEW.originator_id, NEW.originator_version, NEW.topic, NEW.state);
    INSERT INTO library_appends (position) VALUES (NEW.notification_id) ON CONFLICT DO NOTHING;
    RETURN NEW;
END $$;
