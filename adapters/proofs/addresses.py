"""How a scanner and a file store are named in the settings."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator

OFF = "off"
LAST_PORT = 65535
IN_THE_CLOUD = {"s3", "s3a", "gs", "az", "azure"}


def _scanner(text: str) -> str:
    host, _, port = text.rpartition(":")
    if (
        text.startswith("/")
        or text == OFF
        or (host and port.isdecimal() and int(port) <= LAST_PORT)
    ):
        return text
    message = "should be an address such as 127.0.0.1:3310, the path of a socket, or off"
    raise ValueError(message)


def _file_store(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme == "file" and parts.path.startswith("/"):
        return text
    if parts.scheme in IN_THE_CLOUD and parts.netloc:
        return text
    message = "should be an address such as s3://bucket/folder or file:///srv/files"
    raise ValueError(message)


FileStoreAddress = Annotated[str, AfterValidator(_file_store)]
ScannerAddress = Annotated[str, AfterValidator(_scanner)]
