"""Everything on the machine is killed at once, again and again: nothing acknowledged is lost."""

from collections import Counter
from collections.abc import Iterator

import httpx
import pytest

from api.envelope import command_id
from domain.application.decisions import APPLICATION
from domain.application.events import (
    ApplicationEvent,
    ApplicationPaid,
    ApplicationSubmitted,
)
from domain.application.state import ENDED, Status
from domain.payment.events import PaymentEvent
from projections.catalogue import PROJECTIONS
from tests.aftermath import Aftermath, aftermath_of
from tests.asking import CLERK, Office
from tests.killable import Killable, tell
from tests.processes import PROC
from tests.projections.folds import assert_is_the_fold
from tests.projections.log import Log

pytestmark = pytest.mark.skipif(not PROC.exists(), reason="it finds processes in /proc")
SEED, POWER_CUTS, PEOPLE = 20_210_616, 4, 6
NOT_PAID = {Status.WITHDRAWN}


@pytest.fixture(scope="module")
def after(tmp_path_factory) -> Iterator[Aftermath]:
    installation = Killable(tmp_path_factory.mktemp("killed"))
    with aftermath_of(installation, SEED, POWER_CUTS, PEOPLE) as aftermath:
        yield aftermath


def test_every_acknowledged_command_is_in_the_log_exactly_once(after, request) -> None:
    effects: dict[object, list[tuple[str, int]]] = {}
    for e in after.log:
        effects.setdefault(e.metadata.command_id, []).append((str(e.stream_id), e.version))
    for one in after.applicants.acknowledged:
        if "version" in one.answer:
            *_, last = effects[command_id(after.keys, one.subject, one.key)]
            assert last == (one.answer["application_id"], one.answer["version"])
    tell(request, str(after))


def test_no_event_is_there_twice(after) -> None:
    """Of one command; what a file of the catalogue says is recorded by a single one."""
    of_applications = (e for e in after.log if isinstance(e.event, ApplicationEvent | PaymentEvent))
    twice = Counter((e.metadata.command_id, type(e.event)) for e in of_applications)
    assert set(twice.values()) == {1}


def test_a_command_asked_again_gets_the_same_answer(after) -> None:
    again = [one for one in after.applicants.acknowledged if one.again]
    assert any(one.tries > 1 for one in again)
    assert [one for one in again if one.answer != one.again] == []


def test_every_application_comes_to_the_end_that_was_meant(after) -> None:
    meant = after.applicants.ended_as
    ended = {case: APPLICATION.fold(after.events(case)).status for case in meant}
    assert ended == meant
    assert len(meant) == sum(isinstance(e.event, ApplicationSubmitted) for e in after.log)


def test_every_fee_is_taken_exactly_once(after) -> None:
    for case, status in after.applicants.ended_as.items():
        payments = [e for e in after.events(case) if isinstance(e, ApplicationPaid)]
        assert len(payments) == (status not in NOT_PAID)


@pytest.mark.parametrize("projection", PROJECTIONS, ids=lambda projection: projection.name)
async def test_the_read_models_have_caught_up_by_themselves(after, projection) -> None:
    happened = [(e.stream_id, e.event) for e in after.log]
    await assert_is_the_fold(Log(after.url), projection, happened)


def test_the_counts_that_a_clerk_sees_are_those_of_the_log(after) -> None:
    installation = after.applicants.installation
    office = Office(installation.api, installation.sandbox, installation.home)
    address = f"{office.api}/api/v1/worklist/counts"
    counts = httpx.get(address, headers=office.headers(CLERK), timeout=60).json()
    cases = [APPLICATION.fold(after.events(case)) for case in after.applicants.ended_as]
    assert counts["waiting"] == sum(case.received and case.status not in ENDED for case in cases)
    assert counts["position"] == len(after.log)


def test_every_notice_is_one_mail_and_none_is_missing(after) -> None:
    assert sorted(after.mails_sent) == sorted(after.mails_called_for)


def test_nobody_is_called_to_pick_up_what_is_online_only(after) -> None:
    meant = after.applicants.ended_as
    online = [case for case, status in meant.items() if status is Status.ISSUED_ONLINE]
    texts = [mail.get_content() for mail in after.mails if "Abholung" in mail["Subject"]]
    assert online
    assert not any(case in text for case in online for text in texts)


def test_the_log_and_what_was_made_of_it_are_sound(after) -> None:
    verified = after.applicants.installation.command("verify")
    assert (verified.returncode, verified.stderr) == (0, "")
