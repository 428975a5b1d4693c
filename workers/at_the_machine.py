"""Who gives a command at the command line: the account of the machine is all that is known of them.

It is told apart from an account of the same name at an identity provider.
"""

from getpass import getuser

from adapters.event_store.recorded import ActorStamp


def whoever_is_there() -> str:
    return f"command-line:{getuser()}"


def operator_there() -> ActorStamp:
    return ActorStamp(whoever_is_there(), "operator")
