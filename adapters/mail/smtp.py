"""Hands one mail to the municipality's mail server, or says why it could not."""

import ssl
from copy import deepcopy
from dataclasses import dataclass, field
from email.message import EmailMessage

import aiosmtplib
from aiosmtplib.errors import (
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientsRefused,
    SMTPResponseException,
)

from adapters.mail.settings import MailSettings, trusting

PERMANENT = 500
# These speak of our sign-in, not of the mail: repairing the settings lets it through.
SIGN_IN = {530, 534, 535, 538}
# Of what became of a mail we want to be told (RFC 3461), and not be sent its text again.
WITHOUT_THE_TEXT, WHAT_BECAME_OF_IT = "RET=HDRS", "NOTIFY=SUCCESS,FAILURE,DELAY"


class MailServerUnavailable(Exception):
    """The mail server does not take mail at the moment; send the same message again later."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause

    def __str__(self) -> str:
        return f"{self.__doc__} ({self.cause})"


class MailRefused(Exception):
    """The mail server refuses this message for good; check the recipient's address and the size."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause

    def __str__(self) -> str:
        return f"{self.__doc__} ({self.cause})"


@dataclass(frozen=True, slots=True)
class SmtpSender:
    """Sends as `sender`, or without one as the message's From; keep the Message-ID in a retry.

    `tls` from the first byte, or `starttls`, or neither. `trusted`: whose certificate will do.
    `return_path`: where reports about this very mail shall go, if anywhere.
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

    async def send(self, message: EmailMessage) -> None:
        server = self._server()
        try:
            await server.connect()
        except (SMTPException, OSError) as error:
            raise MailServerUnavailable(type(error).__name__) from error
        async with server:
            await self._hand_over(server, self._signed(message))

    def _server(self) -> aiosmtplib.SMTP:
        return aiosmtplib.SMTP(
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

    async def _hand_over(self, server: aiosmtplib.SMTP, message: EmailMessage) -> None:
        try:
            reported = await self._can_report(server)
            refused, _ = await server.send_message(
                message,
                sender=self.return_path or self.sender or None,
                mail_options=[WITHOUT_THE_TEXT] if reported else None,
                rcpt_options=[WHAT_BECAME_OF_IT] if reported else None,
            )
        except SMTPRecipientsRefused as error:
            raise _failure(*(recipient.code for recipient in error.recipients)) from error
        except SMTPResponseException as error:
            raise _failure(error.code) from error
        except (ValueError, SMTPNotSupported) as error:
            raise MailRefused(type(error).__name__) from error
        except (SMTPException, OSError) as error:
            raise MailServerUnavailable(type(error).__name__) from error
        if refused:
            raise _failure(*(response.code for response in refused.values()))

    async def _can_report(self, server: aiosmtplib.SMTP) -> bool:
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


def _failure(*codes: int) -> MailRefused | MailServerUnavailable:
    cause = ", ".join(f"SMTP {code}" for code in codes)
    for_good = all(code >= PERMANENT and code not in SIGN_IN for code in codes)
    return MailRefused(cause) if for_good else MailServerUnavailable(cause)
