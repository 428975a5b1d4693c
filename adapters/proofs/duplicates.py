"""The same file elsewhere: in another application of the municipality, or as another kind.

As it was sent, or as it is once it was cleaned: a byte behind its end makes no other file of it.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from adapters.event_store.log import Pool
from adapters.personal_data.key_ring import KeyEncryption
from adapters.postgres.tenants import Viewer, ask_as

DIGEST_BYTES = 16
SAME = """SELECT one.proof_id, other.application_id, other.kind
    FROM proofs_v2 one JOIN proofs_v2 other ON other.municipality = one.municipality AND (
        (one.digest <> '' AND other.digest = one.digest)
        OR (one.clean_digest <> '' AND other.clean_digest = one.clean_digest))
    WHERE one.application_id = %s
        AND (other.application_id, other.kind) <> (one.application_id, one.kind)
    ORDER BY other.uploaded_at, other.proof_id LIMIT 100"""


class Duplicate(NamedTuple):
    application_id: UUID
    kind: str


def content_digest(keys: KeyEncryption, municipality: str, sha256: str) -> str:
    """The same for the same content in one municipality, and of no use without the keys."""
    return keys.digest(f"proof\x1f{municipality}\x1f{sha256}", DIGEST_BYTES).hex()


async def duplicates_of(
    pool: Pool, municipality: str, application_id: UUID
) -> Mapping[UUID, Sequence[Duplicate]]:
    """Return what is the same elsewhere, by proof; as far as the read model has come."""
    found: dict[UUID, list[Duplicate]] = {}
    for row in await ask_as(pool, Viewer(municipality), SAME, (application_id,)):
        duplicate = Duplicate(row["application_id"], row["kind"])
        found.setdefault(row["proof_id"], []).append(duplicate)
    return found
