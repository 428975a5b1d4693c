"""What of a report the public may see: counts are rounded, and small ones are withheld.

A small count could tell about a single person. So could a withheld one that follows from its
total and its neighbours: then the next smaller neighbour is withheld as well.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from domain.adoption.report import MEASURES, Counts, Line, Report

Key = tuple[str, ...]
Cells = Mapping[Key, int]


@dataclass(frozen=True, slots=True)
class Disclosure:
    """Counts of 1 to `smallest - 1` are withheld, the others rounded to multiples of `base`."""

    smallest: int = 5
    base: int = 5

    def is_small(self, count: int) -> bool:
        return 0 < count < self.smallest

    def rounded(self, count: int) -> int:
        return (count + self.base // 2) // self.base * self.base


PUBLIC = Disclosure()


def published(report: Report, rule: Disclosure = PUBLIC) -> Report:
    withheld = {measure: _withheld(report.lines, measure, rule) for measure in MEASURES}
    own = {m: _if_small(report.total, m, rule) for m in MEASURES}
    return replace(
        report,
        lines=[_shown(line, withheld, rule) for line in report.lines],
        total=_shown(report.total, own, rule),
    )


def _if_small(line: Line, measure: str, rule: Disclosure) -> set[Key]:
    return {line.key} if _small(line, measure, rule) else set()


def _withheld(lines: Sequence[Line], measure: str, rule: Disclosure) -> set[Key]:
    cells = {line.key: count for line in lines if (count := getattr(line.counts, measure))}
    small = {key for line in lines for key in _if_small(line, measure, rule)}
    return _with_company(cells, small, rule)


def _small(line: Line, measure: str, rule: Disclosure) -> bool:
    count = getattr(line.counts, measure)
    if count is None:
        return False
    return rule.is_small(count) or (measure == "all_channels" and _others_small(line.counts, rule))


def _others_small(counts: Counts, rule: Disclosure) -> bool:
    """What came another way follows from the two."""
    return rule.is_small((counts.all_channels or 0) - (counts.online or 0))


def _with_company(cells: Cells, small: Iterable[Key], rule: Disclosure) -> set[Key]:
    """Withhold more until no line of the table tells what is withheld in it."""
    withheld, before = set(small), -1
    while len(withheld) > before:
        before = len(withheld)
        for row in _rows(cells):
            withheld |= _company(row, withheld, cells, rule)
    return withheld


def _rows(cells: Cells) -> Iterator[list[Key]]:
    """Cells that add up to a total: they differ in one column only."""
    columns = len(next(iter(cells), ()))
    for column in range(columns):
        rows: dict[Key, list[Key]] = {}
        for key in cells:
            rows.setdefault((*key[:column], *key[column + 1 :]), []).append(key)
        yield from rows.values()


def _company(row: list[Key], withheld: set[Key], cells: Cells, rule: Disclosure) -> set[Key]:
    hidden = [key for key in row if key in withheld]
    shown = sorted((key for key in row if key not in withheld), key=lambda key: (cells[key], key))
    added = set[Key]()
    while hidden and shown and not _is_safe([cells[key] for key in hidden], rule):
        hidden.append(shown.pop(0))
        added.add(hidden[-1])
    return added


def _is_safe(hidden: Sequence[int], rule: Disclosure) -> bool:
    """Of several that add up to little, each could be told."""
    return len(hidden) > 1 and sum(hidden) >= rule.smallest


def _shown(line: Line, withheld: Mapping[str, set[Key]], rule: Disclosure) -> Line:
    hidden = frozenset(measure for measure, keys in withheld.items() if line.key in keys)
    shown = {
        measure: None if measure in hidden or count is None else rule.rounded(count)
        for measure in MEASURES
        for count in [getattr(line.counts, measure)]
    }
    return replace(line, counts=Counts(**shown), withheld=hidden)
