"""Walks a person through the seven steps by which a municipality comes to take part.

Each answer is recorded at once: whoever stops goes on there the next time.
"""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial

import typer
import uvloop

from domain.municipality import commands as c
from domain.municipality.adoption import AdoptionState
from domain.municipality.kreise import KREISE, KREISFREI, kind_of
from domain.municipality.municipality import Attributes, PaymentAccount, Phase
from domain.municipality.onboarding import TITLES, Step
from domain.municipality.state import Town
from domain.working_days import legal_day
from workers.cataloguing import opened
from workers.onboarding_services import adopt_and_price
from workers.prompts import (
    address_of,
    asked,
    asked_key,
    asked_mode,
    or_later,
    platform_name,
    region_of,
    sure,
)
from workers.walk import Walk

NO_PROVIDER = (
    "Sign-in: everybody whom AMTSWEG_ISSUERS lets in as a citizen, as no provider is named."
)
PILOT_UNTIL = "what is filed is a pilot until it ends. Once all steps are done,"


def walk_through(url: str, ags: str | None, again: Step | None = None) -> None:
    """`again`: a step that is done, but was answered wrongly."""
    uvloop.run(_walk_through(url, asked_key(ags), again))


async def _walk_through(url: str, ags: str, again: Step | None) -> None:
    async with opened(url) as office:
        walk = Walk(office, ags)
        if (await walk.town()).attributes is None:
            await _register(walk)
        town = await walk.town()
        ended = town.ended_on(legal_day(walk.now))
        if town.attributes is None or ended:
            typer.echo("It was closed." if ended else "It was not registered.")
            return
        shown = _table(town)
        typer.echo(shown)
        for step in (one for one in Step if one in town.missing_steps or one is again):
            typer.echo(f"\n{_titled(step)}")
            await STEPS[step](walk)
        await _go_live(walk)
        await _end_pilot(walk)
        town = await walk.town()
        if _table(town) != shown:
            typer.echo(_table(town))
        _say_what_is_missing(town)


async def _register(walk: Walk) -> None:
    typer.echo(f"{walk.ags} does not take part yet.")
    kind, kreis = kind_of(walk.ags)
    name = asked("Name", default=KREISE.get(walk.ags) or KREISFREI.get(walk.ags[:5]))
    around = f", in the Kreis {KREISE[kreis]}" if kreis else ""
    if not sure(f"{name} ({walk.ags}) is {kind}{around}. Is that right?"):
        return
    attributes = Attributes(
        name=name,
        kind=kind,
        kreis=kreis,
        region=asked("Region, e.g. emscher-lippe", region_of),
        sender=asked("Address its mails come from", address_of),
    )
    now = walk.now
    await walk.does(c.Register(ags=walk.ags, attributes=attributes, now=now))


async def _said_to_be_done(walk: Walk, *, step: Step) -> None:
    if step in (await walk.town()).steps:
        return
    if sure("Is it done?"):
        terms = await walk.all_terms()
        await walk.does(c.CompleteStep(step=step, terms=terms, now=walk.now))


async def _mailbox(walk: Walk) -> None:
    address = or_later("Address of the clerk mailbox", address_of)
    if address:
        await walk.does(c.SetMailbox(address=address, now=walk.now))
        mode = asked_mode("When is it told of what comes")
        await walk.does(c.ChooseClerkMail(mode=mode, now=walk.now))


async def _payment(walk: Walk) -> None:
    originator = or_later("Originator at the payment platform", platform_name)
    if originator:
        endpoint = asked("Endpoint at the payment platform", platform_name)
        account = PaymentAccount(originator=originator, endpoint=endpoint)
        await walk.does(c.ConnectPaymentPlatform(account=account, now=walk.now))


async def _configuration(walk: Walk) -> None:
    await adopt_and_price(walk)
    await _said_to_be_done(walk, step=Step.CONFIGURATION)


async def _go_live(walk: Walk) -> None:
    for key, adoption in (await walk.town()).services.items():
        if adoption.state is AdoptionState.LIVE:
            continue
        if sure(f"\nShall {key} {adoption.version} go live today?"):
            terms, today = await walk.terms(key, adoption.version), legal_day(walk.now)
            take = c.TakeLive(service=key, terms=terms, since=today, now=walk.now)
            if await walk.does(take):
                typer.echo(f"  {key} is live.")


async def _end_pilot(walk: Walk) -> None:
    """Asked for once all steps are done; the platform may be missing where no fee can be due."""
    town = await walk.town()
    if town.phase is Phase.LIVE or set(town.missing_steps) - {Step.PAYMENT_PLATFORM}:
        return
    if sure("\nShall the pilot phase end, so that what is filed from now on counts?"):
        terms = await walk.all_terms()
        if await walk.does(c.EndPilot(terms=terms, now=walk.now)):
            typer.echo("  The pilot phase has ended.")


def _table(town: Town) -> str:
    assert town.attributes is not None  # noqa: S101 -- for the type checker
    steps = (
        f"  [{'x' if step in town.steps else ' '}] {_titled(step)}{_answered(town, step)}"
        for step in Step
    )
    return "\n".join([f"\n{town.attributes.name} ({town.ags}), {town.phase}", *steps])


def _answered(town: Town, step: Step) -> str:
    """What was answered, so that whoever looks finds what is wrong; `--again` asks once more."""
    if step is Step.CLERK_MAILBOX and town.mailbox:
        return f": {town.mailbox}"
    if step is Step.PAYMENT_PLATFORM and town.payment:
        return f": {town.payment.originator} / {town.payment.endpoint}"
    return ""


def _say_what_is_missing(town: Town) -> None:
    live = [k for k, adoption in town.services.items() if adoption.state is AdoptionState.LIVE]
    typer.echo(f"Live: {', '.join(live) or 'nothing yet'}")
    if town.missing_steps:
        missing = ", ".join(town.missing_steps)
        typer.echo(f"Missing: {missing}. Run `onboard {town.ags}` again to go on.")
    if not town.providers:
        typer.echo(NO_PROVIDER)
    if town.phase is Phase.PILOT:
        typer.echo(f"The pilot phase goes on: {PILOT_UNTIL} `onboard {town.ags}` asks for its end.")


def _titled(step: Step) -> str:
    return f"{[*Step].index(step) + 1}. {TITLES[step]['de']} ({TITLES[step]['en']})"


STEPS: Mapping[Step, Callable[[Walk], Awaitable[None]]] = {
    Step.KEY_PEOPLE: partial(_said_to_be_done, step=Step.KEY_PEOPLE),
    Step.CONTRACT: partial(_said_to_be_done, step=Step.CONTRACT),
    Step.PORTAL_INTEGRATION: partial(_said_to_be_done, step=Step.PORTAL_INTEGRATION),
    Step.CLERK_MAILBOX: _mailbox,
    Step.PAYMENT_PLATFORM: _payment,
    Step.CONFIGURATION: _configuration,
    Step.ANNOUNCEMENT: partial(_said_to_be_done, step=Step.ANNOUNCEMENT),
}
