"""Reads how long somebody asks to be left alone: `Retry-After`, as RFC 9110 has it."""

from datetime import UTC
from email.utils import parsedate_to_datetime

LONGEST = 86_400  # a day: whoever asks for more is called once a day


def seconds_in(retry_after: str, now: float) -> int:
    """Return seconds from `now` (Unix time), a day at most; 0 where nothing usable is said."""
    said = retry_after.strip()
    if said.isascii() and said.isdigit():
        # Digits beyond counting are not counted.
        return min(int(said[:10]), LONGEST)
    try:
        moment = parsedate_to_datetime(said)
        # What names no zone is in UTC.
        at = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return 0
    return int(min(max(at - now, 0), LONGEST))
