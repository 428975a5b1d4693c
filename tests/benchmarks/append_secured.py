"""What chain, sealing and command ids cost: submissions with them, and the same without."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
import psycopg
import uvloop

from adapters.collector import settle
from adapters.event_store.appender import APPEND, Appender
from adapters.event_store.batch import Encoded
from adapters.event_store.codec import Stored
from adapters.event_store.log import EventLog
from adapters.event_store.recorded import ActorStamp, Loaded, Metadata, Proposal
from adapters.ids import new_id
from adapters.personal_data.sealing import NewKey
from adapters.personal_data.told import tell
from adapters.postgres.connecting import pool
from tests.benchmarks.figure import Figure, throughput
from tests.benchmarks.lives import LIFE, fill
from tests.benchmarks.measure import Timing, concurrently, median_run
from tests.benchmarks.server import Bench
from tests.keys import KEYS, MAPPER

AT_ONCE, LIVES, SUBMISSIONS = 32, 2_000, 10_000
CITIZEN = ActorStamp("pseudonym-1", "citizen")
CLERK = ActorStamp("pseudonym-2", "clerk", "05513000")
# A proof is uploaded, and a correction answered; the rest clerks and processes do.
BY_CITIZEN = {1, 9}
# `append_events` without its chain, its keys and its command ids; all else is the same.
PLAIN = """
    CREATE TABLE plain_events (LIKE events INCLUDING ALL);
    ALTER TABLE plain_events DROP COLUMN hash;
    CREATE FUNCTION append_plain(
        _stream uuid[], _expected bigint[], _previous bytea[], _count bigint[], _end bigint[],
        _command uuid[], _fingerprint bytea[],
        _request int[], _topic text[], _state bytea[], _link bytea[],
        _key_request int[], _municipality text[], _subject bytea[],
        _names text[], _kek int[], _wrapped bytea[]
    ) RETURNS TABLE (
        request int, outcome text, stream_id uuid, version bigint, "position" bigint, hashes bytea
    )
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    #variable_conflict use_column
    DECLARE
        _base bigint;
        _refused bigint[];
        _unfit boolean;
        _total bigint := cardinality(_topic);
    BEGIN
        LOCK TABLE plain_events IN ROW EXCLUSIVE MODE;
        PERFORM pg_advisory_xact_lock(hashtextextended('amtsweg.append', 0));
        SELECT coalesce((SELECT max(notification_id) FROM plain_events), 0),
            array_agg(r.number) FILTER (
                WHERE coalesce(head.originator_version, 0) <> r.expected),
            bool_or((r.stream IS NOT NULL AND r.count >= 0
                AND r.ends = coalesce(_end[r.number - 1], 0) + r.count) IS NOT TRUE)
        INTO _base, _refused, _unfit
        FROM (
            SELECT unnest(_stream) AS stream, unnest(_expected) AS expected,
                unnest(_count) AS count, unnest(_end) AS ends,
                generate_subscripts(_stream, 1)::bigint AS number
        ) r
        LEFT JOIN LATERAL (
            SELECT e.originator_version FROM plain_events e WHERE e.originator_id = r.stream
            ORDER BY e.originator_version DESC LIMIT 1
        ) head ON true;
        IF _unfit OR _refused IS NOT NULL THEN
            RAISE EXCEPTION 'nothing of this benchmark is refused';
        END IF;
        WITH told AS (
            SELECT unnest(_request) AS request, unnest(_topic) AS topic, unnest(_state) AS state,
                generate_subscripts(_state, 1) AS number
        ), placed AS (
            SELECT *, _stream[t.request] AS stream, _count[t.request] AS count,
                t.number - (_end[t.request] - _count[t.request]) AS step
            FROM told t
            WHERE _refused IS NULL OR (t.request <> ALL (_refused)) IS NOT FALSE
        )
        INSERT INTO plain_events (originator_id, originator_version, topic, state, notification_id)
        SELECT p.stream,
            CASE WHEN p.step BETWEEN 1 AND p.count
                THEN _expected[p.request] + p.step END,
            p.topic, p.state, _base + p.number
        FROM placed p;
        _total := setval('events_notification_id_seq', _base + _total);
        NOTIFY events;
        request := 0;
        outcome := 'before';
        "position" := _base;
        hashes := '';
        RETURN NEXT;
    END $$;
