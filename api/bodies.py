"""What a request may contain: strict, and nothing that was not asked for."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict, StringConstraints

from domain.application.events import Channel
from domain.rules import Fulfilment


def _text_only(value: object) -> object:
    if isinstance(value, str | date):
        return value
    message = "write it as text, e.g. 2021-06-16"
    raise ValueError(message)


IsoDate = Annotated[date, Strict(strict=False), BeforeValidator(_text_only)]
IsoTime = Annotated[datetime, Strict(strict=False), BeforeValidator(_text_only)]
Ags = Annotated[str, StringConstraints(pattern=r"^05\d{6}$")]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
Words = Annotated[str, StringConstraints(min_length=1, max_length=4000, strip_whitespace=True)]
Email = Annotated[
    str,
    StringConstraints(max_length=254, pattern=r"^[^@\s<>,;:\"]+@[^@\s<>,;:\"]+\.[^@\s<>,;:\"]+$"),
]


class Body(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


class ApplicantBody(Body):
    given_name: Name
    family_name: Name
    birth_date: IsoDate
    email: Email | None = None
    language: Annotated[str, StringConstraints(pattern="^(de|en)$")] = "de"


class FulfilmentBody(Body):
    mode: Annotated[Fulfilment, Strict(strict=False)]
    branch: Key | None = None


class SourceBody(Body):
    """The portal that hands the application over, and its own number for it."""

    portal: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    submission_id: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class SubmissionBody(Body):
    """`channel` and `received_at` are for clerks who type in what came by counter, phone, post."""

    municipality: Ags
    service: Key
    variant: Key = "new"
    applicant: ApplicantBody
    answers: dict[str, Any] = Field(default_factory=dict)
    fulfilment: FulfilmentBody
    source: SourceBody | None = None
    channel: Annotated[Channel, Strict(strict=False)] = Channel.ONLINE
    received_at: IsoTime | None = None


class ReasonBody(Body):
    reason: Words


class OptionalReasonBody(Body):
    reason: Annotated[str, StringConstraints(max_length=4000)] = ""


class MessageBody(Body):
    message: Words


class AnswerBody(Body):
    message: Words
    changes: dict[str, Any] = Field(default_factory=dict)


class ReadyBody(Body):
    """The number printed on the card, where it differs from the reserved one."""

    card_number: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9-]{4,40}$")] | None = None


class ForwardBody(Body):
    to_office: Name
    reason: Words
