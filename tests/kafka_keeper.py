"""Keeps the broker of a test session: ends it when nobody holds its file any more."""

import sys
from fcntl import LOCK_EX, flock
from pathlib import Path

from adapters.kafka.broker import broker_in
from tests.kafka_secured import secured


def keep(folder: Path) -> None:
    broker = broker_in(folder / "broker")
    broker.more = secured(folder)
    broker.start()
    try:
        sys.stdout.write(f"{broker.address}\n")
        sys.stdout.flush()
        with (folder / "held").open() as held:
            flock(held, LOCK_EX)
    finally:
        broker.kill()


if __name__ == "__main__":
    keep(Path(sys.argv[1]))
