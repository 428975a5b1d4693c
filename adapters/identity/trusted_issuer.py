"""An identity provider this service believes, and how far it is believed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from adapters.identity.actor import Role
from adapters.identity.errors import AlgorithmNotAllowed
from domain.rules import TrustLevel

ASYMMETRIC = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA", "Ed25519"}
)
TRUST_LEVELS: Mapping[str, TrustLevel] = MappingProxyType(
    {
        "STORK-QAA-Level-1": TrustLevel.BASIC,
        "STORK-QAA-Level-2": TrustLevel.NORMAL,
        "STORK-QAA-Level-3": TrustLevel.SUBSTANTIAL,
        "STORK-QAA-Level-4": TrustLevel.HIGH,
        "password": TrustLevel.BASIC,  # Servicekonto.NRW with user name and password
        "basic": TrustLevel.BASIC,
        "low": TrustLevel.NORMAL,
        "normal": TrustLevel.NORMAL,
        "substantial": TrustLevel.SUBSTANTIAL,
        "high": TrustLevel.HIGH,
        "http://eidas.europa.eu/LoA/low": TrustLevel.NORMAL,
        "http://eidas.europa.eu/LoA/substantial": TrustLevel.SUBSTANTIAL,
        "http://eidas.europa.eu/LoA/high": TrustLevel.HIGH,
    }
)


class RolesFrom(StrEnum):
    """Who says what staff may do: the provider's token, our register alone, or either.

    With `either` our register speaks where the token names no role.
    """

    TOKEN = "token"  # noqa: S105 -- where it stands, not what it is
    REGISTER = "register"
    EITHER = "either"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedIssuer:
    """Without `jwks_url` the keys are found by OIDC discovery at the issuer.

    `subject_prefix` keeps the account keys of several issuers apart. `pairwise`: a citizen's is
    derived from it and a secret, so that nothing outside of this service can be joined by it.
    `mailbox_claim`: where it names the mailbox that an account has, if it has one.
    """

    issuer: str
    audience: str
    roles_allowed: frozenset[Role]
    jwks_url: str | None = None
    algorithms: tuple[str, ...] = ("RS256", "ES256", "EdDSA", "Ed25519")
    trust_levels: Mapping[str, TrustLevel] = field(default_factory=lambda: TRUST_LEVELS)
    subject_prefix: str = ""
    roles_from: RolesFrom = RolesFrom.TOKEN
    pairwise: bool = False
    mailbox_claim: str | None = None

    def __post_init__(self) -> None:
        if refused := set(self.algorithms) - ASYMMETRIC:
            raise AlgorithmNotAllowed(*sorted(refused))

    def claims_for(self, needed: TrustLevel, ranked: Mapping[str, TrustLevel]) -> list[str]:
        """Return what this issuer may call a sign-in that is strong enough, the weakest first.

        `ranked`: what somebody ranks otherwise.
        """
        levels = {**self.trust_levels, **ranked}
        enough = [(level, raw) for raw, level in levels.items() if level >= needed]
        return [raw for _, raw in sorted(enough)]
