"""What Keycloak puts into an access token, by the protocol mappers of our realm file."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from tests.installation import ROOT

REALM: Mapping[str, Any] = json.loads((ROOT / "deploy/keycloak/amtsweg-realm.json").read_text())
CLIENTS = {client["clientId"]: client for client in REALM["clients"]}
SCOPES = {scope["name"]: scope for scope in REALM["clientScopes"]}
USERS = {user["username"]: user for user in REALM["users"]}

User = Mapping[str, Any]
Config = Mapping[str, str]


def claims(user: User, client: str) -> dict[str, Any]:
    """The claims of a person's token for a client; iss, exp and the like are left to Keycloak."""
    found: dict[str, Any] = {}
    for scope in CLIENTS[client]["defaultClientScopes"]:
        for mapper in SCOPES[scope]["protocolMappers"]:
            value = VALUES[mapper["protocolMapper"]](user, mapper["config"])
            if value is not None and mapper["config"]["access.token.claim"] == "true":
                _put(found, NAMES.get(mapper["protocolMapper"]), mapper["config"], value)
    return found


def _put(found: dict[str, Any], name: str | None, config: Config, value: Any) -> None:
    *outer, last = (name or config["claim.name"]).split(".")
    for step in outer:
        found = found.setdefault(step, {})
    found[last] = value


def _attribute(user: User, config: Config) -> Any:
    name = config["user.attribute"]
    return user.get(name) or user.get("attributes", {}).get(name, [None])[0]


def _only_client_role(user: User, config: Config) -> Any:
    (role,) = user["clientRoles"][config["usermodel.clientRoleMapping.clientId"]]
    assert config["multivalued"] == "false"
    return role


NAMES = {"oidc-sub-mapper": "sub", "oidc-audience-mapper": "aud"}
VALUES: Mapping[str, Callable[[User, Config], Any]] = {
    "oidc-sub-mapper": lambda user, _: user["id"],
    "oidc-audience-mapper": lambda _, config: config["included.client.audience"],
    "oidc-usermodel-client-role-mapper": _only_client_role,
    "oidc-usermodel-attribute-mapper": _attribute,
    "oidc-usermodel-property-mapper": lambda user, config: user[config["user.attribute"]],
}
