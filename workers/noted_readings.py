"""Whoever reads an application at the command line is noted as whoever reads it by API is."""

from collections.abc import Sequence
from datetime import UTC, datetime

from adapters.event_store.log import EventLog
from adapters.event_store.recorded import Recorded
from adapters.ids import new_id
from adapters.readings import Reading, write
from domain.application.decisions import APPLICATION
from domain.application.events import ApplicationSubmitted
from workers.at_the_machine import operator_there


async def note_reading(log: EventLog, history: Sequence[Recorded]) -> None:
    """Note it before it is shown. Services and municipalities are nobody's secret."""
    if not history or not isinstance(history[0].event, ApplicationSubmitted):
        return
    reader, last = operator_there(), history[-1]
    reading = Reading(
        application_id=last.stream_id,
        municipality=APPLICATION.fold(one.event for one in history).municipality,
        view="history",
        version=last.version,
        reader=reader.subject,
        role=reader.role,
        trace_id=new_id().hex,
        read_at=datetime.now(UTC),
    )
    await write(log, [(new_id(), reading)])
