"""`amtsweg seed`: nothing leaves the portal because of a file unless somebody says so."""

import asyncio
from pathlib import Path

import psycopg
import pytest

from adapters.catalogue.loading import read_files
from domain.municipality.commands import AdoptService
from tests.catalogue_files import copied_to
from tests.commands import CommandLine, Said
from workers.cataloguing import opened
from workers.seeding import seed_quietly
from workers.walk import Walk

GLA = "municipalities/05562014-gladbeck.toml"
BOT = "municipalities/05512000-bottrop.toml"
EVENTS = "SELECT count(*) FROM events"
SUSPENDED = "Gladbeck: birth-certificate suspended: its file names it no more"
GONE = "services: names no more, though live: birth-certificate"


class Seeding:
    """The files of a folder of one's own, the database, and the command line."""

    def __init__(self, folder: Path, url: str, amtsweg: CommandLine) -> None:
        self.folder, self.url = folder, url
        self._amtsweg = amtsweg.at(url)

    def seed(self, *options: str) -> Said:
        return self._amtsweg("seed", str(self.folder), *options)

    def only_the_card(self, file: str) -> None:
        """As whoever tries a file out: one service kept, the others left out."""
        blocks = (self.folder / file).read_text(encoding="utf-8").split("\n[")
        kept = [one for one in blocks if not one.startswith("services.") or "library-card]" in one]
        (self.folder / file).write_text("\n[".join(kept), encoding="utf-8")

    @property
    def events(self) -> int:
        with psycopg.connect(self.url) as connection:
            row = connection.execute(EVENTS).fetchone()
        return row[0] if row else 0


def changes(said: Said) -> list[str]:
    """Without the bar that showed how far it was."""
    return [line for line in said.out.splitlines() if not line.startswith("Seeding ")]


@pytest.fixture
def seeding(tmp_path: Path, database_url: str, amtsweg: CommandLine) -> Seeding:
    return Seeding(copied_to(tmp_path / "catalogue"), database_url, amtsweg)


def test_what_is_live_is_suspended_only_where_somebody_says_so(seeding: Seeding) -> None:
    seeding.seed()
    before = seeding.events
    seeding.only_the_card(GLA)
    said = seeding.seed()
    assert said.code == 2
    assert f"{GLA}:" in said.err
    assert GONE in said.err
    assert "`seed --suspend`" in said.err
    assert "would suspend services that are live" in said.err
    assert (changes(said), seeding.events) == ([], before)
    said = seeding.seed("--suspend")
    assert (said.code, said.err) == (0, "")
    assert SUSPENDED in said.out.splitlines()
    assert changes(seeding.seed()) == ["nothing to do"]


def test_the_other_files_are_seeded_meanwhile(seeding: Seeding) -> None:
    seeding.seed()
    seeding.only_the_card(GLA)
    with (seeding.folder / BOT).open("a", encoding="utf-8") as file:
        file.write("# a comment\n")
    said = seeding.seed()
    assert (said.code, changes(said)) == (2, ["Bottrop: file applied"])
    assert GONE in said.err


def test_a_dry_run_says_all_that_would_be_and_records_nothing(seeding: Seeding) -> None:
    assert "library-card: version 1 published" in seeding.seed("--dry-run").out
    assert seeding.events == 0
    seeding.seed()
    before = seeding.events
    assert seeding.seed("--dry-run").out.splitlines()[1:] == ["nothing to do"]
    seeding.only_the_card(GLA)
    said = seeding.seed("--dry-run")
    assert said.code == 2
    assert said.out.startswith("Nothing is recorded; this would be:")
    assert SUSPENDED in said.out.splitlines()
    assert GONE in said.err
    said = seeding.seed("--dry-run", "--suspend")
    assert (said.code, said.err) == (0, "")
    assert SUSPENDED in said.out.splitlines()
    assert seeding.events == before


def test_a_conflict_names_what_is_in_the_way(seeding: Seeding) -> None:
    """A service that the file does not speak of hands out its results at one of its branches."""
    seeding.seed()
    adopted_by_hand(seeding.url, branches=("brauck",))
    town = seeding.folder / GLA
    text = town.read_text(encoding="utf-8")
    head, rest = text.split('[[branches]]\nkey = "brauck"')
    text = head + "[[" + rest.split("\n[[", 1)[1]
    town.write_text(text.replace(', "brauck"]', "]"), encoding="utf-8")
    said = seeding.seed()
    assert (said.code, changes(said)) == (2, [])
    assert f"{GLA}:{text[: text.index('[[branches]]')].count(chr(10)) + 1}: branches: " in said.err
    assert "(brauck: social-ticket)" in said.err


def adopted_by_hand(url: str, *, branches: tuple[str, ...]) -> None:
    async def adopt() -> None:
        async with opened(url) as office:
            walk = Walk(office, "05562014")
            command = AdoptService(
                service="social-ticket",
                version=1,
                terms=await walk.terms("social-ticket", 1),
                office="Stadtbücherei",
                branches=branches,
                now=walk.now,
            )
            assert await walk.does(command)

    asyncio.run(adopt())


def test_where_nobody_can_be_asked_the_town_stays_as_it_is(seeding: Seeding) -> None:
    """As `run` seeds, which says what was not applied, and goes on."""
    seeding.seed()
    before = seeding.events
    seeding.only_the_card(GLA)
    (withheld,) = seed_quietly(seeding.url, read_files(seeding.folder))
    assert GONE in str(withheld)
    assert seeding.events == before
