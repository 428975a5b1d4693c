"""The commands of the tests, each named once."""

from dataclasses import replace
from datetime import datetime

from domain.application import commands as c
from domain.application.events import (
    Channel,
    ErasureGround,
    MoneyCorrection,
    NotDelivered,
    Settled,
)
from domain.rules import Fulfilment, RulesInForce, TrustLevel
from tests.domain.application.facts import (
    ADULT,
    CALENDAR,
    CENTRAL,
    CERTIFICATE,
    CLERK,
    CORRECTION,
    COUNTER_PAYMENT,
    EVA,
    EXPIRING,
    EXPIRING_PARKING,
    GELSENKIRCHEN,
    GLADBECK,
    HAND_OVER,
    LIBRARY,
    METER_READING,
    MINOR,
    NOTICE,
    NOW,
    OTHER_APPLICATION,
    PARKING,
    PAYMENT,
    PROOF,
    REDUCED,
    TAXES,
)

submit = c.SubmitApplication(
    municipality=GELSENKIRCHEN,
    variant="new",
    applicant=EVA,
    answers={"newsletter": False},
    fulfilment=Fulfilment.PICKUP,
    branch=CENTRAL,
    rules=ADULT,
    reserved_number="GE-0001",
    account="pseudonym-1",
    trust_level=TrustLevel.BASIC,
    channel=Channel.ONLINE,
    source_portal="own",
    source_submission_id="s-1",
    office=LIBRARY,
    submitted_at=NOW,
    now=NOW,
    calendar=CALENDAR,
)
submit_online_only = replace(submit, fulfilment=Fulfilment.ONLINE_ONLY, branch=None)
submit_renewal = replace(submit, variant="renewal", existing_number="GE-4711")
submit_reduced = replace(submit, rules=REDUCED)
submit_minor = replace(submit, rules=MINOR)
submit_parking = replace(submit_online_only, rules=PARKING)
submit_parking_by_mail = replace(submit_parking, fulfilment=Fulfilment.MAIL)
submit_certificate = replace(submit_parking_by_mail, rules=CERTIFICATE)
submit_meter_reading = replace(
    submit_parking, rules=METER_READING, fulfilment=Fulfilment.ACKNOWLEDGEMENT
)

submit_expiring = replace(submit, rules=EXPIRING)
submit_expiring_parking = replace(submit_parking, rules=EXPIRING_PARKING)

SUBMISSIONS = [
    submit_expiring,
    submit_expiring_parking,
    submit,
    submit_online_only,
    submit_reduced,
    submit_minor,
    submit_parking,
    submit_parking_by_mail,
    submit_certificate,
    submit_meter_reading,
    replace(
        submit_meter_reading,
        rules=replace(
            REDUCED,
            kind=METER_READING.kind,
            fulfilments=(Fulfilment.ACKNOWLEDGEMENT,),
        ),
    ),
]

upload = c.UploadProof(
    proof_id=PROOF,
    kind="reduction",
    sha256="a" * 64,
    digest="a" * 32,
    media_type="application/pdf",
    size=1000,
    file_name="student.pdf",
    file="proofs/a",
    now=NOW,
)
find_clean = c.RecordProofCheck(
    proof_id=PROOF, finding=c.Finding.CLEAN, checked_by="scanner", now=NOW, calendar=CALENDAR
)
find_refused = replace(find_clean, finding=c.Finding.REFUSED, reason="virus found")
accept_proof = c.AcceptProof(proof_id=PROOF, clerk=CLERK, now=NOW)
refuse_proof = c.RefuseProof(
    proof_id=PROOF,
    reason="It is of last year.",
    correction_id=CORRECTION,
    clerk=CLERK,
    now=NOW,
    calendar=CALENDAR,
)


take_fee = c.TakeFeeAtCounter(
    payment_id=COUNTER_PAYMENT, method="cash", receipt="B-17", now=NOW, calendar=CALENDAR
)


