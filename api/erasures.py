"""For operators: erasing a person who asked for it (Art. 17 DSGVO)."""

from datetime import date
from typing import Annotated
from uuid import UUID

import structlog
from fastapi import APIRouter
from pydantic import BaseModel, StringConstraints

from adapters.identity.tokens import TokenVerifier
from adapters.personal_data.damage import Damage
from adapters.personal_data.erasure_terms import Asked, Fate
from adapters.personal_data.known_towns import require_known_town
from api.access import town_asked
from api.bodies import LINE, Ags, Body
from api.desk import DeskOf, Operator
from api.envelope import metadata
from api.refusals import FieldProblem, FormHasProblems, NotFound
from domain.application.events import ErasureGround

router = APIRouter(prefix="/api/v1/erasures", tags=["operators"])
log = structlog.get_logger()


class ErasureBody(Body):
    """`subject`: an account of a portal, with all its applications; or the id of one application,
    which is erased alone, whoever made it.

    With the `issuer` of an identity provider: what that provider calls the person.
    """

    subject: Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=LINE)]
    municipality: Ags | None = None
    issuer: Annotated[str, StringConstraints(max_length=500, pattern=LINE)] | None = None


class OutcomeView(BaseModel):
    """`kept`: the law demands the payer's name of a fee until then; `open`: it is not finished;
    `owed`: money has to go back to them first; `paying`: a payment is open, for a day at most.

    `damage`: what could not be read, and is erased all the same. `key`: nothing was missed by it;
    `payer`: the law wants the payer's name kept, and it is not.
    """

    id: UUID
    fate: Fate
    until: date | None
    damage: Damage | None


class Erasure(BaseModel):
    """One line an application. `complete`: nothing personal is left of them, here and in exports.
    Backups of the database from before can be read until the key they are under is retired.

    `known`: something was, when it was asked for; else the subject may be misspelt.
    """

    known: bool
    complete: bool
    outcomes: list[OutcomeView]


@router.post("")
async def erase(body: ErasureBody, operator: Operator, desk: DeskOf) -> Erasure:
    """Erase a person in one municipality, or in all: the histories then tell what, not who.

    A municipality that takes no part, and in which nothing personal is known, is refused.
    """
    town = town_asked(operator, body.municipality)
    if body.municipality not in (None, town):
        raise NotFound
    if town is not None:
        await require_known_town(desk.parts.catalogue, desk.parts.log, town)
    asked = Asked(
        subject=_account(desk.parts.verifier, body),
        municipality=town,
        ground=ErasureGround.REQUEST,
        metadata=metadata(desk.parts.keys, desk.request, operator, key_needed=False),
        now=desk.now,
    )
    outcomes = await desk.parts.eraser.erase(asked)
    erased = sum(one.fate is Fate.ERASED for one in outcomes)
    log.info("erasure_asked", operator=operator.subject, found=len(outcomes), erased=erased)
    return Erasure(
        known=bool(outcomes),
        complete=all(one.fate is Fate.ERASED for one in outcomes),
        outcomes=[
            OutcomeView(id=one.stream_id, fate=one.fate, until=one.until, damage=one.damage)
            for one in outcomes
        ],
    )


def _account(verifier: TokenVerifier, body: ErasureBody) -> str:
    if body.issuer is None:
        return body.subject
    if body.issuer not in verifier.issuers:
        known = ", ".join(verifier.issuers)
        raise FormHasProblems([FieldProblem("/issuer", f"name one of: {known}")])
    return verifier.account_of(body.issuer, body.subject)
