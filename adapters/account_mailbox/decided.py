"""Whether letters to real people would end in the mailbox of the sandbox."""

from adapters.payments.decided import is_for_others
from adapters.settings import Settings
from domain.saying import SaysWhatToDo


class MailboxIsTheSandboxs(SaysWhatToDo):
    """Set `mailbox.url` in AMTSWEG_ISSUERS to the mailbox service of the accounts; it names the
    sandbox's, where everybody reads what is for somebody else. That one is for this machine only.
    """


def require_real_mailboxes(settings: Settings, host: str) -> None:
    """Raise MailboxIsTheSandboxs."""
    mailboxes = settings.mailboxes.values()
    played = any(one.url.startswith(settings.sandbox_url) for one in mailboxes)
    if played and is_for_others(settings, host):
        raise MailboxIsTheSandboxs
