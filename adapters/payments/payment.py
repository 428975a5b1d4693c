"""What is asked of a payment platform, and what it says about it."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

PURPOSE_LENGTH = 27
_UMLAUTS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"}
)


class PaymentStatus(StrEnum):
    """Spelled as the standard spells it."""

    INITIAL = "INITIAL"
    PAYED = "PAYED"
    CANCELED = "CANCELED"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentItem:
    """One position of the bill; amounts are for a single piece, the tax rate is in percent."""

    item_id: str
    reference: str
    description: str
    net_cents: int
    tax_cents: int = 0
    tax_rate: Decimal = Decimal(0)
    quantity: int = 1
    booking_data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRequest:
    """Asks for one payment; the same `request_id` always means the same payment."""

    request_id: str
    requested_at: datetime
    amount_cents: int
    purpose: str
    description: str
    redirect_url: str
    items: tuple[PaymentItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentTransaction:
    """What the platform knows; `reference` is the Kassenzeichen, `method` any word it uses."""

    transaction_id: str
    request_id: str
    status: PaymentStatus
    amount_cents: int
    currency: str = "EUR"
    redirect_url: str | None = None
    reference: str | None = None
    method: str | None = None
    paid_at: datetime | None = None


def as_purpose(text: str) -> str:
    """Write any text with the letters and the length that a bank statement takes."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", text).translate(_UMLAUTS))
    ascii_only = plain.encode("ascii", "ignore").decode()
    return " ".join(re.sub(r"[^\w-]+", " ", ascii_only).split())[:PURPOSE_LENGTH].rstrip()
