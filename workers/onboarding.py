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
from domain.municipality.municipality import Attributes, Branch, PaymentAccount, Phase
from domain.municipality.onboarding import TITLES, Step
from domain.municipality.state import Town
from domain.working_days import legal_day
from workers.cataloguing import opened, published
from workers.prompts import address_of, asked_key, asked_mode, listed, or_later
from workers.walk import Walk

NO_PROVIDER = (
    "Sign-in: everybody whom AMTSWEG_ISSUERS lets in as a citizen, as no provider is named."
)
PILOT_UNTIL = "what is filed is a pilot until it ends. Once all steps are done,"


def walk_through(url: str, ags: str | None) -> None:
    uvloop.run(_walk_through(url, asked_key(ags)))


async def _walk_through(url: str, ags: str) -> None:
    async with opened(url) as office:
        walk = Walk(office, ags)
        if (await walk.town()).attributes is None:
            await _register(walk)
        town = await walk.town()
        ended = town.ended_on(legal_day(walk.now))
        if town.attributes is None or ended:
            typer.echo("It was closed." if ended else "It was not registered.")
            return
        _show(town)
        for step in town.missing_steps:
            typer.echo(f"\n{_titled(step)}")
            await STEPS[step](walk)
        await _go_live(walk)
        await _end_pilot(walk)
        _say_what_is_missing(await walk.town())


async def _register(walk: Walk) -> None:
    typer.echo(f"{walk.ags} does not take part yet.")
    kind, kreis = kind_of(walk.ags)
    name = typer.prompt("Name", default=KREISE.get(walk.ags) or KREISFREI.get(walk.ags[:5]))
    around = f", in the Kreis {KREISE[kreis]}" if kreis else ""
    if not typer.confirm(f"{name} ({walk.ags}) is {kind}{around}. Is that right?"):
        return
    attributes = Attributes(
        name=name,
        kind=kind,
        kreis=kreis,
        region=typer.prompt("Region, e.g. emscher-lippe"),
        sender=typer.prompt("Address its mails come from", value_proc=address_of),
    )
    now = walk.now
    await walk.does(c.Register(ags=walk.ags, attributes=attributes, now=now))


async def _said_to_be_done(walk: Walk, *, step: Step) -> None:
    if typer.confirm("Is it done?"):
        terms = await walk.all_terms()
        await walk.does(c.CompleteStep(step=step, terms=terms, now=walk.now))


async def _mailbox(walk: Walk) -> None:
    address = or_later("Address of the clerk mailbox", address_of)
    if address:
        await walk.does(c.SetMailbox(address=address, now=walk.now))
        mode = asked_mode("When is it told of what comes: immediate, digest, none")
        await walk.does(c.ChooseClerkMail(mode=mode, now=walk.now))


async def _payment(walk: Walk) -> None:
    originator = or_later("Originator at the payment platform")
    if originator:
        endpoint = typer.prompt("Endpoint at the payment platform")
        account = PaymentAccount(originator=originator, endpoint=endpoint)
        await walk.does(c.ConnectPaymentPlatform(account=account, now=walk.now))


async def _configuration(walk: Walk) -> None:
    offered = await published(walk.office)
    adopted = (await walk.town()).services
    typer.echo("Services: " + ", ".join(key for key in offered if key not in adopted))
    named = or_later("Which of them does it adopt? (with commas between)")
    for key in listed(named):
        if key in offered:
            await _adopt(walk, key, offered[key])
        else:
            typer.echo(f"  ! There is no service {key}.")
    await _said_to_be_done(walk, step=Step.CONFIGURATION)


async def _adopt(walk: Walk, service: str, version: int) -> None:
    terms = await walk.terms(service, version)
    if terms.has_pickup and not (await walk.town()).branches:
        await _open_branch(walk)
    office = typer.prompt(f"Office for {service}", default="Bürgerservice")
    adopt = c.AdoptService(
        service=service, version=version, terms=terms, office=office, now=walk.now
    )
    await walk.does(c.OpenOffice(office=office, now=walk.now), adopt)


async def _open_branch(walk: Walk) -> None:
    typer.echo("The result can be picked up: where?")
    name, address = typer.prompt("Name of the branch", default="Rathaus"), typer.prompt("Address")
    branch = Branch(key="rathaus", name=name, address=address)
    await walk.does(c.OpenBranch(branch=branch, now=walk.now))


async def _go_live(walk: Walk) -> None:
    for key, adoption in (await walk.town()).services.items():
        if adoption.state is AdoptionState.LIVE:
            continue
        if typer.confirm(f"\nShall {key} {adoption.version} go live today?"):
            terms, today = await walk.terms(key, adoption.version), legal_day(walk.now)
            take = c.TakeLive(service=key, terms=terms, since=today, now=walk.now)
            if await walk.does(take):
                typer.echo(f"  {key} is live.")


async def _end_pilot(walk: Walk) -> None:
    """Asked for once all steps are done; the platform may be missing where no fee can be due."""
    town = await walk.town()
    if town.phase is Phase.LIVE or set(town.missing_steps) - {Step.PAYMENT_PLATFORM}:
        return
    if typer.confirm("\nShall the pilot phase end, so that what is filed from now on counts?"):
        terms = await walk.all_terms()
        if await walk.does(c.EndPilot(terms=terms, now=walk.now)):
            typer.echo("  The pilot phase has ended.")


def _show(town: Town) -> None:
    assert town.attributes is not None  # noqa: S101 -- for the type checker
    typer.echo(f"\n{town.attributes.name} ({town.ags}), {town.phase}")
    for step in Step:
        typer.echo(f"  [{'x' if step in town.steps else ' '}] {_titled(step)}")


def _say_what_is_missing(town: Town) -> None:
    _show(town)
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
