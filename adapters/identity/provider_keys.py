"""Asks an identity provider for its signing keys: two small documents, bounded in size and time."""

import asyncio
import json
from collections.abc import Iterable
from typing import Any

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

from adapters.identity.errors import IdentityProviderUnavailable
from adapters.identity.trusted_issuer import TrustedIssuer

ANSWER_WITHIN_SECONDS = 5.0
LARGEST_DOCUMENT = 256 * 1024
SMALLEST_RSA_BITS = 2048
ASYMMETRIC_KEYS: dict[str, type[ECKey | OKPKey | RSAKey]] = {
    "EC": ECKey,
    "OKP": OKPKey,
    "RSA": RSAKey,
}


async def fetch_signing_keys(http: httpx.AsyncClient, issuer: TrustedIssuer) -> dict[str, Key]:
    try:
        async with asyncio.timeout(ANSWER_WITHIN_SECONDS):
            url = issuer.jwks_url or await _discover(http, issuer.issuer)
            document = await _document(http, url)
            return signing_keys(document["keys"])
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError, TypeError, KeyError) as error:
        raise IdentityProviderUnavailable from error


async def _discover(http: httpx.AsyncClient, issuer: str) -> str:
    document = await _document(http, f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if document["issuer"] != issuer:
        raise ValueError("the discovery document speaks for another issuer")
    return str(document["jwks_uri"])


async def _document(http: httpx.AsyncClient, url: str) -> Any:
    body = bytearray()
    async with http.stream("GET", url, follow_redirects=False) as response:
        response.raise_for_status()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > LARGEST_DOCUMENT:
                raise ValueError("the document is too large")
    return json.loads(body)


def signing_keys(published: Iterable[dict[str, Any]]) -> dict[str, Key]:
    """The keys that may verify a signature, by key id; all others are passed over."""
    keys = (key for data in published if (key := _signing_key(data)))
    return {str(key.kid): key for key in keys}


def _signing_key(data: dict[str, Any]) -> Key | None:
    try:
        key = ASYMMETRIC_KEYS[data["kty"]].import_key(data)
        key.check_use("sig")
        key.check_key_op("verify")
        key.ensure_kid()
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    return None if isinstance(key, RSAKey) and _is_short(key) else key


def _is_short(key: RSAKey) -> bool:
    return key.raw_value.key_size < SMALLEST_RSA_BITS
