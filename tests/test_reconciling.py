"""`amtsweg reconcile`: a file in, the differences out, and an exit code that says whether any."""

import asyncio
import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi import FastAPI

from api.sandbox.payment_platform import create_payment_platform
from api.sandbox.transactions import Outcome, Payment, Transactions
from projections.payment_ledger import PAYMENT_LEDGER
from projections.treasury import TREASURY
from tests.commands import CommandLine
from tests.planted import TOWN, Paid, plant
from tests.projections.log import Log
from tests.serving import address_of, listen, serve

PLANTED = plant(60)


@pytest.fixture
def amtsweg(amtsweg: CommandLine, database_url: str) -> CommandLine:
    at = amtsweg.at(database_url)
    assert at("seed").code == 0
    return at


@pytest.fixture
async def file(amtsweg: CommandLine, database_url: str, tmp_path: Path) -> Path:
    log = Log(database_url)
    await log.record_all(PLANTED.happened)
    await log.project(PAYMENT_LEDGER)
    file = tmp_path / "list.csv"
    file.write_bytes(PLANTED.as_csv())
    return file


def test_the_differences_are_printed_as_json_and_as_csv(amtsweg: CommandLine, file: Path) -> None:
    only_looking = ("--municipality", TOWN, "--no-queue")
    said = amtsweg("reconcile", str(file), *only_looking)
    told = json.loads(said.out)
    found = {(row["what"], row["reference"]) for row in told["differences"]}
    total = len(PLANTED.named)
    assert (said.code, told["count"], told["lines"]) == (1, total, len(PLANTED.lines))
    assert (found, told["queued"]) == (PLANTED.differences, 0)
    as_csv = amtsweg("reconcile", str(file), "--municipality", TOWN, "--csv")
    rows = csv.DictReader(io.StringIO(as_csv.out), delimiter=";")
    # Sent to be recorded, and there is no platform: what it may know waits for its word.
    silent = {("platform-silent", one) for what, one in found if what == "not-recorded-here"}
    assert {(row["what"], row["reference"]) for row in rows} == found | silent


async def test_what_only_the_treasury_has_is_queued_and_then_no_difference_any_more(
    amtsweg: CommandLine, file: Path, database_url: str
) -> None:
    """But what a platform that is down may know waits for its word."""
    arguments = ("reconcile", str(file), "--municipality", TOWN)
    told = json.loads((await asyncio.to_thread(amtsweg, *arguments)).out)
    names = {"unknown-here", "twice-there"}
    planned = sorted(one for what, one in PLANTED.differences if what in names)
    waiting = {one for what, one in PLANTED.differences if what == "not-recorded-here"}
    assert waiting
    log = Log(database_url)
    await log.project(PAYMENT_LEDGER)
    queue = [row for row in await log.shown(TREASURY) if row["kind"] == "found" and row["open"]]
    assert sorted(row["reference"] for row in queue) == planned
    assert told["queued"] == len(planned)
    silent = [row for row in told["differences"] if row["what"] == "platform-silent"]
    assert {row["reference"] for row in silent} == waiting
    assert {"send the list again later" in row["advice"] for row in silent} == {True}
    again = json.loads((await asyncio.to_thread(amtsweg, *arguments)).out)
    differences = {(row["what"], row["reference"]) for row in again["differences"]}
    assert not names & {what for what, _ in differences}
    assert {one for what, one in differences if what == "platform-silent"} == waiting
    assert again["queued"] == 0


async def test_the_platform_is_asked_about_every_payment(
    amtsweg: CommandLine, file: Path, tmp_path: Path, database_url: str
) -> None:
    listener, app = listen(), FastAPI()
    url = address_of(listener)
    app.include_router(create_payment_platform(tmp_path, url))
    agreed, secret = paid_there(tmp_path, 900), paid_there(tmp_path, 901)
    await in_ledger(database_url, agreed, "paid")
    await in_ledger(database_url, secret, "open")
    arguments = ("reconcile", str(file), "--municipality", TOWN, "--ask-platform", "all")
    async with serve(app, listener):
        said = await asyncio.to_thread(amtsweg, *arguments, AMTSWEG_PAYMENT_URL=url)
    told = {
        row["payment_id"]: row
        for row in json.loads(said.out)["differences"]
        if row["what"].startswith("platform-")
    }
    assert str(agreed[0].payment_id) not in told
    row = told.pop(str(secret[0].payment_id))
    assert (row["what"], row["platform"]) == ("platform-not-recorded-here", "PAYED 2000 EUR")
    assert {row["what"] for row in told.values()} == {"platform-refused"}
    assert (said.code, row["booked_cents"]) == (1, None)
    again = await Log(database_url).shown(PAYMENT_LEDGER)
    assert (
        next(r["status"] for r in again if r["payment_id"] == secret[0].payment_id) == "succeeded"
    )


def paid_there(folder: Path, number: int) -> tuple[Paid, Payment]:
    """A payment that the platform knows as paid."""
    one, there = Paid(number, 2000), Transactions(folder, lambda: datetime.now(UTC))
    asked = {
        "requestId": str(one.payment_id),
        "currency": "EUR",
        "grosAmount": 20,
        "redirectUrl": "",
    }
    known, _ = there.add("gelsenkirchen", "stadtbibliothek", asked)
    there.settle(known.transaction_id, Outcome("PAYED"), "PAYPAL", one.paid_at)
    return one, known


async def in_ledger(url: str, paid: tuple[Paid, Payment], ending: str) -> None:
    one, known = paid
    requested, opened, *later = one.life(ending)
    of = {"transaction_id": known.transaction_id, "reference": known.reference}
    later = [replace(event, reference=known.reference) for event in later]
    log = Log(url)
    await log.record(one.payment_id, requested, replace(opened, **of), *later)
    await log.project(PAYMENT_LEDGER)


def test_nothing_to_tell_is_a_success(amtsweg: CommandLine, file: Path) -> None:
    file.write_text("reference;amount;booked_on\n")
    period = ("--from", "2020-01-01", "--to", "2020-01-31")
    said = amtsweg("reconcile", str(file), "--municipality", TOWN, *period)
    assert (said.code, json.loads(said.out)["count"]) == (0, 0)


def test_an_empty_list_without_its_days_says_nothing_about_them(
    amtsweg: CommandLine, file: Path
) -> None:
    file.write_text("reference;amount;booked_on\n")
    said = amtsweg("reconcile", str(file), "--municipality", TOWN)
    assert "`from` and `to`" in said.sentence
    period = ("--from", "2021-03-01", "--to", "2021-03-31")
    whole = amtsweg("reconcile", str(file), "--municipality", TOWN, *period)
    assert {row["what"] for row in json.loads(whole.out)["differences"]} >= {"missing-there"}


@pytest.mark.parametrize(
    ("content", "sentence"), [(b"reference\n", "Line 1"), (b"\xff", "UTF-8"), (None, "file")]
)
def test_a_list_that_cannot_be_read_is_said(
    amtsweg: CommandLine, file: Path, content: bytes | None, sentence: str
) -> None:
    if content is None:
        file.unlink()
    else:
        file.write_bytes(content)
    assert sentence in amtsweg("reconcile", str(file), "--municipality", TOWN).sentence
