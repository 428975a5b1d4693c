"""How a producer ends: what it has under way is given up with it."""

from contextlib import suppress
from typing import Any

from kafka.errors import KafkaError

CLOSE_SECONDS = 2


def give_up(producer: Any) -> None:
    """Its thread and its connections end, now or a little later.

    Closing alone would send what is under way; and where that takes longer than it may, leave
    thread and connections as they are, for ever.
    """
    producer._sender.force_close()  # noqa: SLF001 -- there is no other way
    with suppress(KafkaError):
        producer.close(timeout=CLOSE_SECONDS)
