"""Verifies an access token and says who brought it; it believes nothing before the signature."""

import time
from collections.abc import Callable, Iterable, Mapping
from itertools import permutations

import httpx

from adapters.identity.actor import Actor, Person
from adapters.identity.claims import Pseudonym, require_valid, who_from
from adapters.identity.errors import IssuerNotTrusted, IssuersShareSubjects, SignatureInvalid
from adapters.identity.issuer_keys import IssuerKeys
from adapters.identity.trusted_issuer import TrustedIssuer
from adapters.identity.unverified import Unverified, read
from adapters.identity.verified_tokens import VerifiedTokens
from domain.rules import TrustLevel

# By keys that are FRESH_SECONDS old at most: a withdrawn one is honoured no longer than both.
REMEMBERED_SECONDS = 300


def _no_pseudonym(issuer: str, _subject: str) -> str:
    raise AssertionError(issuer)


class TokenVerifier:
    """`clock` tells the time of day, `ticks` how much of it has passed."""

    def __init__(
        self,
        issuers: Iterable[TrustedIssuer],
        http: httpx.AsyncClient,
        pseudonym: Pseudonym = _no_pseudonym,
        clock: Callable[[], float] = time.time,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._issuers = {issuer.issuer: issuer for issuer in issuers}
        _require_own_subjects(self._issuers.values())
        self._keys = {
            name: IssuerKeys(issuer, http, ticks) for name, issuer in self._issuers.items()
        }
        self._pseudonym = pseudonym
        self._clock = clock
        self._verified = VerifiedTokens()

    async def verify(self, token: str) -> Actor | Person:
        """Raise a `NotAuthenticated` with its reason, or say who it is."""
        now = self._clock()
        known = self._verified.find(token, now)
        return known or await self._verify(token, int(now))

    @property
    def issuers(self) -> list[str]:
        return sorted(self._issuers)

    def account_of(self, issuer: str, subject: str) -> str:
        """Return the account of a citizen whom the issuer calls so. Raise KeyError."""
        trusted = self._issuers[issuer]
        own = self._pseudonym(issuer, subject) if trusted.pairwise else subject
        return trusted.subject_prefix + own

    def claims_for(
        self, issuer: str, needed: TrustLevel, ranked: Mapping[str, TrustLevel]
    ) -> list[str]:
        """Return what the issuer may call a sign-in that is strong enough.

        `ranked`: what a town ranks otherwise than this installation.
        """
        return self._issuers[issuer].claims_for(needed, ranked) if issuer in self._issuers else []

    async def _verify(self, token: str, now: int) -> Actor | Person:
        unverified = read(token)
        issuer = self._issuer_of(unverified)
        await self._require_signature(unverified, issuer)
        require_valid(unverified.claims, issuer, now)
        actor = who_from(unverified.claims, issuer, self._pseudonym)
        until = min(unverified.claims["exp"], now + REMEMBERED_SECONDS)
        self._verified.remember(token, actor, until)
        return actor

    def _issuer_of(self, unverified: Unverified) -> TrustedIssuer:
        name = unverified.issuer
        if not isinstance(name, str) or name not in self._issuers:
            raise IssuerNotTrusted
        return self._issuers[name]

    async def _require_signature(self, unverified: Unverified, issuer: TrustedIssuer) -> None:
        if unverified.algorithm not in issuer.algorithms:
            raise SignatureInvalid
        key = await self._keys[issuer.issuer].find(unverified.kid)
        unverified.require_signature_by(key)


def _require_own_subjects(issuers: Iterable[TrustedIssuer]) -> None:
    prefixes = [issuer.subject_prefix for issuer in issuers]
    if any(one.startswith(other) for one, other in permutations(prefixes, 2)):
        raise IssuersShareSubjects
