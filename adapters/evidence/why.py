"""Why an anchor could not be read or written, in words, and without what may be a secret."""

import httpx

FOLDER = "this is a folder; name a file in it"
FORBIDDEN = "this account may not use it; see to the rights of the file and its folder"
NOBODY = "nothing answers there; see that it runs, and that the address is right"
UNTRUSTED = "its certificate is signed by nobody whom this machine trusts"
SLOW = "it does not answer in time; see that it runs, and try again"
BROKEN_OFF = "it does not answer as a web server does; see that the address is right"
REFUSES = "it answers with HTTP {status}; see that the address is right, with user and password"
NOT_TAKEN = "CERTIFICATE_VERIFY_FAILED"
NOT_TOLD = "the disk does not say why"


def why_no_file(error: OSError) -> str:
    if isinstance(error, IsADirectoryError):
        return FOLDER
    return FORBIDDEN if isinstance(error, PermissionError) else error.strerror or NOT_TOLD


def why_no_answer(error: httpx.HTTPError | httpx.InvalidURL) -> str:
    """What the library says is not passed on: it may have the address in it."""
    if isinstance(error, httpx.ConnectError):
        return UNTRUSTED if NOT_TAKEN in str(error) else NOBODY
    if isinstance(error, httpx.ConnectTimeout):
        return NOBODY
    return SLOW if isinstance(error, httpx.TimeoutException) else BROKEN_OFF


def why_refused(status: int) -> str:
    return REFUSES.format(status=status)
