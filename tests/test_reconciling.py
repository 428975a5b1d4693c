"""`amtsweg reconcile`: a file in, the differences out, and an exit code that says whether any."""

import csv
import io
import json
from pathlib import Path

import pytest

from projections.payment_ledger import PAYMENT_LEDGER
from tests.commands import CommandLine
from tests.planted import TOWN, plant
from tests.projections.log import Log

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
    said = amtsweg("reconcile", str(file), "--municipality", TOWN)
    told = json.loads(said.out)
    found = {(row["what"], row["reference"]) for row in told["differences"]}
    assert (said.code, told["count"], told["lines"]) == (1, len(found), len(PLANTED.lines))
    assert found == PLANTED.differences
    as_csv = amtsweg("reconcile", str(file), "--municipality", TOWN, "--csv")
    rows = csv.DictReader(io.StringIO(as_csv.out), delimiter=";")
    assert {(row["what"], row["reference"]) for row in rows} == found


def test_nothing_to_tell_is_a_success(amtsweg: CommandLine, file: Path) -> None:
    file.write_text("reference;amount;booked_on\n")
    said = amtsweg("reconcile", str(file), "--municipality", TOWN)
    assert (said.code, json.loads(said.out)["count"]) == (0, 0)


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
