"""Which event tells the applicant what: one template each, its name carries its version."""

from collections.abc import Mapping

from domain.application import events as e

NOTICES: Mapping[type, str] = {
    e.ApplicationReceived: "received-1",
    e.ProofRefused: "proof-refused-1",
    e.CorrectionRequested: "correction-requested-1",
    e.ApplicationReadyForPickup: "ready-for-pickup-1",
    e.OnlineOnlyIssued: "online-only-issued-1",
    e.ApplicationRejected: "rejected-1",
    e.ApplicationForwarded: "forwarded-1",
    e.ApplicationWithdrawn: "withdrawn-1",
}
