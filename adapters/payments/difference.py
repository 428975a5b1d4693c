"""One difference between the treasury's list and our ledger, and its name."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from psycopg.rows import DictRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """`what` names it; `line` is the first of the list. `platform`: what it says, where asked.

    `advice`: what is wrong with a line that cannot be read, whose amount may be anything.
    """

    what: str
    kind: str
    reference: str
    day: date | None
    line: int | None
    listed_cents: int | None
    booked_cents: int | None
    currency: str
    payment_id: UUID | None
    application_id: UUID | None
    platform: str = ""
    advice: str = ""

    def as_row(self) -> dict[str, Any]:
        return asdict(self)


def unreadable_line(line: int, advice: str) -> Difference:
    return Difference(
        what="unreadable",
        kind="",
        reference="",
        day=None,
        line=line,
        listed_cents=None,
        booked_cents=None,
        currency="",
        payment_id=None,
        application_id=None,
        advice=advice,
    )


COLUMNS = tuple(Difference.__dataclass_fields__)


def difference_in(row: DictRow) -> Difference:
    return Difference(
        what=_what(row),
        kind=row["kind"],
        reference=row["reference"],
        day=row["day"],
        line=row["line"],
        listed_cents=row["listed_cents"],
        booked_cents=row["booked_cents"],
        currency=row["listed_currency"] or row["booked_currency"],
        payment_id=row["payment_id"],
        application_id=row["application_id"],
    )


def _what(row: DictRow) -> str:
    """Name a difference: of a payment plainly, of a refund or chargeback with its kind."""
    before = "" if row["kind"] == "payment" else f"{row['kind']}-"
    if row["booked_times"] is None:
        known = row["payment_id"] is not None
        return before + ("not-recorded-here" if known else "unknown-here")
    if row["listed_times"] is None:
        return before + "missing-there"
    if {row["listed_currency"], row["other_currency"]} != {row["booked_currency"]}:
        return before + "currency-differs"
    if row["listed_times"] > row["booked_times"]:
        return before + "twice-there"
    if row["listed_times"] < row["booked_times"]:
        return before + "twice-here"
    return before + "amount-differs"
