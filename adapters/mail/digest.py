"""One mail a working day to an office: what came and still waits, without a name."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from itertools import groupby
from uuid import UUID

from adapters.mail.letters import message_id, rendered
from adapters.mail.message import written_by_us
from adapters.mail.notices import DIGEST
from domain.languages import GERMAN
from domain.municipality.municipality import Municipality

MOST = 100
# By the letter that would have told of it at once.
KINDS: Mapping[str, str] = {
    "office/received": "neu eingegangen",
    "office/passed": "an Sie abgegeben",
    "office/answered": "Nachforderung beantwortet",
    "office/proof": "Nachweis nachgereicht",
    "office/money": "Zahlung zu klären",
}


@dataclass(frozen=True, slots=True)
class Case:
    """`kinds`: what happened to it since the last digest; see KINDS."""

    service: str
    due_on: date | None
    kinds: tuple[str, ...]
    link: str

    @property
    def what(self) -> list[str]:
        return [KINDS[kind] for kind in KINDS if kind in self.kinds]


@dataclass(frozen=True, slots=True)
class Digest:
    """`at`: what came before that moment is in it. `unsubscribe`: the address that ends it."""

    digest_id: UUID
    town: Municipality
    office: str
    at: datetime
    cases: Sequence[Case]
    unsubscribe: str


def compose_digest(digest: Digest) -> EmailMessage | None:
    """Return None where there is nobody to tell, or nothing to tell them."""
    to = digest.town.mailbox_of(digest.office)
    if not to or not digest.cases:
        return None
    subject, text = rendered(DIGEST, GERMAN, _values(digest))
    about = {
        "From": digest.town.sender,
        "To": to,
        "Subject": subject,
        "Date": format_datetime(digest.at),
        "Message-ID": message_id(digest.digest_id, digest.town),
        # RFC 2369 and RFC 8058: a mail program offers to end it, and asks by POST.
        "List-Unsubscribe": f"<{digest.unsubscribe}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    return written_by_us(about, text)


def _values(digest: Digest) -> dict[str, object]:
    cases = sorted(digest.cases, key=lambda case: (case.due_on or date.max, case.link))
    counted = Counter(kind for case in cases for kind in set(case.kinds))
    return {
        "total": len(cases),
        "counts": [(counted[kind], KINDS[kind]) for kind in KINDS if counted[kind]],
        "services": _by_service(cases[:MOST]),
        "more": max(len(cases) - MOST, 0),
        "office": digest.office,
        "town": digest.town,
        "unsubscribe": digest.unsubscribe,
    }


def _by_service(cases: Iterable[Case]) -> list[tuple[str, list[Case]]]:
    """The order within a service stays."""
    in_order = sorted(cases, key=lambda case: case.service)
    return [(service, list(some)) for service, some in groupby(in_order, lambda c: c.service)]
