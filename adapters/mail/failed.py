"""The mails that failed and that nobody has seen to, named so that somebody can.

Ids, towns and offices are no personal data; an applicant's address is not here.
"""

from collections.abc import Sequence

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

# A digest that failed is seen to once a later one of the office went through.
FAILED_DIGESTS = """state = 'failed' AND settled_at IS NULL AND NOT EXISTS (
        SELECT FROM digests later WHERE later.municipality = digests.municipality
        AND later.office = digests.office AND later.day > digests.day AND later.state = 'sent')"""
FAILED_MAILS = f"""SELECT notification_id::text, template, error,
        'application ' || application_id || ', municipality ' || municipality
        || CASE WHEN office = '' THEN '' ELSE ', office ' || office END
    FROM notifications WHERE state IN ('failed', 'bounced') AND settled_at IS NULL
    UNION ALL SELECT 'digest of ' || day, 'office/digest', error,
        'municipality ' || municipality || ', office ' || office
    FROM digests WHERE {FAILED_DIGESTS} ORDER BY 1"""  # noqa: S608 -- of constants
MOST = 20


async def failed_mails(connection: AsyncConnection[TupleRow]) -> Sequence[str]:
    """Each in a line; of very many the first ones."""
    rows = await connection.execute(f"{FAILED_MAILS} LIMIT {MOST}".encode())
    return [", ".join(row) for row in await rows.fetchall()]
