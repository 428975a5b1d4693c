"""docs/municipalities.md names every field of a municipality's file, and its example is seeded."""

import re
from pathlib import Path
from shutil import copytree

import pytest

from adapters.catalogue.document import Document
from adapters.catalogue.loading import BUILT_IN, load
from adapters.catalogue.municipality_document import (
    AdoptionDocument,
    BranchDocument,
    ClosingRuleDocument,
    IdentityProviderDocument,
    MunicipalityDocument,
    PaymentDocument,
)
from domain.municipality.adoption import AdoptionState
from tests.commands import CommandLine
from tests.installation import ROOT

PAGE = (ROOT / "docs" / "municipalities.md").read_text(encoding="utf-8")
HERNE = "05916000"
SECTIONS = {
    "The municipality itself": MunicipalityDocument,
    "Payment: `[payment]`": PaymentDocument,
    "A service: `[services.KEY]`": AdoptionDocument,
    "Branches: `[[branches]]`": BranchDocument,
    "Who may sign people in: `[[identity_providers]]`": IdentityProviderDocument,
    "Closing days: `[[closing_days]]`": ClosingRuleDocument,
}
TABLES = {"branches", "services", "payment", "identity_providers", "closing_days"}
ROW = re.compile(r"^\| (`\w+`(?:, `\w+`)*) \| ([\w ]+) \|", re.MULTILINE)


def section(title: str) -> str:
    return PAGE.split(f"## {title}\n")[1].split("\n## ")[0]


def rows(title: str) -> dict[str, str]:
    """Each field, and whether it is needed."""
    return {
        field: needed
        for fields, needed in ROW.findall(section(title))
        for field in re.findall(r"\w+", fields)
    }


@pytest.mark.parametrize("title", SECTIONS)
def test_every_field_is_told_and_whether_it_is_needed(title: str) -> None:
    model: type[Document] = SECTIONS[title]
    told, fields = rows(title), model.model_fields
    assert told.keys() == fields.keys() - (TABLES if model is MunicipalityDocument else set())
    needed = {name for name, answer in told.items() if answer == "yes"}
    assert needed == {name for name, field in fields.items() if field.is_required()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """As the page says: the built-in services, and the example saved under its name."""
    copytree(BUILT_IN / "services", tmp_path / "own" / "services")
    (tmp_path / "own" / "municipalities").mkdir()
    name = re.findall(r"`municipalities/([\w-]+\.toml)`", section("An example"))[0]
    example = section("An example").split("```toml\n")[1].split("```")[0]
    (tmp_path / "own" / "municipalities" / name).write_text(example, encoding="utf-8")
    return tmp_path / "own"


def test_the_example_is_what_the_page_says(folder: Path) -> None:
    town = load(folder).municipality(HERNE)
    states = {key: one.state for key, one in town.services.items()}
    assert states == {
        "library-card": AdoptionState.LIVE,
        "birth-certificate": AdoptionState.LIVE,
        "dog-tax-registration": AdoptionState.ADOPTED,
    }
    assert town.services["library-card"].fees["adult"] == 1250
    assert town.mailbox_of("Standesamt") == "standesamt@herne.example"
    assert town.phase == "live"


def test_the_example_is_seeded(folder: Path, database_url: str, amtsweg: CommandLine) -> None:
    said = amtsweg.at(database_url)("seed", str(folder))
    assert (said.code, said.err) == (0, "")
    assert "Herne: library-card live" in said.out.splitlines()
    assert "nothing to do" in amtsweg.at(database_url)("seed", str(folder)).out
