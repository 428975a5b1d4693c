"""Why a call to somebody else's address came to nothing. Whoever calls says it in own words.

CallFailed
├── NoAnswer
└── AddressNotAllowed
"""


class CallFailed(Exception):
    """The call came to nothing."""

    def __init__(self, cause: str = "") -> None:
        super().__init__(cause)
        self.cause = cause


class NoAnswer(CallFailed):
    """Nobody answers there."""


class AddressNotAllowed(CallFailed):
    """The name leads to an address that nothing is sent to."""
