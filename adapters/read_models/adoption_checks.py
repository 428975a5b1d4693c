"""What is wrong with a question, before any row is read: by parameter, with what to do."""

from collections.abc import Iterator
from datetime import date

from adapters.catalogue.catalogue import Catalogue
from adapters.read_models.places import known
from domain.adoption.report import By, Question

EARLIEST = date(2000, 1, 1)
LONGEST_DAYS = 20 * 366
SHOWN = 20
NAMED: dict[str, By] = {
    "municipality": By.MUNICIPALITY,
    "kreis": By.KREIS,
    "region": By.REGION,
    "service": By.SERVICE,
    "category": By.CATEGORY,
}


def mistakes(question: Question, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    period = question.period
    if period.first < EARLIEST:
        yield "from", f"give a day from {EARLIEST} on"
    if period.last < period.first:
        yield "to", "give a day that is not before `from`"
    elif period.days > LONGEST_DAYS:
        yield "to", "ask for 20 years at most"
    if len(set(question.by)) < len(question.by):
        yield "by", "name each column once"
    for name, by in NAMED.items():
        asked = getattr(question, name)
        if asked is not None and asked not in (there_are := known(catalogue, by)):
            yield name, _advice(sorted(there_are))


def _advice(there_are: list[str]) -> str:
    more = " ..." if len(there_are) > SHOWN else ""
    return f"choose one of: {', '.join(there_are[:SHOWN])}{more}"
