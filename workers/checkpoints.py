"""Signs how the log stands, again and again, and hands each checkpoint to every anchor.

At least once, and in order: what an anchor was handed is noted after it has kept it. An anchor that
is down delays only itself.
"""

import asyncio
from dataclasses import dataclass

import structlog

from adapters.evidence.anchors import Anchor, AnchorUnavailable, anchor_at
from adapters.evidence.checkpoints import (
    CheckpointRefused,
    Connection,
    make_checkpoint,
    news,
)
from adapters.evidence.notes import Signer
from adapters.evidence.signing_key import load_signer, require_signer
from adapters.postgres.connecting import connect
from adapters.runner_names import CHECKPOINTS
from adapters.settings import Settings
from workers.supervision import Runner, Tools

LOOK_SECONDS, KEEP_SECONDS = 1.0, 20.0
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 60.0
REFUSED_PAUSE = 5.0
NEW = "INSERT INTO anchored (anchor) VALUES (%s) ON CONFLICT DO NOTHING"
WAITING = """SELECT EXISTS (SELECT FROM checkpoints c JOIN anchored a ON c.number > a.number
    WHERE a.anchor = %s)"""
CLAIM = "SELECT number FROM anchored WHERE anchor = %s FOR UPDATE SKIP LOCKED"
NEXT = "SELECT number, note FROM checkpoints WHERE number > %s ORDER BY number LIMIT 1"
KEPT = """UPDATE anchored SET number = %s, tried_at = clock_timestamp(), error = ''
    WHERE anchor = %s"""
FAILED = "UPDATE anchored SET tried_at = clock_timestamp(), error = %s WHERE anchor = %s"

log = structlog.get_logger()


def require_key(settings: Settings, url: str) -> None:
    """Raise a kind of SigningKeyRefused."""
    require_signer(settings.signing_key_file, url)


async def run(tools: Tools) -> None:
    settings = tools.parts.settings
    signer = load_signer(settings.signing_key_file)
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(_make(tools, signer))
            for place in settings.anchor_places:
                group.create_task(_hand_over(tools, HandOver(anchor_at(place, tools.parts.kafka))))
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from None  # by its own kind, for whoever restarts us


async def _make(tools: Tools, signer: Signer) -> None:
    async with await connect(tools.parts.url) as connection:
        while True:
            try:
                made = await make_if_due(connection, tools.parts.settings, signer)
            except CheckpointRefused as refused:
                # Said again and again, and not ready: only a person can mend it.
                log.error("checkpoint_refused", error=type(refused).__name__)  # noqa: TRY400
                await tools.pulse.beat("refusing", type(refused).__name__)
                await asyncio.sleep(REFUSED_PAUSE)
            else:
                await tools.pulse.beat()
                if not made:
                    await asyncio.sleep(_pause(tools))


async def make_if_due(connection: Connection, settings: Settings, signer: Signer) -> bool:
    """Return whether a checkpoint was made. Raise a kind of CheckpointRefused."""
    waiting = await news(connection)
    if not waiting.are_due(settings.checkpoint_events, settings.checkpoint_seconds):
        return False
    made = await make_checkpoint(connection, signer)
    if made:
        log.info("checkpoint_made", size=made.size, position=made.position)
    return made is not None


async def _hand_over(tools: Tools, to: "HandOver") -> None:
    async with await connect(tools.parts.url) as connection:
        await connection.execute(NEW, (to.anchor.name,))
        while True:
            if not await to.step(connection):
                await asyncio.sleep(to.pause or _pause(tools))


@dataclass(slots=True)
class HandOver:
    """`pause`: how long to leave the anchor alone; zero while it answers."""

    anchor: Anchor
    pause: float = 0.0

    async def step(self, connection: Connection) -> bool:
        """Hand over the next note; False where none is, another is at it, or it was in vain."""
        name = self.anchor.name
        (waiting,) = await (await connection.execute(WAITING, (name,))).fetchone() or (False,)
        if not waiting:
            return False
        async with connection.transaction():
            claimed = await (await connection.execute(CLAIM, (name,))).fetchone()
            if claimed is None:
                return False
            found = await (await connection.execute(NEXT, claimed)).fetchone()
            if found is None:
                return False
            number, note = found
            error = await self._keep(note)
            if error:
                await connection.execute(FAILED, (error, name))
            else:
                await connection.execute(KEPT, (number, name))
        return not error

    async def _keep(self, note: str) -> str:
        """Return what went wrong, if anything."""
        try:
            async with asyncio.timeout(KEEP_SECONDS):
                await self.anchor.keep(note)
        except (AnchorUnavailable, TimeoutError) as error:
            said = str(error.args[-1]) if error.args else type(error).__name__
            self.pause = min(max(self.pause * 2, FIRST_PAUSE), LONGEST_PAUSE)
            log.warning("anchor_unavailable", anchor=self.anchor.name, error=said)
            return said
        if self.pause:
            self.pause = 0.0
            log.info("anchor_reached", anchor=self.anchor.name)
        return ""


def _pause(tools: Tools) -> float:
    return min(LOOK_SECONDS, tools.parts.settings.checkpoint_seconds)


RUNNER = Runner(CHECKPOINTS, run, require_key)
