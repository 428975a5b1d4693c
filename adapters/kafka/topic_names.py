"""How topics are called: whose they are, what is in them, and in which version."""

VERSION = "v1"
CHECKPOINTS = "checkpoints"


def topic_name(prefix: str, what: str) -> str:
    return f"{prefix}.{what}.{VERSION}"
