"""For Prometheus: what is due to back offices."""

from dataclasses import replace

from prometheus_client import CollectorRegistry, Gauge

from adapters.bootstrap import Parts
from adapters.hand_over.seen import STATES, HandOversSeen, hand_overs_seen
from adapters.postgres.tenants import EVERY_TOWN, seen_by

NOTHING = HandOversSeen(back_office="", queued=0, failed=0, oldest_seconds=0.0)


async def add_hand_overs(parts: Parts, registry: CollectorRegistry) -> None:
    """A back office that was handed nothing yet is there with zeros, so that a rule finds it."""
    named = {
        one.name: replace(NOTHING, back_office=one.name) for one in parts.settings.back_offices
    }
    async with seen_by(parts.pool, EVERY_TOWN) as cursor:
        seen = {one.back_office: one for one in await hand_overs_seen(cursor.connection)}
    count, oldest = _gauges(registry)
    for one in {**named, **seen}.values():
        oldest.labels(one.back_office).set(one.oldest_seconds)
        for state in STATES:
            count.labels(one.back_office, state).set(getattr(one, state))


def _gauges(registry: CollectorRegistry) -> tuple[Gauge, Gauge]:
    labels = ["back_office", "state"]
    count = Gauge("amtsweg_hand_overs", "Decisions due to back offices", labels, registry=registry)
    what = "Since the oldest that waits was decided"
    oldest = Gauge("amtsweg_hand_overs_oldest_seconds", what, labels[:1], registry=registry)
    return count, oldest
