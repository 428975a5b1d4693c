"""Whether something new could be sealed at this moment: by the key file, and by the database."""

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from adapters.personal_data.key_file import KeyFile
from adapters.personal_data.key_ring import KeyRingOutdated, KeyRingRefused, KeyRingUntold
from adapters.personal_data.retired import RETIRED, retired_version
from adapters.personal_data.told import TOLD


async def why_unusable(
    keys: KeyFile, connection: AsyncConnection[TupleRow]
) -> KeyRingRefused | None:
    """Return what whoever submits would be refused with; None where all is well."""
    try:
        keys.require_usable()
    except KeyRingRefused as refused:
        return refused
    retired = [retired_version(row[0]) async for row in await connection.execute(RETIRED)]
    if keys.current in retired:
        return KeyRingOutdated()
    told = {row[0] async for row in await connection.execute(TOLD)}
    return KeyRingUntold() if told and keys.current not in told else None
