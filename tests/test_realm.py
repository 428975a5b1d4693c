"""The ready Keycloak realm signs in the people of the sandbox, in a way that our verifier reads."""

import json

import pytest
import yaml

from adapters.identity.actor import Role
from adapters.identity.claims import actor_from
from adapters.identity.issuer_settings import IssuerSettings
from api.sandbox.issuer import _about
from api.sandbox.people import PEOPLE, Person
from tests.installation import ROOT
from tests.realm import CLIENTS, REALM, USERS, claims

SERVICES = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
(SETTINGS,) = json.loads(SERVICES["api-1"]["environment"]["AMTSWEG_ISSUERS"])
ISSUER = IssuerSettings.model_validate(SETTINGS).trusted()


def test_keycloak_names_itself_as_the_issuer_is_named() -> None:
    keycloak = SERVICES["keycloak"]["environment"]["KC_HOSTNAME"]
    assert ISSUER.issuer == f"{keycloak}/realms/{REALM['realm']}"


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.name)
@pytest.mark.parametrize("client", ["amtsweg-portal", "amtsweg-development"])
def test_the_realm_signs_the_same_people_in_as_the_sandbox(person: Person, client: str) -> None:
    token = claims(USERS[person.name], client)
    assert actor_from(token, ISSUER) == actor_from(_about(person), ISSUER)
    assert token["aud"] == ISSUER.audience


def test_the_realm_has_these_people_and_roles_only() -> None:
    assert set(USERS) == {person.name for person in PEOPLE}
    assert {role["name"] for role in REALM["roles"]["client"]["amtsweg"]} == set(Role)


def test_passwords_of_the_realm_are_marked_and_one_client_alone_takes_them() -> None:
    values = {c["value"] for user in USERS.values() for c in user["credentials"]}
    assert values == {"development-only"}
    takes = [name for name, c in CLIENTS.items() if c.get("directAccessGrantsEnabled")]
    assert takes == ["amtsweg-development"]
