"""How a page comes to be: a template, in German or English, that no script can get into."""

from functools import cache
from typing import Any

from fastapi import Request
from jinja2 import Environment, PackageLoader, StrictUndefined

from adapters.portal.views import FeeView
from api.pages.wording import WORDS

HTML = "text/html; charset=utf-8"
NO_MORE_THAN_THIS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def rendered(request: Request, template: str, language: str, **values: Any) -> str:
    other = "en" if language == "de" else "de"
    return _pages().get_template(f"{template}.html.j2").render(
        words=WORDS[language],
        language=language,
        other=other,
        other_link=f"?{request.url.include_query_params(lang=other).query}",
        **values,
    )  # fmt: skip


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
    pages.filters["cents"] = cents
    return pages


def euro(fee: FeeView, language: str) -> str:
    """Write a range of fees the way the language does."""
    ends = [_spelled(amount, language) for amount in sorted({fee.least_cents, fee.most_cents})]
    return f"{' bis '.join(ends)} €" if language == "de" else "€" + " to €".join(ends)


def cents(amount: int, language: str) -> str:
    return (
        f"{_spelled(amount, language)} €" if language == "de" else f"€{_spelled(amount, language)}"
    )


def _spelled(amount: int, language: str) -> str:
    spelled = f"{amount // 100}.{amount % 100:02d}"
    return spelled.replace(".", ",") if language == "de" else spelled
