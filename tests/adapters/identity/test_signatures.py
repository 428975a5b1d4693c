"""Only a signature by the issuer's own published key is believed."""

import hmac

import pytest
from joserfc.jwk import ECKey, OKPKey, RSAKey

from adapters.identity.errors import SignatureInvalid
from tests.adapters.identity.identity_provider import fresh_key, segment

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize("algorithm", ["none", "None", "nOnE", "", 7])
async def test_an_unsigned_token_is_refused(provider, verifier, algorithm):
    header = {"alg": algorithm, "typ": "JWT", "kid": provider.key.kid}
    with pytest.raises(SignatureInvalid):
        await verifier.verify(f"{segment(header)}.{segment(provider.claims())}.")


async def test_a_public_key_is_no_shared_secret(provider, verifier):
    rsa = RSAKey.generate_key(2048, auto_kid=True)
    provider.publish(rsa)
    header = {"alg": "HS256", "typ": "JWT", "kid": rsa.kid}
    text = f"{segment(header)}.{segment(provider.claims())}"
    forged = hmac.digest(rsa.as_pem(private=False), text.encode(), "sha256")
    with pytest.raises(SignatureInvalid):
        await verifier.verify(f"{text}.{segment(forged)}")


async def test_a_key_sent_along_or_pointed_at_is_never_used(provider, verifier):
    foreign = ECKey.generate_key("P-256")
    header = {"jku": f"{provider.url}/foreign", "jwk": foreign.as_dict(private=False)}
    with pytest.raises(SignatureInvalid):
        await verifier.verify(provider.token(foreign, header=header | {"kid": provider.key.kid}))
    assert provider.asked["/foreign"] == 0


async def test_a_changed_token_is_refused(provider, verifier):
    header, _, signature = provider.token().split(".")
    with pytest.raises(SignatureInvalid):
        await verifier.verify(f"{header}.{segment(provider.claims(sub='boss'))}.{signature}")


@pytest.mark.parametrize("algorithm", ["EdDSA", "Ed25519", "RS256"])
@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")  # while signing, not while verifying
async def test_other_asymmetric_signatures_hold_too(provider, verifier, algorithm):
    maker = RSAKey if algorithm == "RS256" else OKPKey
    key = maker.generate_key(auto_kid=True)
    provider.publish(key)
    assert await verifier.verify(provider.token(key, header={"alg": algorithm}))


@pytest.mark.parametrize("parameters", [{"use": "enc"}, {"alg": "ES384"}])
async def test_a_key_made_for_something_else_verifies_nothing(provider, verifier, parameters):
    key = fresh_key()
    provider.published = [key.as_dict(private=False) | parameters]
    with pytest.raises(SignatureInvalid):
        await verifier.verify(provider.token(key))
