"""Why a finished application could not be handed over. A docstring says what to do.

NotHandedOver
├── BackOfficeUnavailable
├── BackOfficeRefuses
└── AddressNotAllowed
HandOverIsGone
"""

from domain.saying import SaysWhatToDo, SaysWhyInBrackets


class NotHandedOver(SaysWhyInBrackets):
    """It is tried again later, and not within `wait` seconds."""

    def __init__(self, cause: str = "", wait: int = 0) -> None:
        super().__init__(cause)
        self.cause = cause
        self.wait = wait


class BackOfficeUnavailable(NotHandedOver):
    """The back office does not answer; see that it runs and that its url is right."""


class BackOfficeRefuses(NotHandedOver):
    """The back office does not take it; ask whoever runs it why."""


class AddressNotAllowed(NotHandedOver):
    """The name of the back office leads to an address that nothing is sent to; correct its url."""


class HandOverIsGone(SaysWhatToDo):
    """The person was erased, or the decision was undone before it was handed over; there is
    nothing to hand over any more.
    """
