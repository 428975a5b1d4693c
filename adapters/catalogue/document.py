"""What every file of the catalogue has in common: strict types, known keys, two languages."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Filled = Annotated[str, Field(min_length=1, max_length=500)]
Key = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Cents = Annotated[int, Field(ge=0, le=100_000_00)]


class Document(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class TextDocument(Document):
    de: Filled
    en: Filled
