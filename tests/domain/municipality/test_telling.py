"""How an office is told by mail, and who is told nothing of a pilot."""

from dataclasses import replace

import pytest

from domain import errors
from domain.municipality import commands as c
from domain.municipality import events as e
from domain.municipality.clerk_mail import Audience, ClerkMail, ClerkMailMode, clerk_mail_of
from domain.municipality.decisions import MUNICIPALITY
from domain.municipality.state import Town
from tests.domain.municipality import facts as past
from tests.domain.municipality.facts import CARD, FURNISHED, LIBRARY, NOW
from tests.given import Given

given = Given(MUNICIPALITY)
DIGEST, IMMEDIATE, NONE = ClerkMailMode.DIGEST, ClerkMailMode.IMMEDIATE, ClerkMailMode.NONE
CHOOSE = c.ChooseClerkMail(office=LIBRARY, mode=DIGEST, digest_at="07:30", now=NOW)
END = c.UnsubscribeDigest(office=LIBRARY, now=NOW)
QUIET = c.KeepPilotQuiet(quiet=(Audience.OFFICES, Audience.APPLICANTS), now=NOW)
chosen = e.ClerkMailChosen(office=LIBRARY, mode=DIGEST, digest_at="07:30", chosen_at=NOW)
for_all = replace(chosen, office=None)
unsubscribed = e.DigestUnsubscribed(office=LIBRARY, unsubscribed_at=NOW)
quiet = e.PilotKeptQuiet(service=None, quiet=(Audience.APPLICANTS, Audience.OFFICES), set_at=NOW)


def after(*events: e.MunicipalityEvent) -> Town:
    return MUNICIPALITY.fold([*FURNISHED, *events])


def mode(town: Town, office: str = LIBRARY) -> ClerkMailMode:
    return clerk_mail_of(town.clerk_mail, office).mode


def test_an_office_that_has_not_chosen_is_told_at_once() -> None:
    assert clerk_mail_of(after().clerk_mail, LIBRARY) == ClerkMail(mode=IMMEDIATE)


def test_an_office_chooses_once() -> None:
    given(*FURNISHED).when(CHOOSE).then(chosen)
    given(*FURNISHED, chosen).when(CHOOSE).then()


def test_an_office_that_is_not_there_chooses_nothing() -> None:
    wrong = replace(CHOOSE, office="Zoo")
    given(*FURNISHED).when(wrong).then_refused(errors.OfficeUnknown)
    given(*FURNISHED).when(replace(END, office="Zoo")).then_refused(errors.OfficeUnknown)


def test_its_own_choice_is_more_than_that_of_all() -> None:
    own = replace(chosen, mode=NONE)
    assert (mode(after(for_all)), mode(after(for_all, own))) == (DIGEST, NONE)
    assert mode(after(own, for_all)) is NONE


@pytest.mark.parametrize("before", [chosen, for_all])
def test_readers_end_the_digest_of_their_own_office(before: e.ClerkMailChosen) -> None:
    given(*FURNISHED, before).when(END).then(unsubscribed)
    town = after(before, unsubscribed)
    assert (mode(town), mode(town, "another")) == (NONE, mode(after(before), "another"))


@pytest.mark.parametrize("before", [(), (replace(chosen, mode=NONE),), (chosen, unsubscribed)])
def test_where_there_is_no_digest_nothing_ends(before: tuple[e.MunicipalityEvent, ...]) -> None:
    given(*FURNISHED, *before).when(END).then()


def test_the_operator_brings_the_digest_back() -> None:
    given(*FURNISHED, chosen, unsubscribed).when(CHOOSE).then(chosen)
    assert mode(after(chosen, unsubscribed, chosen)) is DIGEST


def test_after_its_end_a_town_still_chooses() -> None:
    given(*FURNISHED, past.closed).when(replace(CHOOSE, now=NOW.replace(year=2022))).then(
        replace(chosen, chosen_at=NOW.replace(year=2022))
    )


def test_a_pilot_is_kept_quiet_for_whom_is_named() -> None:
    given(*FURNISHED).when(QUIET).then(quiet)
    given(*FURNISHED, quiet).when(QUIET).then()
    given(*FURNISHED).when(replace(QUIET, service=CARD)).then_refused(errors.ServiceNotAdopted)
    given(*FURNISHED, past.adopted).when(replace(QUIET, service=CARD)).then(
        replace(quiet, service=CARD)
    )
