"""Connections with bounded patience: nothing waits for ever on a lock, a statement or a peer."""

import psycopg
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool

# Says nothing of a town, so that row-level security shows no rows of any; see tenants.py.
OF_NO_TOWN = (
    "-c lock_timeout=5s -c statement_timeout=30s -c idle_in_transaction_session_timeout=30s "
    "-c timezone=UTC"
)
# For the log, for workers and for maintenance.
OPTIONS = f"{OF_NO_TOWN} -c amtsweg.municipality=*"
CONNECT_TIMEOUT = 5


async def connect(
    url: str, *, autocommit: bool = True, options: str = OPTIONS
) -> psycopg.AsyncConnection[TupleRow]:
    """Raise psycopg.OperationalError when the server does not answer in five seconds."""
    return await psycopg.AsyncConnection.connect(
        url, autocommit=autocommit, options=options, connect_timeout=CONNECT_TIMEOUT
    )


def pool(
    url: str, size: int = 4, options: str = OPTIONS
) -> AsyncConnectionPool[psycopg.AsyncConnection[TupleRow]]:
    """A pool that is not open yet; a broken connection fails its next user, then is replaced."""
    return AsyncConnectionPool(
        url,
        kwargs={"autocommit": True, "options": options, "connect_timeout": CONNECT_TIMEOUT},
        min_size=1,
        max_size=size,
        open=False,
        timeout=5,
        reconnect_timeout=1,  # then whoever asks next tries anew: no pause as long as the outage
        check=None,
    )
