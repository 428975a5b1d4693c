"""How addresses are given in the settings."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator


def web_address(text: str) -> str:
    """`port` raises what is wrong with it."""
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.port == 0:
        message = "should be an address such as http://127.0.0.1:8001"
        raise ValueError(message)
    return text


Address = Annotated[str, AfterValidator(web_address)]
