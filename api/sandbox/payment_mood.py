"""How the sandbox's platform answers, switched by hand, and the list a treasury gets of it."""

import csv
import io
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from api.sandbox.payment_page import form, page
from api.sandbox.transactions import MOODS, Payment, Transactions
from domain.working_days import legal_day

COLUMNS = ("kind", "reference", "amount", "currency", "booked_on")


@dataclass(frozen=True, slots=True)
class PaymentMood:
    transactions: Transactions

    def router(self) -> APIRouter:
        router = APIRouter()
        router.add_api_route("/mood", self.show, methods=["GET"], response_class=HTMLResponse)
        router.add_api_route("/mood", self.feel, methods=["POST"], response_class=RedirectResponse)
        router.add_api_route("/treasury.csv", self.treasury_list, methods=["GET"])
        return router

    def show(self) -> Response:
        return page("payment_mood.html.j2", mood=self.transactions.mood)

    def feel(self, fields: Annotated[dict[str, str], Depends(form)]) -> Response:
        if fields.get("mood") not in MOODS:
            return page("payment_mood.html.j2", 400, mood=self.transactions.mood)
        self.transactions.feel(fields["mood"])
        return RedirectResponse("mood", 303)

    def treasury_list(self, originator: str | None = None) -> PlainTextResponse:
        """What was booked, as a treasury gets it from its bank; of one originator or of all."""
        out = io.StringIO()
        rows = csv.writer(out, delimiter=";", lineterminator="\n")
        rows.writerow(COLUMNS)
        for payment in self.transactions.all():
            if payment.status == "PAYED" and originator in (None, payment.originator_id):
                rows.writerows([_booked(payment)] * payment.times)
        return PlainTextResponse(out.getvalue(), media_type="text/csv")


def _booked(payment: Payment) -> tuple[str, ...]:
    amount = f"{payment.told['grosAmount']:.2f}".replace(".", ",")
    day = legal_day(datetime.fromisoformat(payment.settled_at or ""))
    return ("payment", payment.reference, amount, "EUR", str(day))
