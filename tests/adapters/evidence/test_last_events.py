"""It is a dictionary, most of it on the disk."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.evidence import last_events
from adapters.evidence.errors import NoRoomToRemember
from adapters.evidence.last_events import RECENT, LastEvents

IDS = st.integers(0, 40).map(lambda number: number.to_bytes(16))
EVENTS = st.lists(
    st.tuples(IDS, st.integers(-(2**63), 2**63 - 1), st.binary(min_size=40, max_size=40))
)


@given(EVENTS, st.integers(1, 10))
def test_the_last_of_each_is_kept(events, recent) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(last_events, "RECENT", recent)  # so that the disk is used as well
        last, known = LastEvents(), dict[bytes, tuple[int, bytes]]()
        for stream, version, link in events:
            assert last.get(stream) == known.get(stream)
            last.put(stream, version, link)
            known[stream] = version, link
        assert {stream: last.get(stream) for stream in known} == known


def test_however_many_there_are_each_is_found_again() -> None:
    last, streams = LastEvents(), [uuid4().bytes for _ in range(RECENT * 3 + 1)]
    for version, stream in enumerate(streams):
        last.put(stream, version, stream.rjust(40, b"-"))
    for version, stream in enumerate(streams):
        assert last.get(stream) == (version, stream.rjust(40, b"-"))
    assert last.get(uuid4().bytes) is None


def test_a_full_disk_is_told_with_what_to_do() -> None:
    last = LastEvents()
    last._others.execute(
        "PRAGMA max_page_count = 20"
    )  # what SQLite does then, a full disk makes it do
    for number in range(RECENT - 1):
        last.put(number.to_bytes(16), 1, bytes(40))
    with pytest.raises(NoRoomToRemember, match=r"make room .* full"):
        last.put(RECENT.to_bytes(16), 1, bytes(40))
