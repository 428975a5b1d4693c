"""Verified tokens are remembered for a while, and never too many of them."""

from adapters.identity.actor import Actor, Role
from adapters.identity.verified_tokens import VerifiedTokens

ANNA = Actor("acct-1", Role.CITIZEN, None, None, None)


def test_a_token_is_remembered_until_its_end():
    verified = VerifiedTokens()
    verified.remember("token", ANNA, until=100)
    assert verified.find("token", now=99.9) is ANNA
    assert verified.find("token", now=100) is None
    assert len(verified) == 0


def test_the_least_recently_used_token_leaves_first():
    verified = VerifiedTokens(capacity=2)
    verified.remember("old", ANNA, until=100)
    verified.remember("older", ANNA, until=100)
    verified.find("old", now=1)
    verified.remember("new", ANNA, until=100)
    assert [bool(verified.find(t, now=1)) for t in ("old", "older", "new")] == [True, False, True]
