"""A fee record keeps the payer's name for as long as the law demands, and no longer."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from domain.errors import FeeRecordUnknown, RetentionLasts
from domain.fee_record.events import FeeRecordErased, FeeRecordKept, Payer
from domain.fee_record.record import FEE_RECORD, EraseFeeRecord, KeepFeeRecord
from domain.rules import Retention
from tests.domain.application.facts import GELSENKIRCHEN, NOW
from tests.given import Given

given = Given(FEE_RECORD)
LAST_DAY = date(2031, 12, 31)
EVA = Payer(given_name="Eva", family_name="Muster")
keep = KeepFeeRecord(
    application_id=UUID(int=1),
    municipality=GELSENKIRCHEN,
    service="dog-tax",
    cents=12_000,
    payer=EVA,
    account="pseudonym-1",
    keep_until=LAST_DAY,
    now=NOW,
)
kept = FeeRecordKept(
    application_id=UUID(int=1),
    municipality=GELSENKIRCHEN,
    service="dog-tax",
    cents=12_000,
    payer=EVA,
    account="pseudonym-1",
    keep_until=LAST_DAY,
    kept_at=NOW,
)
erase = EraseFeeRecord(by="operator-1", today=LAST_DAY + timedelta(days=1), now=NOW)
erased = FeeRecordErased(erased_by="operator-1", erased_at=NOW)


def test_a_fee_record_is_kept() -> None:
    given().when(keep).then(kept)


def test_it_is_kept_once() -> None:
    given(kept).when(keep).then_nothing_happens()
    given(kept, erased).when(keep).then_nothing_happens()


def test_it_is_erased_on_the_day_after_its_last() -> None:
    given(kept).when(erase).then(erased)


def test_on_its_last_day_it_is_still_kept() -> None:
    given(kept).when(replace(erase, today=LAST_DAY)).then_refused(RetentionLasts)


def test_it_is_erased_once() -> None:
    given(kept, erased).when(erase).then_nothing_happens()


def test_what_was_never_kept_is_not_erased() -> None:
    given().when(erase).then_refused(FeeRecordUnknown)


def test_years_are_counted_from_the_end_of_the_year_of_the_payment() -> None:
    retention = Retention(fee_record_years=10, names_payer=True)
    assert retention.keep_until(date(2021, 1, 1)) == LAST_DAY
    assert retention.keep_until(date(2021, 12, 31)) == LAST_DAY


by_accounts = replace(kept, paid_in=2021, years_after_accounts=6, keep_until=date(2028, 12, 31))


def test_until_the_council_adopts_the_accounts_a_record_is_kept() -> None:
    given(by_accounts).when(replace(erase, today=date(2099, 1, 1))).then_refused(RetentionLasts)


def test_six_years_count_from_the_january_after_the_accounts_were_adopted() -> None:
    adopted = date(2023, 6, 24)
    last = replace(erase, today=date(2029, 12, 31), accounts_adopted_on=adopted)
    given(by_accounts).when(last).then_refused(RetentionLasts)
    given(by_accounts).when(replace(last, today=date(2030, 1, 1))).then(erased)


def test_the_earliest_day_supposes_accounts_adopted_in_the_year_after() -> None:
    retention = Retention(names_payer=True, years_after_accounts=6)
    assert retention.keep_until(date(2021, 6, 16)) == date(2028, 12, 31)
