"""Why something did not get into the mailbox of a citizen's account.

NotInMailbox
├── MailboxUnavailable
└── MailboxRefuses
"""

from domain.saying import SaysItsCause


class NotInMailbox(SaysItsCause):
    """It did not get into the mailbox of the account."""


class MailboxUnavailable(NotInMailbox):
    """The mailbox service does not take it at the moment; it is tried again under the same id."""


class MailboxRefuses(NotInMailbox):
    """The mailbox service refuses this for good; ask its operator what the code means."""
