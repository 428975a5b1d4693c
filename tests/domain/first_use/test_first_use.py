"""The first use of a portal is recorded once, on the legal day it happened."""

from datetime import UTC, date, datetime, timedelta

from domain.first_use.events import Occasion, PortalFirstUsed
from domain.first_use.first_use import FIRST_USE, RecordFirstUse
from tests.given import Given

given = Given(FIRST_USE)
LATE_ON_NEW_YEAR_S_EVE = datetime(2020, 12, 31, 23, 30, tzinfo=UTC)
record = RecordFirstUse(
    municipality="05562016", occasion=Occasion.SIGN_IN, now=LATE_ON_NEW_YEAR_S_EVE
)
used = PortalFirstUsed(
    municipality="05562016",
    occasion=Occasion.SIGN_IN,
    pilot=False,
    used_at=LATE_ON_NEW_YEAR_S_EVE,
    legal_day=date(2021, 1, 1),
)


def test_the_first_use_counts_on_the_day_it_is_in_germany() -> None:
    given().when(record).then(used)


def test_every_later_use_is_none_any_more() -> None:
    by_applying = RecordFirstUse(
        municipality="05562016",
        occasion=Occasion.SUBMISSION,
        now=LATE_ON_NEW_YEAR_S_EVE + timedelta(days=400),
    )
    given(used).when(by_applying).then_nothing_happens()
