"""How a municipality comes to take part, changes, and ends; its history stays."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain import errors
from domain.municipality import commands as c
from domain.municipality import events as e
from domain.municipality.decisions import MUNICIPALITY
from domain.municipality.municipality import ClosingRule, Phase, TownKind
from domain.municipality.onboarding import TITLES, Step
from tests.domain.municipality import facts as past
from tests.domain.municipality.facts import ACCOUNT, ATTRIBUTES, FURNISHED, GLADBECK, NOW
from tests.given import Given

given = Given(MUNICIPALITY)
REGISTER = c.Register(ags=GLADBECK, attributes=ATTRIBUTES, now=NOW)
MERGE = c.MergeInto(into=past.RECKLINGHAUSEN, merged_on=date(2022, 1, 1), now=NOW)
CLOSE = c.CloseMunicipality(closed_on=date(2021, 12, 31), reason="Aufgelöst", now=NOW)
LAST_DAY = datetime(2021, 12, 30, 23, 30, tzinfo=UTC)  # which is the 31st in Germany
HEILIGABEND = (ClosingRule(name="Heiligabend", every="12-24"),)


def step(step: Step) -> e.OnboardingStepCompleted:
    return e.OnboardingStepCompleted(step=step, completed_at=NOW)


def test_a_municipality_is_registered_once() -> None:
    given().when(REGISTER).then(past.registered)
    given(past.registered).when(REGISTER).then_refused(errors.AlreadyRegistered)


@pytest.mark.parametrize(
    ("ags", "wrong"),
    [
        (GLADBECK, {"kind": TownKind.KREIS}),
        (GLADBECK, {"kind": TownKind.KREISFREI}),
        (GLADBECK, {"kreis": None}),
        (GLADBECK, {"kind": TownKind.KREISFREI, "kreis": None}),
        ("05562999", {"kind": TownKind.KREISFREI, "kreis": None}),
        (GLADBECK, {"kreis": "05958"}),
        ("05562", {}),
        ("05562", {"kind": TownKind.KREIS}),
    ],
)
def test_kind_key_and_kreis_have_to_fit(ags: str, wrong: dict[str, Any]) -> None:
    command = replace(REGISTER, ags=ags, attributes=replace(ATTRIBUTES, **wrong))
    given().when(command).then_refused(errors.KindDoesNotFit)


@pytest.mark.parametrize("before", [[], [past.registered]], ids=["when registered", "when changed"])
def test_a_population_is_of_a_day_that_has_been(before: list[e.MunicipalityEvent]) -> None:
    def counted(day: date) -> c.MunicipalityCommand:
        found = replace(ATTRIBUTES, population=75_610, population_as_of=day)
        if before:
            return c.ChangeAttributes(attributes=found, now=NOW)
        return replace(REGISTER, attributes=found)

    assert len(given(*before).when(counted(NOW.date())).happens()) == 1
    to_come = counted(NOW.date() + timedelta(days=1))
    given(*before).when(to_come).then_refused(errors.PopulationNotCountedYet)


@pytest.mark.parametrize("ags", ["05999999", "05562000", "05513001", "05513", "05999"])
def test_a_key_that_no_town_and_no_kreis_can_have_is_refused(ags: str) -> None:
    given().when(replace(REGISTER, ags=ags)).then_refused(errors.KeyUnknown)


def test_a_town_that_belongs_to_no_kreis_names_none() -> None:
    as_of_a_kreis = replace(ATTRIBUTES, kreis="05513")
    command = replace(REGISTER, ags="05513000", attributes=as_of_a_kreis)
    given().when(command).then_refused(errors.KindDoesNotFit)


def test_a_kreis_is_registered_under_its_own_key() -> None:
    kreis = replace(ATTRIBUTES, kind=TownKind.KREIS, kreis=None)
    assert given().when(replace(REGISTER, ags="05562", attributes=kreis)).happens()


@pytest.mark.parametrize(
    "command",
    [
        c.ChangeAttributes(attributes=ATTRIBUTES, now=NOW),
        c.OpenOffice(office="Standesamt", now=NOW),
        c.SetMailbox(address="a@b.example", now=NOW),
        c.CompleteStep(step=Step.CONTRACT, now=NOW),
        MERGE,
    ],
)
def test_before_it_is_registered_nothing_can_be_done(command: c.MunicipalityCommand) -> None:
    given().when(command).then_refused(errors.NotRegistered)


def test_setting_what_is_so_already_does_nothing() -> None:
    town = given(*FURNISHED, past.with_provider)
    for command in (
        c.ChangeAttributes(attributes=ATTRIBUTES, now=NOW),
        c.OpenOffice(office=past.LIBRARY, now=NOW),
        c.OpenBranch(branch=past.BRAUCK, now=NOW),
        c.SetMailbox(address=past.MAILBOX, now=NOW),
        c.ConnectPaymentPlatform(account=ACCOUNT, now=NOW),
        c.TrustIdentityProvider(provider=past.PROVIDER, now=NOW),
        c.SetClosingDays(rules=(), now=NOW),
    ):
        town.when(command).then_nothing_happens()


def test_the_day_on_which_accounts_were_adopted_is_recorded_and_may_be_corrected() -> None:
    town = given(*FURNISHED)
    day = date(NOW.year - 1, 6, 24)
    adopt = c.RecordAnnualAccounts(year=day.year - 1, adopted_on=day, now=NOW)
    adopted = e.AnnualAccountsAdopted(year=day.year - 1, adopted_on=day, recorded_at=NOW)
    town.when(adopt).then(adopted)
    given(*FURNISHED, adopted).when(adopt).then_nothing_happens()
    right = replace(adopt, adopted_on=day + timedelta(days=1))
    given(*FURNISHED, adopted).when(right).then(replace(adopted, adopted_on=right.adopted_on))


@pytest.mark.parametrize("later", [-400, 1])
def test_accounts_are_adopted_after_their_year_and_before_tomorrow(later: int) -> None:
    adopt = c.RecordAnnualAccounts(
        year=NOW.year - 1, adopted_on=NOW.date() + timedelta(days=later), now=NOW
    )
    given(*FURNISHED).when(adopt).then_refused(errors.AccountsNotAdoptedYet)


def test_every_step_has_a_title_in_both_languages() -> None:
    assert set(TITLES) == set(Step)
    assert all(set(title) == {"de", "en"} for title in TITLES.values())


def test_mailbox_and_payment_platform_complete_their_steps() -> None:
    town = given(past.registered, past.with_office)
    set_mailbox = c.SetMailbox(address=past.MAILBOX, now=NOW)
    town.when(set_mailbox).then(past.with_mailbox, step(Step.CLERK_MAILBOX))
    connect = c.ConnectPaymentPlatform(account=ACCOUNT, now=NOW)
    town.when(connect).then(past.with_account, step(Step.PAYMENT_PLATFORM))


@pytest.mark.parametrize(
    ("named", "refusal"),
    [
        (Step.CLERK_MAILBOX, errors.MailboxMissing),
        (Step.PAYMENT_PLATFORM, errors.PaymentPlatformMissing),
    ],
)
def test_a_step_is_not_complete_without_what_it_is_about(
    named: Step, refusal: type[errors.Refused]
) -> None:
    complete = c.CompleteStep(step=named, now=NOW)
    given(past.registered).when(complete).then_refused(refusal)
    given(*FURNISHED).when(complete).then(step(named))


def test_a_mailbox_is_removed_unless_something_live_needs_it() -> None:
    remove = c.SetMailbox(address=None, now=NOW)
    gone = replace(past.with_mailbox, address=None)
    offered = (*FURNISHED, past.adopted)
    given(*offered).when(remove).then(gone)
    given(*offered, gone).when(remove).then_nothing_happens()
    given(*offered, past.live).when(remove).then_refused(errors.MailboxMissing)
    own = replace(past.with_mailbox, office=past.LIBRARY)
    given(*offered, own, past.live).when(remove).then(gone)
    assert given(*FURNISHED, gone).state.has_mailbox is False


def test_e_payment_needs_a_payment_platform() -> None:
    start = c.StartEPayment(since=date(2021, 9, 15), now=NOW)
    given(past.registered).when(start).then_refused(errors.PaymentPlatformMissing)
    assert given(*FURNISHED).when(start).happens()


def test_a_provider_is_trusted_until_a_day() -> None:
    end = c.EndIdentityProvider(issuer=past.PROVIDER.issuer, until=date(2024, 12, 31), now=NOW)
    given(past.registered).when(end).then_refused(errors.ProviderUnknown)
    town = given(past.registered, past.with_provider)
    (ended,) = town.when(end).happens()
    provider = given(past.registered, past.with_provider, ended).state.providers[end.issuer]
    assert [provider.valid_on(date(y, 1, 1)) for y in (2019, 2024, 2025)] == [False, True, False]


def test_what_is_in_use_is_not_closed() -> None:
    offering = given(*FURNISHED, past.adopted)
    offering.when(c.CloseOffice(office=past.LIBRARY, now=NOW)).then_refused(errors.OfficeInUse)
    offering.when(c.CloseBranch(key="brauck", now=NOW)).then_refused(errors.BranchInUse)
    assert given(*FURNISHED).when(c.CloseBranch(key="brauck", now=NOW)).happens()
    assert given(*FURNISHED).when(c.CloseOffice(office=past.LIBRARY, now=NOW)).happens()
    given(*FURNISHED).when(c.CloseBranch(key="x", now=NOW)).then_refused(errors.BranchUnknown)
    given(*FURNISHED).when(c.CloseOffice(office="x", now=NOW)).then_refused(errors.OfficeUnknown)


PUBLIC = (
    c.EndPilot(terms={past.CARD: past.TERMS}, now=NOW),
    c.CompleteStep(step=Step.ANNOUNCEMENT, terms={past.CARD: past.TERMS}, now=NOW),
)
SAID = tuple(map(step, (Step.KEY_PEOPLE, Step.CONTRACT, Step.PORTAL_INTEGRATION)))
going_public = pytest.mark.parametrize("command", PUBLIC, ids=["phase", "announcement"])


def test_the_pilot_phase_ends_once() -> None:
    ready, end = (*FURNISHED, *SAID, past.adopted), PUBLIC[0]
    (ended,) = given(*ready).when(end).happens()
    assert given(*ready, ended).state.phase is Phase.LIVE
    given(*ready, ended).when(end).then_nothing_happens()


@going_public
def test_before_it_is_public_every_step_that_is_needed_is_done(
    command: c.MunicipalityCommand,
) -> None:
    given(*FURNISHED, *SAID, past.adopted).when(command).happens()
    with pytest.raises(errors.StepsMissing) as refused:
        given(past.registered, past.with_office, past.adopted).when(command).happens()
    assert refused.value.args == (
        Step.KEY_PEOPLE, Step.CONTRACT, Step.PORTAL_INTEGRATION, Step.CLERK_MAILBOX,
        Step.PAYMENT_PLATFORM,
    )  # fmt: skip
    assert "contract, portal-integration" in str(refused.value)


@going_public
@pytest.mark.parametrize(
    ("without", "named"),
    [
        (SAID[1], Step.CONTRACT),
        (past.with_mailbox, Step.CLERK_MAILBOX),
        (past.with_account, Step.PAYMENT_PLATFORM),
    ],
)
def test_the_one_step_that_is_missing_is_named(
    command: c.MunicipalityCommand, without: Any, named: Step
) -> None:
    history = [one for one in (*FURNISHED, *SAID, past.adopted) if one is not without]
    with pytest.raises(errors.StepsMissing) as refused:
        given(*history).when(command).happens()
    assert refused.value.args == (named,)


@going_public
def test_a_town_that_charges_nothing_is_public_without_a_payment_platform(
    command: c.MunicipalityCommand,
) -> None:
    history = [one for one in (*FURNISHED, *SAID) if one is not past.with_account]
    free = replace(past.adopted, fees={"adult": 0})
    assert given(*history, free).when(command).happens()
    assert given(*history).when(command).happens()


def test_who_took_over_is_remembered_and_what_was_stays() -> None:
    (merged,) = given(*FURNISHED, past.adopted).when(MERGE).happens()
    town = given(*FURNISHED, past.adopted, merged).state
    assert (town.closed_on, town.successor) == (date(2022, 1, 1), past.RECKLINGHAUSEN)
    assert set(town.services) == {past.CARD}


def test_a_municipality_is_not_merged_into_itself() -> None:
    given(past.registered).when(replace(MERGE, into=GLADBECK)).then_refused(errors.MergedIntoItself)


def test_closing_needs_a_reason() -> None:
    given(past.registered).when(CLOSE).then(past.closed)
    given(past.registered).when(replace(CLOSE, reason="")).then_refused(errors.ReasonMissing)


def test_after_its_end_nothing_new_begins() -> None:
    ended = given(*FURNISHED, past.adopted, past.live, past.closed)
    for command in (
        MERGE,
        CLOSE,
        c.OpenOffice(office="Standesamt", now=NOW),
        c.SuspendService(service=past.CARD, reason="Umbau", now=NOW),
        c.StartEPayment(since=date(2022, 1, 1), now=NOW),
        past.adopt(version=2),
    ):
        ended.when(replace(command, now=LAST_DAY)).then_refused(errors.MunicipalityHasEnded)


@pytest.mark.parametrize(
    "command",
    [
        c.SetMailbox(address="neu@recklinghausen.example", now=LAST_DAY),
        c.ConnectPaymentPlatform(account=replace(ACCOUNT, originator="re"), now=LAST_DAY),
        c.TrustIdentityProvider(
            provider=replace(past.PROVIDER, issuer="https://new"), now=LAST_DAY
        ),
        c.EndIdentityProvider(issuer=past.PROVIDER.issuer, until=date(2021, 12, 31), now=LAST_DAY),
        c.SetClosingDays(rules=HEILIGABEND, now=LAST_DAY),
        c.RecordAnnualAccounts(year=2020, adopted_on=date(2021, 12, 1), now=LAST_DAY),
    ],
    ids=lambda command: type(command).__name__,
)
def test_what_its_applications_need_is_changed_after_its_end(
    command: c.MunicipalityCommand,
) -> None:
    ended = given(*FURNISHED, past.with_provider, past.adopted, past.live, past.closed)
    assert ended.when(command).happens()
    assert ended.when(c.AllOf(commands=(command,))).happens()


def test_the_mailbox_that_its_applications_need_stays_after_its_end() -> None:
    ended = given(*FURNISHED, past.adopted, past.live, past.closed)
    remove = c.SetMailbox(address=None, now=LAST_DAY)
    ended.when(remove).then_refused(errors.MailboxMissing)


def test_an_end_that_lies_ahead_freezes_nothing() -> None:
    closing = given(*FURNISHED, past.adopted, past.live, past.closed)
    for command in (
        c.SetMailbox(address="neu@gladbeck.example", now=NOW),
        c.SuspendService(service=past.CARD, reason="Umbau", now=NOW),
        MERGE,
    ):
        assert closing.when(command).happens()


def test_another_day_may_be_set_and_the_last_word_counts() -> None:
    (merged,) = given(*FURNISHED, past.closed).when(MERGE).happens()
    state = given(*FURNISHED, past.closed, merged).state
    assert (state.closed_on, state.successor) == (date(2022, 1, 1), past.RECKLINGHAUSEN)
    given(*FURNISHED, merged).when(MERGE).then_nothing_happens()
    given(*FURNISHED, past.closed).when(CLOSE).then_nothing_happens()
    assert given(*FURNISHED, merged, past.closed).state.successor is None


def test_a_municipality_that_ends_itself_takes_over_no_other() -> None:
    given(past.registered).when(replace(MERGE, goes_on=False)).then_refused(
        errors.SuccessorHasEnded
    )


def test_several_commands_are_carried_out_one_after_another_or_not_at_all() -> None:
    office = c.OpenOffice(office="Standesamt", now=NOW)
    mailbox = c.SetMailbox(address="a@b.example", office="Standesamt", now=NOW)
    happened = given().when(c.AllOf(commands=(REGISTER, office, mailbox))).happens()
    assert given(*happened).state.mailbox_of("Standesamt") == "a@b.example"
    given().when(c.AllOf(commands=(REGISTER, mailbox, office))).then_refused(errors.OfficeUnknown)
