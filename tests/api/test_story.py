"""What the story of `run` prints can be used as it stands."""

from datetime import datetime

import pytest

from api.sandbox.story import told
from workers.maintenance import moment


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        ("2026-11-27T09:31:30.123456Z", "2026-11-27T10:31:30.123456+01:00"),
        ("2026-07-01T09:31:30Z", "2026-07-01T11:31:30+02:00"),
    ],
)
def test_a_line_of_the_story_is_uncut_and_its_time_can_be_given_to_replay(
    at: str, shown: str
) -> None:
    event = {
        "version": 7,
        "recorded_at": at,
        "role": "clerk",
        "actor": "sandbox-gelsenkirchen-clerk",
        "name": "ApplicationReadyForPickup",
    }
    line = told(event)
    assert line == f"  7  {shown}  ApplicationReadyForPickup  (clerk sandbox-gelsenkirchen-clerk)"
    assert moment(line.split()[1]) == datetime.fromisoformat(at)
