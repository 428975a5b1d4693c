"""For Prometheus: digests that wait, and offices that were not reached."""

from prometheus_client import CollectorRegistry, Gauge

from adapters.bootstrap import Parts
from adapters.mail.digests_seen import digests_seen
from adapters.postgres.tenants import EVERY_TOWN, seen_by


async def add_digests(parts: Parts, registry: CollectorRegistry) -> None:
    async with seen_by(parts.pool, EVERY_TOWN) as cursor:
        seen = await digests_seen(cursor.connection)
    for name, what, value in (
        ("queued", "Digests to offices that wait to be sent", seen.queued),
        ("failed", "Digests not delivered, and their office was not reached since", seen.failed),
        ("oldest_seconds", "How long the oldest digest that waits is due", seen.oldest_seconds),
    ):
        Gauge(f"amtsweg_digests_{name}", what, registry=registry).set(value)
