"""Trust in issuers is refused at start-up where it would let the wrong person in."""

import httpx
import pytest

from adapters.identity.errors import AlgorithmNotAllowed, IssuersShareSubjects
from adapters.identity.tokens import TokenVerifier
from adapters.identity.trusted_issuer import TrustedIssuer

NOBODY = frozenset()


def test_a_verifier_of_two_issuers_wants_their_account_keys_apart():
    issuers = [
        TrustedIssuer(issuer=name, audience="amtsweg", roles_allowed=NOBODY)
        for name in ("one", "other")
    ]
    with pytest.raises(IssuersShareSubjects):
        TokenVerifier(issuers, httpx.AsyncClient())


@pytest.mark.parametrize("algorithm", ["none", "HS256", "RSA1_5"])
def test_an_issuer_is_not_trusted_with_a_weak_algorithm(algorithm):
    with pytest.raises(AlgorithmNotAllowed, match=algorithm):
        TrustedIssuer(issuer="i", audience="a", roles_allowed=NOBODY, algorithms=(algorithm,))
