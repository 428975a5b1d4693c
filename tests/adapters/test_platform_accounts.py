"""A municipality moves on to another account; what it began at the old one is asked for there."""

from dataclasses import dataclass
from datetime import date

import httpx
import pytest

from adapters.payments.accounts import Access, PlatformAccounts
from adapters.payments.errors import NoPaymentsToday
from domain.municipality.municipality import Municipality, PaymentAccount

AGS, URL = "05513000", "http://pay.example"
OLD = PaymentAccount(originator="town", endpoint="library & co", valid_until=date(2024, 12, 31))
NEW = PaymentAccount(originator="town/2", endpoint="library", valid_from=date(2025, 1, 1))


@dataclass
class Town:
    """What is read of a municipality here."""

    payment: PaymentAccount | None
    e_payment_since: date | None = None


@pytest.fixture
def town() -> Town:
    return Town(OLD)


@pytest.fixture
def accounts(town: Town) -> PlatformAccounts:
    def find(ags: str) -> Municipality:
        assert ags == AGS
        return town  # type: ignore[return-value]  # only its account is asked for

    return PlatformAccounts(find, Access(URL, httpx.AsyncClient()))


def test_an_account_takes_payments_on_its_days_only(accounts: PlatformAccounts) -> None:
    assert accounts.of(AGS, date(2024, 12, 31)) == "town/library%20%26%20co"
    with pytest.raises(NoPaymentsToday):
        accounts.of(AGS, date(2025, 1, 1))


def test_nothing_is_paid_online_before_the_town_begins_with_it(
    accounts: PlatformAccounts, town: Town
) -> None:
    town.e_payment_since = date(2021, 9, 15)
    assert accounts.of(AGS, date(2021, 9, 15))
    with pytest.raises(NoPaymentsToday):
        accounts.of(AGS, date(2021, 9, 14))


def test_what_began_at_the_old_account_is_asked_for_there(
    accounts: PlatformAccounts, town: Town
) -> None:
    began_at = accounts.of(AGS, date(2024, 12, 31))
    town.payment = NEW
    old = accounts.platform(AGS, began_at)
    assert (old.originator_id, old.endpoint_id) == ("town", "library & co")
    new = accounts.platform(AGS, accounts.of(AGS, date(2025, 1, 1)))
    assert (new.originator_id, new.endpoint_id) == ("town/2", "library")


def test_what_began_before_that_was_written_down_is_asked_for_at_the_account_there_is(
    accounts: PlatformAccounts,
) -> None:
    assert accounts.platform(AGS, "").endpoint_id == "library & co"


def test_without_an_account_nothing_is_paid_online(accounts: PlatformAccounts, town: Town) -> None:
    town.payment = None
    for ask in (lambda: accounts.of(AGS, date(2024, 1, 1)), lambda: accounts.platform(AGS, "")):
        with pytest.raises(NoPaymentsToday):
            ask()


async def test_so_how_one_signs_in_at_the_old_one_is_kept_until_they_are_settled(
    town: Town,
) -> None:
    """Else they are asked for where the platform usually is, which does not know them."""
    usual = Access(URL, httpx.AsyncClient())
    old = Access("http://old.example", httpx.AsyncClient(), {"Authorization": "Bearer old"})
    town.payment = NEW
    for known, asked in (({("town", None): old}, old), ({}, usual)):
        accounts = PlatformAccounts(lambda _: town, usual, known)  # type: ignore[arg-type, return-value]
        platform = accounts.platform(AGS, "town/library%20%26%20co")
        assert (platform.base_url, platform.sign_in) == (asked.url, asked.sign_in)
    for each in (usual, old):
        await each.http.aclose()
