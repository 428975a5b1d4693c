"""At what time of day an office is told by mail, where it is told once a day."""

from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo
from pydantic_core import PydanticCustomError

from domain.municipality.clerk_mail import CLOCK, ClerkMailMode


def _of_a_digest(digest_at: str, info: ValidationInfo) -> str:
    if info.data.get("mode", ClerkMailMode.DIGEST) is not ClerkMailMode.DIGEST:
        raise PydanticCustomError("without_digest", "leave this out: only a digest has a time")
    return digest_at


# Where the `mode` that was read before it is not `digest`, it is to be left out.
DigestTime = Annotated[str, Field(pattern=CLOCK), AfterValidator(_of_a_digest)]
