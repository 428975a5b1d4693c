"""Whether letters to real people would end in the mailbox of the sandbox."""

from urllib.parse import urlsplit

from adapters.addresses import is_loopback
from adapters.payments.decided import is_for_others
from adapters.settings import Settings
from domain.saying import SaysWhatToDo


class MailboxIsTheSandboxs(SaysWhatToDo):
    """Set `mailbox.url` in AMTSWEG_ISSUERS to the mailbox service of the accounts. It names this
    machine, where the sandbox's is: there everybody reads what is for somebody else.
    """


def require_real_mailboxes(settings: Settings, host: str) -> None:
    """Raise MailboxIsTheSandboxs. By which name or port it is reached here makes no difference."""
    played = any(_is_here(settings, one.url) for one in settings.mailboxes.values())
    if played and is_for_others(settings, host):
        raise MailboxIsTheSandboxs


def require_decided(settings: Settings, _url: str) -> None:
    """What runners need that write to accounts. Raise MailboxIsTheSandboxs."""
    require_real_mailboxes(settings, settings.host)


def _is_here(settings: Settings, url: str) -> bool:
    return url.startswith(settings.sandbox_url) or is_loopback(urlsplit(url).hostname or "")
