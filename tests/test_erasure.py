"""A whole installation forgets a person: not one file below it holds a word of theirs."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from tests.api.forgetting import statistics
from tests.api.library_card import Case, done, form
from tests.canaries import Canaries, Town, command, lives, mistakes, opened
from tests.installation import installation
from tests.needles import files_with
from workers.erasing import NOT_FINAL

ERASED = "SELECT originator_id FROM events WHERE topic = 'ApplicantErased'"
MAILS, PROOFS = "sandbox/mail/", "files/"


@dataclass
class Forgotten:
    """What was seen before and after."""

    home: Path
    canaries: Canaries
    cases: list[Case]
    neighbour: Case
    before: dict[str, set[str]]
    after: dict[str, set[str]]
    counted: Any
    said: subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=60) as http:
        yield http


@pytest.fixture(scope="module")
def forgotten(tmp_path_factory: pytest.TempPathFactory, http: httpx.Client) -> Forgotten:
    home, c = tmp_path_factory.mktemp("forgetting"), Canaries()
    with installation(home, "--no-story") as addresses:
        town = opened(home, http, addresses)
        neighbour = town.case(town.citizen("neighbour"), form({"given_name": "Nachbarin"}))
        cases = lives(town, c)
        mistakes(town, c)
        town.all_mails_are_out()
        for name in ("log.jsonl", "log.jsonl.gz"):
            assert command(home, "export", str(home / name)).returncode == 0
        town.write_all_pages()
        before = files_with(c.words, home)
        counted = statistics(town.analyst, cases[-1].see()["position"])
        said = command(home, "erase", "--yes", c.account)
        town.write_all_pages()
    after = files_with(c.words, home)
    return Forgotten(home, c, cases, neighbour, before, after, counted, said)


@pytest.fixture(scope="module")
def again(forgotten: Forgotten, http: httpx.Client) -> Iterator[Town]:
    """Started again as it was."""
    with installation(forgotten.home, "--no-story") as addresses:
        yield opened(forgotten.home, http, addresses)


def test_the_search_finds_what_is_there(forgotten: Forgotten) -> None:
    """In the mails, before; else it could find nothing afterwards either."""
    places = {
        place for file in forgotten.before for place in (MAILS, PROOFS) if file.startswith(place)
    }
    assert places == {MAILS}
    seen = set().union(*forgotten.before.values())
    assert {"given", "family", "email", "question", "rejection"} <= seen


def test_nothing_of_them_was_ever_anywhere_else(forgotten: Forgotten) -> None:
    elsewhere = {
        file: words for file, words in forgotten.before.items() if not file.startswith(MAILS)
    }
    assert elsewhere == {}


def test_the_command_tells_what_became_of_each_application(forgotten: Forgotten) -> None:
    said = forgotten.said
    assert (said.returncode, said.stderr) == (0, "")
    *lines, final = said.stdout.splitlines()
    told = dict(line.split("  ") for line in lines)
    assert told.keys() == {case.id for case in forgotten.cases}
    assert all(what.startswith("erased: its key, ") for what in told.values())
    assert final == NOT_FINAL


def test_not_one_file_holds_a_word_of_theirs(forgotten: Forgotten) -> None:
    searched = {str(f.relative_to(forgotten.home)) for f in forgotten.home.rglob("*")}
    assert {"log.jsonl", "log.jsonl.gz", "keys", "files", "run.out"} <= searched
    assert any(name.startswith("postgres/data/pg_wal/0") for name in searched)
    assert forgotten.after == {}


def test_the_log_is_sound_without_them(forgotten: Forgotten, again: Town) -> None:
    said = command(again.home, "verify")
    assert (said.stdout.splitlines()[-1], said.stderr) == ("All is sound.", ""), said
    assert said.returncode == 0
    with psycopg.connect(again.house.database) as database:
        erased = database.execute(ERASED).fetchall()
    assert {str(stream) for (stream,) in erased} == {case.id for case in forgotten.cases}


def test_the_statistics_are_as_they_were(forgotten: Forgotten, again: Town) -> None:
    assert forgotten.counted
    with psycopg.connect(again.house.database) as database:
        row = database.execute("SELECT max(notification_id) FROM events").fetchone()
    assert row
    assert statistics(again.analyst, row[0]) == forgotten.counted


def test_the_history_tells_what_and_not_who(forgotten: Forgotten, again: Town) -> None:
    for case in forgotten.cases:
        said = command(again.home, "replay", case.id)
        assert (said.returncode, said.stderr) == (0, "")
        assert "ApplicationSubmitted" in said.stdout
        assert "ApplicantErased" in said.stdout
        assert "ApplicationSubmitted  (citizen)" in said.stdout
        assert not [one for one in forgotten.canaries.words.values() if one in said.stdout]


def test_their_neighbour_is_still_known(forgotten: Forgotten, again: Town) -> None:
    auditor = again.visitors.auditor()
    seen = done(auditor.get(f"/applications/{forgotten.neighbour.id}"))
    assert seen["applicant"]["given_name"] == "Nachbarin"


def test_erasing_them_once_more_finds_nobody(forgotten: Forgotten, again: Town) -> None:
    said = command(again.home, "erase", "--yes", forgotten.canaries.account)
    assert (said.returncode, "Nothing personal is known" in said.stdout) == (1, True)
