"""The address in a digest by which whoever reads the mailbox ends it, without signing in."""

import binascii
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import date, timedelta

from adapters.personal_data.key_ring import KeyEncryption
from domain.saying import SaysWhatToDo

GOOD_FOR = timedelta(days=60)
LONGEST = 600
BYTES = 24
SEPARATOR = "\x1f"


class TokenNotBelieved(SaysWhatToDo):
    """This address is not valid, or not any more; take the one in the newest digest."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """The digest of one office. `until`: the last day on which its address is good."""

    municipality: str
    office: str
    until: date


def token_for(keys: KeyEncryption, municipality: str, office: str, sent_on: date) -> str:
    """Signed for this one use: no other address, and no other office, has the same signature."""
    return _written(keys, Subscription(municipality, office, sent_on + GOOD_FOR))


def believed(keys: KeyEncryption, token: str, today: date) -> Subscription:
    """Raise TokenNotBelieved."""
    read = _read(token)
    if read is None or not hmac.compare_digest(_written(keys, read), token) or today > read.until:
        raise TokenNotBelieved
    return read


def _written(keys: KeyEncryption, subscription: Subscription) -> str:
    told = SEPARATOR.join(
        (subscription.municipality, subscription.office, subscription.until.isoformat())
    )
    signature = keys.digest(f"digest-unsubscribe{SEPARATOR}{told}", BYTES)
    return urlsafe_b64encode(signature + told.encode()).decode().rstrip("=")


def _read(token: str) -> Subscription | None:
    """What it claims; anybody may have written it."""
    if len(token) > LONGEST or not token.isascii():
        return None
    try:
        told = urlsafe_b64decode(token + "=" * (-len(token) % 4))[BYTES:].decode()
        municipality, office, until = told.split(SEPARATOR)
        return Subscription(municipality, office, date.fromisoformat(until))
    except (ValueError, binascii.Error):
        return None
