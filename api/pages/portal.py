"""The portal for people: plain pages that need no script, in German and English."""

from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from adapters.portal.finding import find
from adapters.portal.prepared import Prepared
from adapters.portal.views import FeeView
from api.bodies import LINE
from api.cached import KEEP, cached
from api.pages.wording import WORDS
from api.portal import Portal

router = APIRouter(tags=["portal"], default_response_class=HTMLResponse)
HTML = "text/html; charset=utf-8"
NO_MORE_THAN_THIS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
Words = Annotated[str, Query(max_length=100, pattern=LINE)]


@router.get("/")
@router.get("/portal")
async def umbrella(portal: Portal, request: Request, q: Words = "") -> Response:
    """Show all portals and services, and what a search finds."""
    towns = list(portal.towns.values())
    found = find(portal, q, towns) if q.strip() else None
    return _page(request, portal, "umbrella", q=q, found=found)


@router.get("/portal/style.css", response_class=Response)
async def style() -> Response:
    """Hand out the one style sheet of the pages."""
    return Response(_style(), media_type="text/css", headers={"Cache-Control": KEEP})


@router.get("/portal/services/{service}")
async def service(service: str, portal: Portal, request: Request) -> Response:
    """Show where a service is offered."""
    if service not in portal.services:
        return _nothing(request, portal)
    return _page(request, portal, "service", service=portal.services[service])


@router.get("/portal/{ags}")
async def town(ags: str, portal: Portal, request: Request) -> Response:
    """Show the services of one town."""
    if ags not in portal.towns:
        return _nothing(request, portal)
    return _page(request, portal, "town", town=portal.towns[ags].view)


def _page(request: Request, portal: Prepared, template: str, **values: Any) -> Response:
    # What a page shows follows from the address, from the catalogue and from this version.
    state = f"{template}|{portal.digest}"
    answer = cached(
        request,
        sha256(state.encode()).hexdigest()[:32],
        portal.language,
        lambda: _rendered(request, portal, template, **values).encode(),
        HTML,
    )
    answer.headers.update(NO_MORE_THAN_THIS)
    return answer


def _nothing(request: Request, portal: Prepared) -> Response:
    content = _rendered(request, portal, "nothing")
    return HTMLResponse(content, 404, {"Cache-Control": "no-store", **NO_MORE_THAN_THIS})


def _rendered(request: Request, portal: Prepared, template: str, **values: Any) -> str:
    other = "en" if portal.language == "de" else "de"
    return _pages().get_template(f"{template}.html.j2").render(
        words=WORDS[portal.language],
        language=portal.language,
        other=other,
        other_link=f"?{request.url.include_query_params(lang=other).query}",
        portal=portal,
        **values,
    )  # fmt: skip


@cache
def _style() -> str:
    return (files("api.pages") / "templates" / "style.css").read_text(encoding="utf-8")


@cache
def _pages() -> Environment:
    pages = Environment(
        loader=PackageLoader("api.pages", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.filters["euro"] = euro
    return pages


def euro(fee: FeeView, language: str) -> str:
    """Write a range of fees the way the language does."""
    ends = sorted({fee.least_cents, fee.most_cents})
    spelled = [f"{cents // 100}.{cents % 100:02d}" for cents in ends]
    if language == "de":
        return " bis ".join(amount.replace(".", ",") for amount in spelled) + " €"
    return "€" + " to €".join(spelled)
