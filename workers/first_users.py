"""Records who used a portal for the first time by applying, where no sign-in was reported.

As with a sign-in it is a pilot where the portal was on trial, whatever service was asked for.
"""

from adapters.bootstrap import Parts
from adapters.event_store.recorded import Recorded
from adapters.runner_names import FIRST_USE
from domain.application.events import ApplicationSubmitted, Channel
from domain.first_use.events import Occasion
from domain.first_use.first_use import RecordFirstUse
from domain.processes.trial import on_trial
from workers.react import Connection, Reaction

# None once the person was erased: whether it had been their first use is then past knowing.
SUBJECT = "SELECT subject FROM data_keys WHERE stream_id = %b AND subject IS NOT NULL"


async def record_first_use(parts: Parts, _: Connection, recorded: Recorded) -> None:
    event: ApplicationSubmitted = recorded.event
    if event.channel is not Channel.ONLINE:
        return
    for (subject,) in await parts.log.rows(SUBJECT, (recorded.stream_id,)):
        use = RecordFirstUse(
            municipality=event.municipality,
            occasion=Occasion.SUBMISSION,
            pilot=_on_trial(parts, event),
            now=event.submitted_at,
        )
        cause = recorded.metadata.correlation_id, recorded.event_id
        await parts.first_uses.record(subject, use, *cause)


def _on_trial(parts: Parts, event: ApplicationSubmitted) -> bool:
    """Whatever is filed at a portal on trial is a pilot, so of others nobody has to ask."""
    town = parts.catalogue.by_ags.get(event.municipality)
    return event.pilot and (town is None or on_trial(town, event.submitted_at))


REACTION = Reaction(FIRST_USE, {ApplicationSubmitted: record_first_use})
