"""For Prometheus: payments that somebody has to look after."""

from prometheus_client import CollectorRegistry, Gauge

from adapters.bootstrap import Parts

# The poller asks for 30 days.
PAYMENTS = """SELECT
    (SELECT count(*) FROM payment_ledger_v2 WHERE status = 'requested'
        AND began_at BETWEEN clock_timestamp() - interval '30 days'
            AND clock_timestamp() - interval '15 minutes'),
    (SELECT count(*) FROM treasury_v3 WHERE open AND kind = 'given-up')"""


async def add_payments(parts: Parts, registry: CollectorRegistry) -> None:
    not_taken, given_up = (await parts.log.rows(PAYMENTS))[0]
    for name, what, value in (
        ("not_taken", "Begun, and the platform never took the request", not_taken),
        ("given_up", "Not asked for any more, and nobody knows how they went", given_up),
    ):
        Gauge(f"amtsweg_payments_{name}", what, registry=registry).set(value)
