"""Answers as a table: the columns of a form, and cells that a spreadsheet cannot run."""

import csv
import io
from typing import Any

import pytest

from adapters.catalogue.loading import load
from adapters.read_models.form_columns import cells_of, columns_of
from adapters.tabular import as_csv

FORM = load().definition("garden-water-meter", 1).form


def test_every_field_that_is_filled_in_is_a_column() -> None:
    columns = columns_of([FORM])
    assert {"reading", "meter_number", "address.street", "address.city"} <= set(columns)
    assert {"age", "variant", "address"}.isdisjoint(columns)
    assert len(columns) == len(set(columns))


def test_what_only_another_version_asks_comes_last() -> None:
    older = {"properties": {"reading": {}, "colour": {}}}
    assert columns_of([FORM, older]) == [*columns_of([FORM]), "colour"]


@pytest.mark.parametrize(
    ("value", "cell"),
    [(None, ""), (7, 7), (True, "true"), ("W 1", "W 1"), (["a", "ü"], '["a", "ü"]')],
)
def test_an_answer_is_a_cell(value: Any, cell: Any) -> None:
    assert cells_of({"inside": {"field": value}}, ["inside.field", "none.here"]) == {
        "inside.field": cell,
        "none.here": "",
    }


@pytest.mark.parametrize("excel", [True, False])
@pytest.mark.parametrize("evil", ["=1+1", "+49 1", "-1", "@x", "\tx", "\rx"])
def test_no_text_is_taken_for_a_formula(evil: str, excel: bool) -> None:  # noqa: FBT001
    text = as_csv(["a", "b"], [{"a": evil, "b": -5}], excel=excel)
    _, (told, number) = csv.reader(
        io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=";" if excel else ","
    )
    assert told == f"'{evil}"
    assert number == "-5"
