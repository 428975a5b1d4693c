"""How often mailboxes of accounts did not take how an application stands, lately and why.

Nobody has to see to one of them, as the letter says the same; that there are many is a fault.
"""

from collections.abc import Mapping

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

DAYS = 7
REFUSED = """SELECT error, count(*) FROM notifications
    WHERE channel = 'account-state' AND state = 'dropped' AND error LIKE 'HTTP %%'
        AND queued_at > clock_timestamp() - make_interval(days => %s)
    GROUP BY error ORDER BY count(*) DESC, error"""


async def states_refused(connection: AsyncConnection[TupleRow]) -> Mapping[str, int]:
    """By what the service said: a status and a code."""
    return dict(await (await connection.execute(REFUSED, (DAYS,))).fetchall())
