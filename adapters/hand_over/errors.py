"""Why a finished application could not be handed over. A docstring says what to do.

NotHandedOver
├── BackOfficeUnavailable
├── BackOfficeRefuses
└── AddressNotAllowed
HandOverIsGone
"""


class NotHandedOver(Exception):
    """It is tried again later, and not within `wait` seconds."""

    def __init__(self, cause: str = "", wait: int = 0) -> None:
        super().__init__(cause)
        self.cause = cause
        self.wait = wait

    def __str__(self) -> str:
        sentence = " ".join((self.__doc__ or "").split())
        return f"{sentence} ({self.cause})" if self.cause else sentence


class BackOfficeUnavailable(NotHandedOver):
    """The back office does not answer; see that it runs and that its url is right."""


class BackOfficeRefuses(NotHandedOver):
    """The back office does not take it; ask whoever runs it why."""


class AddressNotAllowed(NotHandedOver):
    """The name of the back office leads to an address that nothing is sent to; correct its url."""


class HandOverIsGone(Exception):
    """The person was erased, so there is nothing to hand over any more."""

    def __str__(self) -> str:
        return self.__doc__ or ""
