"""Asks which applications come due, soonest first, each with how its day was found."""

from typing import Any

from adapters.event_store.log import Pool
from adapters.event_store.mapper import EventMapper
from adapters.postgres.tenants import Viewer, ask_as
from adapters.read_models.worklist import Question, page
from domain.application.deadlines import SETS_THE_DAY

COLUMNS = """application_id, version, branch, office, service, status, claimed_by, received_at,
    due_on"""
# The last event that set the day holds how it was counted; nothing of it is a person's.
STATEMENT = """WITH page AS ({page})
    SELECT page.*, topic, state FROM page, LATERAL (
        SELECT topic, state FROM events
        WHERE originator_id = application_id AND topic = ANY(%(sets_the_day)s)
        ORDER BY originator_version DESC LIMIT 1) counted
    {order}"""


async def ask_due(pool: Pool, mapper: EventMapper, question: Question) -> list[dict[str, Any]]:
    """Return the rows of a page, each with `set_by` and its `derivation`."""
    rows, parameters, order = page(question, COLUMNS)
    statement = STATEMENT.format(page=rows, order=order)
    names = [event.__name__ for event in SETS_THE_DAY]
    town = Viewer(question.municipality)
    found = await ask_as(pool, town, statement, {**parameters, "sets_the_day": names}, binary=True)
    return [_explained(mapper, row) for row in found]


def _explained(mapper: EventMapper, row: dict[str, Any]) -> dict[str, Any]:
    topic, state = row.pop("topic"), row.pop("state")
    return row | {"set_by": topic, "derivation": mapper.decode_event(topic, state).derivation}
