"""What is missing in what was read."""

from collections.abc import Iterable
from uuid import UUID

from adapters.event_store.recorded import Recorded


def streams_with_holes(read: Iterable[Recorded]) -> set[UUID]:
    """The streams whose versions were not read as 1, 2, 3 and so on."""
    versions: dict[UUID, list[int]] = {}
    for event in read:
        versions.setdefault(event.stream_id, []).append(event.version)
    return {s for s, found in versions.items() if found != list(range(1, len(found) + 1))}
