"""Says in a few words what an event changed in the catalogue."""

from collections.abc import Mapping
from typing import Any

from domain.municipality import events as m
from domain.service import events as s

SAID: Mapping[type, str] = {
    s.ServiceVersionDrafted: "version {e.definition.version} drafted",
    s.ServiceVersionPublished: "version {e.version} published",
    s.ServiceVersionRetired: "version {e.version} retired",
    m.MunicipalityRegistered: "registered as {e.attributes.kind}, {e.phase}",
    m.MunicipalityChanged: "attributes changed",
    m.MunicipalityWentLive: "pilot phase ended",
    m.OnboardingStepCompleted: "step {e.step} completed",
    m.OfficeOpened: "office {e.office} opened",
    m.OfficeClosed: "office {e.office} closed",
    m.BranchOpened: "branch {e.branch.key} opened",
    m.BranchClosed: "branch {e.key} closed",
    m.ClerkMailboxSet: "clerk mailbox set to {e.address}",
    m.PaymentPlatformConnected: "payment account of {e.account.originator} connected",
    m.EPaymentStarted: "e-payment since {e.since}",
    m.IdentityProviderTrusted: "identity provider {e.provider.issuer} trusted",
    m.IdentityProviderEnded: "identity provider {e.issuer} ends {e.until}",
    m.ClosingDaysSet: "closing days set",
    m.ServiceAdopted: "{e.service} {e.version} adopted",
    m.AdoptionChanged: "{e.service} {e.version} on other terms",
    m.ServiceWentLive: "{e.service} live",
    m.ServiceSuspended: "{e.service} suspended: {e.reason}",
    m.MunicipalityClosed: "closed on {e.closed_on}",
    m.MunicipalityMerged: "merged into {e.into} on {e.merged_on}",
    m.MunicipalityFileApplied: "file applied",
}


def told(event: Any) -> str:
    if isinstance(event, m.ClerkMailboxSet) and event.address is None:
        return "clerk mailbox removed"
    if isinstance(event, m.ClerkMailChosen):
        return f"mails to {event.office or 'all offices'}: {event.mode}"
    if isinstance(event, m.PilotKeptQuiet):
        return f"told nothing in a pilot: {', '.join(event.quiet) or 'nobody'}"
    if isinstance(event, m.ServiceSuspended) and event.by_file:
        return f"{event.service} suspended: its file names it no more"
    if isinstance(event, m.IdentityProviderEnded) and event.by_file:
        return f"identity provider {event.issuer} named no more; who names none takes all"
    return SAID[type(event)].format(e=event)
