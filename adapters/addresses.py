"""How addresses are given in the settings."""

from ipaddress import ip_address
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


def is_loopback(host: str) -> bool:
    """Other names are not resolved: what they mean is decided elsewhere, and may change."""
    try:
        return host.lower() == "localhost" or ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


Address = Annotated[str, AfterValidator(web_address)]
