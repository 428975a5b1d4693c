"""Has every combination of answers a line of the tariff, and has every line one of them?"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product
from typing import Any

from adapters.catalogue.finding import Finding
from adapters.catalogue.service_document import TariffDocument
from domain.service.definition import holds

MOST_COMBINATIONS = 20_000


def coverage_findings(
    table: str, lines: Sequence[TariffDocument], form: Mapping[str, Any]
) -> Iterator[Finding]:
    """`form` with its facts. Without this an applicant could meet a tariff that fits nobody."""
    if not lines or any(not line.when for line in lines):
        return
    for number, facts in enumerate(_combinations(lines, form)):
        if number == MOST_COMBINATIONS:
            yield (table,), "is too large to be proven complete; end it with a line of when = {}"
        elif not any(holds(line.when, facts) for line in lines):
            yield (table,), f"has no line for {_told(facts)}; add one, or end it with when = {{}}"
            return


def reach_findings(
    table: str, lines: Sequence[TariffDocument], form: Mapping[str, Any]
) -> Iterator[Finding]:
    """The first line that holds is taken, so that one may never have its turn."""
    combinations = list(_combinations(lines, form))
    if len(combinations) > MOST_COMBINATIONS:
        return
    for row, line in enumerate(lines):
        mine = [facts for facts in combinations if holds(line.when, facts)]
        before = lines[:row]
        if mine and all(any(holds(one.when, facts) for one in before) for facts in mine):
            what = "holds only where a line before it does; move it up, or remove it"
            yield (table, row, "when"), what


def _combinations(
    lines: Sequence[TariffDocument], form: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    """All that can be answered, one more than are looked at."""
    names = sorted({name for line in lines for name in line.when})
    combinations = product(*(_values(name, lines, form) for name in names))
    for values in islice(combinations, MOST_COMBINATIONS + 1):
        yield dict(zip(names, values, strict=True))


def _values(name: str, lines: Sequence[TariffDocument], form: Mapping[str, Any]) -> list[Any]:
    """Enough of what can be answered: every one of a list, and both sides of every bound."""
    field = form["properties"][name]
    values = list[Any]()
    if "enum" in field or "const" in field:
        values += field.get("enum", [field.get("const")])
    elif field.get("type") == "boolean":
        values += [True, False]
    elif field.get("type") in {"integer", "number"}:
        values += sorted(_around_bounds(name, lines, field))
    else:
        values += ["another answer", *_named(name, lines)]
    return values if name in form.get("required", []) else [*values, None]


def _around_bounds(
    name: str, lines: Sequence[TariffDocument], field: Mapping[str, Any]
) -> set[int]:
    """A number decides nothing but on which side of a bound it is."""
    bounds = {bound for bound in _named(name, lines) if type(bound) is int}
    least, most = field.get("minimum", min(bounds, default=0) - 1), field.get("maximum")
    near = {bound + step for bound in bounds for step in (-1, 0, 1)} | {least}
    near |= {most} if most is not None else set()
    return {number for number in near if least <= number and (most is None or number <= most)}


def _named(name: str, lines: Sequence[TariffDocument]) -> Iterator[Any]:
    for expected in (line.when[name] for line in lines if name in line.when):
        if isinstance(expected, Mapping):
            yield from expected.values()
        elif isinstance(expected, list):
            yield from expected
        else:
            yield expected


def _told(facts: Mapping[str, Any]) -> str:
    said = {None: "left out", True: "true", False: "false"}
    return ", ".join(
        f"{name} {said[value] if value is None or value is True or value is False else value}"
        for name, value in facts.items()
    )
