"""Finishes what an erasure began, should the process that was asked for it have died."""

from adapters.bootstrap import Parts
from adapters.erasing import ERASING
from adapters.event_store.recorded import Recorded
from adapters.runner_names import FORGETTING
from domain.application.events import ProofsDestroyed
from workers.needing_files import NeedingFiles
from workers.react import Connection


async def forget(parts: Parts, _: Connection, recorded: Recorded) -> None:
    await parts.eraser.forget(recorded.stream_id)


async def remove_proofs(parts: Parts, _: Connection, recorded: Recorded) -> None:
    await parts.retention.remove(recorded.event.files)


REACTION = NeedingFiles(
    FORGETTING,
    {**dict.fromkeys(ERASING, forget), ProofsDestroyed: remove_proofs},
)
