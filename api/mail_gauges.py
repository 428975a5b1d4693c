"""For Prometheus: what mail servers reported about mails."""

from prometheus_client import CollectorRegistry, Gauge

from adapters.bootstrap import Parts

COUNTS = "SELECT kind, count FROM mail_reports ORDER BY kind"


async def add_mail_reports(parts: Parts, registry: CollectorRegistry) -> None:
    """A kind that never came is not there."""
    what = "Reports about mails that came back, by what they said"
    gauge = Gauge("amtsweg_mail_reports", what, ["kind"], registry=registry)
    async with parts.pool.connection() as connection:
        for kind, count in await (await connection.execute(COUNTS)).fetchall():
            gauge.labels(kind).set(count)
