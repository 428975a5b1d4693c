"""Why something did not get into the mailbox of a citizen's account.

NotInMailbox
├── MailboxUnavailable
└── MailboxRefuses
"""


class NotInMailbox(Exception):
    """It did not get into the mailbox of the account."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause

    def __str__(self) -> str:
        return f"{self.__doc__} ({self.cause})"


class MailboxUnavailable(NotInMailbox):
    """The mailbox service does not take it at the moment; it is tried again under the same id."""


class MailboxRefuses(NotInMailbox):
    """The mailbox service refuses this for good; ask its operator what the code means."""
