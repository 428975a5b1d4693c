"""A PostgreSQL as the product starts it, fsync and all, and fresh databases in it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg

from adapters.postgres.embedded import start
from adapters.postgres.schema import bring_up_to_date

RUNS = 3


@dataclass(frozen=True, slots=True)
class Bench:
    """What a benchmark is given. `quick`: one short run, to see that it works at all."""

    server_url: str
    quick: bool
    report: Callable[[str], None]

    def runs(self) -> Iterator[int]:
        count = 1 if self.quick else RUNS
        for run in range(1, count + 1):
            self.report(f"run {run} of {count}")
            yield run

    def amount(self, full: int) -> int:
        return max(full // 20, 50) if self.quick else full

    @property
    def seconds(self) -> int:
        """How long a limit is measured."""
        return 1 if self.quick else 3

    @contextmanager
    def database(self) -> Iterator[str]:
        """A database of this version's tables, all empty, for one measurement."""
        name = f"bench_{uuid4().hex}"
        url = urlsplit(self.server_url)._replace(path=f"/{name}").geturl()
        self._execute(f"CREATE DATABASE {name} TEMPLATE template0")
        try:
            bring_up_to_date(url)
            yield url
        finally:
            self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self.server_url, autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def bench(*, quick: bool, report: Callable[[str], None]) -> Iterator[Bench]:
    with TemporaryDirectory(prefix="amtsweg-bench-") as home, start(Path(home)) as server:
        yield Bench(server.url, quick, report)
