"""It is a dictionary, only smaller."""

from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from adapters.evidence.last_events import FIRST_ROOM, LastEvents

IDS = st.integers(0, 40).map(lambda number: number.to_bytes(16))
EVENTS = st.lists(
    st.tuples(IDS, st.integers(-(2**63), 2**63 - 1), st.binary(min_size=40, max_size=40))
)


@given(EVENTS)
def test_the_last_of_each_is_kept(events) -> None:
    last, known = LastEvents(), dict[bytes, tuple[int, bytes]]()
    for stream, version, link in events:
        assert last.get(stream) == known.get(stream)
        last.put(stream, version, link)
        known[stream] = version, link
    assert {stream: last.get(stream) for stream in known} == known
    assert len(last) == len(known)


def test_however_many_there_are_each_is_found_again() -> None:
    last, streams = LastEvents(), [uuid4().bytes for _ in range(FIRST_ROOM * 5)]
    for version, stream in enumerate(streams):
        last.put(stream, version, stream.rjust(40, b"-"))
    for version, stream in enumerate(streams):
        assert last.get(stream) == (version, stream.rjust(40, b"-"))
    assert last.get(uuid4().bytes) is None
    assert len(last) == len(streams)
