"""A finding: where in a document something is wrong, and what to do about it."""

from collections import Counter
from collections.abc import Iterable, Iterator

from adapters.catalogue.toml_lines import Where

Finding = tuple[Where, str]


def repeated(array: str, field: str, names: Iterable[str]) -> Iterator[Finding]:
    seen = Counter[str]()
    for row, name in enumerate(names):
        seen[name] += 1
        if seen[name] > 1:
            yield (array, row, field), f'"{name}" is there twice; rename or remove one'
