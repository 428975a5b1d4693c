"""What checks find in documents, told with file and line."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from adapters.catalogue.document import Document
from adapters.catalogue.finding import Finding
from adapters.catalogue.half_read import as_far_as_read
from adapters.catalogue.reading import Entry
from adapters.catalogue.source import Problem

D = TypeVar("D", bound=Document)


def problems_in(
    entries: Iterable[Entry[D]], checks: Sequence[Callable[[D], Iterator[Finding]]]
) -> Iterator[Problem]:
    for entry in entries:
        for check in checks:
            for where, what in as_far_as_read(check(entry.document)):
                yield entry.source.problem(where, what)
