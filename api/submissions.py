"""Submitting an application: the form is checked, the rules in force are pinned."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, status

from adapters.bootstrap import Parts
from adapters.card_numbers import reserved_number
from adapters.catalogue.calendar import working_calendar
from adapters.catalogue.catalogue import Catalogue
from adapters.catalogue.errors import CatalogueRefused
from adapters.catalogue.offer import Offer
from adapters.event_store.errors import CommandIdReused
from adapters.event_store.office import Done, Order
from adapters.event_store.recorded import Metadata
from adapters.identity.actor import Actor, Role
from adapters.ids import new_id
from adapters.read_models.same_source import source_digest
from api.addressed import offer_for, require_right_body, require_usable
from api.bodies import SubmissionBody
from api.desk import Applicant, Desk, DeskOf
from api.envelope import handed_over, metadata
from api.languages import preferred_by, speak
from api.refusals import (
    BadRequest,
    ChannelNotAllowed,
    FieldProblem,
    FormHasProblems,
    NotFound,
    SourceReused,
)
from api.sign_in_strength import admit
from api.sound_submission import chosen_variant, sound_facts
from api.told_at_once import ToldAtOnce
from api.views import CommandAnswer
from domain.application import events as e
from domain.application.commands import SubmitApplication
from domain.application.decisions import APPLICATION
from domain.application.state import Application
from domain.errors import Refused
from domain.rules import RulesInForce
from domain.working_days import legal_day

OLDEST_INTAKE = timedelta(days=365)  # further back the calendar of working days does not reach

router = APIRouter(prefix="/api/v1/applications", tags=["applicants"], route_class=ToldAtOnce)


@router.post("", status_code=status.HTTP_201_CREATED)
async def submit(body: SubmissionBody, applicant: Applicant, desk: DeskOf) -> CommandAnswer:
    """Submit an application; the same key is one application for ever.

    Needs `Idempotency-Key`, or a `source`: a portal's own number is the better key.
    """
    if body.channel is e.Channel.ONLINE and "language" not in body.applicant.model_fields_set:
        body.applicant.language = preferred_by(desk.request)
    speak(desk.request, body.applicant.language)
    printed = desk.fingerprint(await desk.request.body())
    try:
        done = await _submit(desk, body, applicant, _stamped(desk, body, applicant), printed)
    except CommandIdReused:
        if body.source:
            raise SourceReused from None
        raise
    answer = desk.answer(done)
    desk.response.headers["Location"] = f"/api/v1/applications/{answer.application_id}"
    return answer


def _stamped(desk: Desk, body: SubmissionBody, applicant: Actor) -> Metadata:
    keys, source = desk.parts.keys, body.source
    if source is None:
        return metadata(keys, desk.request, applicant, key_needed=True)
    named = (body.municipality, source.portal, source.submission_id)
    return handed_over(keys, desk.request, applicant, named)


async def _submit(
    desk: Desk, body: SubmissionBody, applicant: Actor, stamped: Metadata, printed: bytes
) -> Done[Application]:
    """A retry gets its first answer, whatever form, tariff and clock say by now."""
    office = desk.parts.office
    try:
        command = submission(desk.parts, body, applicant, desk.now)
    except (NotFound, ChannelNotAllowed):  # they may not submit this at all
        raise
    except (BadRequest, CatalogueRefused, Refused):
        before = await office.first_answer(APPLICATION, stamped.command_id, printed)
        if before is None:
            raise
        return before
    order = Order(
        stream_id=new_id(), begins=True, command=command, metadata=stamped, fingerprint=printed
    )
    return await office.carry_out(APPLICATION, order)


def submission(
    parts: Parts, body: SubmissionBody, actor: Actor, now: datetime
) -> SubmitApplication:
    """Raise FormHasProblems, ChannelNotAllowed, or what the catalogue and the rules refuse."""
    intake = _intake(body, actor, now)
    offer = offer_for(parts.catalogue, body, legal_day(now))
    town, definition = offer.town, offer.definition
    sign_in = admit(parts.verifier, actor, town, definition.trust_level, legal_day(now))
    return SubmitApplication(
        municipality=town.ags,
        variant=chosen_variant(definition, body.variant) or "",  # sound, once the rules are made
        applicant=e.Applicant(**body.applicant.model_dump()),
        answers=body.answers,
        fulfilment=body.fulfilment.mode,
        branch=body.fulfilment.branch,
        rules=_rules(parts.catalogue, offer, body, intake.submitted_at),
        existing_number=body.answers.get("card_number"),
        reserved_number=reserved_number(town, definition),
        account=intake.account,
        mailbox=intake.mailbox,
        trust_level=sign_in.level,
        trust_claim=sign_in.claim,
        channel=body.channel,
        pilot=offer.pilot,
        office=offer.adoption.office,
        **_source(parts, body),
        submitted_at=intake.submitted_at,
        now=now,
        calendar=working_calendar(town, now.date()),
    )


@dataclass(frozen=True, slots=True)
class Intake:
    account: str | None
    submitted_at: datetime
    mailbox: e.AccountMailbox | None = None


def _intake(body: SubmissionBody, actor: Actor, now: datetime) -> Intake:
    """A citizen submits online and now; a clerk records what came another way, for own town."""
    if actor.role is Role.CITIZEN:
        if body.channel is not e.Channel.ONLINE or body.received_at is not None:
            raise ChannelNotAllowed
        return Intake(actor.subject, now, _mailbox(actor))
    if body.municipality != actor.municipality:
        raise NotFound
    if body.channel is e.Channel.ONLINE:
        raise FormHasProblems([FieldProblem("/channel", "name how it came: counter, phone, post")])
    received = body.received_at or now
    if received.tzinfo is None or not now - OLDEST_INTAKE <= received <= now:
        advice = "give a moment of the last 365 days, with its time zone"
        raise FormHasProblems([FieldProblem("/received_at", advice)])
    return Intake(None, received)


def _mailbox(actor: Actor) -> e.AccountMailbox | None:
    if actor.mailbox is None:
        return None
    return e.AccountMailbox(provider=actor.issuer, handle=actor.mailbox)


def _rules(
    catalogue: Catalogue, offer: Offer, body: SubmissionBody, submitted_at: datetime
) -> RulesInForce:
    """Pin what holds for this application, once its answers are sound."""
    facts = sound_facts(offer, body, submitted_at)
    require_right_body(catalogue, offer.definition, body, legal_day(submitted_at))
    require_usable(offer, body, legal_day(submitted_at))
    return offer.rules_for(facts)


def _source(parts: Parts, body: SubmissionBody) -> dict[str, Any]:
    if body.source is None:
        return {"source_portal": f"portal-{body.municipality}"}
    portal, number = body.source.portal, body.source.submission_id
    return {
        "source_portal": portal,
        "source_submission_id": number,
        "source_digest": source_digest(parts.keys, body.municipality, portal, number),
    }
