"""Keeps the broker of a test session: ends it when nobody holds its file any more."""

import os
import sys
from fcntl import LOCK_EX, flock
from pathlib import Path

from adapters.kafka.broker import Broker, broker_in
from tests.kafka_mock import MockBroker, is_needed
from tests.kafka_secured import secured


def keep(folder: Path) -> None:
    broker = MockBroker() if is_needed() else _real(folder)
    try:
        broker.start()
        sys.stdout.write(f"{broker.address}\n")
        sys.stdout.flush()
        with (folder / "held").open() as held:
            flock(held, LOCK_EX)
            # Before anybody else can hold it: whoever comes now begins another one.
            (folder / "address").unlink(missing_ok=True)
    finally:
        broker.kill()


def _real(folder: Path) -> Broker:
    broker = broker_in(folder / f"broker-{os.getpid()}")
    broker.more = secured(folder)
    return broker


if __name__ == "__main__":
    keep(Path(sys.argv[1]))
