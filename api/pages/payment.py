"""What a browser is shown that comes back from the payment platform; nothing personal is in it."""

from fastapi import Request
from fastapi.responses import HTMLResponse

from api.pages.payment_wording import NOT_KNOWN, STATES, WHATEVER_ELSE
from api.pages.rendering import NO_MORE_THAN_THIS, rendered
from domain.payment.state import Payment

HEADERS = {**NO_MORE_THAN_THIS, "Cache-Control": "no-store", "Vary": "Accept, Accept-Language"}


def is_wanted(request: Request) -> bool:
    """Browsers name it; programs that take anything get the data."""
    return "text/html" in request.headers.get("accept", "")


def payment_page(
    request: Request, language: str, payment: Payment, portal: str | None, *, known: bool
) -> HTMLResponse:
    """`known`: the platform has answered. `portal`: of the town, where it has its own."""
    told = STATES.get(payment.status, WHATEVER_ELSE) if known else NOT_KNOWN
    content = rendered(
        request, "payment", language, told=told[language], cents=payment.cents, portal=portal
    )
    return HTMLResponse(content, headers=HEADERS)


def no_such_payment(request: Request, language: str) -> HTMLResponse:
    return HTMLResponse(rendered(request, "nothing", language), 404, HEADERS)
