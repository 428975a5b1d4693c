"""Looks at the days that matter to applications, and lets happen what is due by then.

Nothing is timed here: which day matters follows from the log, so a restart forgets nothing. Each
application is looked at once a day, and again when its day or its town's calendar has changed. The
command's id is derived from the application and its version: twice is once, also in two workers.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import NamedTuple
from uuid import UUID

import structlog

from adapters.bootstrap import Parts
from adapters.catalogue.calendar import working_calendar
from adapters.catalogue.errors import CatalogueRefused
from adapters.event_store.office import Order
from adapters.event_store.recorded import ActorStamp, Metadata
from adapters.ids import derived_id
from adapters.payments.attempts import is_awaited, made
from adapters.postgres.connecting import connect
from adapters.runner_names import DEADLINES
from domain.application.commands import LetDeadlinesPass
from domain.application.decisions import APPLICATION
from domain.application.events import ApplicationExpired, Awaited
from domain.application.state import Application
from domain.errors import NothingIsDue, Refused
from domain.working_days import WorkingCalendar, legal_day
from workers.passing import will_pass
from workers.react import Connection
from workers.supervision import BEAT_SECONDS, Runner, Tools

PAGE = 500
NOBODY = UUID(int=0)
# Early rather than late: the rules have the last word. What waits to be made or sent may wait for
# its fee as well, where the bank took that back.
NEAR = """SELECT application_id, municipality, kind, since, due_on, reminded, escalated
    FROM deadlines_v1 WHERE kind IS NOT NULL AND application_id > %s
        AND (since AT TIME ZONE 'Europe/Berlin')::date <= %s - CASE kind
            WHEN 'completion' THEN least(unpaid_days, unanswered_days) - reminder_days
            WHEN 'answer' THEN unanswered_days - reminder_days
            WHEN 'payment' THEN unpaid_days - reminder_days
            WHEN 'fulfilment' THEN unpaid_days - reminder_days
            WHEN 'pick-up' THEN least(pickup_days - reminder_days, pickup_reminder_days)
            ELSE 0 END
    ORDER BY application_id LIMIT %s"""
LOCK = """SELECT 1 FROM deadlines_v1 WHERE application_id = %s FOR UPDATE SKIP LOCKED"""

log = structlog.get_logger()


class Row(NamedTuple):
    application_id: UUID
    municipality: str
    kind: str
    since: datetime
    due_on: date | None
    reminded: bool
    escalated: bool


@dataclass(slots=True)
class Memory:
    """What was looked at today, by which calendar. It is forgotten with the process."""

    day: date | None = None
    _seen: dict[UUID, tuple[Row, WorkingCalendar]] = field(default_factory=dict)

    def begin(self, day: date) -> None:
        if day != self.day:
            self.day = day
            self._seen.clear()

    def knows(self, row: Row, calendar: WorkingCalendar) -> bool:
        """The same calendar is the same object until the town's days change."""
        before = self._seen.get(row.application_id)
        return before is not None and before[0] == row and before[1] is calendar

    def note(self, row: Row, calendar: WorkingCalendar) -> None:
        self._seen[row.application_id] = (row, calendar)


async def run(tools: Tools) -> None:
    memory = Memory()
    async with await connect(tools.parts.url) as connection:
        while True:
            await look_round(tools, connection, memory, datetime.now(UTC))
            await _pause(tools)


async def look_round(tools: Tools, connection: Connection, memory: Memory, now: datetime) -> int:
    """Look at all whose day is near; return for how many something happened."""
    memory.begin(legal_day(now))
    happened = 0
    async for row in _near(connection, now):
        await tools.pulse.beat()
        calendar = _calendar(tools.parts, row.municipality, now)
        if calendar is not None and not memory.knows(row, calendar):
            happened += await _look(tools.parts, connection, memory, row, calendar, now)
    return happened


async def _near(connection: Connection, now: datetime) -> AsyncIterator[Row]:
    last, today = NOBODY, legal_day(now)
    while rows := await (await connection.execute(NEAR, (last, today, PAGE))).fetchall():
        for found in rows:
            yield Row(*found)
        last = rows[-1][0]


def _calendar(parts: Parts, ags: str, now: datetime) -> WorkingCalendar | None:
    try:
        return working_calendar(parts.catalogue.municipality(ags), now.date())
    except CatalogueRefused:
        return None  # who goes on with its applications is not this runner's to say


async def _look(
    parts: Parts,
    connection: Connection,
    memory: Memory,
    row: Row,
    calendar: WorkingCalendar,
    now: datetime,
) -> bool:
    """Whatever is wrong with one application, the others' days pass all the same."""
    async with connection.transaction():
        locked = await (await connection.execute(LOCK, (row.application_id,))).fetchone()
        if locked is None:
            return False  # another worker looks at it
        try:
            happened = await let_pass(parts, row.application_id, calendar, now)
        except Exception as error:
            if will_pass(error):
                raise
            known = {"application_id": str(row.application_id), "error": type(error).__name__}
            log.warning("deadline_not_looked_at", **known)
            happened = False
    if not happened:
        memory.note(row, calendar)
    return happened


async def let_pass(
    parts: Parts, application_id: UUID, calendar: WorkingCalendar, now: datetime
) -> bool:
    """Let what is due happen to one application; return whether anything was."""
    loaded = await parts.log.load(application_id)
    state = APPLICATION.fold(loaded.events)
    command = LetDeadlinesPass(now=now, calendar=calendar)
    try:
        if _expires_unpaid(state, command):
            payments = await made(parts.log, application_id)
            command = replace(command, money_awaited=is_awaited(payments, state))
        APPLICATION.decide(state, command)
        order = Order(application_id, command, _metadata(application_id, loaded.version, state))
        await parts.office.carry_out(APPLICATION, order)
    except NothingIsDue:
        return False
    except Refused as refusal:  # it ended at this very moment
        log.info("deadline_passed_by", refusal=type(refusal).__name__)
        return False
    return True


def _expires_unpaid(state: Application, command: LetDeadlinesPass) -> bool:
    happened = APPLICATION.decide(state, command)
    return any(
        isinstance(event, ApplicationExpired) and event.awaited is Awaited.PAYMENT
        for event in happened
    )


def _metadata(application_id: UUID, version: int, state: Application) -> Metadata:
    command_id = derived_id(DEADLINES, application_id, version)
    actor = ActorStamp(DEADLINES, "system", state.municipality)
    return Metadata(command_id, actor, command_id.hex)


async def _pause(tools: Tools) -> None:
    left = tools.parts.settings.deadline_seconds
    while left > 0:
        await tools.pulse.beat()
        await asyncio.sleep(min(left, BEAT_SECONDS))
        left -= BEAT_SECONDS


RUNNER = Runner(DEADLINES, run)
