"""Where back offices may be called, and what an entry of them has to have."""

from base64 import b64encode
from typing import Any

import pytest
from pydantic import ValidationError

from adapters.hand_over.calling import reference_in
from adapters.hand_over.settings import BackOffice, HandOverSettings
from adapters.outgoing.errors import AddressNotAllowed, NoAnswer
from adapters.outgoing.looked_at import addresses_of, is_allowed
from adapters.outgoing.retry_after import LONGEST, seconds_in
from adapters.webhooks import new_secret

SECRET, OTHER = new_secret(), new_secret()
TOKEN = "a" * 32
SHORT = "whsec_" + b64encode(b"short").decode()


def entry(**changes: Any) -> dict[str, Any]:
    named = {
        "name": "library",
        "municipality": "05513000",
        "services": ["library-card"],
        "url": "https://library.example.org/hook",
        "secrets": [SECRET],
    }
    return {**named, **changes}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"url": "http://library.example.org"}, "should be an https address"),
        ({"url": "https://me:secret@library.example.org"}, "without a password"),
        ({"url": "https:///nowhere"}, "should be an https address"),
        ({"url": None, "secrets": []}, "a url to call it at, a token to fetch with, or both"),
        ({"secrets": []}, "should have secrets where it has a url"),
        ({"url": None, "token": TOKEN}, "should have secrets where it has a url, and nowhere else"),
        ({"secrets": [SHORT]}, "at least 24 random bytes"),
        ({"token": "short"}, "at least 32 random letters and digits"),
        ({"municipality": "5513"}, "should match pattern"),
        ({"services": []}, "at least 1 item"),
        ({"authorities": __file__}, "should name authorities in PEM"),
    ],
)
def test_an_entry_that_does_not_fit_is_told_why(changes, said) -> None:
    with pytest.raises(ValidationError) as refused:
        BackOffice.model_validate(entry(**changes))
    told = str(refused.value)
    assert said in told
    assert SECRET not in told
    assert SHORT not in told


@pytest.mark.parametrize(
    ("second", "said"),
    [
        (entry(services=["parking"]), "a name of its own"),
        (entry(name="other"), "each service of a municipality once"),
        (entry(name="other", services=["parking"], token=TOKEN), "a token of its own"),
    ],
)
def test_entries_that_do_not_fit_each_other_are_told_why(second, said) -> None:
    with pytest.raises(ValidationError, match=said):
        HandOverSettings(back_offices=[entry(token=TOKEN), second])


def test_a_service_of_a_town_has_its_back_office_and_no_other() -> None:
    other = entry(name="other", municipality="05562014", secrets=[OTHER])
    settings = HandOverSettings(back_offices=[entry(), other])
    found = settings.back_office("05562014", "library-card")
    assert found is not None
    assert found.name == "other"
    assert settings.back_office("05513000", "parking") is None


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254",
        "::ffff:169.254.169.254",
        "fe80::1%eth0",
        "0.0.0.0",  # noqa: S104 -- nothing is bound
        "::",
        "224.0.0.1",
        "255.255.255.255",
        "100.100.100.200",
        "fd00:ec2::254",
        "fd20:ce::254",
        "::a9fe:a9fe",
        "64:ff9b::a9fe:a9fe",
        "127.0.0.1",
        "::1",
        "::ffff:127.0.0.1",
    ],
)
def test_nothing_is_sent_to_the_machinery(address) -> None:
    assert not is_allowed(address, loopback=False)


@pytest.mark.parametrize("address", ["10.1.2.3", "192.168.0.5", "203.0.113.9", "fd12::1"])
def test_the_network_of_the_house_is_open(address) -> None:
    assert is_allowed(address, loopback=False)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_loopback_is_open_where_it_is_named(address) -> None:
    assert is_allowed(address, loopback=True)


async def test_a_host_is_looked_at_before_it_is_called() -> None:
    assert await addresses_of("127.0.0.1", 80) == ["127.0.0.1"]
    with pytest.raises(AddressNotAllowed):
        await addresses_of("127.1", 80)  # this machine by another name
    with pytest.raises(NoAnswer):
        await addresses_of("nowhere.invalid", 80)


@pytest.mark.parametrize("answer", [b"[" * 100_000, b'{"reference": "a\\u0000"}', b"\xff"])
def test_an_answer_that_is_odd_has_no_reference(answer) -> None:
    assert reference_in(answer) == ""


IN_1994 = 784111777.0  # Sun, 06 Nov 1994 08:49:37 GMT


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("9" * 400, LONGEST),
        ("Sun, 06 Nov 1994 08:51:37 GMT", 120),
        ("Sunday, 06-Nov-94 08:51:37 GMT", 120),
        ("Sun Nov  6 08:51:37 1994", 120),
        ("Sun, 06 Nov 1994 08:40:00 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST),
        ("Fri, 31 Dec 9999 23:59:59 -2300", LONGEST),
        ("", 0),
        ("-5", 0),
        ("1.5", 0),
        ("\u0661", 0),
        ("tomorrow", 0),
    ],
)
def test_how_long_to_wait_is_read_and_bounded(said, seconds) -> None:
    assert seconds_in(said, IN_1994) == seconds
