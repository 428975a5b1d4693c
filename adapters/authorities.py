"""Who may have signed the certificate of whom we call: the system's authorities, or one's own."""

import ssl
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, FilePath


def signing_in(
    certificate: Path | None, key: Path | None, password: str, authorities: Path | None
) -> ssl.SSLContext | None:
    """None: the usual one. Raise OSError or ValueError for files that do not fit.

    `password`: of the key, empty where it has none; without one it would be asked for at the
    terminal.
    """
    if not (certificate or authorities):
        return None
    context = ssl.create_default_context(cafile=authorities)
    if certificate:
        context.load_cert_chain(certificate, key, password)
    return context


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
