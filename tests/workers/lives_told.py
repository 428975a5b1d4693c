"""Applications whose applicants are told something: one life for each way to an end."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from domain.application import events as e
from domain.rules import Expiry, Fulfilment, RulesInForce
from tests.domain.application import happened as h
from tests.domain.application.asked import submit
from tests.domain.application.facts import ADULT, EVA, METER_READING, PARKING

EVAS_MAIL = "eva.muster@example.org"
Life = tuple[Any, ...]


def submitted(language: str = "de", email: str | None = EVAS_MAIL) -> e.ApplicationSubmitted:
    applicant = replace(EVA, email=email, language=language)
    return replace(h.submitted(submit), applicant=applicant, branch="buer")


def online_only(language: str = "de") -> e.ApplicationSubmitted:
    return replace(submitted(language), fulfilment=Fulfilment.ONLINE_ONLY, branch=None)


def under(rules: RulesInForce, language: str = "de") -> e.ApplicationSubmitted:
    """To be sent by mail, under other rules of the one service that the catalogue of tests has."""
    service = ADULT.service
    return replace(
        submitted(language), rules=replace(rules, service=service), fulfilment=Fulfilment.MAIL
    )


def pays_last(language: str) -> Life:
    rules = replace(PARKING, expiry=Expiry(unpaid_days=30))
    return (under(rules, language), h.received, h.claimed, h.approved)


def told(language: str) -> Mapping[type, Life]:
    """Each event that is told, at the end of the life that leads to it."""
    first, ready = submitted(language), replace(h.ready, branch="buer")
    received = (first, h.paid(), h.received)
    approved = (*received, h.claimed, h.approved)
    return {
        e.ApplicationReceived: received,
        e.ProofRefused: (first, h.uploaded, h.proof_refused),
        e.CorrectionRequested: (*received, h.claimed, h.correction_requested),
        e.ApplicationApproved: pays_last(language),
        e.ApplicationReadyForPickup: (*approved, ready),
        e.ApplicationDispatched: (*pays_last(language), h.paid(PARKING), h.dispatched),
        e.ApplicationAcknowledged: (under(METER_READING, language), h.received, h.acknowledged),
        e.OnlineOnlyIssued: (online_only(language), *approved[1:], h.issued_online),
        e.ApplicationRejected: (*received, h.claimed, h.rejected),
        e.ApplicationForwarded: (*received, h.claimed, h.forwarded),
        e.ApplicationWithdrawn: (*received, h.withdrawn),
        e.ApplicantReminded: (*approved, ready, h.reminded),
        e.ApplicationExpired: (*received, h.claimed, h.correction_requested, h.answer_did_not_come),
    }
