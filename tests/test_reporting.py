"""`amtsweg report` prints what the API answers: a table, CSV, or what to mend."""

import csv
import io
import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from adapters.catalogue.loading import BUILT_IN, read_files
from api.adoption import AdoptionView
from domain.adoption.period import ONE_DAY
from domain.application.events import Channel
from domain.working_days import legal_day
from projections.applications_counted import APPLICATIONS_COUNTED
from projections.first_users_counted import FIRST_USERS_COUNTED
from projections.referrals_counted import REFERRALS_COUNTED
from tests.commands import CommandLine
from tests.domain.application import asked
from tests.domain.application import happened as h
from tests.projections.log import Log, silent
from workers.seeding import seed

YEAR = ("--from", "2021-01-01", "--to", "2021-12-31")


@pytest.fixture
async def amtsweg(amtsweg, database_url) -> CommandLine:
    await seed(database_url, read_files(BUILT_IN), silent)
    log = Log(database_url)
    day = replace(h.submitted(asked.submit), legal_day=date(2021, 6, 16))
    by_post = replace(day, channel=Channel.POST, account=None)
    await log.record_all([(uuid4(), event) for event in [*[day] * 3, *[by_post] * 9]])
    for projection in (APPLICATIONS_COUNTED, FIRST_USERS_COUNTED, REFERRALS_COUNTED):
        await log.project(projection)
    return amtsweg.at(database_url)


def test_as_a_table_it_says_what_who_and_as_of_when(amtsweg) -> None:
    said = amtsweg("report", *YEAR)
    assert (said.code, said.err) == (0, "")
    for told in ("2021-01-01 to 2021-12-31", "Gelsenkirchen", "25.0%", "Counted up to position"):
        assert told in said.out, said.out
    assert re.search(r" CES?T\.$", said.out.strip())


def test_as_json_it_is_read_by_programs(amtsweg) -> None:
    told = json.loads(amtsweg("report", *YEAR, "--format", "json").out)
    assert told["period"] == {"from": "2021-01-01", "to": "2021-12-31"}
    assert [(row["name"], row["online"]) for row in told["rows"][:1]] == [("Gelsenkirchen", 3)]
    assert datetime.fromisoformat(told["counted_until"]).utcoffset() == timedelta(0)


def test_as_json_it_is_what_the_api_answers_with(amtsweg) -> None:
    """What a program adds up is no total, and it is told what it is compared with."""
    told = json.loads(amtsweg("report", *YEAR, "--format", "json").out)
    view = AdoptionView.model_validate(
        {**told, "period": _days(told["period"]), "previous": _days(told["previous"])}
    )
    assert view.model_dump(mode="json", by_alias=True) == told
    assert sum(row["online"] for row in told["rows"]) == told["total"]["online"] == 3
    assert told["previous"]["to"] == "2020-12-31"
    (public,) = [json.loads(amtsweg("report", "--public", *YEAR, "--format", "json").out)]
    assert public["rounding"] == {"base": 5}


def test_a_kreis_is_called_by_its_name(amtsweg) -> None:
    said = amtsweg("report", *YEAR, "--by", "kreis")
    assert "Gelsenkirchen" in said.out
    assert "total" in said.out
    (row, *_) = json.loads(amtsweg("report", *YEAR, "--by", "kreis", "--format", "json").out)[
        "rows"
    ]
    assert (row["kreis"], row["kreis_name"]) == ("05513", "Gelsenkirchen")


def _days(period: dict[str, str]) -> dict[str, str]:
    return {"first": period["from"], "last": period["to"]}


def test_as_csv_it_is_what_the_api_gives(amtsweg) -> None:
    said = amtsweg("report", *YEAR, "--by", "month", "--by", "channel", "--format", "csv")
    *lines, total = csv.DictReader(io.StringIO(said.out))
    assert [(row["month"], row["channel"], row["all_channels"]) for row in lines] == [
        ("2021-06", "online", "3"),
        ("2021-06", "post", "9"),
    ]
    assert (total["month"], total["online"], total["all_channels"]) == ("total", "3", "12")


def test_for_the_public_it_is_rounded_as_by_the_api(amtsweg) -> None:
    said = amtsweg("report", *YEAR, "--public", "--format", "csv")
    line, total = csv.DictReader(io.StringIO(said.out))
    assert line["online"] in ("0", "5")
    assert int(line["all_channels"]) - int(line["online"]) in (5, 10)
    assert (total["online"], total["all_channels"]) == (line["online"], line["all_channels"])


def test_a_file_says_which_days_it_counts_as_of_when_and_how_it_is_rounded(amtsweg) -> None:
    exact, public = (
        next(csv.DictReader(io.StringIO(amtsweg("report", *YEAR, *more, "--format", "csv").out)))
        for more in ((), ("--public",))
    )
    for row in (exact, public):
        assert (row["from"], row["to"], row["as_of"]) == ("2021-01-01", "2021-12-31", "")
        assert int(row["position"]) > 0
        assert datetime.fromisoformat(row["counted_until"]).utcoffset() is not None
    assert (exact["rounding_base"], public["rounding_base"]) == ("", "5")
    assert "multiples of 5" in " ".join(amtsweg("report", *YEAR, "--public").out.split())
    assert "multiples of" not in amtsweg("report", *YEAR).out


def test_for_the_public_it_is_of_finished_months_unless_told_otherwise(amtsweg) -> None:
    before = last_month_s_end()
    said = amtsweg("report", "--public")
    ends = {before, last_month_s_end()}  # where it was asked at midnight, the month has changed
    assert any(f"to {last}" in " ".join(said.out.split()) for last in ends)


def last_month_s_end() -> date:
    return legal_day(datetime.now(UTC)).replace(day=1) - ONE_DAY


def test_what_is_counted_can_be_narrowed(amtsweg) -> None:
    narrowed = ("--only", "municipality=05562014", "--only", "stage=all")
    said = amtsweg("report", *YEAR, *narrowed, "--format", "csv")
    (total,) = csv.DictReader(io.StringIO(said.out))
    assert total["all_channels"] == "0"


WRONG = [
    (("--from", "2021-02-01", "--to", "2021-01-01"), "not before `from`"),
    (("--from", "2999-01-01"), "this day is still to come; give one up to today"),
    (("--public", "--from", "2021-01-02", "--to", "2021-01-31"), "whole months"),
    (("--public", "--to", "2999-12-31"), "a month that has ended"),
    (("--public", "--by", "day"), "leave out day"),
    (("--public", "--only", "as-of=2021-11-29"), "figures of today"),
    (("--only", "moon=full"), "NAME=VALUE"),
    (("--only", "municipality=05999999"), "choose one of: "),
    (("--only", "stage=x"), "live, pilot, all"),
    (("--only", "as-of=yesterday"), "such as 2021-11-29"),
]


@pytest.mark.parametrize(("wrong", "advice"), WRONG)
def test_a_wrong_question_is_answered_with_what_to_ask(amtsweg, wrong, advice) -> None:
    assert advice in amtsweg("report", *wrong).sentence
