"""Who is handed finished applications, as a data centre names them in AMTSWEG_BACK_OFFICES."""

import ssl
from collections.abc import Iterable
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    FilePath,
    SecretStr,
    StringConstraints,
    model_validator,
)
from pydantic_settings import BaseSettings

from adapters.addresses import secure_address
from adapters.authorities import trusting
from adapters.machine_tokens import MachineToken, is_token
from adapters.setting_words import KEY_PATTERN
from adapters.webhooks import secret_bytes
from domain.municipality.ags import AGS_PATTERN

Ags = Annotated[str, StringConstraints(pattern=AGS_PATTERN)]
Key = Annotated[str, StringConstraints(pattern=KEY_PATTERN)]


def _secret(secret: SecretStr) -> SecretStr:
    """`secret_bytes` raises what is wrong with it."""
    secret_bytes(secret.get_secret_value())
    return secret


class BackOffice(BaseModel):
    """Called at `url`, or coming to fetch with `token`, or both, for some services of a town.

    `secrets`: every call is signed with all of them, so that they can be changed one by one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    name: Key
    municipality: Ags
    services: Annotated[tuple[Key, ...], Field(min_length=1)]
    url: Annotated[str, AfterValidator(secure_address)] | None = None
    secrets: tuple[Annotated[SecretStr, AfterValidator(_secret)], ...] = ()
    token: MachineToken | None = None
    authorities: FilePath | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.url is None and self.token is None:
            raise ValueError("should have a url to call it at, a token to fetch with, or both")
        if (self.url is None) != (not self.secrets):
            raise ValueError("should have secrets where it has a url, and nowhere else")
        self.tls()
        return self

    def keys(self) -> list[bytes]:
        return [secret_bytes(secret.get_secret_value()) for secret in self.secrets]

    def tls(self) -> ssl.SSLContext | None:
        """None: the usual one."""
        return trusting(self.authorities) if self.authorities else None

    def bears(self, token: str) -> bool:
        return is_token(self.token, token)


def _all_fit(offices: tuple[BackOffice, ...]) -> tuple[BackOffice, ...]:
    if _repeats(one.name for one in offices):
        raise ValueError("should give each back office a name of its own")
    if _repeats((one.municipality, service) for one in offices for service in one.services):
        raise ValueError("should name each service of a municipality once")
    if _repeats(one.token.get_secret_value() for one in offices if one.token):
        raise ValueError("should give each back office a token of its own")
    return offices


def _repeats(named: Iterable[Any]) -> bool:
    every = list(named)
    return len(set(every)) < len(every)


class HandOverSettings(BaseSettings):
    """A part of the settings."""

    back_offices: Annotated[tuple[BackOffice, ...], AfterValidator(_all_fit)] = ()

    def back_office(self, municipality: str, service: str) -> BackOffice | None:
        """Return who is handed these applications, if anybody is."""
        return next(
            (
                one
                for one in self.back_offices
                if one.municipality == municipality and service in one.services
            ),
            None,
        )
