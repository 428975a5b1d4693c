"""A verified token describes exactly one actor, or nobody."""

import pytest

from adapters.identity.actor import Actor, Role
from adapters.identity.errors import ClaimsIncomplete, IssuerNotTrusted
from domain.rules import TrustLevel
from tests.adapters.identity.identity_provider import CITIZEN, CLERK

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_clerk_is_recognised(provider, verifier):
    token = provider.token(sub="c-7", email="clerk@example.org")
    email, issuer = "clerk@example.org", provider.url
    assert await verifier.verify(token) == Actor(
        "c-7", Role.CLERK, "05513000", "buer", email, issuer=issuer
    )


async def test_a_citizen_belongs_to_no_municipality(provider, verifier):
    own = CITIZEN | {"municipality": "05513000", "branch": "buer"}
    actor = await verifier.verify(provider.token(amtsweg=own, trust_level="high"))
    assert (actor.role, actor.municipality, actor.branch) == (Role.CITIZEN, None, None)


@pytest.mark.parametrize(
    ("raw", "level"),
    [
        ("STORK-QAA-Level-1", TrustLevel.BASIC),
        ("STORK-QAA-Level-3", TrustLevel.SUBSTANTIAL),
        ("STORK-QAA-Level-4", TrustLevel.HIGH),
        ("password", TrustLevel.BASIC),
        ("low", TrustLevel.NORMAL),
        ("normal", TrustLevel.NORMAL),
    ],
)
async def test_a_trust_level_keeps_its_raw_claim_and_its_rank(provider, verifier, raw, level):
    actor = await verifier.verify(provider.token(amtsweg=CITIZEN, trust_level=raw))
    assert (actor.raw_trust, actor.trust_level) == (raw, level)


@pytest.mark.parametrize(
    ("account", "sign_in", "counts"),
    [
        ("STORK-QAA-Level-4", "password", "password"),
        ("password", "STORK-QAA-Level-4", "password"),
        ("STORK-QAA-Level-4", "substantial", "substantial"),
        ("STORK-QAA-Level-3", "substantial", "STORK-QAA-Level-3"),
        ("high", "1", "high"),  # what Keycloak says where nobody told it more: nothing
        (None, "substantial", "substantial"),
    ],
)
async def test_a_person_is_known_no_better_than_account_and_sign_in_both_say(
    provider, verifier, account, sign_in, counts
):
    token = provider.token(amtsweg=CITIZEN, trust_level=account, acr=sign_in)
    assert (await verifier.verify(token)).raw_trust == counts


async def test_what_a_sign_in_is_called_that_we_do_not_rank_says_nothing_by_itself(
    provider, verifier
):
    with pytest.raises(ClaimsIncomplete, match="trust_level"):
        await verifier.verify(provider.token(amtsweg=CITIZEN, acr="1"))
    clerk = await verifier.verify(provider.token(acr="1"))
    assert (clerk.role, clerk.trust_level) == (Role.CLERK, None)


@pytest.mark.parametrize("raw", [None, "", "HIGH", "STORK-QAA-Level-5", 4, ["high"]])
async def test_a_citizen_of_unknown_trust_is_refused(provider, verifier, raw):
    with pytest.raises(ClaimsIncomplete, match="trust_level"):
        await verifier.verify(provider.token(amtsweg=CITIZEN, trust_level=raw))


async def test_an_analyst_may_cover_all_municipalities(provider, verifier):
    actor = await verifier.verify(provider.token(amtsweg={"role": "analyst"}))
    assert (actor.role, actor.municipality) == (Role.ANALYST, None)


async def test_an_issuer_hands_out_only_the_roles_it_is_trusted_with(provider, verifier):
    with pytest.raises(IssuerNotTrusted, match="role"):
        await verifier.verify(provider.token(amtsweg={"role": "operator"}))


@pytest.mark.parametrize(
    "own",
    [
        None,
        "clerk",
        {},
        {"role": "mayor"},
        {"role": ["clerk"]},
        {"role": "clerk"},
        {"role": "auditor"},
        *(CLERK | {"municipality": ags} for ags in ("", "5513000", "06513000", "055620", 5513000)),
        CLERK | {"municipality": "05513000\n"},
        CLERK | {"municipality": "0551300\N{ARABIC-INDIC DIGIT ZERO}"},
        CLERK | {"branch": 1},
    ],
)
async def test_claims_that_say_too_little_or_nonsense_are_refused(provider, verifier, own):
    with pytest.raises(ClaimsIncomplete):
        await verifier.verify(provider.token(amtsweg=own))


@pytest.mark.parametrize("subject", ["", "a\nb", "x" * 256, 7])
async def test_a_subject_is_a_short_printable_text(provider, verifier, subject):
    with pytest.raises(ClaimsIncomplete, match="sub"):
        await verifier.verify(provider.token(sub=subject))


@pytest.mark.parametrize(
    "changes",
    [
        {"email": "not an address"},
        {"email": "a@b.example\nBcc: c@d.example"},
        {"email": ["a@b.example"]},
        {"email": "a@b.example", "email_verified": False},
        {"email": "a@b.example", "email_verified": "false"},
        {"email": "a@b.example", "email_verified": "true"},
        {"email": "a@b.example", "email_verified": 1},
    ],
)
async def test_a_doubtful_address_counts_as_none(provider, verifier, changes):
    assert (await verifier.verify(provider.token(**changes))).email is None


@pytest.mark.parametrize("said", [{}, {"email_verified": True}])
async def test_an_address_that_nobody_doubts_is_written_to(provider, verifier, said):
    actor = await verifier.verify(provider.token(email="a@b.example", **said))
    assert actor.email == "a@b.example"
