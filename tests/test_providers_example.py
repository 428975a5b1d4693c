"""The example of a town with two identity providers in Operations holds on each of its days."""

import json
import re
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import date, timedelta

import pytest
import pytest_asyncio
from httpx import AsyncClient

from adapters.catalogue.loading import load
from adapters.identity.actor import Actor, Role, TrustClaim
from adapters.identity.issuer_settings import IssuerSettings
from adapters.identity.tokens import TokenVerifier
from api.refusals import ProviderNotAccepted, StepUpNeeded
from api.sign_in_strength import admit
from domain.municipality.municipality import Municipality
from domain.rules import TrustLevel
from tests.catalogue_files import copied_to
from tests.installation import ROOT

GLADBECK = "05562014"
GLA = "municipalities/05562014-gladbeck.toml"
SECTION = (
    (ROOT / "docs" / "operations.md").read_text().partition("### Providers of a municipality")[2]
)
OLD, NEW = "https://konto.stadt.example", "https://bundid.example/realms/nrw"
BEGINS, ENDS = date(2027, 2, 1), date(2027, 3, 31)
DAY = timedelta(days=1)
Admitted = Callable[[str, date], bool]


def block(kind: str) -> str:
    found = re.search(rf"^```{kind}\n(.*?)^```$", SECTION, re.DOTALL | re.MULTILINE)
    assert found
    return found[1]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Municipality:
    folder = copied_to(tmp_path_factory.mktemp("catalogue"))
    with (folder / GLA).open("a") as file:
        file.write(f"\n{block('toml')}")
    return load(folder).municipality(GLADBECK)


@pytest_asyncio.fixture
async def verifier() -> AsyncIterator[TokenVerifier]:
    """It refuses issuers that share their subjects."""
    entries = [IssuerSettings.model_validate(entry) for entry in json.loads(block("json"))]
    async with AsyncClient() as http:
        yield TokenVerifier([entry.trusted() for entry in entries], http)


def citizen(issuer: str, raw: str, level: TrustLevel) -> Actor:
    trust = (TrustClaim(raw, level),)
    return Actor("somebody", Role.CITIZEN, None, None, None, trust=trust, issuer=issuer)


@pytest.fixture
def admitted(town: Municipality, verifier: TokenVerifier) -> Admitted:
    def ask(issuer: str, day: date) -> bool:
        actor = citizen(issuer, "STORK-QAA-Level-3", TrustLevel.SUBSTANTIAL)
        try:
            admit(verifier, actor, town, TrustLevel.SUBSTANTIAL, day)
        except ProviderNotAccepted:
            return False
        return True

    return ask


@pytest.mark.parametrize(
    ("day", "taken"),
    [
        (BEGINS - DAY, {OLD: True, NEW: False}),
        (BEGINS, {OLD: True, NEW: True}),
        (ENDS, {OLD: True, NEW: True}),
        (ENDS + DAY, {OLD: False, NEW: True}),
    ],
)
def test_one_begins_and_the_other_ends(
    admitted: Admitted, day: date, taken: Mapping[str, bool]
) -> None:
    assert {issuer: admitted(issuer, day) for issuer in taken} == taken
    assert not admitted("https://elsewhere.example", day)


def test_both_are_trusted_by_the_installation(town: Municipality, verifier: TokenVerifier) -> None:
    named = {provider.issuer for provider in town.identity_providers}
    assert named == {OLD, NEW} == set(verifier.issuers)


def test_the_town_ranks_what_its_provider_calls_a_level(
    town: Municipality, verifier: TokenVerifier
) -> None:
    weak = citizen(NEW, "STORK-QAA-Level-1", TrustLevel.HIGH)
    with pytest.raises(StepUpNeeded) as refused:
        admit(verifier, weak, town, TrustLevel.SUBSTANTIAL, BEGINS)
    assert refused.value.had == "basic"
    assert "STORK-QAA-Level-3" in refused.value.names


def test_the_built_in_towns_name_none() -> None:
    assert not any(town.identity_providers for town in load().municipalities)
