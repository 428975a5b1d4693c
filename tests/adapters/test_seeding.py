"""The files are authored, the log is what counts: seeding twice is seeding once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from adapters.bootstrap import Parts, open_parts
from adapters.catalogue.errors import CatalogueIsInvalid, ServiceIsNotLiveYet, ServiceIsSuspended
from adapters.catalogue.live import AFTER
from adapters.catalogue.loading import load, read_files
from adapters.catalogue.streams import CATALOGUE_EVENTS, municipality_stream
from adapters.catalogue.terms import of_definition
from adapters.event_store.office import Order
from adapters.settings import Settings
from domain.municipality.adoption import AdoptionState
from domain.municipality.commands import (
    CloseMunicipality,
    EndIdentityProvider,
    MunicipalityCommand,
    OpenBranch,
    OpenOffice,
    SuspendService,
    TakeLive,
    TrustIdentityProvider,
)
from domain.municipality.decisions import MUNICIPALITY
from domain.municipality.municipality import Branch, IdentityProvider
from domain.municipality.state import Town
from domain.working_days import legal_day
from tests.adapters.event_store.proposals import metadata
from tests.catalogue_files import copied_to, editing
from tests.domain.municipality.facts import NOW, adopt
from tests.keys import with_keys
from tests.projections.log import silent
from tests.workers.supervised import until
from workers.seeding import seed

GLADBECK, WALTROP = "05562014", "05562036"
OURS = "https://konto.example"
CARD = "services/library-card.toml"
GLA = "municipalities/05562014-gladbeck.toml"
WAL = "municipalities/05562036-waltrop.toml"
BOT = "municipalities/05512000-bottrop.toml"
RECORDED = "SELECT (SELECT count(*) FROM events), (SELECT count(*) FROM commands)"
INDEXED = "SELECT pg_get_expr(indpred, indrelid) FROM pg_index WHERE indexrelid = %s::regclass"


def today() -> date:
    return legal_day(datetime.now(UTC))


async def followed(parts: Parts) -> bool:
    return bool(parts.catalogue.municipalities)


@dataclass(frozen=True)
class Folder:
    path: Path
    url: str

    def edit(self, file: str, old: str, new: str) -> None:
        editing(self.path)(file, old, new)

    async def seed(self, *, suspend: bool = False) -> list[str]:
        return await seed(self.url, read_files(self.path), silent, suspend=suspend)

    def recorded(self) -> tuple[int, int]:
        with psycopg.connect(self.url) as connection:
            return connection.execute(RECORDED).fetchone() or (0, 0)


@pytest.fixture
def folder(tmp_path: Path, database_url: str) -> Folder:
    return Folder(copied_to(tmp_path / "catalogue"), database_url)


@pytest.fixture
def parts(tmp_path: Path, database_url: str) -> Callable:
    return lambda: open_parts(with_keys(Settings(home=tmp_path)), database_url)


async def test_what_was_seeded_is_what_the_files_say(folder: Folder, parts: Callable) -> None:
    await folder.seed()
    async with parts() as opened:
        shown, said = opened.catalogue, load(folder.path)
        assert shown.municipalities == said.municipalities
        assert shown.by_version == said.by_version


async def test_a_second_time_records_nothing(folder: Folder) -> None:
    assert "library-card: version 1 published" in await folder.seed()
    once = folder.recorded()
    assert await folder.seed() == []
    assert folder.recorded() == once


async def test_a_published_version_is_never_edited(folder: Folder) -> None:
    await folder.seed()
    before = folder.recorded()
    folder.edit(CARD, "cents = 1000", "cents = 1100")
    with pytest.raises(CatalogueIsInvalid) as refused:
        await folder.seed()
    (problem,) = map(str, refused.value.problems)
    assert problem.startswith(f"{CARD}:7: version: A published version is never edited")
    assert folder.recorded() == before


async def test_a_population_of_a_day_to_come_is_named_with_its_line(folder: Folder) -> None:
    file = "municipalities/05562016-haltern-am-see.toml"
    folder.edit(file, "population_as_of = 2020-12-31", "population_as_of = 2099-12-31")
    with pytest.raises(CatalogueIsInvalid) as refused:
        await folder.seed()
    (problem,) = refused.value.problems
    assert (problem.file, problem.field) == (file, "population_as_of")
    assert "the day as of which people were counted" in problem.what


async def test_what_conflicts_holds_up_no_other_file(folder: Folder, parts: Callable) -> None:
    await folder.seed()
    folder.edit(CARD, "cents = 1000", "cents = 1100")
    folder.edit(GLA, "adult = 1500", "adult = 1600")
    with pytest.raises(CatalogueIsInvalid, match="A published version is never edited"):
        await folder.seed()
    async with parts() as opened:
        assert (await state(opened)).services["library-card"].fees["adult"] == 1600
    folder.edit(CARD, "cents = 1100", "cents = 1000")
    assert await folder.seed() == []


async def test_a_mailbox_that_leaves_the_file_goes_unless_it_is_needed(
    folder: Folder, parts: Callable
) -> None:
    own = 'mailboxes = { "Steueramt" = "steuer@gladbeck.example" }\n'
    path = folder.path / GLA
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole.replace("sender =", f"{own}sender =", 1), encoding="utf-8")
    await folder.seed()
    async with parts() as opened:
        assert (await state(opened)).mailbox_of("Steueramt") == "steuer@gladbeck.example"
        path.write_text(whole, encoding="utf-8")
        assert "Gladbeck: clerk mailbox removed" in await folder.seed()
        assert (await state(opened)).offices["Steueramt"] is None
        lines = [line for line in whole.splitlines() if not line.startswith("mailbox =")]
        path.write_text("\n".join(lines), encoding="utf-8")
        with pytest.raises(CatalogueIsInvalid, match="its office has no clerk mailbox"):
            await folder.seed()
        assert (await state(opened)).mailbox is not None


async def test_a_comment_in_a_published_version_changes_nothing(folder: Folder) -> None:
    await folder.seed()
    folder.edit(CARD, "# Library card", "# The library card")
    assert await folder.seed() == []


async def test_only_what_a_changed_file_changes_is_recorded(folder: Folder) -> None:
    await folder.seed()
    folder.edit(GLA, "adult = 1500", "adult = 1600")
    assert await folder.seed() == [
        "Gladbeck: library-card 1 on other terms",
        "Gladbeck: file applied",
    ]


async def test_what_was_suspended_by_hand_is_not_taken_up_by_a_file(
    folder: Folder, parts: Callable
) -> None:
    await folder.seed()
    async with parts() as opened:
        suspend = SuspendService(service="library-card", reason="Umbau", now=NOW)
        order = Order(municipality_stream(GLADBECK), suspend, metadata())
        await opened.office.carry_out(MUNICIPALITY, order)
        folder.edit(GLA, "adult = 1500", "adult = 1600")
        await folder.seed()
        await opened.live_catalogue.catch_up()
        with pytest.raises(ServiceIsSuspended, match="Umbau"):
            opened.catalogue.offer(GLADBECK, "library-card")


async def state(opened: Parts, ags: str = GLADBECK) -> Town:
    return MUNICIPALITY.fold(await opened.log.events(municipality_stream(ags)))


async def does(opened: Parts, command: MunicipalityCommand) -> None:
    order = Order(municipality_stream(GLADBECK), command, metadata())
    await opened.office.carry_out(MUNICIPALITY, order)


def without(text: str, table: str) -> str:
    """The file without a table and those below it."""
    kept, leaving = [], False
    for line in text.splitlines(keepends=True):
        if line.startswith("["):
            leaving = line.startswith((f"[{table}]", f"[{table}."))
        kept += [] if leaving else [line]
    return "".join(kept)


async def test_what_left_the_file_comes_back_with_it(folder: Folder, parts: Callable) -> None:
    path = folder.path / GLA
    whole = path.read_text(encoding="utf-8")
    await folder.seed()
    async with parts() as opened:
        path.write_text(without(whole, "services.library-card"), encoding="utf-8")
        told = await folder.seed(suspend=True)
        assert any("library-card suspended" in said for said in told)
        assert (await state(opened)).services["library-card"].suspended_by_file
        path.write_text(whole, encoding="utf-8")
        assert "Gladbeck: library-card live" in await folder.seed()
        path.write_text(without(whole, "services.library-card"), encoding="utf-8")
        await folder.seed(suspend=True)
        await does(opened, SuspendService(service="library-card", reason="Umbau", now=NOW))
        path.write_text(whole, encoding="utf-8")
        await folder.seed()
        assert (await state(opened)).services["library-card"].suspended_because == "Umbau"


async def test_what_an_operator_added_is_not_ended_by_a_file(
    folder: Folder, parts: Callable
) -> None:
    path = folder.path / GLA
    whole = path.read_text(encoding="utf-8")
    path.write_text(without(whole, "services.library-card"), encoding="utf-8")
    await folder.seed()
    async with parts() as opened:
        terms = of_definition(load(folder.path).definition("library-card", 1))
        provider, branch = IdentityProvider(issuer=OURS), Branch(key="neu", name="n", address="a")
        await does(opened, OpenOffice(office="Bücherei", now=NOW))
        await does(opened, OpenBranch(branch=branch, now=NOW))
        await does(opened, TrustIdentityProvider(provider=provider, now=NOW))
        await does(opened, adopt(office="Bücherei", terms=terms, fees={}))
        await does(opened, TakeLive(service="library-card", terms=terms, now=NOW))
        folder.edit(GLA, "name =", "# a comment\nname =")
        assert await folder.seed() == ["Gladbeck: file applied"]
        town = await state(opened)
    assert town.services["library-card"].state is AdoptionState.LIVE
    assert town.providers[OURS].valid_on(today())
    assert "neu" in town.branches


async def test_a_provider_and_an_account_that_left_the_file_are_believed_no_more(
    folder: Folder, parts: Callable
) -> None:
    path = folder.path / GLA
    whole = path.read_text(encoding="utf-8")
    trusting = f'{whole}\n[[identity_providers]]\nissuer = "{OURS}"\n'
    path.write_text(trusting, encoding="utf-8")
    await folder.seed()
    async with parts() as opened:
        town = await state(opened)
        assert town.providers[OURS].valid_on(today())
        assert town.payment
        path.write_text(whole, encoding="utf-8")
        told = f"Gladbeck: identity provider {OURS} named no more; who names none takes all"
        assert told in await folder.seed()
        assert OURS not in (await state(opened)).providers
        await opened.live_catalogue.catch_up()
        assert opened.catalogue.municipality(GLADBECK).identity_providers == ()
        path.write_text(trusting, encoding="utf-8")
        await folder.seed()
        assert (await state(opened)).providers[OURS].valid_on(today())


@pytest.mark.parametrize(
    ("days", "by_hand", "named"),
    [
        ("", False, False),
        ("valid_until = 2020-12-31", False, False),
        ("", True, True),
    ],
)
async def test_a_provider_that_left_the_file_is_named_unless_a_person_ended_it(
    folder: Folder, parts: Callable, *, days: str, by_hand: bool, named: bool
) -> None:
    path = folder.path / GLA
    whole = path.read_text(encoding="utf-8")
    path.write_text(f'{whole}\n[[identity_providers]]\nissuer = "{OURS}"\n{days}\n', "utf-8")
    await folder.seed()
    async with parts() as opened:
        if by_hand:
            until = today() - timedelta(days=1)
            await does(opened, EndIdentityProvider(issuer=OURS, until=until, now=NOW))
        path.write_text(whole, encoding="utf-8")
        await folder.seed()
        await opened.live_catalogue.catch_up()
        providers = opened.catalogue.municipality(GLADBECK).identity_providers
        assert (OURS in {one.issuer for one in providers}) is named
        assert not any(one.valid_on(today()) for one in providers)


async def test_a_town_that_has_ended_keeps_no_other_from_its_file(
    folder: Folder, parts: Callable
) -> None:
    await folder.seed()
    ended = today()
    async with parts() as opened:
        for ags, day in ((GLADBECK, ended), (WALTROP, date(2099, 1, 1))):
            close = CloseMunicipality(closed_on=day, reason="Aufgelöst", now=datetime.now(UTC))
            await opened.office.carry_out(
                MUNICIPALITY, Order(municipality_stream(ags), close, metadata())
            )
    assert await folder.seed() == []
    for file in (GLA, WAL, BOT):
        folder.edit(file, "name =", "# a comment\nname =")
    told = await folder.seed()
    assert f"Gladbeck: ended on {ended}, so {GLA} is left out; remove the file" in told
    assert {"Bottrop: file applied", "Waltrop: file applied"} <= {*told}
    assert "Gladbeck: file applied" not in told


async def test_a_running_process_follows_and_keeps_what_it_had(
    folder: Folder, parts: Callable
) -> None:
    async with parts() as opened:
        empty = opened.catalogue
        await folder.seed()
        await until(lambda: followed(opened))
        assert empty.municipalities == ()
        before = opened.catalogue
        folder.edit(GLA, "version = 1", "version = 1\nlive_since = 2035-01-01")
        await folder.seed()
        await opened.live_catalogue.catch_up()
        with pytest.raises(ServiceIsNotLiveYet, match="2035-01-01"):
            opened.catalogue.offer(GLADBECK, "library-card", date(2034, 12, 31))
        assert opened.catalogue.offer(GLADBECK, "library-card", date(2035, 1, 1))
        assert before.offer(GLADBECK, "library-card", date(2034, 12, 31))
        gelsenkirchen = opened.catalogue.municipality("05513000")
        assert gelsenkirchen is before.municipality("05513000")


async def test_the_catalogue_is_read_by_its_index(folder: Folder) -> None:
    """However many other events there are: each of the catalogue's is named by the index."""
    await folder.seed()
    with psycopg.connect(folder.url) as connection:
        row = connection.execute(INDEXED, ("events_catalogue_idx",)).fetchone()
        assert row
        assert all(f"'{name}'" in row[0] for name in CATALOGUE_EVENTS)
        connection.execute("SET enable_seqscan = off")
        connection.execute("SET plan_cache_mode = force_generic_plan")
        connection.execute("PREPARE following (bigint) AS " + AFTER.replace("%b", "$1"))
        plan = connection.execute("EXPLAIN EXECUTE following (0)").fetchall()
        assert "events_catalogue_idx" in str(plan)
