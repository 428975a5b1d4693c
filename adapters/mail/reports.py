"""Reads what mail servers say became of a mail (RFC 3464). Anybody may have written it."""

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import Message
from enum import StrEnum

# A report is short; what was sent back with it is not looked at.
LONGEST_REPORT = 256 * 1024
LONGEST_HEADER = 1000
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
    """`sent_to`: as it stands there. `action` is None where nobody says what became of a mail.

    `status`: a code as in RFC 3463, e.g. 5.1.1; empty where there is none.
    """

    sent_to: str = ""
    action: Action | None = None
    status: str = ""


def read_report(content: bytes) -> Report:
    """Never raise: what cannot be read says nothing."""
    try:
        message = message_from_bytes(content[:LONGEST_REPORT], policy=policy.compat32)
        return _report(message)
    except Exception:  # noqa: BLE001 -- the parser was written for mails, not for attacks
        return Report()


def _report(message: Message) -> Report:
    sent_to = " ".join(filter(None, (_header(message, name) for name in SENT_TO)))
    told = [told for block in _blocks(message) if (told := _told(block))]
    # We wrote to one recipient; were there several, the worst of it counts.
    action, status = min(told, key=lambda one: list(Action).index(one[0]), default=(None, ""))
    return Report(sent_to, action, status)


def _blocks(message: Message) -> list[Message]:
    """What is said of each recipient; the first block is of the message."""
    if message.get_content_type() != "multipart/report" or not message.is_multipart():
        return []
    for part in message.get_payload():
        if isinstance(part, Message) and part.get_content_type() == "message/delivery-status":
            blocks = part.get_payload()
            return [one for one in blocks if isinstance(one, Message)][1:]
    return []


def _told(block: Message) -> tuple[Action, str] | None:
    word = _header(block, "Action").split(" ")[0].lower()
    if word not in set(Action):
        return None
    status = STATUS.search(_header(block, "Status"))
    return Action(word), status[0] if status else ""


def _header(message: Message, name: str) -> str:
    """All of that name. Folded ones are one line; more than anybody needs is cut off."""
    found = " ".join(str(value) for value in message.get_all(name, ()))
    return " ".join(found[:LONGEST_HEADER].split())
