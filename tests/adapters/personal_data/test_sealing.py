"""What is sealed opens where it was sealed, with its own key, and nowhere else."""

from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.personal_data.key_ring import KeyVersionMissing, WrongKeyRing
from adapters.personal_data.people import Person
from adapters.personal_data.sealing import DataKey, NewKey, SealBroken, new_key, stored_key
from tests.keys import KEYS

law = settings(deadline=None)
STREAM = UUID(int=1)
PERSON = Person("05513000", "pseudonym-1", "Muster")
clear = st.binary(max_size=200)
streams = st.uuids()
versions = st.integers(1, 2**62)
names = st.sampled_from(["ApplicationSubmitted", "ProofUploaded", "ApplicationRejected"])


def made(stream_id: UUID = STREAM, person: Person = PERSON) -> NewKey:
    return new_key(KEYS, stream_id, person)


def loaded(key: NewKey, **changes: object) -> DataKey:
    stream_id = UUID(str(changes.get("stream_id", key.key.stream_id)))
    town = str(changes.get("municipality", key.municipality))
    return stored_key(KEYS, stream_id, town, key.kek, key.wrapped)


def refused(key: DataKey, box: bytes, version: int, name: str) -> bool:
    with pytest.raises(SealBroken):
        key.open(box, version, name)
    return True


@law
@given(clear, streams, versions, names)
def test_it_opens_with_the_key_as_it_comes_from_the_database(
    content: bytes, stream_id: UUID, version: int, name: str
) -> None:
    key = made(stream_id)
    box = key.key.seal(content, version, name)
    assert loaded(key).open(box, version, name) == content


@law
@given(clear, versions, versions, names, names)
def test_it_opens_at_its_own_version_and_name_only(
    content: bytes, version: int, other_version: int, name: str, other_name: str
) -> None:
    key = made().key
    box = key.seal(content, version, name)
    if (other_version, other_name) != (version, name):
        assert refused(key, box, other_version, other_name)


@law
@given(clear, streams)
def test_it_cannot_be_moved_to_another_stream_or_town(content: bytes, other: UUID) -> None:
    key = made().key
    box = key.seal(content, 1, "ApplicationSubmitted")
    if other != key.stream_id:
        assert refused(key._replace(stream_id=other), box, 1, "ApplicationSubmitted")
    assert refused(key._replace(municipality="05562014"), box, 1, "ApplicationSubmitted")


def test_another_key_does_not_open_it() -> None:
    box = made().key.seal(b"Eva", 1, "ApplicationSubmitted")
    assert refused(made().key, box, 1, "ApplicationSubmitted")


def test_every_changed_byte_is_noticed() -> None:
    key = made().key
    box = key.seal(b"Eva Muster", 1, "ApplicationSubmitted")
    for at in range(len(box)):
        changed = bytearray(box)
        changed[at] ^= 1 << at % 8
        assert refused(key, bytes(changed), 1, "ApplicationSubmitted")
        assert refused(key, box[:at], 1, "ApplicationSubmitted")


@law
@given(clear)
def test_no_two_seals_are_alike(content: bytes) -> None:
    key = made().key
    boxes = {key.seal(content, 1, "ApplicationSubmitted") for _ in range(5)}
    assert len(boxes) == 5


@law
@given(st.text("Xyz", min_size=4, max_size=40))
def test_nothing_shines_through(content: str) -> None:
    assert content.encode() not in made().key.seal(content.encode(), 1, "ApplicationSubmitted")


def test_a_wrapped_key_belongs_to_its_stream_and_town() -> None:
    key = made()
    for moved in ({"stream_id": UUID(int=2)}, {"municipality": "05562014"}):
        with pytest.raises(WrongKeyRing):
            loaded(key, **moved)
    with pytest.raises(KeyVersionMissing):
        loaded(key._replace(kek=9))


@law
@given(st.integers(0, 59), st.integers(1, 255))
def test_every_changed_byte_of_a_wrapped_key_is_noticed(at: int, mask: int) -> None:
    key = made()
    wrapped = bytearray(key.wrapped)
    assert len(wrapped) == 60
    wrapped[at] ^= mask
    with pytest.raises(WrongKeyRing):
        loaded(key._replace(wrapped=bytes(wrapped)))
