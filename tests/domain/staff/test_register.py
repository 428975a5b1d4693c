"""Who may act in which role: granted once, revoked at once, for one town or for all."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from domain.errors import (
    AccountIsBarred,
    ReasonMissing,
    Refused,
    RoleNeedsMunicipality,
    RoleStands,
)
from domain.staff.events import RoleGranted, RoleRevoked, StaffRole
from domain.staff.register import EVERYWHERE, STAFF, Grant, GrantRole, Member, RevokeRole
from tests.given import Given

given = Given(STAFF)
NOW = datetime(2026, 3, 5, 9, tzinfo=UTC)
GELSENKIRCHEN, GLADBECK = "05513000", "05562014"
grant = GrantRole(
    subject="hall/4711",
    role=StaffRole.CLERK,
    municipality=GELSENKIRCHEN,
    office="library",
    branch="buer",
    by="operator-1",
    now=NOW,
    for_all=False,
)
granted = RoleGranted(
    subject="hall/4711",
    role=StaffRole.CLERK,
    municipality=GELSENKIRCHEN,
    office="library",
    branch="buer",
    granted_by="operator-1",
    granted_at=NOW,
)
revoke = RevokeRole(
    subject="hall/4711", municipality=GELSENKIRCHEN, reason="left", by="operator-1", now=NOW
)
revoked = RoleRevoked(
    subject="hall/4711",
    municipality=GELSENKIRCHEN,
    reason="left",
    revoked_by="operator-1",
    revoked_at=NOW,
)
revoked_everywhere = replace(revoked, municipality=None)


def test_a_role_is_granted_and_to_grant_it_again_changes_nothing() -> None:
    given().when(grant).then(granted)
    given(granted).when(grant).then_nothing_happens()


def test_an_account_has_one_role_at_a_time() -> None:
    given(granted).when(replace(grant, branch="erle")).then_refused(RoleStands)
    as_auditor = replace(grant, role=StaffRole.AUDITOR, office=None, branch=None)
    given(granted).when(as_auditor).then_refused(RoleStands)
    given(granted, revoked).when(as_auditor).then(
        replace(granted, role=StaffRole.AUDITOR, office=None, branch=None)
    )


@pytest.mark.parametrize("role", [StaffRole.CLERK, StaffRole.AUDITOR])
def test_a_clerk_and_an_auditor_belong_to_one_town(role: StaffRole) -> None:
    given().when(replace(grant, role=role, municipality=None)).then_refused(RoleNeedsMunicipality)


def test_a_role_is_revoked_with_a_reason_and_once() -> None:
    given(granted).when(revoke).then(revoked)
    given(granted, revoked).when(revoke).then_nothing_happens()
    given(granted).when(replace(revoke, reason=" ")).then_refused(ReasonMissing)


def test_who_was_never_named_here_can_be_barred_for_their_provider_may_name_them() -> None:
    given().when(revoke).then(revoked)
    assert given(revoked).state.is_barred_from(GELSENKIRCHEN)


def test_another_town_s_bar_takes_no_role_away() -> None:
    state = given(granted, replace(revoked, municipality=GLADBECK)).state
    assert state.grant == Grant(StaffRole.CLERK, GELSENKIRCHEN, "library", "buer")
    assert not state.is_barred_from(GELSENKIRCHEN)


def test_one_town_s_grant_does_not_lift_another_town_s_bar() -> None:
    barred_there = replace(revoked, municipality=GLADBECK)
    assert given(barred_there, granted).state.is_barred_from(GLADBECK)


def test_a_bar_that_holds_everywhere_is_lifted_by_an_operator_of_all_towns_only() -> None:
    assert given(granted, revoked_everywhere).state == Member(None, frozenset({EVERYWHERE}))
    given(revoked_everywhere).when(grant).then_refused(AccountIsBarred)
    given(revoked_everywhere).when(replace(grant, for_all=True)).then(granted)
    assert not given(revoked_everywhere, granted).state.is_barred_from(GELSENKIRCHEN)


def test_a_role_for_every_town_lifts_what_any_of_them_revoked() -> None:
    """Nothing else could: what stands for every town is nothing that one of them can grant."""
    of_all = replace(
        grant, role=StaffRole.ANALYST, municipality=None, office=None, branch=None, for_all=True
    )
    now_granted = replace(
        granted, role=StaffRole.ANALYST, municipality=None, office=None, branch=None
    )
    barred_there = replace(revoked, municipality=GLADBECK)
    given(now_granted, barred_there).when(of_all).then(now_granted)
    assert given(now_granted, barred_there).state.barred == {GLADBECK}
    assert given(now_granted, barred_there, now_granted).state.barred == frozenset()
    given(now_granted, barred_there, now_granted).when(of_all).then_nothing_happens()


TOWNS = st.sampled_from([GELSENKIRCHEN, GLADBECK, None])
COMMANDS = st.one_of(
    st.builds(
        lambda role, town, everywhere: replace(
            grant, role=role, municipality=town, for_all=everywhere
        ),
        st.sampled_from(StaffRole),
        TOWNS,
        st.booleans(),
    ),
    st.builds(lambda town: replace(revoke, municipality=town), TOWNS),
)


@for_all(st.lists(COMMANDS, max_size=12))
def test_whatever_was_asked_a_role_never_stands_where_it_was_revoked(
    commands: list[GrantRole | RevokeRole],
) -> None:
    member = STAFF.initial
    for command in commands:
        try:
            happened = STAFF.decide(member, command)
        except Refused:
            continue
        for event in happened:
            member = STAFF.evolve(member, event)
        if isinstance(command, RevokeRole):
            assert member.is_barred_from(command.municipality)
        else:
            assert member.grant is not None
            assert not member.is_barred_from(command.municipality)
        if member.grant is not None:
            assert not member.is_barred_from(member.grant.municipality)
