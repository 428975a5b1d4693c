"""What every file of the catalogue has in common: strict types, known keys, two languages."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

Filled = Annotated[str, Field(min_length=1, max_length=500)]
KEY = r"^[a-z0-9]+(-[a-z0-9]+)*$"
Key = Annotated[str, Field(pattern=KEY, max_length=60)]
Cents = Annotated[int, Field(ge=0, le=100_000_00)]


class Document(BaseModel):
    """`STAND_INS`: for required fields that could not be read; nobody ever looks at them."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)
    STAND_INS: ClassVar[Mapping[str, Any]] = {}


class TextDocument(Document):
    de: Filled
    en: Filled
