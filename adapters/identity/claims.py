"""Reads a verified token's claims: who it is for, until when, and which actor it describes."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from joserfc.errors import ClaimError, ExpiredTokenError, MissingClaimError
from joserfc.jwt import JWTClaimsRegistry

from adapters.identity.actor import Actor, Person, Role, TrustClaim
from adapters.identity.errors import (
    ClaimsIncomplete,
    IssuerNotTrusted,
    NotAuthenticated,
    TokenExpired,
    TokenForAnotherAudience,
    TokenNotYetValid,
)
from adapters.identity.trusted_issuer import RolesFrom, TrustedIssuer
from domain.municipality.ags import is_ags

Pseudonym = Callable[[str, str], str]

NAMESPACE = "amtsweg"
LEEWAY_SECONDS = 30
LONGEST_SUBJECT = 255
EMAIL = re.compile(r"[^\s@<>]{1,64}@[^\s@<>]{1,189}")
MAY_COVER_ALL = frozenset({Role.ANALYST, Role.OPERATOR})
WRONG: dict[str, type[NotAuthenticated]] = {
    "iss": IssuerNotTrusted,
    "aud": TokenForAnotherAudience,
    "nbf": TokenNotYetValid,
    "iat": TokenNotYetValid,
}


def require_valid(claims: dict[str, Any], issuer: TrustedIssuer, now: int) -> None:
    registry = JWTClaimsRegistry(
        now,
        LEEWAY_SECONDS,
        iss={"essential": True, "value": issuer.issuer},
        aud={"essential": True, "value": issuer.audience},
        exp={"essential": True},
        sub={"essential": True},
    )
    try:
        registry.validate(claims)
        JWTClaimsRegistry(now).validate_exp(claims["exp"])  # no leeway after the end
    except ClaimError as error:
        raise _named(error) from error


def _named(error: ClaimError) -> NotAuthenticated:
    match error:
        case ExpiredTokenError():
            return TokenExpired()
        case MissingClaimError():
            return ClaimsIncomplete(*str(error.claim).split(","))
        case _ if error.claim in WRONG:
            return WRONG[error.claim]()
        case _:
            return ClaimsIncomplete(error.claim)


def who_from(claims: dict[str, Any], issuer: TrustedIssuer, pseudonym: Pseudonym) -> Actor | Person:
    """`pseudonym` derives a citizen's account key, where the issuer's are to be pairwise."""
    own = claims.get(NAMESPACE)
    told = own.get("role") if isinstance(own, dict) else None
    if _register_says(issuer.roles_from, told):
        subject = _subject(claims["sub"], issuer)
        return Person(subject, issuer.issuer, issuer.roles_allowed, _email(claims))
    actor = actor_from(claims, issuer)
    if issuer.pairwise and actor.role is Role.CITIZEN:
        derived = pseudonym(issuer.issuer, claims["sub"])
        return replace(actor, subject=issuer.subject_prefix + derived)
    return actor


def _register_says(roles_from: RolesFrom, told: object) -> bool:
    if roles_from is RolesFrom.EITHER:
        return told is None
    return roles_from is RolesFrom.REGISTER and told != Role.CITIZEN


def actor_from(claims: dict[str, Any], issuer: TrustedIssuer) -> Actor:
    own = claims.get(NAMESPACE)
    if not isinstance(own, dict):
        raise ClaimsIncomplete(NAMESPACE)
    role = _role(own.get("role"), issuer)
    return Actor(
        subject=_subject(claims["sub"], issuer),
        role=role,
        municipality=None if role is Role.CITIZEN else _municipality(own.get("municipality"), role),
        branch=_part(own, "branch") if role is Role.CLERK else None,
        email=_email(claims),
        trust=_trust(claims, role, issuer),
        issuer=issuer.issuer,
        office=_part(own, "office") if role is Role.CLERK else None,
        mailbox=_mailbox(claims, issuer) if role is Role.CITIZEN else None,
    )


def _role(value: object, issuer: TrustedIssuer) -> Role:
    if not isinstance(value, str) or value not in {role.value for role in Role}:
        raise ClaimsIncomplete("role")
    role = Role(value)
    if role not in issuer.roles_allowed:
        raise IssuerNotTrusted("role")
    return role


def _subject(value: str, issuer: TrustedIssuer) -> str:
    if not value.isprintable() or len(value) > LONGEST_SUBJECT:
        raise ClaimsIncomplete("sub")
    return issuer.subject_prefix + value


def _municipality(value: object, role: Role) -> str | None:
    if value is None and role in MAY_COVER_ALL:
        return None
    if not isinstance(value, str) or not is_ags(value):
        raise ClaimsIncomplete("municipality")
    return value


def _part(own: dict[str, Any], name: str) -> str | None:
    """The branch or the office that a clerk works for; a clerk without one, for the whole town."""
    value = own.get(name)
    if value is not None and not (isinstance(value, str) and value):
        raise ClaimsIncomplete(name)
    return value


def _trust(claims: dict[str, Any], role: Role, issuer: TrustedIssuer) -> tuple[TrustClaim, ...]:
    """How well the account is known (`trust_level`), and how strongly one signed in to it (`acr`).

    Many providers always say an `acr`: one that nobody ranks says nothing, beside the other.
    """
    account, sign_in = (_ranked(claims.get(name), issuer) for name in ("trust_level", "acr"))
    unreadable = account is None and claims.get("trust_level") is not None
    if unreadable or (role is Role.CITIZEN and not (account or sign_in)):
        raise ClaimsIncomplete("trust_level")
    return tuple(claim for claim in (account, sign_in) if claim)


def _ranked(raw: object, issuer: TrustedIssuer) -> TrustClaim | None:
    if not isinstance(raw, str) or raw not in issuer.trust_levels:
        return None
    return TrustClaim(raw, issuer.trust_levels[raw])


def _mailbox(claims: dict[str, Any], issuer: TrustedIssuer) -> str | None:
    """What is no handle counts as none: the letter goes the usual way."""
    told = claims.get(issuer.mailbox_claim) if issuer.mailbox_claim else None
    try:
        return str(UUID(told)) if isinstance(told, str) else None
    except ValueError:
        return None


def _email(claims: dict[str, Any]) -> str | None:
    """An address that is not verified, or not one, counts as none: nobody else's post."""
    email = claims.get("email")
    if claims.get("email_verified", True) is not True or not isinstance(email, str):
        return None
    return email if EMAIL.fullmatch(email) and email.isprintable() else None
