"""Where in a municipality's file does it stand that what is recorded does not allow it?"""

from collections.abc import Mapping

from adapters.catalogue.toml_lines import Where
from domain import errors as d

PLACES: Mapping[type[d.Refused], Where] = {
    d.BranchInUse: ("branches",),
    d.BranchMissing: ("branches",),
    d.MailboxMissing: ("mailbox",),
    d.PaymentPlatformMissing: ("payment",),
    d.PopulationNotCountedYet: ("population_as_of",),
    d.StepsMissing: ("onboarding",),
    d.VersionNotPublished: ("services",),
}


def place_of(refused: d.Refused) -> Where:
    return PLACES.get(type(refused), ("ags",))
