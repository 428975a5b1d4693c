"""A connection to a mail server that waits for the last answer as long as it may take.

RFC 5321, 4.5.3.2.6: a server may take ten minutes to say whether it keeps a mail. Whoever hangs up
before gets the mail delivered, and sends it again.
"""

import asyncio
from contextlib import suppress
from typing import Any

import aiosmtplib
from aiosmtplib.errors import (
    SMTPDataError,
    SMTPException,
    SMTPResponseException,
    SMTPServerDisconnected,
)
from aiosmtplib.protocol import PERIOD_REGEX, SMTPProtocol, normalize_message_line_endings
from aiosmtplib.response import SMTPResponse
from aiosmtplib.typing import SMTPStatus

from adapters.mail.replies import MailUnanswered

GOODBYE_SECONDS = 1.0


class MailServer(aiosmtplib.SMTP):
    """`limit`: for all there is to say before the mail. `reply_seconds`: for its transfer, and the
    answer to it.
    """

    def __init__(self, limit: asyncio.Timeout, reply_seconds: float, **settings: Any) -> None:
        super().__init__(**settings)
        self._limit = limit
        self._reply_seconds = reply_seconds

    async def data(self, message: str | bytes, /, **_: Any) -> SMTPResponse:
        start = await self.execute_command(b"DATA")
        protocol = self.protocol
        if start.code != SMTPStatus.start_input:
            raise SMTPDataError(start.code, start.message)
        if protocol is None:
            raise SMTPServerDisconnected("Connection lost")
        self._limit.reschedule(None)
        protocol.write(_as_sent(message))
        reply = await self._last_reply(protocol)
        if reply.code != SMTPStatus.completed:
            raise SMTPDataError(reply.code, reply.message)
        return reply

    async def _last_reply(self, protocol: SMTPProtocol) -> SMTPResponse:
        try:
            return await protocol.read_response(timeout=self._reply_seconds)
        except (SMTPServerDisconnected, SMTPResponseException, OSError) as error:
            raise MailUnanswered from error

    async def rset(self, **_: Any) -> SMTPResponse:
        """Nothing more is sent by this connection, so that no known answer waits for this one."""
        return SMTPResponse(SMTPStatus.completed, "")

    async def leave(self) -> None:
        """What has become of the mail is known; whether the server says goodbye does not matter."""
        if not self._limit.expired():
            self._limit.reschedule(None)
        try:
            with suppress(SMTPException, OSError):
                await self.quit(timeout=GOODBYE_SECONDS)
        finally:
            self.close()

    def close(self) -> None:
        """At once: there is nothing left to say, and the other side may never agree to end TLS."""
        connection: Any = self.transport
        super().close()
        if connection is not None:
            connection.abort()


def _as_sent(message: str | bytes) -> bytes:
    content = message.encode("ascii") if isinstance(message, str) else message
    return PERIOD_REGEX.sub(b"..", normalize_message_line_endings(content)) + b".\r\n"
