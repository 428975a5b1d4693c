"""What the portal shows, in one language. Built once for each state of the catalogue."""

from datetime import date

from pydantic import BaseModel


class AvailabilityView(BaseModel):
    """`usable`: it can be applied for now. `told`: the state as a sentence, with its reason."""

    state: str
    usable: bool
    since: date | None
    told: str


class FeeView(BaseModel):
    """Euro cents, the lowest line of the tariff and the highest; of one piece, if `per_piece`."""

    least_cents: int
    most_cents: int
    per_piece: bool
    when: str


class PlaceView(BaseModel):
    ags: str
    name: str


class ServiceView(BaseModel):
    """`link`: where a person goes, in the town's own portal or else `page`; `form`: where a program
    reads the form. None where there is nothing to apply for. `page`: describes it for people, in
    any case. `offered_by`: the town itself, or its Kreis.
    """

    key: str
    version: int
    title: str
    description: str
    category: str
    category_title: str
    kind: str
    offered_by: PlaceView
    availability: AvailabilityView
    fee: FeeView | None
    trust_level: str
    link: str | None
    page: str
    form: str | None


class CategoryView(BaseModel):
    key: str
    title: str
    services: list[ServiceView]


class TownView(BaseModel):
    """`link`: the town's own portal, or its page in this one."""

    ags: str
    name: str
    kind: str
    kreis: PlaceView | None
    region: str
    phase: str
    link: str
    categories: list[CategoryView]


class TownPortal(BaseModel):
    language: str
    portal: TownView


class PortalListing(BaseModel):
    """`found`: of all pages. `hint`: what to do where nothing was found. `next`: the next page."""

    language: str
    found: int
    hint: str | None
    next: str | None
    portals: list[TownView]


class OfferView(BaseModel):
    """A service as one municipality offers it."""

    town: PlaceView
    region: str
    availability: AvailabilityView
    fee: FeeView | None
    link: str | None
    page: str
    form: str | None


class WhereOffered(BaseModel):
    language: str
    key: str
    title: str
    description: str
    category: str
    category_title: str
    kind: str
    offers: list[OfferView]


class ServiceFound(BaseModel):
    """`matched`: the words of the catalogue that were met. `offers`: the first of `offered`."""

    key: str
    title: str
    description: str
    category_title: str
    matched: str
    score: float
    offered: int
    offers: list[OfferView]


class TownFound(PlaceView):
    link: str
    score: float


class Found(BaseModel):
    """Best first. `hint`, `did_you_mean`: where nothing was found."""

    language: str
    hint: str | None
    did_you_mean: list[str]
    services: list[ServiceFound]
    towns: list[TownFound]
