"""The sixth step of the onboarding: which services are adopted, and what they cost here."""

import re
from collections.abc import Mapping

import typer

from domain.municipality import commands as c
from domain.municipality.municipality import Branch
from domain.municipality.offering import TERMS
from workers.cataloguing import published
from workers.prompts import asked, some_of
from workers.walk import Walk

AMOUNT = re.compile(r"([\w-]+)\.([\w-]+)=(\d{1,6})(?:[.,](\d\d))?")
MOST_CENTS = 100_000_00
ELSEWHERE = "Texts, deadlines and branches of each are set in its file, or by API."

Fees = Mapping[str, Mapping[str, int]]  # by service and line of the tariff, in cents


async def adopt_and_price(walk: Walk) -> None:
    offered = await published(walk.office)
    adopted = (await walk.town()).services
    if left := [key for key in offered if key not in adopted]:
        for key in some_of("Which services does it adopt?", left):
            await _adopt(walk, key, offered[key])
    else:
        typer.echo("Every service that there is, is adopted.")
    await _price(walk)
    typer.echo(ELSEWHERE)


async def _adopt(walk: Walk, service: str, version: int) -> None:
    terms = await walk.terms(service, version)
    if terms.has_pickup and not (await walk.town()).branches:
        await _open_branch(walk)
    office = asked(f"Office for {service}", default="Bürgerservice")
    adopt = c.AdoptService(
        service=service, version=version, terms=terms, office=office, now=walk.now
    )
    await walk.does(c.OpenOffice(office=office, now=walk.now), adopt)


async def _open_branch(walk: Walk) -> None:
    typer.echo("The result can be picked up: where?")
    name, address = asked("Name of the branch", default="Rathaus"), asked("Address")
    branch = Branch(key="rathaus", name=name, address=address)
    await walk.does(c.OpenBranch(branch=branch, now=walk.now))


async def _price(walk: Walk) -> None:
    fees = await _fees(walk)
    if not fees:
        return
    for service, lines in fees.items():
        shown = ", ".join(f"{name} {_euro(cents)}" for name, cents in lines.items())
        typer.echo(f"Fees of {service}: {shown}")
    (service, lines), *_ = fees.items()
    example = f"{service}.{next(iter(lines))}=12,50"
    named: Fees = typer.prompt(
        f"Other amounts in euro, e.g. {example} (with blanks between; nothing: as they are)",
        default="",
        show_default=False,
        value_proc=lambda text: _amounts(text, fees),
    )
    for service, changed in named.items():
        await _change(walk, service, {**fees[service], **changed})


async def _fees(walk: Walk) -> Fees:
    """As they are now, for each adopted service that has any."""
    services, terms = (await walk.town()).services, await walk.all_terms()
    lines = {key: {**terms[key].tariff, **terms[key].announced} for key in services}
    return {
        key: {name: services[key].fees.get(name, cents) for name, cents in named.items()}
        for key, named in lines.items()
        if named
    }


async def _change(walk: Walk, service: str, fees: Mapping[str, int]) -> None:
    adoption = (await walk.town()).services[service]
    kept = {name: getattr(adoption, name) for name in TERMS}
    terms = await walk.terms(service, adoption.version)
    adopt = c.AdoptService(service=service, terms=terms, now=walk.now, **{**kept, "fees": fees})
    await walk.does(adopt)


def _amounts(text: str, fees: Fees) -> Fees:
    named: dict[str, dict[str, int]] = {}
    for one in text.split():
        amount = AMOUNT.fullmatch(one)
        if amount is None or amount[2] not in fees.get(amount[1], {}):
            raise typer.BadParameter(f"{one}: write SERVICE.LINE=AMOUNT with names of those above")
        cents = int(amount[3]) * 100 + int(amount[4] or 0)
        if cents > MOST_CENTS:
            raise typer.BadParameter(f"{one}: at most {_euro(MOST_CENTS)}")
        named.setdefault(amount[1], {})[amount[2]] = cents
    return named


def _euro(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02} €"
