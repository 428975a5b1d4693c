"""The address that a mail bounces to: it names the notification, and nobody can make one up.

Whoever gets the mail can read the address, and so can say of this mail what they like, and of no
other. It is in small letters only, since mail servers may change the case.
"""

import re
from base64 import b32decode, b32encode
from dataclasses import dataclass, field
from hmac import compare_digest
from uuid import UUID

from adapters.personal_data.key_ring import KeyEncryption

PREFIX = "bounce-"
ID_LETTERS, SIGNATURE_BYTES, SIGNATURE_LETTERS = 26, 10, 16
LOCAL = rf"{PREFIX}[a-z2-7]{{{ID_LETTERS}}}-[a-z2-7]{{{SIGNATURE_LETTERS}}}"


class ReturnPathForged(Exception):
    """This address was never a return path of ours."""


@dataclass(frozen=True, slots=True)
class ReturnPaths:
    domain: str
    keys: KeyEncryption = field(repr=False)

    def of(self, notification_id: UUID) -> str:
        named = _letters(notification_id.bytes)
        return f"{PREFIX}{named}-{self._signature(named)}@{self.domain}"

    def named_in(self, text: str) -> UUID | None:
        """Return which notification the first return path in a text stands for, if one is there.

        Raise ReturnPathForged.
        """
        found = re.search(rf"\b({LOCAL})@{re.escape(self.domain)}\b", text.lower())
        if found is None:
            return None
        named, signature = found[1].removeprefix(PREFIX).split("-")
        if not compare_digest(signature, self._signature(named)):
            raise ReturnPathForged
        return UUID(bytes=b32decode(f"{named.upper()}======"))

    def _signature(self, named: str) -> str:
        return _letters(self.keys.digest(f"return-path\x1f{named}", SIGNATURE_BYTES))


def _letters(some: bytes) -> str:
    return b32encode(some).decode().rstrip("=").lower()
