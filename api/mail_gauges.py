"""For Prometheus: what mail servers reported about mails."""

from prometheus_client import CollectorRegistry, Gauge

from adapters.bootstrap import Parts

COUNTS = "SELECT kind, count FROM mail_reports ORDER BY kind"
KEPT = "kept"
WHAT = "Reports about mails that came back, by what they said"
WHAT_IS_KEPT = "What arrived in the mailbox for bounces and is there for a person to look at"


async def add_mail_reports(parts: Parts, registry: CollectorRegistry) -> None:
    """A kind that never came is not there."""
    counts = await _counts(parts)
    kept = Gauge("amtsweg_mail_reports_kept", WHAT_IS_KEPT, registry=registry)
    kept.set(counts.pop(KEPT, 0))
    gauge = Gauge("amtsweg_mail_reports", WHAT, ["kind"], registry=registry)
    for kind, count in counts.items():
        gauge.labels(kind).set(count)


async def _counts(parts: Parts) -> dict[str, int]:
    async with parts.pool.connection() as connection:
        return dict(await (await connection.execute(COUNTS)).fetchall())
