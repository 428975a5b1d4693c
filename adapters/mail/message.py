"""A mail as programs read it: what is an address for them stays in one piece."""

from collections.abc import Mapping
from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import Policy, default

OF_PROGRAMS = ("message-id", "list-unsubscribe")


class InOnePiece(UnstructuredHeader, BaseHeader):
    """Written as it is. The standard library breaks a long one, or puts it into encoded words; by
    RFC 2047 no program reads an address in those. A line may have 998 characters.
    """

    def fold(self, *, policy: Policy) -> str:
        if not self.isascii():
            return super().fold(policy=policy)
        return f"{self.name}: {self}{policy.linesep}"


def _headers() -> HeaderRegistry:
    headers = HeaderRegistry()
    for name in OF_PROGRAMS:
        headers.map_to_type(name, InOnePiece)
    return headers


POLICY = default.clone(header_factory=_headers())


def written_by_us(about: Mapping[str, str], text: str) -> EmailMessage:
    """Nobody shall answer it automatically."""
    message = EmailMessage(POLICY)
    for name, value in about.items():
        message[name] = value
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    return message
