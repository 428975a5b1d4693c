"""The address in a digest is good for one office, for a while, and for nothing else."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.mail.unsubscribing import GOOD_FOR, TokenNotBelieved, believed, token_for
from adapters.personal_data.key_ring import new_key_ring
from tests.keys import KEYS

TODAY = date(2021, 6, 17)
CHOSEN = datetime(2021, 6, 1, 8, 30, 15, 7, tzinfo=UTC)
TOKEN = token_for(KEYS, "05513000", "Straßenverkehrsbehörde", TODAY, CHOSEN)


def refused(token: str, today: date = TODAY) -> bool:
    try:
        believed(KEYS, token, today)
    except TokenNotBelieved:
        return True
    return False


def test_it_says_whose_digest_it_ends() -> None:
    found = believed(KEYS, TOKEN, TODAY)
    assert (found.municipality, found.office) == ("05513000", "Straßenverkehrsbehörde")


@pytest.mark.parametrize("chosen_at", [None, CHOSEN])
def test_it_is_of_one_choice(chosen_at: datetime | None) -> None:
    found = believed(KEYS, token_for(KEYS, "05513000", "Standesamt", TODAY, chosen_at), TODAY)
    assert found.is_of(chosen_at)
    assert not found.is_of(CHOSEN + timedelta(microseconds=1))


def test_it_is_good_for_a_while() -> None:
    assert not refused(TOKEN, TODAY + GOOD_FOR)
    assert refused(TOKEN, TODAY + GOOD_FOR + timedelta(days=1))


def test_other_keys_have_not_signed_it() -> None:
    with pytest.raises(TokenNotBelieved):
        believed(new_key_ring(), TOKEN, TODAY)


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"05513000", b"05562014"), (b"2021-08", b"2029-08"), (b"beh", b"Beh"), (b"8:30", b"9:30")],
)
def test_another_town_office_or_day_needs_another_signature(old: bytes, new: bytes) -> None:
    told = urlsafe_b64decode(TOKEN + "=" * (-len(TOKEN) % 4))
    assert old in told
    assert refused(urlsafe_b64encode(told.replace(old, new)).decode().rstrip("="))


@given(st.text(max_size=700) | st.binary(max_size=300).map(lambda b: urlsafe_b64encode(b).decode()))
def test_whatever_else_is_sent_is_refused(token: str) -> None:
    assert refused(token)


@pytest.mark.parametrize(
    "changed",
    [f"{TOKEN}=", f"{TOKEN}A", TOKEN[:-1], TOKEN.lower(), ""],
    ids=["padded", "longer", "shorter", "in lower case", "empty"],
)
def test_it_has_one_spelling(changed: str) -> None:
    assert refused(changed)
