"""Where `run` serves: at the ports that are wanted, or at others where those are taken."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from adapters.kept_port import kept_port
from adapters.settings import Settings

SANDBOX_AFTER_API = 1


@dataclass(frozen=True, slots=True)
class Addresses:
    database: str
    api: str
    sandbox: str
    smtp_port: str
    logs: str


@contextmanager
def chosen(settings: Settings, url: str) -> Iterator[Addresses]:
    """While it lasts, their ports are ours: no program takes one before ours listen, or when one
    of ours has died.
    """
    with ExitStack() as kept:
        api = kept.enter_context(kept_port(settings.port))
        sandbox = kept.enter_context(kept_port(_sandbox_port(settings, api)))
        smtp = kept.enter_context(kept_port(settings.smtp_port))
        if smtp in (api, sandbox):
            smtp = kept.enter_context(kept_port(0))
        yield Addresses(
            database=url,
            api=f"http://127.0.0.1:{api}",
            sandbox=f"http://127.0.0.1:{sandbox}",
            smtp_port=str(smtp),
            logs=str(settings.home / "logs"),
        )


def taken(settings: Settings, addresses: Addresses) -> Iterator[str]:
    """Say which ports were wanted in vain."""
    api, sandbox = _port(addresses.api), _port(addresses.sandbox)
    for what, wanted, found in (
        ("the API", settings.port, api),
        ("the sandbox", _sandbox_port(settings, api), sandbox),
        ("mail", settings.smtp_port, int(addresses.smtp_port)),
    ):
        if wanted not in (0, found):
            yield f"Port {wanted} is taken, so {what} is at {found}."


def _sandbox_port(settings: Settings, api: int) -> int:
    """Beside that of the API, unless it was chosen."""
    if "sandbox_url" in settings.model_fields_set:
        return _port(settings.sandbox_url)
    return api + SANDBOX_AFTER_API if api else 0


def _port(address: str) -> int:
    return urlsplit(address).port or 0
