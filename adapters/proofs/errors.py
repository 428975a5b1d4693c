"""Why a file is not taken, or not handed out. A docstring is the sentence a person reads.

ProofNotTaken
├── ProofTooLarge, ProofTypeNotAllowed, ProofIsEmpty
├── ProofUnreadable, ProofIsEncrypted, ProofHasNoPages
├── ProofHasTooManyPixels, ProofHasTooManyPieces, ProofUnpacksTooLarge, ProofTooComplex
├── TooManyUploads, ProofsAreBusy
├── ProofNotCheckedYet, ProofWasRefused, ProofWasDestroyed
└── ProofFileMissing, ProofFileDamaged
"""


class ProofNotTaken(Exception):
    """The file cannot be taken."""

    def __str__(self) -> str:
        return " ".join((self.__doc__ or "").split())


class ProofTooLarge(ProofNotTaken):
    """The file is larger than 10 MB, or becomes far larger once it is cleaned; send a smaller scan
    or photo.
    """


class ProofTypeNotAllowed(ProofNotTaken):
    """Send a PDF, JPEG or PNG file, and the file itself as the body, not within a form (multipart);
    the content decides, not the name.
    """


class ProofIsEmpty(ProofNotTaken):
    """The file is empty; choose it again and repeat the upload."""


class ProofUnreadable(ProofNotTaken):
    """The file is damaged or not whole, so nobody could read it; open it yourself, save or scan it
    anew, then repeat the upload.
    """


class ProofIsEncrypted(ProofNotTaken):
    """The PDF opens with a password only; save it without one (for example by printing it into a
    new PDF), then repeat the upload.
    """


class ProofHasNoPages(ProofNotTaken):
    """The PDF has no pages, or more than 500; send the pages that show what is to be proven."""


class ProofHasTooManyPixels(ProofNotTaken):
    """The picture has more than 50 million pixels; scan or take it at a lower resolution."""


class ProofHasTooManyPieces(ProofNotTaken):
    """The PDF is made of more than 2,000 pieces, which is more than a virus scanner looks into;
    print it into a new PDF, or scan it anew.
    """


class ProofUnpacksTooLarge(ProofNotTaken):
    """What is packed in this file is far larger than the file itself; print or scan it anew."""


class ProofTooComplex(ProofNotTaken):
    """This file takes too long or too much memory to look into; send a plain scan or photo."""


class TooManyUploads(ProofNotTaken):
    """You are uploading several files at the same moment; wait until one is done, then go on."""


class ProofsAreBusy(ProofNotTaken):
    """Very many files are being uploaded just now; nothing was kept, try again in a moment."""


class ProofNotCheckedYet(ProofNotTaken):
    """This proof waits for the virus scanner, and is handed out once it was found clean."""


class ProofWasRefused(ProofNotTaken):
    """This proof was refused and is handed out to nobody; see `reason` in the application."""


class ProofWasDestroyed(ProofNotTaken):
    """This proof was kept for as long as the service demands, and has been destroyed since."""


class ProofFileMissing(ProofNotTaken):
    """The file store does not hold this file; mend the store, then requeue what was parked."""


class ProofFileDamaged(ProofNotTaken):
    """What the file store holds is not what was uploaded; restore the file from a backup."""
