"""Whom an installation trusts to say who somebody is, for commands that are given beside it."""

from adapters.identity.actor import Role
from adapters.identity.issuer_settings import IssuerSettings
from adapters.postgres.finding import running
from adapters.settings import Settings


def sandbox_issuer(sandbox: str) -> dict[str, object]:
    """What `run` has its processes trust, and nobody else."""
    return {
        "issuer": f"{sandbox}/issuer",
        "roles": [str(role) for role in Role],
        "roles_from": "either",  # so that a role can be granted to somebody who has none
    }


def as_it_runs(settings: Settings) -> Settings:
    """With the sandbox's provider, where nothing is set and `run` runs here."""
    sandbox = running(settings.home).get("sandbox")
    if settings.issuers or sandbox is None:
        return settings
    ours = IssuerSettings.model_validate(sandbox_issuer(sandbox))
    return settings.model_copy(update={"issuers": (ours,)})
