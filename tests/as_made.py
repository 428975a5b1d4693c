"""Writes what a new database is like: `python -m tests.as_made`, after a new migration."""

from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

from adapters.postgres.as_made import EXPECTED, written
from adapters.postgres.embedded import start
from adapters.postgres.schema import bring_up_to_date


def main() -> None:
    with TemporaryDirectory(prefix="amtsweg-as-made-") as home, start(Path(home)) as server:
        bring_up_to_date(server.url)
        with psycopg.connect(server.url, autocommit=True) as connection:
            EXPECTED.write_text(written(connection))


if __name__ == "__main__":
    main()
