"""A small log that was signed and anchored for real, and a superuser who has other plans."""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import psycopg

from adapters.evidence.anchors import anchor_at
from adapters.evidence.checkpoints import make_checkpoint
from adapters.evidence.signing_key import publish
from adapters.settings import Settings
from tests.domain.application import happened as h
from tests.domain.application.asked import submit
from tests.keys import SIGNER, keys_in
from tests.projections.log import Log

CASE, OTHER = UUID(int=1), UUID(int=2)
LIFE = (h.submitted(submit), h.paid(), h.received, h.claimed, h.approved)
HANDED_OVER = """INSERT INTO anchored (anchor, number) SELECT %s, max(number) FROM checkpoints
    ON CONFLICT (anchor) DO UPDATE SET number = excluded.number"""


@dataclass(frozen=True, slots=True)
class Office:
    """`home` has the keys, and the anchor that is there where none is set."""

    home: Path
    log: Log

    @property
    def key(self) -> Path:
        return self.home / "keys" / "checkpoints.pub"

    @property
    def anchor(self) -> Path:
        return self.home / "anchors" / "checkpoints.txt"

    async def write(self) -> None:
        """Ten events: the first seven signed together, then two more, and the last one not."""
        keys_in(self.home)
        publish(SIGNER, Settings(home=self.home).signing_key_file)
        await self.log.record(CASE, *LIFE)
        await self.log.record(OTHER, *LIFE[:2])
        await self.sign()
        await self.log.record(CASE, h.ready)
        await self.log.record(OTHER, h.received)
        await self.sign()
        await self.log.record(OTHER, h.claimed)

    async def sign(self) -> None:
        """As the runner does, which believes what is in the log."""
        async with self.log.connection() as connection:
            await make_checkpoint(connection, SIGNER)
            (row,) = await self.log.ask("SELECT note FROM checkpoints ORDER BY number DESC LIMIT 1")
            await anchor_at(str(self.anchor)).keep(row["note"])
            await connection.execute(HANDED_OVER, (str(self.anchor),))

    def attack(self, *statements: str) -> None:
        """What a superuser can do, whom no trigger stops; only what is put in is chained."""
        with psycopg.connect(self.log.url) as connection:
            for statement in statements:
                role = "origin" if statement.startswith("INSERT") else "replica"
                connection.execute(f"SET session_replication_role = {role}".encode())
                connection.execute(statement.encode())

    async def rule_the_anchor(self) -> None:
        """As if nobody kept anything elsewhere: it has what the database has."""
        self.anchor.unlink()
        self.attack("DELETE FROM anchored")
        for row in await self.log.ask("SELECT note FROM checkpoints ORDER BY number"):
            await anchor_at(str(self.anchor)).keep(row["note"])


async def written_office(home: Path, url: str) -> Office:
    office = Office(home, Log(url))
    await office.write()
    return office


def lines_changed(file: Path, number: int, *instead: str) -> None:
    """Put these lines in the place of one, counted from 1."""
    lines = file.read_text().splitlines(keepends=True)
    lines[number - 1 : number] = [f"{line}\n" for line in instead]
    file.write_text("".join(lines))
