"""Every refusal that can reach HTTP has a status, and a sentence that helps."""

from types import ModuleType

import pytest

from adapters.catalogue import errors as catalogue
from adapters.event_store import errors as store
from adapters.event_store import office
from adapters.identity import errors as identity
from adapters.payments import errors as payments
from adapters.personal_data import key_ring as keys
from adapters.proofs import errors as proofs
from api import refusals
from api.errors import STATUS, status_of
from domain import decider
from domain import errors as rules

# Said at start-up or by a newer version's log; over HTTP they would be errors of ours.
NOT_OVER_HTTP = {
    catalogue.CatalogueIsInvalid,
    catalogue.WouldSuspend,
    identity.IdentityMisconfigured,
    identity.AlgorithmNotAllowed,
    identity.IssuersShareSubjects,
    store.DuplicateEventName,
    store.EventIsSuperseded,
    store.UnknownEvent,
    store.UnsafeSettings,
}
MODULES = (catalogue, store, office, identity, payments, keys, proofs, refusals, rules, decider)


def refusals_of(module: ModuleType) -> list[type[Exception]]:
    own = (thing for thing in vars(module).values() if isinstance(thing, type))
    found = [c for c in own if issubclass(c, Exception) and c.__module__ == module.__name__]
    return [c for c in found if not any(c in other.__bases__ for other in found)]


ALL = [kind for module in MODULES for kind in refusals_of(module) if kind not in NOT_OVER_HTTP]


def test_the_refusals_are_found() -> None:
    assert {rules.NotEnded, office.StaleVersion, refusals.CursorMalformed} <= set(ALL)


@pytest.mark.parametrize("kind", ALL)
def test_every_refusal_has_a_status(kind: type[Exception]) -> None:
    assert any(parent in STATUS for parent in kind.__mro__), kind
    assert status_of(kind.__new__(kind)) >= 400


@pytest.mark.parametrize("kind", ALL)
def test_every_refusal_says_what_is_wrong_in_a_sentence(kind: type[Exception]) -> None:
    assert (kind.__doc__ or "").strip().endswith(".")


def test_the_table_names_nothing_that_is_never_raised() -> None:
    known = {c for module in MODULES for c in vars(module).values() if isinstance(c, type)}
    assert set(STATUS) <= known
