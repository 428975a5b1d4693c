"""The means of payment a citizen could choose, and until when."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

LEGAL_TIME = ZoneInfo("Europe/Berlin")


@dataclass(frozen=True, slots=True)
class PaymentMethod:
    code: str
    label: str
    last_day: date = date.max


METHODS = (
    PaymentMethod("PAYPAL", "PayPal"),
    PaymentMethod("CREDITCARD", "Kreditkarte"),
    PaymentMethod("GIROPAY", "giropay", last_day=date(2024, 12, 31)),
    PaymentMethod("PAYDIRECT", "paydirekt", last_day=date(2024, 12, 31)),
)


def offered(now: datetime) -> dict[str, PaymentMethod]:
    today = now.astimezone(LEGAL_TIME).date()
    return {method.code: method for method in METHODS if today <= method.last_day}
