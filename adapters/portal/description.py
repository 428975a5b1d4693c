"""A service as one town offers it, for people: what it is, for whom, what it needs."""

from collections.abc import Iterable, Mapping

from pydantic import BaseModel

from adapters.catalogue.offer import as_offered
from adapters.portal import description_words as words
from adapters.portal.conditions import in_words
from adapters.portal.showing import Eye
from adapters.portal.views import ServiceView
from domain.municipality.adoption import Adoption
from domain.municipality.municipality import Branch, Municipality
from domain.rules import Fulfilment, Kind
from domain.service.definition import Level, Price, ServiceDefinition, TariffLine, said
from domain.working_days import DeadlinePolicy

CARRIED_OUT_HERE = (Level.TOWN, Level.KREIS)


class PriceSaid(BaseModel):
    """`cents`: of one piece where `per_piece`; what `further` ones cost stands in the next line."""

    title: str
    cents: int
    per_piece: bool


class ProofSaid(BaseModel):
    """`when`: as a sentence of the form's own words; empty where it is always asked for."""

    title: str
    when: str


class BranchSaid(BaseModel):
    name: str
    address: str


class Description(BaseModel):
    """`announced`: what a notice will demand later. `portal`: where people apply in the
    town's own portal, or its start page, if it has one.

    Where there is no form, because another body offers it or nobody does online, the definition
    says nothing of fees and ways either: `payment` and `trust` are empty, as are the lists.
    """

    service: ServiceView
    notice: str
    variants: list[str]
    who: list[str]
    fees: list[PriceSaid]
    announced: list[PriceSaid]
    payment: str
    proofs: list[ProofSaid]
    trust: str
    duration: list[str]
    fulfilments: list[str]
    branches: list[BranchSaid]
    office: str
    portal: str | None


def describe(eye: Eye, town: Municipality, adoption: Adoption) -> Description:
    definition = as_offered(adoption, eye.catalogue.definition(adoption.service, adoption.version))
    language, defined = eye.language, bool(definition.form)
    service = eye.service(town, adoption)
    return Description(
        service=service,
        notice=said(adoption.texts["notice"], language) if "notice" in adoption.texts else "",
        variants=_variants(definition, language),
        who=_who(definition, service.offered_by.name, language) if defined else [],
        fees=list(_prices(definition.tariff, adoption.fees, language)),
        announced=list(_prices(definition.announced, adoption.fees, language)),
        payment=said(words.PAYMENT_TIMINGS[definition.payment_timing], language) if defined else "",
        proofs=[
            ProofSaid(
                title=said(proof.title, language),
                when=in_words(proof.when, definition.form, language),
            )
            for proof in definition.proofs
        ],
        trust=said(words.TRUST_LEVELS[definition.trust_level], language) if defined else "",
        duration=_duration(definition, language) if defined else [],
        fulfilments=_fulfilments(definition, language) if defined else [],
        branches=[
            BranchSaid(name=branch.name, address=branch.address)
            for branch in _branches(definition, town, adoption)
        ],
        office=adoption.office,
        portal=adoption.link or town.portal_url,
    )


def _variants(definition: ServiceDefinition, language: str) -> list[str]:
    """Nothing where there is only one, which says no more than the title."""
    options = definition.form.get("properties", {}).get("variant", {}).get("x-options", {})
    return [said(title, language) for title in options.values()] if len(options) > 1 else []


def _who(definition: ServiceDefinition, body: str, language: str) -> list[str]:
    age = definition.minimum_age
    first = (
        said(words.MINIMUM_AGE, language).format(age=age) if age else said(words.ANY_AGE, language)
    )
    responsible = definition.responsible
    decides = responsible.level in CARRIED_OUT_HERE and responsible.field is not None
    where = words.WHERE_IT_IS_DECIDED[responsible.by] if decides else words.ANYWHERE
    return [first, said(where, language).format(body=body)]


def _prices(
    tariff: Iterable[TariffLine], fees: Mapping[str, int], language: str
) -> Iterable[PriceSaid]:
    for line in tariff:
        first = Price(name=line.name, title=line.title, cents=line.cents)
        for price in (first, *line.further):
            yield PriceSaid(
                title=said(price.title, language),
                cents=fees.get(price.name, price.cents),
                per_piece=_is_of_one(line),
            )


def _is_of_one(line: TariffLine) -> bool:
    """Not where the title says of how many it is: the first copy, one dog, each of two dogs."""
    return line.quantity is not None and not line.further and line.quantity not in line.when


def _fulfilments(definition: ServiceDefinition, language: str) -> list[str]:
    return [said(words.FULFILMENTS[one], language) for one in definition.fulfilments]


def _duration(definition: ServiceDefinition, language: str) -> list[str]:
    told = words.AT_ONCE if definition.kind is Kind.NOTIFICATION else _days(definition.deadline)
    days = definition.deadline.working_days
    yearly = [said(words.YEARLY, language)] if definition.yearly else []
    return [said(told, language).format(days=days), *yearly]


def _days(deadline: DeadlinePolicy) -> Mapping[str, str]:
    if deadline.every_day_counts:
        return words.CALENDAR_DAYS
    return words.WITH_SATURDAYS if deadline.saturday_counts else words.WORKING_DAYS


def _branches(
    definition: ServiceDefinition, town: Municipality, adoption: Adoption
) -> Iterable[Branch]:
    if Fulfilment.PICKUP not in definition.fulfilments:
        return ()
    handed_out = adoption.branches or town.branch_keys
    return (branch for branch in town.branches if branch.key in handed_out)
