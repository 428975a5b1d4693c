"""What a request may contain: strict, and nothing that was not asked for."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any, LiteralString
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict, StringConstraints
from pydantic_core import PydanticCustomError

from domain.application.events import Channel, MoneyCorrection
from domain.languages import LANGUAGES, spoken
from domain.municipality.ags import AGS_PATTERN
from domain.payment.commands import DismissalGround, FoundCorrection
from domain.rules import Fulfilment


def _written_as(kind: LiteralString, pattern: str, example: str) -> Callable[[object], str]:
    """Text of this form only: a number in it would be taken for the seconds since 1970."""

    def checked(value: object) -> str:
        if isinstance(value, str) and re.fullmatch(pattern, value, re.ASCII):
            return value
        raise PydanticCustomError(kind, "write it as {example}", {"example": example})

    return checked


_day = _written_as("written_as_day", r"\d{4}-\d\d-\d\d", "2021-06-16")
_moment = _written_as(
    "written_as_moment", r"\d{4}-\d\d-\d\dT\d\d:\d\d.*", "2021-06-16T09:30:00+02:00"
)

# No control characters: the database takes no NUL, and a line stays one line in a mail.
LINE = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$"
LINES = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$"
# Narrower than a mail header allows, so that it can only mean the address that was written.
EMAIL = (
    r"^[A-Za-z0-9_!#$%&'*+/=^`{|}~-]+(\.[A-Za-z0-9_!#$%&'*+/=^`{|}~-]+)*"
    r"@([A-Za-z0-9-]+\.)+[A-Za-z0-9-]+$"
)
KEY = r"^[a-z0-9][a-z0-9-]{0,63}$"
PORTAL = r"^[a-z0-9][a-z0-9.-]{0,63}$"
REFERENCE = r"^[A-Za-z0-9_./-]{1,60}$"
CURRENCY = "^[A-Z]{3}$"
CARD_NUMBER = r"^[A-Z0-9-]{4,40}$"

IsoDate = Annotated[date, Strict(strict=False), BeforeValidator(_day)]
IsoTime = Annotated[datetime, Strict(strict=False), BeforeValidator(_moment)]
Ags = Annotated[str, StringConstraints(pattern=AGS_PATTERN)]
Key = Annotated[str, StringConstraints(pattern=KEY)]
# Of a portal, not of a person: what comes in here stands in the log for ever.
PortalKey = Annotated[str, StringConstraints(pattern=PORTAL)]
Name = Annotated[
    str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True, pattern=LINE)
]
Words = Annotated[
    str, StringConstraints(min_length=1, max_length=4000, strip_whitespace=True, pattern=LINES)
]
# The letters of the treasury's list: another one would never be found in it.
Reference = Annotated[str, StringConstraints(pattern=REFERENCE)]
Email = Annotated[str, StringConstraints(max_length=254, pattern=EMAIL)]


class Body(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


class ApplicantBody(Body):
    """`language`: that of letters; `de-simple` is plain German."""

    given_name: Name
    family_name: Name
    birth_date: IsoDate
    email: Email | None = None
    language: Annotated[str, StringConstraints(pattern=f"^({'|'.join(LANGUAGES)})$")] = "de"

    @property
    def spoken(self) -> str:
        """In which language they are told what is wrong."""
        return spoken(self.language)


class FulfilmentBody(Body):
    mode: Annotated[Fulfilment, Strict(strict=False)]
    branch: Key | None = None


class SourceBody(Body):
    """The portal that hands the application over, and its own number for it."""

    portal: PortalKey
    submission_id: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=LINE)]


class SubmissionBody(Body):
    """`channel` and `received_at` are for clerks who type in what came by counter, phone, post.

    `variant`: needed where the service lists several, so that no renewal becomes a new card.
    """

    municipality: Ags
    service: Key
    variant: Key | None = None
    applicant: ApplicantBody
    answers: dict[str, Any] = Field(default_factory=dict)
    fulfilment: FulfilmentBody
    source: SourceBody | None = None
    channel: Annotated[Channel, Strict(strict=False)] = Channel.ONLINE
    received_at: IsoTime | None = None


class CounterPaymentBody(Body):
    """`receipt`: the number of the receipt that was handed out. `although_unanswered`: the platform
    does not say whether it was paid online, and the applicant says that it was not.
    """

    method: Annotated[str, StringConstraints(pattern="^(cash|card)$")]
    receipt: Reference
    although_unanswered: bool = False


class BookingBody(Body):
    """`reference`: the number of the treasury's own booking."""

    reference: Reference


class AssignmentBody(Body):
    """The application that the money was meant for; the same one where its fee is due by now."""

    application_id: Annotated[UUID, Strict(strict=False)]


class MoneyCorrectionBody(Body):
    ground: Annotated[MoneyCorrection, Strict(strict=False)]


class DismissalBody(Body):
    ground: Annotated[DismissalGround, Strict(strict=False)]


class FoundCorrectionBody(Body):
    ground: Annotated[FoundCorrection, Strict(strict=False)]


class CameInBody(Body):
    """What was booked, as the treasury's account has it."""

    cents: Annotated[int, Field(gt=0, le=99_999_999)]
    currency: Annotated[str, StringConstraints(pattern=CURRENCY)] = "EUR"
    reference: Reference
    booked_on: IsoDate


class ClarificationBody(Body):
    """`money`: what came in; null where nothing did."""

    money: CameInBody | None


class ReasonBody(Body):
    reason: Words


class ExtensionBody(Body):
    """`days`: by how many, working days or calendar days as the service counts."""

    days: Annotated[int, Field(ge=1, le=200)]
    reason: Words


class OptionalReasonBody(Body):
    reason: Annotated[str, StringConstraints(max_length=4000, pattern=LINES)] = ""


class MessageBody(Body):
    message: Words


class AnswerBody(Body):
    message: Words
    changes: dict[str, Any] = Field(default_factory=dict)


class ReadyBody(Body):
    """The number printed on the card, where it differs from the reserved one."""

    card_number: Annotated[str, StringConstraints(pattern=CARD_NUMBER)] | None = None


class ForwardBody(Body):
    to_municipality: Ags
    reason: Words


class PassBody(Body):
    to_office: Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=LINE)]
    reason: Words
