"""Every command does what its help says; who makes a mistake is told in one sentence."""

import base64
import json
import re
from pathlib import Path

import pytest

from adapters.identity.actor import Role
from adapters.version import VERSION
from api.sandbox.signing_key import signing_key
from projections.catalogue import PROJECTIONS
from projections.worklist import WORKLIST

COMMANDS = [
    *("run", "serve", "work", "status", "sandbox", "migrate", "seed", "onboard", "reconcile"),
    *("rebuild", "replay", "token", "events"),
    *("topics", "republish", "asyncapi", "kafka", "parked", "letters"),
    *("staff", "verify", "export", "erase", "retention", "keys", "report", "scenario"),
]


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_a_command_is_a_sentence_and_fits_on_the_screen(amtsweg, command) -> None:
    said = amtsweg(command, "--help")
    usage, _, sentence, *_ = said.out.splitlines()
    assert (said.code, said.err) == (0, "")
    assert usage.startswith(f"Usage: amtsweg {command} ")
    assert re.fullmatch(r"  [A-Z].*\.", sentence)
    assert all(len(line) <= 80 for line in said.out.splitlines())


def test_the_help_lists_every_command(amtsweg) -> None:
    listed = re.findall(r"^  ([a-z]+)  ", amtsweg("--help").out, re.MULTILINE)
    assert sorted(listed) == sorted(COMMANDS)


@pytest.fixture
def begun(amtsweg) -> None:
    """A sandbox has run in the folder."""
    signing_key(Path(amtsweg.environment["AMTSWEG_HOME"]) / "sandbox")


@pytest.mark.usefixtures("begun")
@pytest.mark.parametrize("role", Role)
def test_a_token_is_for_the_role_that_was_named(amtsweg, role) -> None:
    claims = amtsweg("token", role).out.split(".")[1]
    told = json.loads(base64.urlsafe_b64decode(claims + "=="))
    assert told["amtsweg"]["role"] == role


def test_where_no_sandbox_has_run_there_is_no_token_that_nobody_believes(amtsweg) -> None:
    home = Path(amtsweg.environment["AMTSWEG_HOME"]) / "elsewhere"
    said = amtsweg("token", "anna", AMTSWEG_HOME=str(home))
    assert said.sentence.startswith("No sandbox has run in this folder")
    assert said.sentence.endswith(f"({home})")
    assert (said.out, home.exists()) == ("", False)


@pytest.mark.usefixtures("begun")
def test_an_unknown_person_gets_no_token(amtsweg) -> None:
    assert "Nobody in the sandbox has this name or role" in amtsweg("token", "nobody").sentence


def test_the_version_is_told(amtsweg) -> None:
    said = amtsweg("--version")
    assert (said.code, said.out, said.err) == (0, f"amtsweg {VERSION}\n", "")


def test_a_wrong_choice_is_told_with_those_there_are(amtsweg) -> None:
    said = amtsweg("report", "--by", "colour")
    assert said.code == 2
    assert "Invalid value for '--by': 'colour' is not one of 'municipality'," in said.err


def test_a_read_model_that_is_nearly_named_is_named_rightly(amtsweg) -> None:
    assert f"did you mean {WORKLIST.name}?" in amtsweg("rebuild", "worklist").sentence


def test_an_unknown_read_model_is_answered_with_those_there_are(amtsweg) -> None:
    sentence = amtsweg("rebuild", "nonsense").sentence
    assert all(name in sentence for name in ("nonsense", *(p.name for p in PROJECTIONS)))


def test_what_was_set_aside_is_listed_as_all_else_is(amtsweg, durable_url) -> None:
    there = amtsweg.at(durable_url)
    assert there("parked", "list") == there("parked")
    assert there("parked").out == "Nothing is set aside.\n"


def test_run_says_at_once_that_it_starts(amtsweg) -> None:
    """Long before it knows whether it can."""
    assert amtsweg("run").out.startswith("Starting the database")


@pytest.mark.parametrize(
    "command",
    [("report", "--from"), ("reconcile", "list.csv", "--municipality", "05513000", "--to")],
)
@pytest.mark.parametrize("day", ["2026-13-01", "01.12.2026", "2026-W10-1", "soon"])
def test_a_day_that_is_none_is_told_in_plain_words(amtsweg, command, day) -> None:
    said = amtsweg(*command, day)
    assert said.code == 2
    assert "write a day that exists as year-month-day, e.g. 2021-06-16" in said.err
