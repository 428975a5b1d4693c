"""What a form can say of dates, ages, two fields, account numbers and places."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from stdnum import iban

from adapters.catalogue.days import day_of, is_day
from adapters.catalogue.form import check
from adapters.catalogue.form_formats import is_iban
from adapters.catalogue.form_keywords import TODAY as DAY_IN_FORCE
from adapters.catalogue.loading import load
from domain.municipality.kreise import KREISE, KREISFREI, may_be_town

TODAY = date(2021, 6, 16)
CARD = load().definition("library-card", 1)
HINT = {"de": "Bitte beide prüfen.", "en": "Check both."}
DATE = {"type": "string", "format": "date"}


def problems(
    properties: dict[str, Any], answers: dict[str, Any], language: str = "en", **form: Any
) -> dict[str, str]:
    asked = replace(CARD, form={"type": "object", "properties": properties, **form})
    return {p.pointer: p.message for p in check(asked, answers, today=TODAY, language=language)}


@pytest.mark.parametrize(
    ("rule", "day", "fits"),
    [
        ({"not_after": "today"}, "2021-06-16", True),
        ({"not_after": "today"}, "2021-06-17", False),
        ({"not_before": "today"}, "2021-06-16", True),
        ({"not_before": "today"}, "2021-06-15", False),
        ({"not_before": "today-10y"}, "2011-06-16", True),
        ({"not_before": "today-10y"}, "2011-06-15", False),
        ({"not_after": "today+3m"}, "2021-09-16", True),
        ({"not_after": "today+3m"}, "2021-09-17", False),
        ({"not_after": "today+30d"}, "2021-07-16", True),
        ({"not_before": "2020-01-01", "not_after": "2020-12-31"}, "2020-07-01", True),
        ({"not_before": "2020-01-01", "not_after": "2020-12-31"}, "2021-01-01", False),
    ],
)
def test_a_date_is_bounded_by_days_and_by_today(
    rule: dict[str, str], day: str, *, fits: bool
) -> None:
    assert (problems({"on": {**DATE, "x-date": rule}}, {"on": day}) == {}) is fits


@pytest.mark.parametrize(
    ("rule", "de", "en"),
    [
        ({"not_after": "today"}, "nicht in der Zukunft", "not in the future"),
        ({"not_after": "2021-01-01"}, "früheres Datum", "earlier date"),
        ({"not_before": "2030-01-01"}, "späteres Datum", "later date"),
        ({"not_after": "today", "hint": HINT}, "beide prüfen", "Check both"),
    ],
)
def test_a_date_out_of_bounds_is_explained(rule: dict[str, Any], de: str, en: str) -> None:
    asked = {"on": {**DATE, "x-date": rule}}
    assert de in problems(asked, {"on": "2021-06-20"}, "de")["/on"]
    assert en in problems(asked, {"on": "2021-06-20"}, "en")["/on"]


def test_a_date_that_does_not_exist_has_one_problem_only() -> None:
    asked = {"on": {**DATE, "x-date": {"not_after": "today"}, "x-age": {"at_least": 3}}}
    found = problems(asked, {"on": "2021-02-29"})
    assert found == {"/on": "Write a date that exists, for example 2021-06-16."}
    assert problems(asked, {"on": 20210229})["/on"] == "Give this as text."


@pytest.mark.parametrize(
    ("rule", "born", "fits"),
    [
        ({"at_least": 18}, "2003-06-16", True),
        ({"at_least": 18}, "2003-06-17", False),
        ({"at_most": 14}, "2006-06-17", True),
        ({"at_most": 14}, "2006-06-16", False),
        ({"at_least": 3, "at_most": 6}, "2017-01-01", True),
        ({"at_least": 3, "at_most": 6}, "2019-01-01", False),
        ({"at_least": 3, "on": "2021-11-01"}, "2018-11-01", True),
        ({"at_least": 3, "on": "2021-11-01"}, "2018-11-02", False),
        ({"at_least": 3, "on": "today+6m"}, "2018-12-16", True),
    ],
)
def test_an_age_is_counted_in_full_years(rule: dict[str, Any], born: str, *, fits: bool) -> None:
    found = problems({"born": {**DATE, "x-age": rule}}, {"born": born})
    assert (found == {}) is fits
    years = [str(rule[bound]) for bound in ("at_least", "at_most") if bound in rule]
    assert fits or all(each in found["/born"] for each in years)


@pytest.mark.parametrize(
    ("comparison", "one", "two", "fits"),
    [
        ("at_least", 5, 5, True),
        ("at_least", 4, 5, False),
        ("more_than", 5, 5, False),
        ("at_most", 5, 5, True),
        ("at_most", 6, 5, False),
        ("less_than", 5, 5, False),
        ("at_least", "2021-01-02", "2021-01-01", True),
        ("at_least", "2020-12-31", "2021-01-01", False),
    ],
)
def test_two_fields_are_compared(comparison: str, one: Any, two: Any, *, fits: bool) -> None:
    rules = [{"field": "one", comparison: "two", "hint": HINT}]
    found = problems({"one": {}, "two": {}}, {"one": one, "two": two}, **{"x-compare": rules})
    assert found == ({} if fits else {"/one": "Check both."})


@pytest.mark.parametrize("answers", [{}, {"one": 1}, {"two": 2}, {"one": "a", "two": 2}])
def test_what_is_missing_or_of_another_type_is_not_compared(answers: dict[str, Any]) -> None:
    rules = [{"field": "one", "at_least": "two", "hint": HINT}]
    assert problems({"one": {}, "two": {}}, answers, **{"x-compare": rules}) == {}


def test_every_comparison_that_fails_is_told_and_inner_fields_are_pointed_at() -> None:
    rules = [
        {"field": "b", "more_than": "a", "hint": HINT},
        {"field": "c", "more_than": "b", "hint": HINT},
    ]
    inner = {"type": "object", "properties": {"a": {}, "b": {}, "c": {}}, "x-compare": rules}
    found = problems({"span": inner}, {"span": {"a": 3, "b": 2, "c": 1}})
    assert set(found) == {"/span/b", "/span/c"}


def test_the_day_in_force_is_forgotten_after_a_check() -> None:
    before = DAY_IN_FORCE.get()
    problems({"on": {**DATE, "x-date": {"not_after": "today"}}}, {"on": "2021-06-17"})
    assert DAY_IN_FORCE.get() == before


@pytest.mark.parametrize(
    "number",
    ["DE89370400440532013000", "DE89 3704 0044 0532 0130 00", "NL91ABNA0417164300",
     "AT611904300234573201", "FR1420041010050500013M02606"],
)  # fmt: skip
def test_an_iban_of_a_country_of_sepa_is_taken(number: str) -> None:
    assert is_iban(number)


@pytest.mark.parametrize(
    "number",
    ["", "DE", "DE89370400440532013001", "DE8937040044053201300", "ZZ89370400440532013000",
     "SA0380000000608010167519", "DE89370400440532013OOO", "\0"],
)  # fmt: skip
def test_what_is_no_iban_for_a_direct_debit_is_refused(number: str) -> None:
    assert not is_iban(number)
    (message,) = problems({"iban": {"format": "iban"}}, {"iban": number}, "de").values()
    assert "IBAN prüfen" in message


def test_one_wrong_digit_anywhere_is_noticed() -> None:
    right = "DE89370400440532013000"
    assert iban.is_valid(right)
    for place in range(2, len(right)):
        wrong = right[:place] + str((int(right[place]) + 1) % 10) + right[place + 1 :]
        assert not is_iban(wrong), wrong


def test_the_land_has_31_kreise_and_22_kreisfreie_towns() -> None:
    assert (len(KREISE), len(KREISFREI)) == (31, 22)
    assert not set(KREISE) & set(KREISFREI)


@pytest.mark.parametrize("ags", ["05513000", "05562014", "05958032", "05334002"])
def test_a_town_of_the_land_is_known(ags: str) -> None:
    assert may_be_town(ags)
    assert problems({"place": {"format": "ags"}}, {"place": ags}) == {}


@pytest.mark.parametrize(
    "ags", ["05513004", "05562000", "05999000", "06411000", "05562", "5513000", "", "0556201x"]
)
def test_what_is_no_town_of_the_land_is_not(ags: str) -> None:
    assert not may_be_town(ags)
    assert "municipality of North Rhine" in problems({"p": {"format": "ags"}}, {"p": ags})["/p"]


@pytest.mark.parametrize("bound", ["today", "today-110y", "today+3m", "today-30d", "2021-06-16"])
def test_a_bound_is_a_day(bound: str) -> None:
    assert is_day(bound)
    assert isinstance(day_of(bound, TODAY), date)


@pytest.mark.parametrize("bound", ["yesterday", "today+3", "today*2d", "2021-02-30", "", 5, None])
def test_what_is_no_day_bounds_nothing(bound: object) -> None:
    assert not is_day(bound)
