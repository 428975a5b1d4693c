"""An SMTP server on loopback that keeps every mail in a folder and sends none on.

Recipients at `refused.invalid` are refused for good, those at `busy.invalid` for now.
"""

import asyncio
import logging
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session

from adapters.mail.mail_folder import caught, deliveries, keep, mail_id, sweep

__all__ = ["MailCatcher", "caught", "deliveries", "mail_id"]

log = structlog.get_logger(__name__)

REFUSALS = {
    "refused.invalid": "550 5.1.1 No such mailbox",
    "busy.invalid": "450 4.2.1 Mailbox busy, try again later",
}


class MailCatcher:
    """`async with MailCatcher(folder) as catcher: catcher.port`"""

    def __init__(
        self, folder: Path, port: int = 0, host: str = "127.0.0.1", size_limit: int = 10_000_000
    ) -> None:
        self.folder = folder
        self.host = host
        self.port = port
        self._size_limit = size_limit
        self._connections: set[_Connection] = set()

    async def __aenter__(self) -> Self:
        # The library would log addresses and contents.
        logging.getLogger("mail.log").setLevel(logging.CRITICAL)
        await asyncio.to_thread(sweep, self.folder)
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._connection, self.host, self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.close()
        for connection in tuple(self._connections):
            connection.hang_up()
        await self._server.wait_closed()

    def _connection(self) -> "_Connection":
        return _Connection(self._connections, _Handler(self.folder), self._size_limit)


class _Handler:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def handle_RCPT(  # noqa: N802  the library calls it by this name
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        refusal = REFUSALS.get(address.rpartition("@")[2].lower())
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802  likewise
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        content = envelope.original_content or b""
        try:
            await asyncio.to_thread(keep, self._folder, content)
        except OSError as error:
            log.warning("mail_not_kept", error=type(error).__name__)
            return "451 4.3.0 Could not keep the message, try again later"
        return "250 2.0.0 Kept"


class _Connection(SMTP):
    """One client's connection, known to the catcher while it lasts."""

    def __init__(self, open_ones: "set[_Connection]", handler: _Handler, size_limit: int) -> None:
        super().__init__(
            handler,
            data_size_limit=size_limit,
            enable_SMTPUTF8=True,
            hostname="localhost",
            timeout=60,
            loop=asyncio.get_running_loop(),
        )
        self._open_ones = open_ones

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._open_ones.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._open_ones.discard(self)
        super().connection_lost(error)

    def hang_up(self) -> None:
        transport: Any = self.transport
        if transport is not None:
            transport.abort()
