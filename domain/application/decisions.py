"""The rules of an application: one small function a command."""

from typing import assert_never

from domain.application import (
    applicants,
    correction,
    deadlines,
    erasure,
    forwarding,
    fulfilment,
    handed_over,
    intake,
    money,
    notices,
    proofs,
    retention,
    review,
    settlement,
)
from domain.application import commands as c
from domain.application.events import ApplicationEvent
from domain.application.evolving import REMEMBERED, evolve
from domain.application.state import Application, Status
from domain.decider import Decider
from domain.errors import NotSubmitted


def decide(  # noqa: C901, PLR0911, PLR0912, PLR0915 -- a flat table: a command, its rule
    application: Application, command: c.ApplicationCommand
) -> list[ApplicationEvent]:
    if application.status is Status.NOT_SUBMITTED and not isinstance(command, c.SubmitApplication):
        raise NotSubmitted
    match command:
        case c.SubmitApplication():
            return intake.submit(application, command)
        case c.UploadProof():
            return proofs.upload(application, command)
        case c.RecordProofCheck():
            return proofs.record_check(application, command)
        case c.AcceptProof():
            return proofs.accept(application, command)
        case c.RefuseProof():
            return proofs.refuse(application, command)
        case c.RecordPayment():
            return money.record_payment(application, command)
        case c.TakeFeeAtCounter():
            return money.take_fee_at_counter(application, command)
        case c.RecordRefund():
            return settlement.record_refund(application, command)
        case c.RecordChargeback():
            return settlement.record_chargeback(application, command)
        case c.AssignMoney():
            return settlement.assign(application, command)
        case c.CorrectMoney():
            return settlement.correct(application, command)
        case c.ClaimApplication():
            return review.claim(application, command)
        case c.ReleaseApplication():
            return review.release(application, command)
        case c.RequestCorrection():
            return correction.request(application, command)
        case c.AnswerCorrection():
            return correction.answer(application, command)
        case c.CancelCorrection():
            return correction.cancel(application, command)
        case c.ApproveApplication():
            return review.approve(application, command)
        case c.RejectApplication():
            return review.reject(application, command)
        case c.WithdrawApplication():
            return review.withdraw(application, command)
        case c.ForwardApplication():
            return forwarding.forward(application, command)
        case c.PassToOffice():
            return forwarding.pass_to_office(application, command)
        case c.ExpireApplication():
            return review.expire(application, command)
        case c.ExtendDeadline():
            return deadlines.extend(application, command)
        case c.LetDeadlinesPass():
            return deadlines.let_pass(application, command)
        case c.ReopenApplication():
            return review.reopen(application, command)
        case c.MarkReadyForPickup():
            return fulfilment.mark_ready_for_pickup(application, command)
        case c.HandOut():
            return fulfilment.hand_out(application, command)
        case c.DispatchResult():
            return fulfilment.dispatch(application, command)
        case c.DestroyProofs():
            return retention.destroy_proofs(application, command)
        case c.RecordHandOver():
            return handed_over.record(application, command)
        case c.RecordNotDelivered():
            return notices.record_not_delivered(application, command)
        case c.SendNoticeAgain():
            return notices.send_again(application, command)
        case c.SettleNotice():
            return notices.settle(application, command)
        case c.CorrectEmail():
            return applicants.correct_email(application, command)
        case c.EraseApplicant():
            return erasure.erase(application, command)
        case _:
            assert_never(command)


APPLICATION = Decider(
    initial=Application(),
    decide=decide,
    evolve=evolve,
    events=ApplicationEvent,
    remembers=REMEMBERED,
)
