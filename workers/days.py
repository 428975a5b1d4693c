"""A day that a person writes at the command line."""

from datetime import date

import typer


def a_day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or text != day.isoformat():
        raise typer.BadParameter("write a day that exists as year-month-day, e.g. 2021-06-16.")
    return day
