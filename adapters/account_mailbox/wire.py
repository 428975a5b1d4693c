"""What goes over the wire: the contents of version 6 of the central mailbox (ZBP).

The limits are those of FIT-Connect's schemas; what is longer is cut, for the letter says it whole.
"""

import json
from datetime import UTC

from adapters.account_mailbox.mailbox import AccountMessage, StateMessage

LONGEST_NAME, LONGEST_TITLE, LONGEST_LABEL = 255, 1024, 100
ELLIPSIS = "…"


def message_content(message: AccountMessage) -> str:
    return _written(
        mailboxUuid=str(message.handle),
        stork_qaa_level=int(message.trust_level),
        sender=_within(message.sender, LONGEST_NAME),
        title=_within(message.title, LONGEST_TITLE),
        content=message.content,
        service=_within(message.service, LONGEST_NAME),
        reference=str(message.reference),
        applicationId=str(message.application_id),
        senderUrl=_within(message.sender_url, LONGEST_NAME),
        attachments=[],
    )


def state_content(state: StateMessage) -> str:
    since = state.since.astimezone(UTC).isoformat(timespec="milliseconds")
    return _written(
        status=str(state.state),
        applicationId=str(state.application_id),
        publicServiceName={"de": _within(state.service, LONGEST_LABEL)},
        senderName=_within(state.sender, LONGEST_LABEL),
        reference=str(state.reference),
        createdDate=since.replace("+00:00", "Z"),
    )


def _written(**content: object) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _within(text: str, longest: int) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= longest else one_line[: longest - 1] + ELLIPSIS
