"""An issuer's keys are fetched seldom, and followed when they rotate."""

import asyncio

import pytest
from joserfc.jwk import RSAKey

from adapters.identity.errors import SignatureInvalid
from tests.adapters.identity.identity_provider import fresh_key

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_many_tokens_of_one_moment_fetch_the_keys_once(provider, verifier):
    tokens = [provider.token(sub=f"acct-{n}") for n in range(20)]
    await asyncio.gather(*(verifier.verify(token) for token in tokens))
    assert provider.asked["/jwks"] == 1


async def test_a_second_verification_fetches_nothing(provider, verifier):
    await verifier.verify(provider.token())
    await verifier.verify(provider.token(sub="acct-2"))
    assert provider.asked["/jwks"] == 1


async def test_a_token_verified_before_needs_no_provider(provider, verifier):
    token = provider.token(exp=int(provider.clock()) + 7200)
    actor = await verifier.verify(token)
    provider.status = 500
    assert await verifier.verify(token) is actor


async def test_keys_are_fetched_again_in_time(provider, verifier):
    await verifier.verify(provider.token())
    provider.clock.now += 600
    await verifier.verify(provider.token())
    assert provider.asked["/jwks"] == 2


async def test_a_new_key_is_found_at_once(provider, verifier):
    await verifier.verify(provider.token())
    provider.rotate()
    assert await verifier.verify(provider.token())


async def test_a_withdrawn_key_ends_its_verified_tokens_too(provider, verifier):
    token = provider.token(exp=int(provider.clock()) + 7200)
    await verifier.verify(token)
    provider.rotate()
    provider.clock.now += 600
    with pytest.raises(SignatureInvalid):
        await verifier.verify(token)


async def test_many_tokens_with_a_new_key_fetch_it_once(provider, verifier):
    await verifier.verify(provider.token())
    provider.rotate()
    tokens = [provider.token(sub=f"acct-{n}") for n in range(20)]
    await asyncio.gather(*(verifier.verify(token) for token in tokens))
    assert provider.asked["/jwks"] == 2


async def test_made_up_key_ids_cannot_flood_the_provider(provider, verifier):
    await verifier.verify(provider.token())
    for _ in range(10):
        with pytest.raises(SignatureInvalid):
            await verifier.verify(provider.token(fresh_key()))
    assert provider.asked["/jwks"] == 2


async def test_after_made_up_key_ids_a_real_new_key_is_found_half_a_minute_later(
    provider, verifier
):
    with pytest.raises(SignatureInvalid):
        await verifier.verify(provider.token(fresh_key()))
    provider.rotate()
    with pytest.raises(SignatureInvalid):
        await verifier.verify(provider.token())
    provider.clock.now += 30
    assert await verifier.verify(provider.token())


async def test_a_token_without_a_key_id_is_checked_by_the_only_key(provider, verifier):
    assert await verifier.verify(provider.token(header={"kid": None}))


async def test_a_key_for_encryption_does_not_count_as_one_for_signing(provider, verifier):
    provider.publish(provider.key, fresh_key(use="enc"))
    assert await verifier.verify(provider.token(header={"kid": None}))


async def test_a_token_without_a_key_id_fits_none_of_several_keys(provider, verifier):
    provider.publish(provider.key, fresh_key())
    with pytest.raises(SignatureInvalid):
        await verifier.verify(provider.token(header={"kid": None}))


async def test_an_unreadable_key_does_not_spoil_the_others(provider, verifier):
    odd = [{"kty": "PQC"}, {}, 7, {"kty": "EC", "crv": "P-1"}, {"kty": "oct", "k": "c2VjcmV0"}]
    provider.published = [*odd, *provider.published]
    assert await verifier.verify(provider.token())


@pytest.mark.filterwarnings("ignore:Key size should be")  # its shortness is the point
async def test_a_short_key_verifies_nothing(provider, verifier):
    short = RSAKey.generate_key(1024, auto_kid=True)
    provider.publish(short)
    with pytest.raises(SignatureInvalid):
        await verifier.verify(provider.token(short, header={"alg": "RS256"}))
