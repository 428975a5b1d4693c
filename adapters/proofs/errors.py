"""Why a file is not taken. A docstring is the sentence a person reads."""


class ProofNotTaken(Exception):
    """The file cannot be taken."""

    def __str__(self) -> str:
        return (self.__doc__ or "").strip()


class ProofTooLarge(ProofNotTaken):
    """The file is larger than 10 MB; send a smaller scan or photo."""


class ProofTypeNotAllowed(ProofNotTaken):
    """Send a PDF, JPEG or PNG file; the content decides, not the name."""


class ProofIsEmpty(ProofNotTaken):
    """The file is empty; choose it again and repeat the upload."""


class ProofFileMissing(ProofNotTaken):
    """The file store does not hold this file; mend the store, then requeue what was parked."""
