"""What an event makes of a service that a town has adopted."""

from dataclasses import replace
from datetime import date

from domain.municipality import events as e
from domain.municipality.adoption import Adoption, AdoptionState


def on_new_terms(before: Adoption | None, terms: e.ServiceAdopted | e.AdoptionChanged) -> Adoption:
    return Adoption(
        service=terms.service,
        version=terms.version,
        office=terms.office,
        fees=terms.fees,
        pilot=terms.pilot,
        texts=terms.texts,
        deadline=terms.deadline,
        waived_proofs=terms.waived_proofs,
        branches=terms.branches,
        link=terms.link,
        own_proofs=terms.own_proofs,
        live_since=before.live_since if before else None,
        state=before.state if before else AdoptionState.ADOPTED,
        suspended_because=before.suspended_because if before else "",
        suspended_by_file=before.suspended_by_file if before else False,
    )


def live(adoption: Adoption, since: date | None) -> Adoption:
    return replace(
        adoption,
        state=AdoptionState.LIVE,
        live_since=since,
        suspended_because="",
        suspended_by_file=False,
    )


def suspended(adoption: Adoption, event: e.ServiceSuspended) -> Adoption:
    return replace(
        adoption,
        state=AdoptionState.SUSPENDED,
        suspended_because=event.reason,
        suspended_by_file=event.by_file,
    )
