"""Is a citizen's sign-in good enough here: by a provider the town trusts, and strong enough?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from adapters.identity.actor import Actor, Role
from adapters.identity.tokens import TokenVerifier
from api.refusals import ProviderNotAccepted, StepUpNeeded
from domain.municipality.municipality import IdentityProvider, Municipality
from domain.rules import TrustLevel


@dataclass(frozen=True, slots=True)
class SignIn:
    """How surely the person is known, and what their provider calls that; a clerk vouches."""

    level: TrustLevel
    claim: str | None


def require_provider(actor: Actor, town: Municipality, today: date) -> None:
    """Raise ProviderNotAccepted where the town names its providers and this is none of them today.

    A town that names none takes everybody whom this installation lets in as a citizen. One whose
    providers have all run out, or were ended by its operator, still names them and takes nobody.
    """
    if actor.role is not Role.CITIZEN or not town.identity_providers:
        return
    if _provider(actor, town, today) is None:
        accepted = {one.issuer for one in town.identity_providers if one.valid_on(today)}
        raise ProviderNotAccepted(sorted(accepted))


def admit(
    verifier: TokenVerifier, actor: Actor, town: Municipality, needed: TrustLevel, today: date
) -> SignIn:
    """Raise ProviderNotAccepted, or StepUpNeeded with what a stronger one is called there."""
    if actor.role is not Role.CITIZEN:
        return SignIn(TrustLevel.BASIC, None)
    require_provider(actor, town, today)
    own = _ranks(actor, town, today)
    sign_in = _weakest(actor, own)
    if sign_in.level < needed:
        names = verifier.claims_for(actor.issuer, needed, own)
        raise StepUpNeeded(needed.name.lower(), sign_in.level.name.lower(), names)
    return sign_in


def _weakest(actor: Actor, own: Mapping[str, TrustLevel]) -> SignIn:
    """`own`: what a town ranks otherwise than this installation."""
    said = (SignIn(own.get(claim.raw, claim.level), claim.raw) for claim in actor.trust)
    return min(said, key=lambda one: one.level, default=SignIn(TrustLevel.BASIC, None))


def _ranks(actor: Actor, town: Municipality, today: date) -> Mapping[str, TrustLevel]:
    """A town may rank what a provider calls a level otherwise than this installation."""
    provider = _provider(actor, town, today)
    return provider.trust_levels if provider else {}


def _provider(actor: Actor, town: Municipality, today: date) -> IdentityProvider | None:
    ours = (one for one in town.identity_providers if one.issuer == actor.issuer)
    return next((one for one in ours if one.valid_on(today)), None)
