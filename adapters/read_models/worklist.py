"""Asks the worklist: filtered, sorted, page by page, by index whatever its length."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from adapters.event_store.log import Pool
from adapters.event_store.mapper import EventMapper
from adapters.postgres.tenants import Viewer, ask_as
from adapters.read_models.names import with_names


class Sort(StrEnum):
    DUE = "due"
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True, slots=True)
class Ordering:
    """The sort key as an expression that is never NULL, so that rows can be compared whole."""

    key: str
    cast: str
    direction: str

    @property
    def comparison(self) -> str:
        return ">" if self.direction == "ASC" else "<"


# An application whose clock stands still has no due day: it comes last.
ORDERINGS: Mapping[Sort, Ordering] = {
    Sort.DUE: Ordering("coalesce(due_on, 'infinity')", "date", "ASC"),
    Sort.NEWEST: Ordering("received_at", "timestamptz", "DESC"),
    Sort.OLDEST: Ordering("received_at", "timestamptz", "ASC"),
}

_NOTED = """EXISTS (SELECT FROM deadlines_v1 d WHERE d.application_id = worklist_v2.application_id
    AND d.kind = 'decision' AND d.{})"""
# Whom we could not tell, whatever became of the application; an office has its own mailbox.
NOT_REACHED = """EXISTS (SELECT FROM undelivered_v1 u
    WHERE u.application_id = worklist_v2.application_id AND u.channel <> 'office')"""
# What may be filtered by, and how; nothing else ever reaches the statement.
FILTERS: Mapping[str, str] = {
    "branch": "branch = %(branch)s",
    "office": "(office = %(office)s OR office IS NULL)",
    "own_branch": "(branch = %(own_branch)s OR branch IS NULL)",
    "own_office": "(office = %(own_office)s OR office IS NULL)",
    "service": "service = %(service)s",
    "status": "status = %(status)s",
    "claimed_by": "claimed_by = %(claimed_by)s",
    "unclaimed": "(claimed_by IS NULL) = %(unclaimed)s",
    "correction": "correction = %(correction)s",
    # As the index has it.
    "due_by": "coalesce(due_on, 'infinity') <= %(due_by)s",
    "urgency": f"""CASE %(urgency)s::text WHEN 'overdue' THEN due_on < %(today)s
        WHEN 'due-soon' THEN due_on >= %(today)s AND {_NOTED.format("reminded")}
        ELSE {_NOTED.format("escalated")} END""",
    "not_reached": f"{NOT_REACHED} = %(not_reached)s",
    "fulfilment": "fulfilment = %(fulfilment)s",
    "received_from": "received_at >= %(received_from)s",
    "received_before": "received_at < %(received_before)s",
    "name": """EXISTS (SELECT FROM data_keys k
        WHERE k.stream_id = application_id AND k.names @> ARRAY[%(name)s::bigint])""",
}
COLUMNS = f"""application_id, version, municipality, branch, office, service, variant, channel,
    pilot, fulfilment, fee_cents, paid, submitted_at, status, received_at, due_on, claimed_by,
    correction, {NOT_REACHED} AS not_reached"""
URGENCY = f"""CASE WHEN {_NOTED.format("escalated")} THEN 'escalated'
    WHEN due_on < %(today)s THEN 'overdue' WHEN {_NOTED.format("reminded")} THEN 'due-soon' END"""

_OWN = """(%(branch)s::text IS NULL OR branch = %(branch)s OR branch IS NULL)
    AND (%(office)s::text IS NULL OR office = %(office)s OR office IS NULL)"""
COUNTS = f"""SELECT count(*) AS waiting, count(*) FILTER (WHERE claimed_by IS NULL) AS unclaimed,
    count(*) FILTER (WHERE claimed_by = %(clerk)s) AS mine,
    count(*) FILTER (WHERE due_on < %(today)s) AS overdue,
    count(*) FILTER (WHERE d.escalated) AS escalated,
    count(*) FILTER (WHERE due_on >= %(today)s AND d.reminded) AS due_soon,
    count(*) FILTER (WHERE correction = 'open') AS correction_open,
    count(*) FILTER (WHERE correction = 'answered') AS correction_answered,
    count(*) FILTER (WHERE status = 'ready-for-pickup') AS ready_for_pickup,
    (SELECT count(*) FROM worklist_v2 WHERE municipality = %(municipality)s AND {_OWN}
        AND application_id IN (SELECT application_id FROM undelivered_v1
            WHERE channel <> 'office' AND municipality = %(municipality)s)) AS not_reached
    FROM worklist_v2 LEFT JOIN (SELECT application_id, reminded, escalated FROM deadlines_v1
        WHERE kind = 'decision' AND (reminded OR escalated) AND municipality = %(municipality)s
    ) d USING (application_id)
    WHERE waiting AND municipality = %(municipality)s AND {_OWN}"""  # noqa: S608 -- of constants

ACKNOWLEDGED = "acknowledged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`after`: the sort key and the application id of the last row of the page before.

    `today`: what was due before it is overdue.
    """

    municipality: str
    filters: Mapping[str, Any]
    sort: Sort = Sort.DUE
    after: tuple[str, str] | None = None
    limit: int = 50
    today: date = date.min


