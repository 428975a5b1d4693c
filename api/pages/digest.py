"""What a reader of an office's mailbox is shown who wants no digest any more."""

from collections.abc import Mapping
from http import HTTPStatus

from fastapi import Request
from fastapi.responses import HTMLResponse

from adapters.mail.unsubscribing import Subscription
from api.pages.rendering import NO_MORE_THAN_THIS, rendered

HEADERS = {**NO_MORE_THAN_THIS, "Cache-Control": "no-store", "Vary": "Accept-Language"}
Told = Mapping[str, tuple[str, str]]
STILL_TOLD = {
    "de": "Was überfällig ist, wird weiterhin sofort gemeldet. Ihre Fachadministration kann die "
    "Übersicht jederzeit wieder einschalten.",
    "en": "What is overdue is still told at once. Your operator can bring the digest back.",
}
ASKED: Told = {
    "de": ("Tägliche Übersicht abbestellen?", STILL_TOLD["de"]),
    "en": ("End the daily digest?", STILL_TOLD["en"]),
}
ENDED: Told = {
    "de": ("Die tägliche Übersicht ist abbestellt", STILL_TOLD["de"]),
    "en": ("The daily digest has ended", STILL_TOLD["en"]),
}
NOT_BELIEVED: Told = {
    "de": (
        "Diese Adresse gilt nicht oder nicht mehr",
        "Bitte nehmen Sie die Adresse aus der neuesten Übersicht.",
    ),
    "en": (
        "This address is not valid, or not any more",
        "Please take the address in the newest digest.",
    ),
}
BUTTON = {"de": "Abbestellen", "en": "End it"}


def digest_page(
    request: Request, language: str, told: Told, subscription: Subscription | None, town: str
) -> HTMLResponse:
    heading, text = told[language]
    content = rendered(
        request,
        "digest",
        language,
        heading=heading,
        text=text,
        place=f"{subscription.office}, {town}" if subscription else "",
        button=BUTTON[language] if told is ASKED else "",
    )
    status = HTTPStatus.NOT_FOUND if told is NOT_BELIEVED else HTTPStatus.OK
    return HTMLResponse(content, status, HEADERS)
