"""How addresses are given in the settings."""

from ipaddress import ip_address
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def web_address(text: str) -> str:
    """`port` raises what is wrong with it."""
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.port == 0:
        message = "should be an address such as http://127.0.0.1:8001"
        raise ValueError(message)
    return text


def secure_address(url: str) -> str:
    """`port` raises what is wrong with it."""
    parts = urlsplit(url)
    usual = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    if not usual or not parts.hostname or parts.port == 0 or parts.username is not None:
        message = "should be an https address; http on loopback only, and without a password"
        raise ValueError(message)
    return url


def is_loopback(host: str) -> bool:
    """Other names are not resolved: what they mean is decided elsewhere, and may change."""
    try:
        return host.lower() == "localhost" or ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


Port = Annotated[int, Field(ge=0, le=65535)]
Address = Annotated[str, AfterValidator(web_address)]
