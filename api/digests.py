"""For whoever reads the mailbox of an office: ends the digest, by the address that is in it.

Nobody signs in: the address is signed for that office alone. Looking changes nothing, so that
programs which open every address in a mail end nothing; mail programs ask by POST (RFC 8058).
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Path, Response
from fastapi.responses import HTMLResponse

from adapters.catalogue.streams import municipality_stream
from adapters.event_store.office import Order
from adapters.event_store.recorded import ActorStamp, Metadata
from adapters.ids import new_id
from adapters.mail.unsubscribing import LONGEST, Subscription, TokenNotBelieved, believed
from api.desk import Desk, DeskOf
from api.envelope import trace_id
from api.languages import Language
from api.pages.digest import ASKED, ENDED, NOT_BELIEVED, Told, digest_page
from domain.errors import Refused
from domain.municipality.clerk_mail import ClerkMailMode
from domain.municipality.commands import UnsubscribeDigest
from domain.municipality.decisions import MUNICIPALITY
from domain.working_days import legal_day

router = APIRouter(prefix="/digest", tags=["offices"], default_response_class=HTMLResponse)
Token = Annotated[str, Path(max_length=LONGEST)]


@dataclass(frozen=True, slots=True)
class Found:
    """`town`: its name. `ended`: there is none any more. Nothing where it is not believed."""

    subscription: Subscription | None = None
    town: str = ""
    ended: bool = False

    @property
    def told(self) -> Told:
        if self.subscription is None:
            return NOT_BELIEVED
        return ENDED if self.ended else ASKED


def _found(token: str, desk: Desk) -> Found:
    try:
        found = believed(desk.parts.keys, token, legal_day(desk.now))
    except TokenNotBelieved:
        return Found()
    town = desk.parts.catalogue.by_ags.get(found.municipality)
    if town is None:
        return Found()
    chosen = town.clerk_mail_of(found.office)
    # One from before an operator chose anew must not end what was brought back since.
    if not found.is_of(chosen.chosen_at):
        return Found()
    return Found(found, town.name, ended=chosen.mode is not ClerkMailMode.DIGEST)


@router.head("/{token}", include_in_schema=False)
@router.get("/{token}")
async def ask(token: Token, desk: DeskOf, language: Language) -> Response:
    """Ask whether the digest of an office shall end, or say that it has; nothing changes."""
    wanted = _found(token, desk)
    return digest_page(desk.request, language, wanted.told, wanted.subscription, wanted.town)


@router.post("/{token}")
async def end(token: Token, desk: DeskOf, language: Language) -> Response:
    """End the digest of an office; what is overdue is told all the same. Twice is once."""
    wanted, told = _found(token, desk), NOT_BELIEVED
    if wanted.subscription and (wanted.ended or await _ended(desk, wanted.subscription)):
        told = ENDED
    return digest_page(desk.request, language, told, wanted.subscription, wanted.town)


async def _ended(desk: Desk, subscription: Subscription) -> bool:
    """False where there is no such office any more."""
    ags, office = subscription.municipality, subscription.office
    actor = ActorStamp(f"mailbox of {office}", "mailbox", ags)
    command = UnsubscribeDigest(office=office, now=desk.now)
    metadata = Metadata(new_id(), actor, trace_id(desk.request))
    try:
        order = Order(municipality_stream(ags), command, metadata)
        await desk.parts.office.carry_out(MUNICIPALITY, order)
    except Refused:
        return False
    await desk.parts.live_catalogue.catch_up()
    return True
