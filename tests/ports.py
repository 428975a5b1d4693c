"""Ports for servers that a test starts: its own, also while none of them listens."""

from contextlib import ExitStack

from adapters.kept_port import kept_port

_KEPT = ExitStack()


def own_port() -> int:
    """Until this process ends, nobody else is given it: no other server, no caller either."""
    return _KEPT.enter_context(kept_port(0))
