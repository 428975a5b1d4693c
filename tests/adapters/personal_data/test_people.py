"""What a person is found by, and that it says nothing of them without the keys."""

import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters.personal_data.key_ring import new_key_ring
from adapters.personal_data.people import (
    Person,
    name_digest,
    name_digests,
    person_in,
    plain,
    subject_digest,
)
from domain.fee_record.events import FeeRecordKept, Payer
from tests.domain.application import asked
from tests.domain.application import happened as h
from tests.keys import KEYS

law = settings(deadline=None)
TOWN, OTHER_TOWN = "05513000", "05562014"
LETTERS = "abcdefghijklmnopqrstuvwxyzäöüßéèêñçøåğİÀŁŽ'- "
family_names = st.text(LETTERS, min_size=1, max_size=40) | st.text(max_size=40)
RECORD = FeeRecordKept(
    application_id=UUID(int=5),
    municipality=TOWN,
    service="library-card",
    cents=2000,
    payer=Payer(given_name="Eva", family_name="Muster"),
    account=None,
    keep_until=date(2031, 12, 31),
    kept_at=datetime(2021, 6, 16, tzinfo=UTC),
)


def found_by(name: str, typed: str, town: str = TOWN) -> bool:
    return name_digest(KEYS, town, typed) in name_digests(KEYS, Person(TOWN, "s", name))


@law
@given(st.text(max_size=60), st.text(max_size=60))
def test_an_account_is_the_same_person_in_all_applications(one: str, other: str) -> None:
    assert subject_digest(KEYS, one) == subject_digest(KEYS, one)
    assert (subject_digest(KEYS, one) == subject_digest(KEYS, other)) == (one == other)
    assert subject_digest(new_key_ring(), one) != subject_digest(KEYS, one)


@law
@given(family_names, st.data())
@example("Müller-Lüdenscheidt", None)
@example("\U0001d400lbert", None)
@example("Aßmann von der Straße", None)
def test_a_name_is_found_by_each_beginning_of_it(name: str, data: st.DataObject | None) -> None:
    beginnings = [name[:size] for size in range(2, min(len(name), 20) + 1)]
    for typed in beginnings if data is None else data.draw(st.permutations(beginnings)):
        if len(plain(typed)) >= 2:
            assert found_by(name, typed)
            assert found_by(name, typed.lower())


@law
@given(st.lists(st.text("abcdefghäöüéñ", min_size=2, max_size=24), min_size=1, max_size=4))
def test_a_name_is_found_by_each_beginning_of_each_word_without_accents(words: list[str]) -> None:
    for joint in (" ", "-", "' "):
        for word in words:
            bare = unicodedata.normalize("NFD", word).encode("ascii", "ignore").decode()
            for size in range(2, len(bare) + 1):
                assert found_by(joint.join(words), bare[:size].upper())


@pytest.mark.parametrize("typed", ["uster", "ma", "musterm", "eva", "m"])
def test_it_is_not_found_by_anything_else(typed: str) -> None:
    assert not found_by("Muster", typed)


def test_it_is_found_in_its_own_town_only() -> None:
    assert found_by("Muster", "mus")
    assert not found_by("Muster", "mus", OTHER_TOWN)


@law
@given(family_names)
def test_without_the_keys_the_digests_say_nothing(name: str) -> None:
    own = set(name_digests(KEYS, Person(TOWN, "s", name)))
    others = set(name_digests(new_key_ring(), Person(TOWN, "s", name)))
    assert len(own) == len(others)
    assert own.isdisjoint(others)


@law
@given(st.text(max_size=30))
def test_what_is_plain_stays_as_it_is(name: str) -> None:
    assert plain(plain(name)) == plain(name)


def test_a_digest_fits_what_the_database_holds() -> None:
    digests = name_digests(KEYS, Person(TOWN, "s", "Muster von und zu Beispielhausen"))
    assert all(-(2**63) <= digest < 2**63 for digest in digests)
    assert min(digests) < 0


def test_the_account_says_who_it_is_or_else_the_application() -> None:
    stream, submitted = uuid4(), h.submitted(asked.submit)
    assert person_in(stream, submitted) == Person(TOWN, "pseudonym-1", "Muster")
    at_the_counter = replace(submitted, account=None)
    assert person_in(stream, at_the_counter) == Person(TOWN, str(stream), "Muster")


def test_a_fee_record_is_of_the_person_of_its_application() -> None:
    assert person_in(uuid4(), RECORD) == Person(TOWN, str(UUID(int=5)), "Muster")
    with_account = replace(RECORD, account="pseudonym-1")
    assert person_in(uuid4(), with_account) == Person(TOWN, "pseudonym-1", "Muster")


@pytest.mark.parametrize(
    "event", [h.claimed, replace(h.submitted(asked.submit), applicant=None), h.uploaded]
)
def test_where_nobody_is_there_is_no_person(event: object) -> None:
    assert person_in(uuid4(), event) is None
