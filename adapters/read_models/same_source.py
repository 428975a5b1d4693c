"""Other applications that the same portal handed over under the same number, for other accounts."""

from uuid import UUID

from adapters.event_store.log import Pool
from adapters.personal_data.key_ring import KeyEncryption
from adapters.postgres.tenants import Viewer, ask_as

DIGEST_BYTES = 16
SAME = """SELECT other.application_id
    FROM sources_v1 one JOIN sources_v1 other ON other.digest = one.digest
        AND other.municipality = one.municipality AND other.application_id <> one.application_id
    WHERE one.application_id = %s ORDER BY other.submitted_at, other.application_id LIMIT 100"""


def source_digest(keys: KeyEncryption, municipality: str, portal: str, number: str) -> str:
    """The same for the same number in one municipality, and of no use without the keys."""
    return keys.digest(f"source\x1f{municipality}\x1f{portal}\x1f{number}", DIGEST_BYTES).hex()


async def same_source(pool: Pool, municipality: str, application_id: UUID) -> list[UUID]:
    """Return them, the oldest first; as far as the read model has come."""
    rows = await ask_as(pool, Viewer(municipality), SAME, (application_id,))
    return [row["application_id"] for row in rows]
