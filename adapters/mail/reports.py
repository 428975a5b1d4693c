"""Reads what mail servers say became of a mail (RFC 3464). Anybody may have written it.

Only its outermost parts are looked at, each once: however deep a mail is nested, it costs nothing.
"""

import re
from dataclasses import dataclass
from email import policy
from email.message import Message
from email.parser import BytesHeaderParser
from enum import StrEnum

# A report is short; what was sent back with it is not looked at.
LONGEST_REPORT = 64 * 1024
LONGEST_HEADERS = 32 * 1024
LONGEST_HEADER = 1000
# We wrote to one recipient, and a report has three parts.
MOST_RECIPIENTS, MOST_PARTS = 10, 10
HEADERS_END = re.compile(rb"(?:\A|\n)\r?\n")
BLANK_LINES = re.compile(rb"\n(?:[ \t]*\r?\n)+")
STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
# Whom the report itself was sent to, as mail servers note it.
SENT_TO = ("Delivered-To", "X-Original-To", "Envelope-To", "To")


class Action(StrEnum):
    """`failed`: given up; `delayed`: still tried; `relayed`: by somebody who tells no more."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    RELAYED = "relayed"
    EXPANDED = "expanded"


@dataclass(frozen=True, slots=True)
class Report:
    """`action` is None where nobody says what became of a mail.

    `status`: a code as in RFC 3463, e.g. 5.1.1; empty where there is none.
    """

    action: Action | None = None
    status: str = ""


def read_sent_to(content: bytes) -> str:
    """Whom it was sent to, as it stands there; nothing else is looked at. Never raise."""
    try:
        headers, _ = _read(content)
        return " ".join(filter(None, (_header(headers, name) for name in SENT_TO)))
    except Exception:  # noqa: BLE001 -- the parser was written for mails, not for attacks
        return ""


def read_report(content: bytes) -> Report:
    """Never raise: what cannot be read says nothing."""
    try:
        return _report(*_read(content[:LONGEST_REPORT]))
    except Exception:  # noqa: BLE001 -- likewise
        return Report()


def _report(headers: Message, body: bytes) -> Report:
    told = [told for block in _blocks(headers, body) if (told := _told(block))]
    # Were there several recipients, the worst of it counts.
    action, status = min(told, key=lambda one: list(Action).index(one[0]), default=(None, ""))
    return Report(action, status)


def _blocks(headers: Message, body: bytes) -> list[Message]:
    """What is said of each recipient; the first block is of the message."""
    kind = _content_type(headers)
    boundary = kind.get_boundary()
    if kind.get_content_type() != "multipart/report" or not boundary:
        return []
    for part in _parts(body, boundary.encode("ascii")):
        part_headers, said = _read(part)
        if _content_type(part_headers).get_content_type() == "message/delivery-status":
            blocks = BLANK_LINES.split(said.strip(), MOST_RECIPIENTS + 1)
            return [_read(block)[0] for block in blocks[1 : MOST_RECIPIENTS + 1]]
    return []


def _parts(body: bytes, boundary: bytes) -> list[bytes]:
    between = re.compile(
        rb"^--" + re.escape(boundary) + rb"(?:--)?[ \t]*\r?(?:\n|\Z)", re.MULTILINE
    )
    return between.split(body, MOST_PARTS)[1:]


def _told(block: Message) -> tuple[Action, str] | None:
    word = _header(block, "Action").split(" ")[0].lower()
    if word not in set(Action):
        return None
    status = STATUS.search(_header(block, "Status"))
    return Action(word), status[0] if status else ""


def _read(entity: bytes) -> tuple[Message, bytes]:
    """Return its headers and, unread, what comes after them."""
    end = HEADERS_END.search(entity)
    headers = entity[: end.start() + 1] if end else entity
    reader = BytesHeaderParser(policy=policy.compat32)
    return reader.parsebytes(headers[:LONGEST_HEADERS]), entity[end.end() :] if end else b""


def _content_type(headers: Message) -> Message:
    """That alone, and no longer than anybody needs: long ones take long to read."""
    short = Message()
    short["Content-Type"] = " ".join(str(headers.get("Content-Type", ""))[:LONGEST_HEADER].split())
    return short


def _header(message: Message, name: str) -> str:
    """All of that name. Folded ones are one line; more than anybody needs is cut off."""
    found = " ".join(str(value) for value in message.get_all(name, ()))
    return " ".join(found[:LONGEST_HEADER].split())
