"""Who may have signed the certificate of whom we call: the system's authorities, or one's own."""

import ssl
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, FilePath


def trusting(authorities: Path | None) -> ssl.SSLContext:
    """Raise ValueError for a file that names nobody."""
    try:
        return ssl.create_default_context(cafile=authorities)
    except (OSError, ValueError):
        raise ValueError("should name authorities in PEM") from None


def _authorities(file: Path) -> Path:
    trusting(file)
    return file


Authorities = Annotated[FilePath, AfterValidator(_authorities)]
