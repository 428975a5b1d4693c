"""Rows as CSV, for programs or for what a German Excel opens."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

# What a spreadsheet would take for a formula: an apostrophe before it makes it a text.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]], *, excel: bool) -> str:
    """`excel`: semicolons, decimal commas and a BOM."""
    out = io.StringIO("\ufeff" if excel else "")
    out.seek(0, io.SEEK_END)
    writer = csv.DictWriter(out, columns, delimiter=";" if excel else ",")
    writer.writeheader()
    writer.writerows({name: _cell(row[name], excel=excel) for name in columns} for row in rows)
    return out.getvalue()


def _cell(value: Any, *, excel: bool) -> Any:
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA) else value
    return str(value).replace(".", ",") if excel and isinstance(value, float) else value
