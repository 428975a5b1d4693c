"""What an operator may ask of a municipality, by the name that the address ends with."""

from collections.abc import Mapping

from api.onboarding_bodies.closing_days import ClosingDaysBody
from api.onboarding_bodies.command_body import CommandBody
from api.onboarding_bodies.connections import (
    EndedIdentityProviderBody,
    EPaymentBody,
    IdentityProviderBody,
    PaymentAccountBody,
)
from api.onboarding_bodies.offices import (
    BranchBody,
    ClerkMailBody,
    ClosedBranchBody,
    ClosedOfficeBody,
    MailboxBody,
    OfficeBody,
    PilotQuietBody,
)
from api.onboarding_bodies.town import (
    AnnualAccountsBody,
    AttributesBody,
    ClosureBody,
    MergerBody,
    PhaseBody,
    StepBody,
)

# POST .../municipalities/{ags}/<name>: what it does, and its body.
COMMANDS: Mapping[str, tuple[str, type[CommandBody]]] = {
    "attributes": ("Change name, region, size and where its mail comes from.", AttributesBody),
    "phase": ("End the pilot phase: what is filed from now on counts.", PhaseBody),
    "steps": ("Complete a step of the onboarding.", StepBody),
    "offices": ("Open an office.", OfficeBody),
    "closed-offices": ("Close an office that offers nothing.", ClosedOfficeBody),
    "branches": ("Open a branch, or change its name and address.", BranchBody),
    "closed-branches": ("Close a branch.", ClosedBranchBody),
    "mailbox": ("Set the clerk mailbox, of one office or of all.", MailboxBody),
    "clerk-mail": (
        "Choose when an office is told by mail of what came: at once, in a digest, or never.",
        ClerkMailBody,
    ),
    "pilot-quiet": ("Say who is told nothing of applications filed as a pilot.", PilotQuietBody),
    "payment-account": ("Connect the payment platform.", PaymentAccountBody),
    "e-payment": ("Say since when fees are paid online.", EPaymentBody),
    "identity-providers": ("Trust an identity provider.", IdentityProviderBody),
    "ended-identity-providers": ("Trust an identity provider no more.", EndedIdentityProviderBody),
    "closing-days": ("Set the closing days.", ClosingDaysBody),
    "annual-accounts": (
        "Say when the council adopted the accounts of a year: retention counts from then.",
        AnnualAccountsBody,
    ),
    "closure": ("Close the municipality; what was filed goes on.", ClosureBody),
    "merger": ("Merge the municipality into another one.", MergerBody),
}
