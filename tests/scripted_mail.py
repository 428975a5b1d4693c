"""A mail server that says what a test wants it to say, where a real one would not."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

THE_MAIL = "."
USUAL = {
    "": "220 mail.example",
    "EHLO": "250 mail.example",
    "MAIL": "250 OK",
    "RCPT": "250 OK",
    "DATA": "354 Go on",
    THE_MAIL: "250 Kept",
    "QUIT": "221 Bye",
}
NOTHING, HANGS_UP = "", "hangs up"


@dataclass
class Scripted:
    """`mails`: how many it was given whole; it answers to one once `may_answer` is set."""

    replies: Mapping[str, str]
    port: int = 0
    mails: int = 0
    asked_to_quit: asyncio.Event = field(default_factory=asyncio.Event)
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)
    under_way: set["asyncio.Task[Any] | None"] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.under_way.add(asyncio.current_task())
        command: str | None = ""
        while command is not None and self.replies[command] != HANGS_UP:
            if reply := self.replies[command]:
                writer.write(reply.encode() + b"\r\n")
            command = await self._next(reader, reply)
            if command == "QUIT":
                self.asked_to_quit.set()
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    async def _next(self, reader: asyncio.StreamReader, reply: str) -> str | None:
        if not reply.startswith("354"):
            line = await reader.readline()
            return line.decode().strip().partition(" ")[0].upper() if line else None
        await reader.readuntil(b"\r\n.\r\n")
        self.mails += 1
        await self.may_answer.wait()
        return THE_MAIL


@asynccontextmanager
async def scripted(said: Mapping[str, str], *, late: bool = False) -> AsyncIterator[Scripted]:
    """`said`: replies by command, other than the usual ones; "" greets, "." is after the mail."""
    script = Scripted(USUAL | said)
    if not late:
        script.may_answer.set()
    async with await asyncio.start_server(script.serve, "127.0.0.1", 0) as server:
        script.port = server.sockets[0].getsockname()[1]
        yield script
        script.may_answer.set()
        async with asyncio.timeout(60):
            await asyncio.gather(*(task for task in script.under_way if task))