# What was never complete has no day of receipt.
BEGAN_AT = "coalesce(received_at, submitted_at)"
WHATEVER_BECAME_OF_IT = "true"


async def ask(pool: Pool, mapper: EventMapper, question: Question) -> list[dict[str, Any]]:
    """Return the rows of a page with their names, each with its `sort_key` for the next cursor."""
    rows, parameters, order = page(question, COLUMNS)
    statement = f"""
        WITH page AS ({rows})
        SELECT page.*, topic, state, k.municipality AS sealed_for, kek, wrapped FROM page
        LEFT JOIN events ON (originator_id, originator_version) = (application_id, 1)
        LEFT JOIN data_keys k ON stream_id = application_id {order}
    """  # noqa: S608 -- from the tables above
    town = Viewer(question.municipality)
    found = await ask_as(pool, town, statement, parameters, binary=True)
    return [with_names(mapper, row) for row in found]


def _which(given: Mapping[str, Any]) -> str:
    """Notifications wait for nobody, nor do those who were not told that it ended: they are listed
    where they are asked for.
    """
    if given.get("not_reached"):
        return WHATEVER_BECAME_OF_IT
    return "status = 'acknowledged'" if given.get("status") == ACKNOWLEDGED else "waiting"


def page(question: Question, columns: str) -> tuple[str, dict[str, Any], str]:
    """Return the statement for the rows of a page, its parameters, and their order."""
    given = {name: value for name, value in question.filters.items() if value is not None}
    ordering, which = ORDERINGS[question.sort], _which(given)
    if which == WHATEVER_BECAME_OF_IT:
        ordering = replace(ordering, key=ordering.key.replace("received_at", BEGAN_AT))
    where = [which, "municipality = %(municipality)s", *(FILTERS[name] for name in given)]
    whose = {"municipality": question.municipality, "today": question.today}
    parameters = {**whose, "limit": question.limit, **given}
    if question.after:
        where.append(
            f"({ordering.key}, application_id) {ordering.comparison} "
            f"(%(last_key)s::{ordering.cast}, %(last_id)s::uuid)"
        )
        parameters |= {"last_key": question.after[0], "last_id": question.after[1]}
    order = f"ORDER BY {ordering.key} {ordering.direction}, application_id {ordering.direction}"
    rows = f"""
        SELECT {columns}, {URGENCY} AS urgency, ({ordering.key})::text AS sort_key
        FROM worklist_v2 WHERE {" AND ".join(where)} {order} LIMIT %(limit)s
    """  # noqa: S608 -- from the tables above
    return rows, parameters, order
