"""The same world over the real store: each command twice at once, and the log is what was told."""

import asyncio
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal

from adapters.bootstrap import Parts, open_parts
from adapters.event_store.office import Order
from adapters.event_store.recorded import ActorStamp, Metadata
from adapters.settings import Settings
from domain.decider import Decider
from domain.errors import Refused
from tests.domain.processes.world import ACTIONS, World, require_sound
from tests.keys import with_keys
from tests.service_login import new_login

LIVES, STEPS = 20, 45
ACTOR = ActorStamp("clerk-anna", "clerk", "05513000")


@dataclass
class RealWorld(World):
    """What is remembered is what the store must hold; whoever asks, asks twice at once."""

    parts: Parts = field(kw_only=True)
    portal: BlockingPortal = field(kw_only=True)

    def carry_out(
        self, decider: Decider[Any, Any, Any], stream: UUID, command: Any, command_id: UUID
    ) -> int:
        order = Order(stream, command, Metadata(command_id, ACTOR, "world"))
        answers = self.portal.call(self._twice, decider, order)
        told: Any
        try:
            told = super().carry_out(decider, stream, command, command_id)
        except Refused as refused:
            told = refused
        assert answers == [type(told) if isinstance(told, Refused) else told] * 2
        if isinstance(told, Refused):
            raise told
        return int(told)

    async def _twice(self, decider: Decider[Any, Any, Any], order: Order) -> list[Any]:
        return list(await asyncio.gather(*(self._once(decider, order) for _ in range(2))))

    async def _once(self, decider: Decider[Any, Any, Any], order: Order) -> Any:
        try:
            return (await self.parts.office.carry_out(decider, order)).appended.version
        except Refused as refused:
            return type(refused)

    async def stored(self) -> dict[UUID, list[Any]]:
        return {stream: list(await self.parts.log.events(stream)) for stream in self.streams}


@pytest.fixture
def portal() -> Iterator[BlockingPortal]:
    with start_blocking_portal(backend_options={"use_uvloop": True}) as portal:
        yield portal


@pytest.mark.parametrize("seed", range(LIVES))
def test_money_is_as_sound_over_the_real_store(
    portal: BlockingPortal, database_url: str, tmp_path: Any, seed: int
) -> None:
    settings = with_keys(Settings(home=tmp_path, smtp_port=1))
    dice = random.Random(seed)  # noqa: S311 -- to play, not to keep secrets
    with (
        new_login(database_url) as login,
        portal.wrap_async_context_manager(open_parts(settings, login)) as parts,
    ):
        world = RealWorld(parts=parts, portal=portal)
        world.submit(dice.randrange(4))
        for _ in range(STEPS):
            dice.choice(ACTIONS)(world, dice.randrange(1_000_000))
        world.heal()
        require_sound(world)
        assert portal.call(world.stored) == world.streams
