"""The seven steps by which a municipality comes to take part."""

from collections.abc import Mapping
from enum import StrEnum


class Step(StrEnum):
    KEY_PEOPLE = "key-people"
    CONTRACT = "contract"
    PORTAL_INTEGRATION = "portal-integration"
    CLERK_MAILBOX = "clerk-mailbox"
    PAYMENT_PLATFORM = "payment-platform"
    CONFIGURATION = "configuration"
    ANNOUNCEMENT = "announcement"


TITLES: Mapping[Step, Mapping[str, str]] = {
    Step.KEY_PEOPLE: {"de": "Ansprechpersonen benennen", "en": "Name the key people"},
    Step.CONTRACT: {"de": "Vertrag schließen", "en": "Sign the contract"},
    Step.PORTAL_INTEGRATION: {"de": "Ins Portal einbinden", "en": "Integrate into the portal"},
    Step.CLERK_MAILBOX: {
        "de": "Sachbearbeitungspostfach einrichten",
        "en": "Set up the clerk mailbox",
    },
    Step.PAYMENT_PLATFORM: {
        "de": "Bezahlplattform anbinden",
        "en": "Connect the payment platform",
    },
    Step.CONFIGURATION: {
        "de": "Gebühren, Texte, Zweigstellen anpassen",
        "en": "Adapt fees, texts, branches",
    },
    Step.ANNOUNCEMENT: {"de": "Öffentlich ankündigen", "en": "Announce it to the public"},
}
