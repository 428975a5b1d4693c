"""`amtsweg onboard` walks through the seven steps, says what is missing, and is resumed."""

from collections.abc import Callable
from getpass import getuser
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from adapters.catalogue.loading import read_files
from amtsweg import app
from tests.api.fishing import written_to
from tests.keys import keys_in
from tests.projections.log import silent
from workers.seeding import seed

Onboard = Callable[..., Result]


@pytest.fixture
async def seeded(database_url: str, tmp_path: Path) -> str:
    await seed(database_url, read_files(written_to(tmp_path / "catalogue")), silent)
    return database_url


@pytest.fixture
def run(seeded: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Onboard:
    keys_in(tmp_path)
    monkeypatch.setenv("AMTSWEG_HOME", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", seeded)
    # The command is run in this process, whose other tests want to know what is logged.
    monkeypatch.setattr("adapters.beginning.configure_logging", lambda _level: None)

    def typed(*arguments: str, answers: tuple[str, ...] = ()) -> Result:
        return CliRunner().invoke(app, [*arguments], input="".join(f"{a}\n" for a in answers))

    return typed


BEGIN = ("", "y", "ruhrgebiet", "noreply@hamm.example")
ALL_STEPS = (
    "y",  # key people
    "y",  # contract
    "y",  # portal
    "buergerservice@hamm.example", "hourly", "digest",
    "hamm", "stadtkasse",
    "fishing-licence", "Rathaus", "Theodor-Heuss-Platz 16, 59065 Hamm", "Ordnungsamt",
    "fishing-licence.youth=9,50",
    "y",
    "y",  # announced
)  # fmt: skip


def test_it_walks_to_a_service_that_is_live(run: Onboard) -> None:
    said = run(
        "onboard",
        answers=("5915000", "05999999", "05915", "05915000", *BEGIN, *ALL_STEPS, "y", "y"),
    )
    assert said.exit_code == 0, said.output
    assert "The pilot phase has ended." in said.output
    assert "The pilot phase goes on" not in said.output
    assert "A key has 8 digits" in said.output
    assert said.output.count("can have this key") == 2
    assert "Hamm (05915000) is kreisfrei. Is that right?" in said.output
    assert "fishing-licence is live." in said.output
    assert "as no provider is named" in said.output
    assert "Missing" not in said.output
    told = run("replay", "05915000").output
    assert told.startswith("Municipality 05915000 Hamm")
    assert told.rstrip().endswith("live, fishing-licence live")


def test_nothing_is_recorded_of_a_key_that_was_not_meant(run: Onboard) -> None:
    said = run("onboard", "05562099", answers=("Irgendwo", "n"))
    assert "Irgendwo (05562099) is kreisangehoerig, in the Kreis Recklinghausen." in said.output
    assert "It was not registered." in said.output
    assert run("replay", "05562099").exit_code == 2


def test_what_was_left_out_is_named_and_asked_for_the_next_time(run: Onboard) -> None:
    later = ("y", "n", "n", "", "", "fishing-licence", "", "Markt 1", "", "", "y", "n", "y")
    said = run("onboard", "05915000", answers=(*BEGIN, *later))
    assert said.exit_code == 0, said.output
    assert "! Step 4 of the onboarding is missing" in said.output
    assert "Live: nothing yet" in said.output
    missing = "contract, portal-integration, clerk-mailbox, payment-platform, announcement"
    assert f"Missing: {missing}." in said.output
    assert "The pilot phase goes on: what is filed is a pilot until it ends." in said.output
    assert "Shall the pilot phase end" not in said.output
    again = ("y", "y", "mail", "a@hamm.example", "", "hamm", "stadtkasse", "y", "y", "n")
    said = run("onboard", "05915000", answers=again)
    assert "write it like" in said.output
    assert "Live: fishing-licence" in said.output
    assert "Missing" not in said.output
    assert "The pilot phase goes on" in said.output
    ended = run("onboard", "05915000", answers=("y",))
    assert "The pilot phase has ended." in ended.output
    assert "Shall the pilot phase end" not in run("onboard", "05915000").output


def test_stopping_halfway_keeps_what_was_answered(run: Onboard) -> None:
    stopped = run("onboard", "05915000", answers=(*BEGIN, "y", "y"))
    assert (stopped.exit_code, "run it again at a terminal" in stopped.output) == (2, True)
    said = run("onboard", "05915000", answers=("n", "", "", "", "n", "n"))
    assert "[x] 2. Vertrag schließen (Sign the contract)" in said.output


def test_an_answer_that_makes_no_sense_is_told_what_to_do_and_asked_again(run: Onboard) -> None:
    begin = ("", "y", "", "Ruhr Gebiet", "ruhrgebiet", "noreply@hamm.example")
    later = (
        "vielleicht", "ja", "n", "n", "",
        "hamm", "buero@hamm.example", "https://pay.example", "stadtkasse",
        "fishing-license", "fishing-licence", "Rathaus", "", "Markt 1", "",
        "youth=1", "fishing-licence.youth=9,5", "fishing-licence.youth=9,50", "n", "n", "n",
    )  # fmt: skip
    said = run("onboard", "05915000", answers=(*begin, *later))
    assert said.exit_code == 0, said.output
    for told in (
        "write something; Ctrl-C stops",
        "use lower-case letters a-z, digits and hyphens only",
        "answer y (yes) or n (no)",
        "write the name that the platform gave you, e.g. stadtkasse; no mail address, no link",
        "fishing-license is none of them; did you mean fishing-licence?",
        "youth=1: write SERVICE.LINE=AMOUNT with names of those above",
        "fishing-licence.youth=9,5: write SERVICE.LINE=AMOUNT",
    ):
        assert f"Error: {told}" in said.output
    assert "Fees of fishing-licence: youth 8,00 €, five-years 48,00 €" in said.output
    assert "[x] 5. Bezahlplattform anbinden (Connect the payment platform): hamm / stadtkasse" in (
        said.output
    )
    assert "AdoptionChanged" in run("replay", "05915000").output


def test_a_step_that_was_answered_wrongly_is_asked_again(run: Onboard) -> None:
    run("onboard", "05915000", answers=(*BEGIN, *ALL_STEPS, "y", "y"))
    said = run("onboard", "05915000", "--again", "payment-platform", answers=("hamm", "parken"))
    assert said.exit_code == 0, said.output
    assert "Live: fishing-licence" in said.output.splitlines()
    assert "(Connect the payment platform): hamm / parken" in said.output
    changed = run("onboard", "05915000", "--again", "configuration", answers=("x.y=1", ""))
    assert "Every service that there is, is adopted." in changed.output
    assert "Fees of fishing-licence: youth 9,50 €, five-years 48,00 €" in changed.output
    assert "Is it done?" not in changed.output


def test_where_nothing_changed_the_table_is_shown_once(run: Onboard) -> None:
    run("onboard", "05915000", answers=(*BEGIN, *ALL_STEPS, "y", "y"))
    assert run("onboard", "05915000").output.count("Vertrag schließen") == 1


def test_the_way_of_telling_an_office_is_asked_for_once(run: Onboard) -> None:
    said = run("onboard", "05915000", answers=(*BEGIN, "y", "y", "y", "a@hamm.example", "", ""))
    assert "When is it told of what comes: immediate, digest, none [immediate]: " in said.output


def test_a_service_is_replayed_by_its_key(run: Onboard) -> None:
    told = run("replay", "fishing-licence").output
    assert told.startswith("Service fishing-licence")
    assert "ServiceVersionPublished" in told
    assert told.rstrip().endswith("As of version 2: 1 published")
    first = run("replay", "fishing-licence", "--version", "1").output
    assert first.rstrip().endswith("As of version 1: 1 draft")


def test_of_a_later_version_it_tells_what_changed_the_form_too(
    run: Onboard, tmp_path: Path
) -> None:
    folder = tmp_path / "catalogue"
    text = (folder / "services/fishing-licence.toml").read_text(encoding="utf-8")
    for old, new in (("version = 1", "version = 2"), ("= 1950", "= 1900"), ("= 4800", "= 0")):
        text = text.replace(old, new)
    (folder / "services/fishing-licence.v2.toml").write_text(text, encoding="utf-8")
    assert run("seed", str(folder)).exit_code == 0
    *_, second, _published = run("replay", "fishing-licence").output.split("\n\n")
    told = second.splitlines()[1:]
    assert "       definition.form.properties.exam_year.minimum: 1950 -> 1900" in told
    (tariff,) = (line for line in told if "definition.tariff" in line)
    assert "cents 0" in tariff.partition(" -> ")[2]
    assert not any(sign in tariff for sign in "{['")
    assert {line.split(":")[0].strip() for line in told} == {
        "definition.form.properties.exam_year.minimum",
        "definition.sha256",
        "definition.tariff",
        "definition.version",
        "drafted_at",
    }


@pytest.mark.parametrize("stream", ["no-such-service", "05111000"])
def test_what_is_not_there_is_said(run: Onboard, stream: str) -> None:
    said = run("replay", stream)
    assert said.exit_code == 2
    assert "There is nothing with this id or key" in said.output


def test_whoever_is_at_the_machine_is_no_account_of_that_name(run: Onboard) -> None:
    """As with `staff` and `erase`: root of the shell is not who signs in as root."""
    run("onboard", answers=("05915000", *BEGIN, *ALL_STEPS, "y", "y"))
    history = run("replay", "05915000")
    assert "operator command-line:" in history.output
    assert f"operator {getuser()}" not in history.output
