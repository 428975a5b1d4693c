"""Shows what the mail catcher caught, so that anybody can read along."""

import re
from dataclasses import dataclass
from email.message import EmailMessage, Message
from pathlib import Path as Folder
from typing import Annotated

from fastapi import APIRouter, HTTPException, Path
from fastapi.responses import HTMLResponse, PlainTextResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from pydantic import BaseModel

from adapters.mail.mail_folder import caught_one, deliveries

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
}
LIST = ("List-Unsubscribe", "List-Unsubscribe-Post")
PLAIN = re.compile(r"[\w.+-]+@[\w.-]+", re.ASCII)
SHOWN = ("From", "To", "Subject", "Date", "Message-ID", *LIST)


class CaughtMail(BaseModel):
    """A mail in the list; `deliveries` counts how often it arrived."""

    id: str
    message_id: str
    to: str
    subject: str
    date: str
    deliveries: int


def create_mailbox(folder: Folder) -> APIRouter:
    mailbox = Mailbox(folder)
    router = APIRouter(tags=["sandbox"])
    router.add_api_route("/mail", mailbox.index, methods=["GET"])
    router.add_api_route("/mail.html", mailbox.page, methods=["GET"], response_class=HTMLResponse)
    router.add_api_route(
        "/mail/{mail_id}", mailbox.read, methods=["GET"], response_class=PlainTextResponse
    )
    return router


@dataclass(frozen=True, slots=True)
class Mailbox:
    folder: Folder

    # Not coroutines: files block, so each call gets a thread of the pool.
    def index(self, to: str | None = None) -> list[CaughtMail]:
        # A message without a header is empty to `if`, yet it is there.
        return [
            described(message, name, count)
            for name, count in deliveries(self.folder).items()
            if (message := caught_one(self.folder, name, named_by(to))) is not None
            and is_for(message, to)
        ]

    def page(self, to: str | None = None) -> HTMLResponse:
        pages = Environment(
            loader=PackageLoader("api.sandbox", "templates"),
            autoescape=True,
            undefined=StrictUndefined,
        )
        content = pages.get_template("mailbox.html.j2").render(mails=self.index(to))
        return HTMLResponse(content, headers=HEADERS)

    def read(self, mail_id: Annotated[str, Path(pattern="^[0-9a-f]{64}$")]) -> PlainTextResponse:
        message = caught_one(self.folder, mail_id)
        if message is None:
            raise HTTPException(404, "There is no such mail.")
        return PlainTextResponse(as_text(message), headers=HEADERS)


def named_by(address: str | None) -> bytes:
    """What the bytes of a mail to this address hold; nothing where it may be written otherwise."""
    return address.encode() if address and PLAIN.fullmatch(address) else b""


def is_for(message: EmailMessage, address: str | None) -> bool:
    if address is None:
        return True
    headers = (*message.get_all("To", ()), *message.get_all("Cc", ()))
    found = {known.addr_spec.lower() for header in headers for known in header.addresses}
    return address.lower() in found


def described(message: EmailMessage, name: str, count: int) -> CaughtMail:
    return CaughtMail(
        id=name,
        message_id=message.get("Message-ID", "").strip(),
        to=message.get("To", ""),
        subject=message.get("Subject", ""),
        date=message.get("Date", ""),
        deliveries=count,
    )


def as_text(message: EmailMessage) -> str:
    head = "".join(f"{name}: {message[name].strip()}\n" for name in SHOWN if name in message)
    body = message.get_body(("plain", "html"))
    return f"{head}\n{'' if body is None else content_of(body)}"


def content_of(body: Message) -> str:
    content = body.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    try:
        return content.decode(body.get_content_charset("utf-8"), "replace")
    except LookupError:
        return content.decode("utf-8", "replace")
