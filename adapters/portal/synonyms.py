"""Words that people look for a service by, besides those of its definition."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def more_synonyms() -> Mapping[str, tuple[str, ...]]:
    """Return them by service."""
    text = (files("adapters.portal") / "synonyms.toml").read_text(encoding="utf-8")
    return {service: tuple(words) for service, words in tomllib.loads(text).items()}
