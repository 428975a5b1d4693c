"""Which event tells whom what: one template each, its name carries its version."""

from collections.abc import Callable, Mapping

from domain.application import events as e
from domain.application.state import Application, Status
from domain.rules import Kind

NOTICES: Mapping[type, str] = {
    e.ApplicationReceived: "received-1",
    e.ProofRefused: "proof-refused-3",
    e.CorrectionRequested: "correction-requested-1",
    e.ApplicationApproved: "fee-due-3",
    e.ApplicationReadyForPickup: "ready-for-pickup-2",
    e.OnlineOnlyIssued: "online-only-issued-2",
    e.ApplicationDispatched: "dispatched-1",
    e.ApplicationAcknowledged: "acknowledged-1",
    e.ApplicationRejected: "rejected-1",
    e.ApplicationForwarded: "forwarded-2",
    e.ApplicationWithdrawn: "withdrawn-1",
    e.ApplicantReminded: "reminder-3",
    e.ApplicationExpired: "expired-2",
}
# To the mailbox of the office, in German, and without a name.
OFFICE_NOTICES: Mapping[type, str] = {
    e.ApplicationReceived: "office/received-1",
    e.ApplicationPassedToOffice: "office/passed-1",
    e.CorrectionAnswered: "office/answered-1",
    e.ProofFoundClean: "office/proof-1",
    e.UnmatchedMoneyReceived: "office/money-1",
    e.MoneyChargedBack: "office/money-1",
    e.DecisionEscalated: "office/escalated-1",
}
# In place of those, where an office wants one mail a working day.
DIGEST = "office/digest-1"
# Whatever the office has chosen: these cannot wait for a digest.
AT_ONCE = {"office/escalated-1"}
# Not written any more, but a mail that was queued under it may still have to go out. Of most there
# was no plain German then.
OLDER = {
    "fee-due-1",
    "fee-due-2",
    "reminder-1",
    "reminder-2",
    "expired-1",
    "ready-for-pickup-1",
    "online-only-issued-1",
    "proof-refused-1",
    "proof-refused-2",
    "forwarded-1",
}
# For whoever looks at the letters.
WHEN: Mapping[str, str] = {
    "received": "it is complete, and a clerk has to decide",
    "proof-refused": "a file is infected, or cannot be scanned",
    "correction-requested": "the clerk asks something",
    "fee-due": "it is approved, and the fee is due now",
    "ready-for-pickup": "the result can be collected",
    "online-only-issued": "the result was issued online",
    "dispatched": "the result is in the post",
    "acknowledged": "it is complete, and nobody has to decide",
    "rejected": "it is rejected",
    "forwarded": "another municipality is responsible",
    "withdrawn": "the applicant withdrew it",
    "reminder": "fee, answer or pick-up is still awaited",
    "expired": "what was awaited did not come in time",
    "office/received": "it is complete, and a clerk has to decide",
    "office/passed": "another office has passed it on",
    "office/answered": "a correction was answered",
    "office/proof": "a proof came after it was complete",
    "office/money": "money fits no open fee, or was charged back",
    "office/escalated": "it is not decided although it is due; always at once",
    "office/digest": "once a working day, of what came and still waits",
}


def _is_decided(application: Application) -> bool:
    """A notification is acknowledged in the same moment; that says it all."""
    return application.rules.kind is not Kind.NOTIFICATION


def _has_to_pay(application: Application) -> bool:
    return application.fee_due


def _is_in_hand(application: Application) -> bool:
    """Before it is complete a proof is nothing to look at yet."""
    return application.status is Status.RECEIVED


# By template, where it is not sent to everybody: who needs to know, as things stood then.
ONLY_WHERE: Mapping[str, Callable[[Application], bool]] = {
    "received-1": _is_decided,
    "fee-due-1": _has_to_pay,
    "fee-due-2": _has_to_pay,
    "fee-due-3": _has_to_pay,
    "office/received-1": _is_decided,
    "office/proof-1": _is_in_hand,
}


def called_for(event_type: type) -> list[str]:
    """Which letters, to whomever, an event of this kind may call for."""
    return [told[event_type] for told in (NOTICES, OFFICE_NOTICES) if event_type in told]


def is_told(template: str, application: Application) -> bool:
    needs = ONLY_WHERE.get(template)
    return needs is None or needs(application)


def to_office(template: str) -> bool:
    return template.startswith("office/")


def base(template: str) -> str:
    """Return the name without its version."""
    return template.rpartition("-")[0]
