"""Can every line of a tariff be reached, and does the form ask how many pieces it is for?"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from adapters.catalogue.condition_checks import condition_findings
from adapters.catalogue.finding import Finding
from adapters.catalogue.service_document import ServiceDocument, TariffDocument
from adapters.catalogue.tariff_coverage import coverage_findings, reach_findings
from adapters.catalogue.toml_lines import Where

BOUNDED = ("minimum", "maximum")


def tariff_findings(service: ServiceDocument, form: Mapping[str, Any]) -> Iterator[Finding]:
    """`form` with its facts. Towns set amounts by name, so that every name is there once.

    A fee has to be found whatever is answered; a notice says itself what was not announced.
    """
    seen: set[str] = set()
    for table, lines in (("tariff", service.tariff), ("announced", service.announced)):
        yield from _lines_findings(table, lines, form)
        for row, line in enumerate(lines):
            where: Where = (table, row)
            yield from _quantity(line, form, where)
            names = [((*where, "name"), line.name)]
            names += [
                ((*where, "further", n, "name"), further.name)
                for n, further in enumerate(line.further)
            ]
            for place, name in names:
                if name in seen:
                    yield place, f'"{name}" is there twice; rename or remove one'
                seen.add(name)


def _lines_findings(
    table: str, lines: Sequence[TariffDocument], form: Mapping[str, Any]
) -> Iterator[Finding]:
    """Together they are looked at only where each of them makes sense."""
    alone = [
        finding
        for row, line in enumerate(lines)
        for finding in condition_findings(line.when, form, (table, row, "when"))
    ]
    yield from alone
    if not alone:
        yield from coverage_findings(table, lines, form) if table == "tariff" else ()
        yield from reach_findings(table, lines, form)


def _quantity(line: TariffDocument, form: Mapping[str, Any], where: Where) -> Iterator[Finding]:
    if line.quantity is None:
        if line.further:
            what = "says how many pieces are wanted, which `further` needs; add it"
            yield (*where, "quantity"), what
        return
    field = form["properties"].get(line.quantity, {})
    bounded = all(type(field.get(bound)) is int for bound in BOUNDED)
    if field.get("type") != "integer" or not bounded or field["minimum"] < 1:
        what = "should name a whole number of the form with a minimum of 1 or more and a maximum"
        yield (*where, "quantity"), f"{what}; correct it"
