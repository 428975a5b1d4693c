"""Notes to hand over, where nobody asks which log they are of."""

from datetime import UTC, datetime

from adapters.evidence.notes import Checkpoint, Signer
from tests.keys import SIGNER

MARCH = datetime(2026, 3, 2, 12, 30, tzinfo=UTC)


def checkpoint(signer: Signer, size: int = 1) -> Checkpoint:
    return Checkpoint(signer.origin, size, size.to_bytes(32), size, MARCH)


def note(size: int) -> str:
    return SIGNER.sign(checkpoint(SIGNER, size))
