"""For Prometheus: what mailboxes of accounts refuse."""

from prometheus_client import CollectorRegistry, Gauge

from adapters.account_mailbox.refused import DAYS, states_refused
from adapters.bootstrap import Parts
from adapters.postgres.tenants import EVERY_TOWN, seen_by

WHAT = f"How applications stand, refused by mailboxes of accounts within {DAYS} days"


async def add_states_refused(parts: Parts, registry: CollectorRegistry) -> None:
    """Why is what `status` tells: what others answer makes no labels."""
    async with seen_by(parts.pool, EVERY_TOWN) as cursor:
        refused = await states_refused(cursor.connection)
    gauge = Gauge("amtsweg_account_states_refused", WHAT, registry=registry)
    gauge.set(sum(refused.values()))
