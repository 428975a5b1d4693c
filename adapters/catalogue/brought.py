"""What a municipality's file names, so that it can be ended when the file names it no more."""

from adapters.catalogue.municipality_document import MunicipalityDocument
from adapters.catalogue.telling import clerk_mails_of, pilot_quiet_of
from domain.municipality.municipality import Brought, PaymentAccount
from domain.municipality.state import Town


def brought_by(file: MunicipalityDocument) -> Brought:
    return Brought(
        services=tuple(file.services),
        branches=tuple(branch.key for branch in file.branches),
        providers=tuple(provider.issuer for provider in file.identity_providers),
        payment=PaymentAccount(**file.payment.model_dump()) if file.payment else None,
        mailboxes=(*([""] if file.mailbox else []), *file.mailboxes),
        clerk_mails=tuple(clerk_mails_of(file)),
        pilot_quiet=tuple(pilot_quiet_of(file)),
    )


def mailboxes_of(town: Town) -> list[str]:
    """Those that there are, as `Brought` names them."""
    own = [office for office, address in town.offices.items() if address]
    return ["", *own] if town.mailbox else own
