"""Events and commands side by side, wherever a page of either ends."""

from collections.abc import Sequence
from uuid import UUID

import psycopg
import pytest
import uvloop

from adapters.event_store.appender import Appender
from adapters.evidence import carried_out
from adapters.evidence.audit import Audit
from adapters.evidence.carried_out import CarriedOut, Read
from adapters.evidence.rows import auditing, head, pages
from tests.adapters.event_store.proposals import ONE, THREE, TWO, following, proposal
from tests.keys import MAPPER

EVENTS = 9
# As `written` makes them: how many events each command recorded, in order.
WRITTEN = (ONE, THREE, (), TWO, (), ONE, TWO)
OF_THREE = UUID(int=3)
SIZES = range(1, EVENTS + 2)
NOBODY_REFUSES = "SET session_replication_role = replica"


async def _written(url: str) -> None:
    async with Appender(url, MAPPER) as appender:
        before = await appender.append(proposal(events=WRITTEN[0]))
        before = await appender.append(following(before, WRITTEN[1], OF_THREE))
        for events in WRITTEN[2:-1]:
            before = await appender.append(following(before, events))
        await appender.append(proposal(events=WRITTEN[-1]))


@pytest.fixture
def written(database_url) -> str:
    uvloop.run(_written(database_url))
    return database_url


def tampered(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(NOBODY_REFUSES)
        assert connection.execute(statement.encode()).rowcount


def read(url: str) -> list[Read]:
    audit = Audit(MAPPER, iter(()))
    with auditing(url) as connection:
        for rows in pages(connection, head(connection)):
            audit.add(rows)
            return list(audit.read)
    return []


def judged(url: str, events: Sequence[Read], size: int) -> tuple[list[int], list[str]]:
    """Return positions of events no command recorded, and where events are gone, page by page."""
    unnamed, missing = list[Read](), []
    with auditing(url) as connection, auditing(url) as beside:
        carried = CarriedOut(connection, beside)
        for begin in range(0, len(events), size):
            found, gone = carried.otherwise(events[begin : begin + size])
            unnamed, missing = unnamed + found, missing + gone
        found, gone = carried.rest()
    where = [one.fault.where.split(",")[0] for one in missing + gone]
    return [position for position, _, _ in unnamed + found], where


@pytest.mark.parametrize("rows", [1, 2, 5, 100])
@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_wrong_with_what_nobody_touched(written, monkeypatch, size, rows) -> None:
    monkeypatch.setattr(carried_out, "FETCH", f"FETCH FORWARD {rows} FROM carried_out")
    assert judged(written, read(written), size) == ([], [])


TAMPERED = {
    "a command is gone": ("DELETE FROM commands WHERE position = 6 AND version = 6", [5, 6], []),
    "a command of three is gone": (
        f"DELETE FROM commands WHERE command_id = '{OF_THREE}'",  # noqa: S608 -- a test's own
        [2, 3, 4],
        [],
    ),
    "a command is of another stream": (
        "UPDATE commands SET stream_id = gen_random_uuid() WHERE position = 9",
        [8, 9],
        ["position 9"],
    ),
    "a command is of more events than there are": (
        "UPDATE commands SET position = 12, version = 5 WHERE position = 9",
        [],
        ["position 12"],
    ),
    "the last event is gone": ("DELETE FROM events WHERE notification_id = 9", [], ["position 9"]),
    "the last command's events are gone": (
        "DELETE FROM events WHERE notification_id > 7",
        [],
        ["position 9"],
    ),
    "all commands are gone": ("DELETE FROM commands", list(range(1, 10)), []),
}


@pytest.mark.parametrize(("statement", "unnamed", "gone"), TAMPERED.values(), ids=TAMPERED)
def test_what_was_tampered_with_is_found_wherever_a_page_ends(
    written, monkeypatch, statement, unnamed, gone
) -> None:
    tampered(written, statement)
    events = read(written)
    for rows in (1, 3, 100):
        monkeypatch.setattr(carried_out, "FETCH", f"FETCH FORWARD {rows} FROM carried_out")
        for size in SIZES:
            assert judged(written, events, size) == (unnamed, gone), (rows, size)
