"""Which command is refused in which status, and with which sentence: one table."""

from dataclasses import replace
from typing import get_args

import pytest

from domain import errors
from domain.application import commands as c
from domain.application.decisions import APPLICATION
from domain.application.state import ENDED, Status
from domain.errors import Refused
from tests.domain.application import asked
from tests.domain.application import happened as h
from tests.domain.application import histories as past
from tests.domain.application.facts import OTHER_PAYMENT
from tests.given import Given

given = Given(APPLICATION)
COLUMNS = (Status.SUBMITTED, Status.RECEIVED, Status.APPROVED, Status.READY_FOR_PICKUP, "ended")
# "-": the command is accepted.
TABLE = """
submit      AlreadySubmitted AlreadySubmitted AlreadySubmitted AlreadySubmitted AlreadySubmitted
upload      ProofNotAskedFor ProofsAreClosed  ProofsAreClosed  ProofsAreClosed  AlreadyEnded
find_clean  ProofUnknown     ProofUnknown     ProofUnknown     ProofUnknown     ProofUnknown
accept      NotReceivedYet   ProofUnknown     AlreadyDecided   AlreadyDecided   AlreadyEnded
refuse      NotReceivedYet   ProofUnknown     AlreadyDecided   AlreadyDecided   AlreadyEnded
pay         -                -                -                -                -
take_fee    -                NoFeeDue         NoFeeDue         NoFeeDue         NoFeeDue
refund      MoneyUnknown     MoneyUnknown     MoneyUnknown     MoneyUnknown     MoneyUnknown
charge_back MoneyUnknown     MoneyUnknown     MoneyUnknown     MoneyUnknown     MoneyUnknown
assign      MoneyUnknown     MoneyUnknown     MoneyUnknown     MoneyUnknown     MoneyUnknown
correct_it  MoneyUnknown     MoneyUnknown     MoneyUnknown     MoneyUnknown     MoneyUnknown
claim       NotReceivedYet   -                -                -                AlreadyEnded
release     -                -                -                -                -
correct     NotReceivedYet   -                AlreadyDecided   AlreadyDecided   AlreadyEnded
answer      NoOpenCorrection NoOpenCorrection NoOpenCorrection NoOpenCorrection NoOpenCorrection
cancel      NoOpenCorrection NoOpenCorrection NoOpenCorrection NoOpenCorrection NoOpenCorrection
approve     NotReceivedYet   -                AlreadyDecided   AlreadyDecided   AlreadyEnded
reject      NotReceivedYet   -                AlreadyDecided   AlreadyDecided   AlreadyEnded
withdraw    -                -                TooLateToWithdraw TooLateToWithdraw AlreadyEnded
forward     NotReceivedYet   -                AlreadyDecided   AlreadyDecided   AlreadyEnded
pass_on     NotReceivedYet   -                AlreadyDecided   AlreadyDecided   AlreadyEnded
expire      -                NotWaitingForApplicant NotWaitingForApplicant -    AlreadyEnded
extend      NotReceivedYet   -                AlreadyDecided   AlreadyDecided   AlreadyEnded
let_pass    NothingIsDue     NothingIsDue     NothingIsDue     NothingIsDue     NothingIsDue
reopen      NotEnded         NotEnded         NotEnded         NotEnded         -
mark_ready  NotApproved      NotApproved      -                NotApproved      AlreadyEnded
hand_out    NotReadyForPickup NotReadyForPickup NotReadyForPickup -             AlreadyEnded
dispatch    NotApproved      NotApproved      FulfilmentNotChosen NotApproved   AlreadyEnded
destroy     NotEndedYet      NotEndedYet      NotEndedYet      NotEndedYet      NothingIsDue
hand_over   -                -                -                -                -
lose        -                -                -                -                -
tell_again  -                -                -                -                -
settle      NothingToSettle  NothingToSettle  NothingToSettle  NothingToSettle  NothingToSettle
new_address -                -                -                -                -
erase       NotEndedYet      NotEndedYet      NotEndedYet      NotEndedYet      -
"""
COMMANDS: dict[str, c.ApplicationCommand] = {
    "submit": asked.submit,
    "upload": asked.upload,
    "find_clean": asked.find_clean,
    "accept": asked.accept_proof,
    "refuse": asked.refuse_proof,
    "pay": asked.pay(),
    "take_fee": asked.take_fee,
    "refund": replace(asked.refunded, payment_id=OTHER_PAYMENT),
    "charge_back": replace(asked.charged_back, payment_id=OTHER_PAYMENT),
    "assign": replace(asked.assign, payment_id=OTHER_PAYMENT),
    "correct_it": replace(asked.correct_money, payment_id=OTHER_PAYMENT),
    "claim": asked.claim,
    "release": asked.release,
    "correct": asked.request_correction,
    "answer": asked.answer(),
    "cancel": asked.cancel_correction(),
    "approve": asked.approve,
    "reject": asked.reject,
    "withdraw": asked.withdraw,
    "forward": asked.forward,
    "pass_on": asked.pass_on,
    "expire": asked.expire,
    "extend": asked.extend,
    "let_pass": asked.let_pass,
    "reopen": asked.reopen(),
    "mark_ready": asked.mark_ready,
    "hand_out": asked.hand_out,
    "dispatch": asked.dispatch,
    "destroy": asked.destroy_proofs,
    "hand_over": asked.hand_over,
    "lose": asked.note_not_delivered,
    "tell_again": asked.send_again,
    "settle": asked.settle_notice,
    "new_address": asked.correct_email,
    "erase": asked.erase,
}


def cells() -> dict[tuple[str, Status], str]:
    rows = (line.split() for line in TABLE.strip().splitlines())
    return {
        (command, status): refusal
        for command, *refusals in rows
        for column, refusal in zip(COLUMNS, refusals, strict=True)
        for status in (ENDED if column == "ended" else [column])
        if isinstance(status, Status)
    }


def refusal_named(name: str) -> type[Refused]:
    refusal: type[Refused] = getattr(errors, name)
    return refusal


def test_the_table_knows_every_command_in_every_status() -> None:
    commands = {type(command) for command in COMMANDS.values()}
    assert commands == set(get_args(c.ApplicationCommand))
    assert set(cells()) == {(n, s) for n in COMMANDS for s in set(Status) - {Status.NOT_SUBMITTED}}


@pytest.mark.parametrize(("command", "status"), sorted(cells()))
def test_each_status_accepts_or_refuses_as_the_table_says(command: str, status: Status) -> None:
    refusal = cells()[command, status]
    history = past.BY_STATUS[status]
    if command == "erase" and given(*history).state.refund_open:
        history = (*history, h.refund_done())
    asking = given(*history).when(COMMANDS[command])
    if refusal == "-":
        asking.happens()
    else:
        asking.then_refused(refusal_named(refusal))


@pytest.mark.parametrize("command", sorted(set(COMMANDS) - {"submit"}))
def test_nothing_happens_to_an_application_that_was_never_submitted(command: str) -> None:
    given().when(COMMANDS[command]).then_refused(errors.NotSubmitted)
