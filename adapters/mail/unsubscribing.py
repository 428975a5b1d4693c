"""The address in a digest by which whoever reads the mailbox ends it, without signing in."""

import binascii
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

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
    """The digest of one office. `until`: the last day on which its address is good.

    `chosen`: the moment of the choice that it ends; of a later one it ends nothing.
    """

    municipality: str
    office: str
    until: date
    chosen: str

    def is_of(self, chosen_at: datetime | None) -> bool:
        return self.chosen == _moment(chosen_at)


def token_for(
    keys: KeyEncryption, municipality: str, office: str, sent_on: date, chosen_at: datetime | None
) -> str:
    """Signed for this one use: no other address, and no other office, has the same signature."""
    until = sent_on + GOOD_FOR
    return _written(keys, Subscription(municipality, office, until, _moment(chosen_at)))


def believed(keys: KeyEncryption, token: str, today: date) -> Subscription:
    """Raise TokenNotBelieved."""
    read = _read(token)
    if read is None or not hmac.compare_digest(_written(keys, read), token) or today > read.until:
        raise TokenNotBelieved
    return read


def _written(keys: KeyEncryption, subscription: Subscription) -> str:
    until = subscription.until.isoformat()
    told = SEPARATOR.join(
        (subscription.municipality, subscription.office, until, subscription.chosen)
    )
    signature = keys.digest(f"digest-unsubscribe{SEPARATOR}{told}", BYTES)
    return urlsafe_b64encode(signature + told.encode()).decode().rstrip("=")


def _read(token: str) -> Subscription | None:
    """What it claims; anybody may have written it."""
    if len(token) > LONGEST or not token.isascii():
        return None
    try:
        told = urlsafe_b64decode(token + "=" * (-len(token) % 4))[BYTES:].decode()
        municipality, office, until, chosen = told.split(SEPARATOR)
        return Subscription(municipality, office, date.fromisoformat(until), chosen)
    except (ValueError, binascii.Error):
        return None


def _moment(chosen_at: datetime | None) -> str:
    """Empty where nobody ever chose: that is one choice, too."""
    return chosen_at.astimezone(UTC).isoformat() if chosen_at else ""
