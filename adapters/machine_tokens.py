"""Tokens that machines show: long, random, and agreed with the data centre."""

from hmac import compare_digest
from typing import Annotated

from pydantic import AfterValidator, SecretStr

LEAST_TOKEN = 32


def _strong(token: SecretStr) -> SecretStr:
    text = token.get_secret_value()
    if len(text) < LEAST_TOKEN or not (text.isascii() and text.isalnum()):
        message = f"should be at least {LEAST_TOKEN} random letters and digits"
        raise ValueError(message)
    return token


MachineToken = Annotated[SecretStr, AfterValidator(_strong)]


def is_token(agreed: SecretStr | None, shown: str) -> bool:
    """Where none was agreed, none will do. How long it takes says nothing."""
    if agreed is None:
        return False
    return compare_digest(agreed.get_secret_value().encode(), shown.encode())
