"""What can go wrong between us and a payment platform.

PaymentPlatformUnavailable
└── PaymentAnswerUnusable
    └── PaidAmountUnreadable
PaymentRefused
NoPaymentsToday
MayBePaid
├── PaymentIsUnclear
├── PaidMeanwhile
└── PaymentUnanswered
CallbackNotBelieved
CallbackUnreadable
ReconciliationsAreBusy
TreasuryListUnusable
"""

from domain.saying import SaysItsCause, SaysWhatToDo


class PaymentPlatformUnavailable(SaysItsCause):
    """The payment platform does not answer at the moment; try again later."""


class PaymentAnswerUnusable(PaymentPlatformUnavailable):
    """The payment platform gave an answer we cannot use; tell its operator and try again later."""


class PaidAmountUnreadable(PaymentAnswerUnusable):
    """The payment platform says that this was paid, and not readably how much; the treasury was
    told and asks its operator.
    """

    def __init__(self, cause: str, about: frozenset[object]) -> None:
        super().__init__(cause)
        self.about = about

    def __str__(self) -> str:
        return " ".join(super().__str__().split())


class PaymentRefused(Exception):
    """The payment platform refused the payment; correct what its code names and start a new one."""

    def __init__(self, functional_code: str, detail: str = "") -> None:
        super().__init__(functional_code, detail)
        self.functional_code = functional_code
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.__doc__} ({self.functional_code})"


class NoPaymentsToday(SaysWhatToDo):
    """This municipality takes no payments online at the moment; pay at the counter, or later."""


class MayBePaid(SaysWhatToDo):
    """This may have been paid before; pay no second time, and ask again later."""


class PaymentIsUnclear(MayBePaid):
    """It is unclear whether this was paid before; pay no second time, and wait until the treasury
    has looked into it.
    """


class PaidMeanwhile(MayBePaid):
    """This was paid online just now; take no money, and look at the application in a moment."""


class PaymentUnanswered(MayBePaid):
    """A payment was begun online, and its platform does not answer whether it was paid; try again
    in some minutes, or send `although_unanswered` once you are assured that it was not.
    """


class CallbackNotBelieved(SaysWhatToDo):
    """Sign the callback as agreed, with a secret that holds and the time it is now; until then the
    platform is asked without it.
    """


class CallbackUnreadable(SaysWhatToDo):
    """Name the payment by its `requestId` in a JSON object; nothing else in it is looked at."""


class ReconciliationsAreBusy(SaysWhatToDo):
    """Other lists are being compared at the moment; send this one again in a minute."""


class TreasuryListUnusable(Exception):
    """Correct the treasury's list and send it again."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(line, what)
        self.line = line
        self.what = what

    def __str__(self) -> str:
        return f"{self.__doc__} Line {self.line} {self.what}."
