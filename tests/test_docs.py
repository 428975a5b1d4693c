"""The documents are true: links lead somewhere, tables match the code, examples add up."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from adapters.catalogue.calendar import working_calendar
from adapters.catalogue.loading import load
from adapters.hand_over.settings import BackOffice
from adapters.identity.issuer_settings import IssuerSettings
from adapters.payments.platform_settings import PlatformSettings
from adapters.personal_data.damage import Damage
from adapters.personal_data.erasure_terms import Fate
from adapters.runner_names import RUNNER_NAMES
from adapters.version import VERSION
from api.erasures import Erasure, ErasureBody, OutcomeView
from domain.working_days import DeadlinePolicy
from projections.catalogue import PROJECTIONS
from tests.documents import API, FENCE, anchor, contents, defaults, settings_defaults, written
from tests.installation import ROOT

DOCS = ROOT / "docs"
DOCUMENTS = [*ROOT.glob("*.md"), *DOCS.rglob("*.md")]
ADRS = sorted((DOCS / "adr").glob("[0-9]*.md"))
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)")
IN_CODE = re.compile(r"`((?:domain|projections|adapters|api|workers|tests)/[\w./-]*)`")
ROW = re.compile(r"^\| `?([\w-]+)`? \| ([^|]+?) \|", re.MULTILINE)
OPERATIONS = (DOCS / "operations.md").read_text()


def named(document: Path) -> str:
    return str(document.relative_to(ROOT))


def prose(document: Path) -> str:
    return FENCE.sub("", document.read_text())


def anchors(document: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", prose(document), re.MULTILINE)
    return {anchor(title) for title in headings}


def rows_under(heading: str, until: str) -> dict[str, str]:
    return dict(ROW.findall(OPERATIONS.partition(heading)[2].partition(until)[0])[1:])


def sources() -> Iterator[str]:
    for folder in ("adapters", "api", "workers"):
        yield from (path.read_text() for path in (ROOT / folder).rglob("*.py"))


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_link_inside_the_repository_leads_somewhere(document: Path) -> None:
    for path, part in LINK.findall(prose(document)):
        target = (document.parent / path).resolve() if path else document
        assert target.exists(), path
        assert not part or part in anchors(target), f"{path}#{part}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_place_in_the_code_exists(document: Path) -> None:
    missing = [path for path in IN_CODE.findall(prose(document)) if not (ROOT / path).exists()]
    assert not missing


def test_the_tables_of_the_api_are_those_of_the_code() -> None:
    document = API.read_text()
    assert document == written(document), "run python -m tests.documents"


def test_the_contents_of_a_long_document_are_its_headings() -> None:
    assert written(OPERATIONS) == OPERATIONS, "run python -m tests.documents"
    assert contents(OPERATIONS) in OPERATIONS


def test_the_table_of_settings_is_that_of_the_code() -> None:
    assert rows_under("## Settings", "An entry of") == settings_defaults()


def test_the_table_of_an_issuer_is_that_of_the_code() -> None:
    assert rows_under("An entry of `AMTSWEG_ISS", "What a token") == defaults(IssuerSettings)


def test_the_table_of_a_platform_is_that_of_the_code() -> None:
    told = rows_under("An entry of `AMTSWEG_PAYMENT_PLATFORMS`", "They are secrets")
    assert told == defaults(PlatformSettings)


def test_the_table_of_a_back_office_is_that_of_the_code() -> None:
    told = rows_under("An entry of `AMTSWEG_BACK_OFFICES`", "It has a `url`")
    assert told == defaults(BackOffice)


def test_what_becomes_of_a_person_is_explained_in_the_words_of_the_code() -> None:
    told = API.read_text().partition("### Erasing a person")[2].partition("## Errors")[0]
    assert set(rows_under("### Erasing a person", "### How long")) == set(Fate)
    fields = {*ErasureBody.model_fields, *Erasure.model_fields, *OutcomeView.model_fields}
    assert {*fields, *Fate, *Damage} <= set(re.findall(r"`(\w+)`", told))


def test_every_runner_is_explained() -> None:
    assert set(rows_under("The runners,", "A runner that fails")) == set(RUNNER_NAMES)


def test_every_read_model_is_explained() -> None:
    shown = (DOCS / "architecture.md").read_text().partition("| read model |")[2]
    assert [name for name, _ in ROW.findall(shown)[: len(PROJECTIONS)]] == [
        projection.name for projection in PROJECTIONS
    ]


def test_every_event_of_the_logs_that_is_explained_is_logged() -> None:
    logged = "".join(sources())
    explained = rows_under("### Logs", "Keep the last")
    assert explained
    assert all(f'"{event}"' in logged for event in explained), explained


def test_the_clerks_example_of_a_due_day_adds_up() -> None:
    received = date(2021, 6, 2)
    town = load().municipality("05513000")
    found = DeadlinePolicy(working_days=2).deadline(received, working_calendar(town, received))
    document = (DOCS / "clerks.md").read_text()
    for step in found.derivation:
        told = f"| {step.day} | {step.number or '-'} | {step.why_not} |"
        assert re.sub(r" +\|", " |", told) in document


@pytest.mark.parametrize("record", ADRS, ids=named)
def test_a_decision_has_its_context_and_consequences_and_is_listed(record: Path) -> None:
    sections = re.findall(r"^## (.+)$", record.read_text(), re.MULTILINE)
    assert sections == ["Context", "Decision", "Consequences"]
    assert record.name in (DOCS / "adr/README.md").read_text()


def test_the_changelog_knows_this_version() -> None:
    assert f"\n## [{VERSION}]" in (ROOT / "CHANGELOG.md").read_text()
