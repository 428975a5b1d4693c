"""How long a log has waited for its first checkpoint."""

from adapters.evidence.rows import auditing

WAITS = """SELECT extract(epoch FROM clock_timestamp() - recorded_at)::float8 FROM events
    WHERE NOT EXISTS (SELECT FROM checkpoints) ORDER BY notification_id LIMIT 1"""


def first_waits(url: str) -> float | None:
    """Return the seconds since its first event; None where it has none, or is signed."""
    with auditing(url) as connection:
        rows = connection.execute(WAITS).fetchall()
    return float(rows[0][0]) if rows else None
