"""Keeps files sealed, and nothing that no event names: what was cut off is removed later on."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from adapters.event_store.log import EventLog
from adapters.personal_data.sealing import DataKey, SealBroken
from adapters.proofs.errors import ProofFileDamaged, ProofFileMissing
from adapters.proofs.files import ProofFiles
from adapters.proofs.sealed_files import open_file, seal_file
from domain.application.decisions import APPLICATION
from domain.application.events import ProofUploaded

# Longer than any upload goes on after its file was kept.
CUT_OFF_AFTER = timedelta(hours=1)
BEGIN = """INSERT INTO uploads_begun (file, application_id) VALUES (%b, %b)
    ON CONFLICT DO NOTHING RETURNING file"""
END = "DELETE FROM uploads_begun WHERE file = %b RETURNING file"
CUT_OFF = """SELECT application_id, file FROM uploads_begun
    WHERE begun_at < clock_timestamp() - %b::interval ORDER BY begun_at LIMIT 100"""


@dataclass(frozen=True, slots=True)
class Vault:
    files: ProofFiles
    log: EventLog

    async def keep(self, key: DataKey, name: str, clear: bytes) -> None:
        """Keep a file that an event is about to name; then `settle`. Raise FileStoreUnavailable."""
        await self.log.rows(BEGIN, (name, key.stream_id))
        await self.files.keep(name, await asyncio.to_thread(seal_file, key, name, clear))

    async def settle(self, application_id: UUID, name: str) -> None:
        """Once it is known what was recorded: remove the file unless an event names it.

        Where an application was erased meanwhile, nothing is left that names it.
        """
        state = APPLICATION.fold(await self.log.events(application_id))
        if state.erased or name not in {proof.file for proof in state.proofs.values()}:
            await self.files.remove(name)
        await self.log.rows(END, (name,))

    async def open(self, key: DataKey, uploaded: ProofUploaded) -> bytes:
        """Raise ProofFileMissing, ProofFileDamaged or FileStoreUnavailable."""
        sealed = await self.files.read(uploaded.file)
        if sealed is None:
            raise ProofFileMissing(uploaded.file)
        return await asyncio.to_thread(_opened, key, uploaded, sealed)

    async def remove_cut_off(self, after: timedelta = CUT_OFF_AFTER) -> int:
        """Return how many uploads were found cut off."""
        found = await self.log.rows(CUT_OFF, (after,))
        for application_id, name in found:
            await self.settle(application_id, name)
        return len(found)


def _opened(key: DataKey, uploaded: ProofUploaded, kept: bytes) -> bytes:
    """Before files were cleaned and sealed they were kept as they were sent."""
    try:
        clear = open_file(key, uploaded.file, kept) if uploaded.clean_sha256 else kept
    except SealBroken:
        raise ProofFileDamaged(uploaded.file) from None
    if sha256(clear).hexdigest() != (uploaded.clean_sha256 or uploaded.sha256):
        raise ProofFileDamaged(uploaded.file)
    return clear
