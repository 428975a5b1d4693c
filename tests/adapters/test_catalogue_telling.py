"""A file says when its offices are told by mail, and who is told nothing in a pilot."""

from pathlib import Path

import pytest

from adapters.catalogue.errors import CatalogueIsInvalid
from adapters.catalogue.loading import BUILT_IN, load, read_files
from adapters.catalogue.planning import plan
from adapters.catalogue.terms import of_definition
from domain.municipality import events as e
from domain.municipality.clerk_mail import Audience, ClerkMailMode
from domain.municipality.decisions import MUNICIPALITY
from domain.municipality.state import Town
from tests.catalogue_files import copied_to
from tests.domain.municipality.facts import NOW

GLADBECK, LIBRARY = "05562014", "Stadtbücherei"
GLA = "municipalities/05562014-gladbeck.toml"
CHOSEN = """
pilot_quiet = ["applicants"]
clerk_mail = { mode = "none" }
clerk_mails."Stadtbücherei" = { mode = "digest", digest_at = "08:15" }
clerk_mails.Archiv = { mode = "none" }
"""
Folder = Path


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return copied_to(tmp_path)


def write(folder: Folder, more: str) -> None:
    built_in = (BUILT_IN / GLA).read_text()
    (folder / GLA).write_text(
        built_in.replace('name = "Gladbeck"', f'name = "Gladbeck"\n{more}', 1)
    )


def applied(folder: Folder, town: Town = MUNICIPALITY.initial) -> Town:
    files = read_files(folder)
    definitions = {(d.definition.key, d.definition.version): d.definition for d in files.services}
    entry = next(entry for entry in files.towns if entry.document.ags == GLADBECK)
    wanted = plan(entry, town, lambda *key: of_definition(definitions[key]), NOW)
    assert wanted is not None
    happened = MUNICIPALITY.decide(town, wanted)
    for event in happened:
        town = MUNICIPALITY.evolve(town, event)
    return town


def modes(town: Town) -> dict[str, str]:
    return {office: chosen.mode.value for office, chosen in town.clerk_mail.items()}


def test_a_file_chooses_for_all_offices_and_for_one(folder: Folder) -> None:
    write(folder, CHOSEN)
    town = load(folder).municipality(GLADBECK)
    assert town.clerk_mail_of(LIBRARY).digest_at == "08:15"
    assert town.clerk_mail_of(LIBRARY).mode is ClerkMailMode.DIGEST
    assert town.clerk_mail_of("another").mode is ClerkMailMode.NONE
    assert "Archiv" in town.offices
    assert town.quiet_for("library-card") == (Audience.APPLICANTS,)


def test_a_service_may_be_as_loud_as_its_town_is_quiet(folder: Folder) -> None:
    write(folder, 'pilot_quiet = ["applicants", "offices"]')
    text = (folder / GLA).read_text()
    loud = text.replace("[services.library-card]", "[services.library-card]\npilot_quiet = []")
    (folder / GLA).write_text(loud)
    town = load(folder).municipality(GLADBECK)
    assert town.quiet_for("library-card") == ()
    assert set(town.quiet_for("another")) == {Audience.APPLICANTS, Audience.OFFICES}


def test_what_the_file_names_no_more_is_as_usual(folder: Folder) -> None:
    write(folder, CHOSEN)
    before = applied(folder)
    write(folder, "")
    after = applied(folder, before)
    assert set(modes(before).values()) == {"none", "digest"}
    assert set(modes(after).values()) == {"immediate"}
    assert after.pilot_quiet == {"": ()}


def test_readers_who_ended_their_digest_get_none_because_of_another_line(folder: Folder) -> None:
    write(folder, CHOSEN)
    ended = e.DigestUnsubscribed(office=LIBRARY, unsubscribed_at=NOW)
    town = MUNICIPALITY.evolve(applied(folder), ended)
    write(folder, f"{CHOSEN}# Another line.\n")
    assert modes(applied(folder, town))[LIBRARY] == "none"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('clerk_mail = { mode = "hourly" }', "mode"),
        ('clerk_mail = { mode = "digest", digest_at = "7.30" }', "digest_at"),
        ('pilot_quiet = ["nobody"]', "pilot_quiet"),
    ],
)
def test_what_cannot_be_meant_is_named(folder: Folder, line: str, told: str) -> None:
    write(folder, f"\n{line}")
    with pytest.raises(CatalogueIsInvalid, match=told):
        load(folder)


@pytest.mark.parametrize("mode", ["none", "immediate"])
@pytest.mark.parametrize("of", ["clerk_mail", 'clerk_mails."Stadtbücherei"'])
def test_only_a_digest_has_a_time(folder: Folder, mode: str, of: str) -> None:
    write(folder, f'{of} = {{ mode = "{mode}", digest_at = "07:30" }}')
    lines = (folder / GLA).read_text().splitlines()
    line = next(n for n, text in enumerate(lines, start=1) if text.startswith(of))
    with pytest.raises(CatalogueIsInvalid, match="only a digest has a time") as refused:
        load(folder)
    (told,) = refused.value.problems
    assert (Path(told.file).name, told.line) == (Path(GLA).name, line)
    assert told.field.endswith("digest_at")
