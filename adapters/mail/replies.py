"""What a mail server's replies mean: taken, refused for good, or to be tried again.

For good is only what speaks of this mail or its recipient. What speaks of us (who we are, that we
may not send, what we asked for) passes once somebody repairs the settings here or there.
"""

import re
from collections.abc import Iterable

from aiosmtplib.errors import SMTPResponseException

from domain.saying import SaysItsCause

PERMANENT, TOO_LARGE, REJECTED = 500, 552, 554
# A sign-in, or a command that the server does not know, or not here.
OF_US = {500, 502, 503, 504, 530, 534, 535, 538, 555}
# RFC 3463: our own address, and whatever is about permission; not all servers write such codes.
SAYS_OF_US = re.compile(r"5\.1\.[78]\b|5\.7\.\d|.*\brelay", re.IGNORECASE | re.DOTALL)


class MailServerUnavailable(SaysItsCause):
    """The mail server does not take mail at the moment; send the same message again later."""


class MailRefused(SaysItsCause):
    """The mail server refuses this message for good; check the recipient's address and the size."""


class MailUnanswered(Exception):
    """The mail server was given the whole mail and does not say whether it keeps it; it may have
    arrived, so send it again after hours, and not often.
    """

    def __str__(self) -> str:
        return " ".join((self.__doc__ or "").split())


Failure = MailRefused | MailServerUnavailable


def of_sender(reply: SMTPResponseException) -> Failure:
    """To MAIL FROM, which names our address, and the size where a server wants to know it."""
    return _failure([reply.code], for_good=reply.code == TOO_LARGE)


def of_recipients(replies: Iterable[tuple[int, str]]) -> Failure:
    """To RCPT TO, each of those that were not taken: its code and its text."""
    known = list(replies)
    for_good = all(_for_good(code, text) for code, text in known)
    return _failure([code for code, _ in known], for_good=for_good)


def of_text(reply: SMTPResponseException) -> Failure:
    """To the mail itself."""
    for_good = reply.code in {TOO_LARGE, REJECTED} or _for_good(reply.code, reply.message)
    return _failure([reply.code], for_good=for_good)


def _for_good(code: int, text: str) -> bool:
    return code >= PERMANENT and code not in OF_US and not SAYS_OF_US.match(text)


def _failure(codes: Iterable[int], *, for_good: bool) -> Failure:
    cause = ", ".join(f"SMTP {code}" for code in codes)
    return MailRefused(cause) if for_good else MailServerUnavailable(cause)
