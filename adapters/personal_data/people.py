"""Whom an application is about, and what of them can be looked for without being readable."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import UUID

from adapters.personal_data.key_ring import KeyEncryption
from domain.application.events import Applicant, ApplicationSubmitted
from domain.fee_record.events import FeeRecordKept, Payer

SUBJECT_BYTES = 16
NAME_BYTES = 8
ACCOUNT_BYTES = 24
# Eight letters tell names apart well enough; of a longer beginning only they are compared.
SHORTEST, LONGEST = 2, 8
BETWEEN_WORDS = re.compile(r"[^\w]+")


class Person(NamedTuple):
    """`subject`: their account at the portal; the application itself where there is none."""

    municipality: str
    subject: str
    family_name: str


def person_in(stream_id: UUID, event: Any) -> Person | None:
    """Return whose personal data a stream that begins with this event will hold."""
    match event:
        case ApplicationSubmitted(applicant=Applicant(family_name=name), municipality=town):
            return Person(town, event.account or str(stream_id), name)
        case FeeRecordKept(payer=Payer(family_name=name), municipality=town):
            return Person(town, event.account or str(event.application_id), name)
        case _:
            return None


def account_key(keys: KeyEncryption, issuer: str, subject: str) -> str:
    """Stand for a person of an identity provider: always the same, and joined with nothing else."""
    return keys.digest(f"account\x1f{issuer}\x1f{subject}", ACCOUNT_BYTES).hex()


def subject_digest(keys: KeyEncryption, subject: str) -> bytes:
    """The same for all applications of one account, and of no use without the keys."""
    return keys.digest(f"subject\x1f{subject}", SUBJECT_BYTES)


def name_digest(keys: KeyEncryption, municipality: str, beginning: str) -> int:
    """What a name that begins so is found by, in this municipality."""
    return _digest(keys, municipality, plain(beginning)[:LONGEST])


def name_digests(keys: KeyEncryption, person: Person) -> list[int]:
    """One for each beginning of the name, and of each of its words."""
    return [_digest(keys, person.municipality, b) for b in _beginnings(person.family_name)]


def _digest(keys: KeyEncryption, municipality: str, plain_beginning: str) -> int:
    text = f"name\x1f{municipality}\x1f{plain_beginning}"
    return int.from_bytes(keys.digest(text, NAME_BYTES), signed=True)


def plain(name: str) -> str:
    """Lower case and without accents, so that they need not be typed."""
    if name.isascii():
        return name.lower()
    # Twice: a letter may have a plain form only once it is decomposed, or once it is small.
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def _beginnings(name: str) -> Iterator[str]:
    whole = plain(name)
    words = [whole] if whole.isalpha() else {whole, *BETWEEN_WORDS.split(whole)}
    found = (w[:size] for w in words for size in range(SHORTEST, min(len(w), LONGEST) + 1))
    yield from dict.fromkeys(found)
