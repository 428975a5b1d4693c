"""A token as it arrived: readable, and to be believed in nothing until its signature holds."""

import json
from dataclasses import dataclass
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import Key
from joserfc.jws import CompactSignature, JWSRegistry, extract_compact, validate_compact

from adapters.identity.errors import SignatureInvalid, TokenMalformed, TokenMissing

LARGEST_TOKEN = 8192
TYPES = frozenset({"at+jwt", "application/at+jwt", "jwt"})


class AnyAlgorithm(JWSRegistry):
    """Says nothing about an algorithm: the trusted issuer's list was asked before."""

    def get_alg(self, name: str) -> Any:
        return self.algorithms[name]


LENIENT_HEADER = AnyAlgorithm(strict_check_header=False)  # an unknown header is to be ignored


@dataclass(frozen=True, slots=True)
class Unverified:
    signed: CompactSignature
    claims: dict[str, Any]

    @property
    def issuer(self) -> object:
        return self.claims.get("iss")

    @property
    def kid(self) -> str | None:
        return self.signed.protected.get("kid")

    @property
    def algorithm(self) -> str:
        return str(self.signed.protected["alg"])

    def require_signature_by(self, key: Key) -> None:
        """Keys come from the trusted issuer only: jku, x5u, jwk and x5c are never looked at."""
        try:
            holds = validate_compact(self.signed, key, registry=LENIENT_HEADER)
        except (JoseError, ValueError) as error:
            raise SignatureInvalid from error
        if not holds:
            raise SignatureInvalid


def read(token: str) -> Unverified:
    if not token:
        raise TokenMissing
    if len(token) > LARGEST_TOKEN:
        raise TokenMalformed
    try:
        signed = extract_compact(token.encode("ascii"))
        claims = json.loads(signed.payload)
    except (JoseError, ValueError, TypeError, RecursionError) as error:
        raise TokenMalformed from error
    if not isinstance(claims, dict) or not _is_plain(signed.protected):
        raise TokenMalformed
    return Unverified(signed, claims)


def _is_plain(header: Any) -> bool:
    """An access token with a text `kid`, without the `crit` extensions that nobody here knows."""
    return (
        isinstance(header, dict)
        and "crit" not in header
        and isinstance(header.get("kid"), str | None)
        and str(header.get("typ")).lower() in TYPES
    )
