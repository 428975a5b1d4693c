"""The processes of a run: started, killed, started again in their place, and ended."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.torture.journal import now

ROOT = Path(__file__).parents[2]
ENDS_WITHIN_SECONDS = 180


class DidNotEnd(Exception):
    """A process did not come to its end, though nothing stood in its way any more."""


@dataclass(slots=True)
class Member:
    """A name, and the process that has it now. `environment`: settings beside DATABASE_URL."""

    name: str
    module: str
    arguments: tuple[str, ...]
    url: str
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    process: Process | None = None
    count: int = 0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def log(self) -> Path:
        return self.folder / f"{self.name}.log"

    @property
    def journal(self) -> Path:
        return self.folder / f"{self.name}.journal"

    async def start(self) -> None:
        self.count += 1
        own = (argument.replace("COUNT", str(self.count)) for argument in self.arguments)
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                self.module,
                str(self.folder),
                *own,
                cwd=ROOT,
                env={**os.environ, **self.environment, "DATABASE_URL": self.url},
                stdout=log,
                stderr=log,
            )

    async def replace(self) -> float:
        """Kill it and start another; return when it was dead."""
        async with self.lock:
            await self.kill()
            died = now()
            await self.start()
        return died

    async def give_way(self) -> None:
        """Let it end what is under way, and start another in its place. Raise DidNotEnd."""
        async with self.lock:
            self.send(signal.SIGTERM)
            await self.end()
            await self.start()

    async def end(self) -> None:
        """See it end. Raise DidNotEnd."""
        assert self.process is not None
        try:
            async with asyncio.timeout(ENDS_WITHIN_SECONDS):
                await self.process.wait()
        except TimeoutError:
            raise DidNotEnd(self.name, str(self.log)) from None

    async def kill(self) -> None:
        if self.process is not None:
            self.send(signal.SIGKILL)
            await self.process.wait()

    def send(self, number: int) -> None:
        with suppress(ProcessLookupError):
            if self.process is not None:
                self.process.send_signal(number)

    @property
    def has_failed(self) -> bool:
        return self.process is not None and self.process.returncode not in (None, 0)


@dataclass(frozen=True, slots=True)
class Crew:
    folder: Path
    writers: Sequence[Member]
    readers: Sequence[Member]

    @property
    def members(self) -> Sequence[Member]:
        return (*self.writers, *self.readers)

    async def start(self) -> None:
        for member in self.members:
            await member.start()

    async def end(self, name: str) -> None:
        """Tell the `writers` or the `readers` to end, and see them end. Raise DidNotEnd."""
        (self.folder / f"{name}.stop").touch()
        for member in self.writers if name == "writers" else self.readers:
            await member.end()

    async def kill(self) -> None:
        await asyncio.gather(*(member.kill() for member in self.members))

    def failures(self) -> list[str]:
        """Who ended by itself and not in peace."""
        return [f"{m.name}, see {m.log.name}" for m in self.members if m.has_failed]
