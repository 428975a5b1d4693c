"""Makes a harmless file of one that a stranger sent: parsed whole, and written anew."""

from collections.abc import Callable

from adapters.proofs.errors import ProofNotTaken, ProofTooComplex, ProofUnreadable

MEDIA_TYPES = PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
Clean = Callable[[bytes], bytes]


def cleaner_of(media_type: str) -> Clean:
    """Load what this type needs, all of it: later on no file can be opened."""
    if media_type == PDF:
        from adapters.proofs.documents import clean_document

        return clean_document
    from adapters.proofs.pictures import clean_picture

    return lambda body: clean_picture(body, media_type)


def cleaned(body: bytes, clean: Clean) -> bytes:
    """Raise a kind of ProofNotTaken. Unpacks what it is given: see confinement.py."""
    try:
        return clean(body)
    except ProofNotTaken:
        raise
    except (MemoryError, RecursionError):
        raise ProofTooComplex from None
    except Exception:  # noqa: BLE001 -- the libraries raise whatever they stumble over
        raise ProofUnreadable from None
