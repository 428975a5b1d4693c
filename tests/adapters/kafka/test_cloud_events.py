"""What the headers of a message say of the event, and what they leave out."""

from datetime import UTC, datetime
from uuid import UUID, uuid5

import pytest

from adapters.event_store.mapper import Place
from adapters.event_store.recorded import ActorStamp, Metadata
from adapters.kafka.cloud_events import message_of
from tests.domain.application import happened as h
from tests.keys import MAPPER

STREAM = UUID("018f3c1e-7d2a-7b90-8c3e-2f1a9b4c5d6e")
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


def headers(correlation_id: str) -> dict[str, str]:
    by = ActorStamp("clerk-anna", "clerk", "05513000")
    metadata = Metadata(UUID(int=1), by, correlation_id)
    name, state = MAPPER.encode(h.claimed, metadata, Place(2, None))
    row = (STREAM, 2, 7, name, state, datetime(2026, 7, 1, tzinfo=UTC))
    return {key: value.decode() for key, value in message_of("town", row).headers}


def test_the_trace_of_the_request_goes_on_in_the_message() -> None:
    """As W3C Trace Context has it; the span is the event."""
    span = uuid5(STREAM, "2").hex[:16]
    assert headers(TRACE)["ce_traceparent"] == f"00-{TRACE}-{span}-01"


@pytest.mark.parametrize(
    "malformed", ["", "0" * 32, TRACE[1:], TRACE + "0", TRACE.upper(), TRACE + "\n", "a request"]
)
def test_what_is_no_trace_is_left_out(malformed) -> None:
    assert "ce_traceparent" not in headers(malformed)
