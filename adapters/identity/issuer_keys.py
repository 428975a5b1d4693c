"""Remembers the keys of one issuer: fetched when first needed, and again when a new one appears."""

import asyncio
from collections.abc import Callable

import httpx
import structlog
from joserfc.jwk import Key

from adapters.identity.errors import IdentityProviderUnavailable, SignatureInvalid
from adapters.identity.provider_keys import fetch_signing_keys
from adapters.identity.trusted_issuer import TrustedIssuer

FRESH_SECONDS = 300.0
KEPT_SECONDS = 3600.0  # so that a provider's short outage signs nobody out
ASK_FOR_UNKNOWN_EVERY_SECONDS = 30.0  # so that made-up key ids cannot flood the provider
PAUSE_AFTER_FAILURE_SECONDS = 3.0
NEVER = float("-inf")

log = structlog.get_logger()


class IssuerKeys:
    def __init__(
        self, issuer: TrustedIssuer, http: httpx.AsyncClient, ticks: Callable[[], float]
    ) -> None:
        self._issuer, self._http, self._ticks = issuer, http, ticks
        self._keys: dict[str, Key] = {}
        self._fetches = 0
        self._fetched_at = self._failed_at = self._asked_for_unknown_at = NEVER
        self._fetching = asyncio.Lock()

    async def find(self, kid: str | None) -> Key:
        await self._keep_fresh()
        key = self._pick(kid)
        if key is None and self._may_ask_for_unknown():
            await self._fetch()
            self._asked_for_unknown_at = self._ticks()
            key = self._pick(kid)
        if key is None:
            raise SignatureInvalid
        return key

    def _pick(self, kid: str | None) -> Key | None:
        if kid is None and len(self._keys) == 1:
            return next(iter(self._keys.values()))
        return self._keys.get(kid or "")

    def _may_ask_for_unknown(self) -> bool:
        return self._ticks() - self._asked_for_unknown_at >= ASK_FOR_UNKNOWN_EVERY_SECONDS

    async def _keep_fresh(self) -> None:
        age = self._ticks() - self._fetched_at
        if age < FRESH_SECONDS or (age < KEPT_SECONDS and self._fetching.locked()):
            return
        try:
            await self._fetch()
        except IdentityProviderUnavailable:
            if age >= KEPT_SECONDS:
                raise

    async def _fetch(self) -> None:
        """One request at a time asks; those who waited take what it brought."""
        seen = self._fetches
        async with self._fetching:
            if self._fetches != seen:
                return
            if self._ticks() - self._failed_at < PAUSE_AFTER_FAILURE_SECONDS:
                raise IdentityProviderUnavailable
            await self._ask_provider()

    async def _ask_provider(self) -> None:
        try:
            self._keys = await fetch_signing_keys(self._http, self._issuer)
        except IdentityProviderUnavailable as error:
            self._failed_at = self._ticks()
            log.warning(
                "issuer_keys_missing", issuer=self._issuer.issuer, why=repr(error.__cause__)
            )
            raise
        self._fetched_at, self._failed_at = self._ticks(), NEVER
        self._fetches += 1
        log.info("issuer_keys_fetched", issuer=self._issuer.issuer, keys=len(self._keys))
