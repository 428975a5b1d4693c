"""Whether something new could be sealed at this moment: by the key file, and by the database."""

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from adapters.personal_data.key_file import KeyFile
from adapters.personal_data.key_ring import KeyRingOutdated, KeyRingRefused
from adapters.personal_data.retired import RETIRED, retired_version


async def why_unusable(
    keys: KeyFile, connection: AsyncConnection[TupleRow]
) -> KeyRingRefused | None:
    """Return what whoever submits would be refused with; None where all is well."""
    try:
        keys.require_usable()
    except KeyRingRefused as refused:
        return refused
    retired = [retired_version(row[0]) async for row in await connection.execute(RETIRED)]
    return KeyRingOutdated() if keys.current in retired else None
