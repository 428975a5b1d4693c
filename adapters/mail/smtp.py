"""Hands one mail to the municipality's mail server, or says why it could not."""

import asyncio
import ssl
from copy import deepcopy
from dataclasses import dataclass, field
from email.message import EmailMessage

from aiosmtplib.errors import (
    SMTPDataError,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientsRefused,
    SMTPSenderRefused,
)

from adapters.authorities import trusting
from adapters.mail.replies import (
    MailRefused,
    MailServerUnavailable,
    MailUnanswered,
    of_recipients,
    of_sender,
    of_text,
)
from adapters.mail.settings import MailSettings
from adapters.mail.smtp_server import MailServer

__all__ = ["MailRefused", "MailServerUnavailable", "MailUnanswered", "SmtpSender", "mail_server_of"]

# Of what became of a mail we want to be told (RFC 3461), and not be sent its text again.
WITHOUT_THE_TEXT, WHAT_BECAME_OF_IT = "RET=HDRS", "NOTIFY=SUCCESS,FAILURE,DELAY"


@dataclass(frozen=True, slots=True)
class SmtpSender:
    """Sends as `sender`, or without one as the message's From; keep the Message-ID in a retry.

    `tls` from the first byte, or `starttls`, or neither. `trusted`: whose certificate will do.
    `return_path`: where reports about this very mail shall go, if anywhere. `timeout`: for each
    answer before the mail, `limit` for all of them; `reply_seconds`: for the mail, and for what the
    server says to it.
    """

    host: str
    port: int
    sender: str
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    starttls: bool = False
    tls: bool = False
    trusted: ssl.SSLContext | None = None
    return_path: str = ""
    timeout: float = 20.0
    limit: float = 25.0
    reply_seconds: float = 600.0

    async def send(self, message: EmailMessage) -> None:
        """Raise MailRefused, MailServerUnavailable or MailUnanswered."""
        try:
            async with asyncio.timeout(self.limit) as limit:
                await self._send(self._server(limit), self._signed(message))
        except SMTPRecipientsRefused as error:
            refused = [(one.code, one.message) for one in error.recipients]
            raise of_recipients(refused) from error
        except SMTPSenderRefused as error:
            raise of_sender(error) from error
        except SMTPDataError as error:
            raise of_text(error) from error
        except SMTPNotSupported as error:
            raise MailRefused(type(error).__name__) from error
        # A certificate that is not trusted is a ValueError as well.
        except (SMTPException, OSError) as error:
            raise MailServerUnavailable(_cause(error)) from error
        except ValueError as error:
            raise MailRefused(type(error).__name__) from error

    def _server(self, limit: asyncio.Timeout) -> MailServer:
        return MailServer(
            limit,
            self.reply_seconds,
            hostname=self.host,
            port=self.port,
            username=self.username,
            password=self.password,
            start_tls=self.starttls,
            use_tls=self.tls,
            tls_context=self.trusted,
            timeout=self.timeout,
        )

    def _signed(self, message: EmailMessage) -> EmailMessage:
        if "From" in message or not self.sender:
            return message
        signed = deepcopy(message)
        signed["From"] = self.sender
        return signed

    async def _send(self, server: MailServer, message: EmailMessage) -> None:
        await server.connect()
        try:
            reported = await self._can_report(server)
            refused, _ = await server.send_message(
                message,
                sender=self.return_path or self.sender or None,
                mail_options=[WITHOUT_THE_TEXT] if reported else None,
                rcpt_options=[WHAT_BECAME_OF_IT] if reported else None,
            )
        finally:
            await server.leave()
        if refused:
            raise of_recipients((one.code, one.message) for one in refused.values())

    async def _can_report(self, server: MailServer) -> bool:
        """Whether there is somebody to read reports, and a server that can be asked for them."""
        if not self.return_path:
            return False
        await server.ehlo()
        return server.supports_extension("dsn")


def mail_server_of(settings: MailSettings) -> SmtpSender:
    """Each mail says who sends it."""
    return SmtpSender(
        host=settings.smtp_host,
        port=settings.smtp_port,
        sender="",
        username=settings.smtp_username,
        password=settings.smtp_password,
        starttls=settings.smtp_starttls,
        tls=settings.smtp_tls,
        trusted=trusting(settings.smtp_ca_file),
    )


def _cause(error: Exception) -> str:
    code = getattr(error, "code", None)
    return f"SMTP {code}" if code else type(error).__name__
