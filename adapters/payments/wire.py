"""XBezahldienste 1.0 as models: strict in what is sent, tolerant in what is read."""

from decimal import Decimal
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic.alias_generators import to_camel

from adapters.payments.payment import PURPOSE_LENGTH, PaymentStatus

HIGHEST = Decimal("999999.99")
TRANSACTION_ID = r"^[A-Za-z0-9][\x21-\x7e]{0,199}$"
# The standard's [\w\d\s-], in ASCII as JSON Schema reads it.
PURPOSE = r"^[A-Za-z0-9_ \t\r\n\f\v-]+$"


def _web_address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise ValueError("not a web address")
    return url


def _or_nothing(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    # A timestamp or a reference that nobody can use must not hide a payment.
    try:
        return read(value)
    except ValidationError:
        return None


def _decimal(value: Any) -> Any:
    # JSON writes twelve as 12 or as 12.00; true is neither.
    return Decimal(value) if type(value) is int else value


WebAddress = Annotated[str, AfterValidator(_web_address)]
Euro = Annotated[Decimal, Field(ge=0, le=HIGHEST, decimal_places=2), BeforeValidator(_decimal)]
Identifier = Annotated[str, Field(min_length=1, max_length=36)]
# As treasury_list.py takes them: they are stored, and written into lists.
Reference = Annotated[
    str | None, Field(pattern=r"^[A-Za-z0-9_./-]{1,60}$"), WrapValidator(_or_nothing)
]
Method = Annotated[str | None, Field(pattern=r"^[\w .-]{1,60}$"), WrapValidator(_or_nothing)]
Description = Annotated[str, Field(max_length=250)]


class Sent(BaseModel):
    """The standard's rules for what a platform accepts."""

    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, alias_generator=to_camel, populate_by_name=True
    )


class SentItem(Sent):
    id: Identifier
    reference: Identifier
    description: Description
    tax_rate: Annotated[Decimal, Field(ge=0, le=100), BeforeValidator(_decimal)]
    quantity: Annotated[int, Field(ge=1, le=999_999)]
    total_net_amount: Euro
    total_tax_amount: Euro
    single_net_amount: Euro
    single_tax_amount: Euro
    booking_data: dict[str, str] = Field(default_factory=dict)


class SentRequest(Sent):
    request_id: Identifier
    request_timestamp: Annotated[AwareDatetime, Field(strict=False)]
    currency: Literal["EUR"] = "EUR"
    gros_amount: Annotated[Euro, Field(gt=0)]
    purpose: Annotated[str, Field(max_length=PURPOSE_LENGTH, pattern=PURPOSE)]
    description: Description
    redirect_url: WebAddress
    items: Annotated[list[SentItem], Field(min_length=1, max_length=99)]


class Read(BaseModel):
    """Fields nobody told us about are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True, alias_generator=to_camel)


class ReadRequest(Read):
    """What was paid is recorded in whatever currency: the rules say that it does not fit."""

    request_id: str
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = "EUR"
    gros_amount: Annotated[Decimal, Field(ge=0, le=HIGHEST)]


class ReadInformation(Read):
    transaction_id: Annotated[str, Field(pattern=TRANSACTION_ID)]
    transaction_redirect_url: WebAddress | None = None
    transaction_reference: Reference = None
    transaction_timestamp: Annotated[AwareDatetime | None, WrapValidator(_or_nothing)] = None
    payment_method: Method = None
    status: PaymentStatus


class ReadTransaction(Read):
    payment_information: ReadInformation
    payment_request: ReadRequest