"""


COPY_BEGUN = """INSERT INTO plain_events
        (originator_id, originator_version, topic, state, notification_id, recorded_at)
    SELECT originator_id, originator_version, topic, state, notification_id, recorded_at
    FROM events"""


class PlainAppender(Appender):
    """Nothing is chained, nothing sealed, no command remembered."""

    statement = APPEND.replace("append_events", "append_plain")

    def _encoded(self, proposal: Proposal) -> tuple[list[Encoded], NewKey | None]:
        encode = msgspec.json.encode
        stored = [(event, Stored(event, proposal.metadata)) for event in proposal.events]
        return [Encoded(type(event).__name__, encode(all_), b"") for event, all_ in stored], None


def append_secured(bench: Bench) -> list[Figure]:
    """Over whole lives, and over submissions alone, which bring a key and hold the most to seal."""
    lives = {Appender: list[Timing](), PlainAppender: list[Timing]()}
    submissions = {Appender: list[Timing](), PlainAppender: list[Timing]()}
    kinds = [PlainAppender, Appender]
    for _ in bench.runs():
        with bench.database() as url:
            begun = uvloop.run(_begun(url, bench.amount(LIVES)))
            new = [_submission(new_id()) for _ in range(bench.amount(SUBMISSIONS))]
            kinds.reverse()  # the second may have to write out what the first has left
            for kind in kinds:
                lives[kind].append(uvloop.run(_live(kind(url, MAPPER), begun)))
                submissions[kind].append(uvloop.run(_submit(kind(url, MAPPER), new)))
    return [
        _figure("append_secured", "events/s", lives),
        _figure("append_secured_submission", "submissions/s", submissions),
    ]


def _figure(name: str, unit: str, timings: dict[type[Appender], list[Timing]]) -> Figure:
    ours, theirs = (median_run(timings[kind]) for kind in (Appender, PlainAppender))
    return throughput(name, unit, ours, "the same group commit without them", theirs)


async def _begun(url: str, applications: int) -> list[tuple[UUID, Loaded]]:
    """Fill in applications that have been submitted, in both tables."""
    fill(url, applications, length=1)
    with psycopg.connect(url) as connection:
        tell(connection, KEYS, ())  # as `migrate` does
        connection.execute(PLAIN)
        connection.execute(COPY_BEGUN)
    async with pool(url, 1) as connections:
        log = EventLog(connections, MAPPER)
        ids = [UUID(int=number) for number in range(1, applications + 1)]
        return [(stream_id, await log.load(stream_id)) for stream_id in ids]


async def _live(appender: Appender, begun: Sequence[tuple[UUID, Loaded]]) -> Timing:
    """Somebody submits, and another application goes through the rest of its life."""

    async def live(application: tuple[UUID, Loaded]) -> None:
        stream_id, loaded = application
        await appender.append(_submission(new_id()))
        previous = loaded.hash
        for version, event in enumerate(LIFE[1:], 1):
            metadata = Metadata(new_id(), CITIZEN if version in BY_CITIZEN else CLERK, "trace-1")
            proposal = Proposal(
                stream_id, version, (event,), metadata, b"f" * 32, previous, loaded.key
            )
            previous = (await appender.append(proposal)).hash or b""

    async with appender:
        settle()  # as the API does once it has started
        timing = await concurrently(begun, AT_ONCE, live)
    # Each event's share; how long a single append took is not known here.
    return Timing(timing.rate * len(LIFE))


async def _submit(appender: Appender, proposals: Sequence[Proposal]) -> Timing:
    async with appender:
        settle()
        return await concurrently(proposals, AT_ONCE, appender.append)


def _submission(stream_id: UUID) -> Proposal:
    return Proposal(stream_id, 0, LIFE[:1], Metadata(new_id(), CITIZEN, "trace-1"), b"f" * 32)