def pay(rules: RulesInForce = ADULT) -> c.RecordPayment:
    return c.RecordPayment(
        payment_id=PAYMENT,
        cents=rules.fee.cents,
        method="PAYPAL",
        reference="K-1",
        paid_at=NOW,
        now=NOW,
        calendar=CALENDAR,
    )


refunded = c.RecordRefund(payment_id=PAYMENT, reference="KA-1", clerk=CLERK, now=NOW)
charged_back = c.RecordChargeback(payment_id=PAYMENT, reference="RL-1", clerk=CLERK, now=NOW)
assign = c.AssignMoney(
    payment_id=PAYMENT, to=OTHER_APPLICATION, clerk=CLERK, now=NOW, calendar=CALENDAR
)
assign_here = replace(assign, to=None)
correct_money = c.CorrectMoney(
    payment_id=PAYMENT,
    ground=MoneyCorrection.BOOKED_BY_MISTAKE,
    clerk=CLERK,
    now=NOW,
    calendar=CALENDAR,
)

claim = c.ClaimApplication(clerk=CLERK, now=NOW)
release = c.ReleaseApplication(clerk=CLERK, now=NOW)
approve = c.ApproveApplication(clerk=CLERK, now=NOW)
reject = c.RejectApplication(reason="not a resident", clerk=CLERK, now=NOW)
withdraw = c.WithdrawApplication(reason="moved away", now=NOW)
forward = c.ForwardApplication(
    to_municipality=GLADBECK, to_office="library", reason="lives there", clerk=CLERK, now=NOW
)
pass_on = c.PassToOffice(
    to_office=TAXES, offices=(LIBRARY, TAXES), reason="about the dog", clerk=CLERK, now=NOW
)
extend = c.ExtendDeadline(
    days=3, reason="The register has not answered.", clerk=CLERK, now=NOW, calendar=CALENDAR
)
let_pass = c.LetDeadlinesPass(now=NOW, calendar=CALENDAR)
expire = c.ExpireApplication(reason="no answer in 30 days", now=NOW)
request_correction = c.RequestCorrection(
    correction_id=CORRECTION, message="Which street?", clerk=CLERK, now=NOW, calendar=CALENDAR
)
mark_ready = c.MarkReadyForPickup(clerk=CLERK, now=NOW)
hand_out = c.HandOut(clerk=CLERK, now=NOW)
dispatch = c.DispatchResult(clerk=CLERK, now=NOW)
hand_over = c.RecordHandOver(
    hand_over_id=HAND_OVER, back_office="library-system", reference="P-1", now=NOW
)

note_not_delivered = c.RecordNotDelivered(
    notification_id=NOTICE,
    template="received-1",
    channel="email",
    cause=NotDelivered.REFUSED,
    detail="SMTP 550",
    now=NOW,
)
send_again = c.SendNoticeAgain(
    notification_id=NOTICE,
    template="received-1",
    channel="email",
    state=c.NoticeState.FAILED,
    clerk=CLERK,
    now=NOW,
)
settle_notice = c.SettleNotice(
    notification_id=NOTICE, how=Settled.TOLD_OTHERWISE, by=CLERK, now=NOW
)
correct_email = c.CorrectEmail(email="eva.neu@example.org", clerk=CLERK, now=NOW)

destroy_proofs = c.DestroyProofs(now=NOW)
erase = c.EraseApplicant(ground=ErasureGround.REQUEST, by="operator-1", now=NOW)


def answer(now: datetime = NOW) -> c.AnswerCorrection:
    return c.AnswerCorrection(
        correction_id=CORRECTION, message="Ahstr. 1", now=now, calendar=CALENDAR
    )


def cancel_correction(now: datetime = NOW) -> c.CancelCorrection:
    return c.CancelCorrection(correction_id=CORRECTION, clerk=CLERK, now=now, calendar=CALENDAR)


def reopen(now: datetime = NOW) -> c.ReopenApplication:
    return c.ReopenApplication(reason="wrong person", clerk=CLERK, now=now, calendar=CALENDAR)
