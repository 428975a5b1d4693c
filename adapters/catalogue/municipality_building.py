"""From the state of a municipality, as its events tell, to what the catalogue shows of it."""

from dataclasses import fields

from adapters.catalogue.closing_days import closing_days
from domain.municipality.municipality import Attributes, Municipality
from domain.municipality.state import Town


def municipality(town: Town) -> Municipality:
    """Raise AttributeError for one that is not registered."""
    assert town.attributes is not None  # noqa: S101 -- the first event of each stream registers it
    return Municipality(
        ags=town.ags,
        **{one.name: getattr(town.attributes, one.name) for one in fields(Attributes)},
        phase=town.phase,
        went_live_at=town.went_live_at,
        e_payment_since=town.e_payment_since,
        mailbox=town.mailbox,
        mailboxes={office: address for office, address in town.offices.items() if address},
        clerk_mail=town.clerk_mail,
        pilot_quiet=town.pilot_quiet,
        branches=tuple(town.branches.values()),
        services=town.services,
        payment=town.payment,
        identity_providers=tuple(town.providers.values()),
        closing_days=closing_days(town.closing_rules),
        accounts_adopted=town.accounts_adopted,
        closed_on=town.closed_on,
        successor=town.successor,
        opened_offices=tuple(town.offices),
    )
