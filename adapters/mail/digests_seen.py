"""How the digests stand: what waits to be sent, and which office has not been reached since."""

from dataclasses import dataclass

from psycopg import AsyncConnection
from psycopg.rows import TupleRow, class_row

from adapters.mail.failed import FAILED_DIGESTS

SEEN = f"""SELECT count(*) FILTER (WHERE state IN ('queued', 'sending')) AS queued,
        count(*) FILTER (WHERE state = 'failed') AS failed,
        coalesce(extract(epoch FROM clock_timestamp() - min(until) FILTER
            (WHERE state IN ('queued', 'sending'))), 0)::float8 AS oldest_seconds
    FROM digests
    WHERE state IN ('queued', 'sending')
        OR ({FAILED_DIGESTS})"""  # noqa: S608 -- of constants


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestsSeen:
    """`failed`: for good. The oldest that waits was due `oldest_seconds` ago."""

    queued: int
    failed: int
    oldest_seconds: float


async def digests_seen(connection: AsyncConnection[TupleRow]) -> DigestsSeen:
    async with connection.cursor(row_factory=class_row(DigestsSeen)) as cursor:
        found = await (await cursor.execute(SEEN.encode())).fetchone()
    assert found is not None  # noqa: S101 -- a count has a row
    return found
