"""How we sign in at the mail server, and where bounces are collected."""

import re
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import BaseSettings

from adapters.addresses import Port, is_loopback
from adapters.authorities import Authorities

IMAPS = 993
DOMAIN = re.compile(r"(?=.{1,200}$)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+")
Text = Annotated[str, StringConstraints(min_length=1)]


def _domain(text: str) -> str:
    if not DOMAIN.fullmatch(text.lower()):
        raise ValueError("should be a domain such as bounces.example.org")
    return text.lower()


class BounceSettings(BaseModel):
    """Mails go out with a return path in `domain`, and what comes back is read over IMAP."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    domain: Annotated[str, AfterValidator(_domain)]
    host: Text
    port: Port = IMAPS
    tls: Literal["implicit", "starttls", "none"] = "implicit"
    username: Text
    password: SecretStr
    folder: Annotated[str, StringConstraints(pattern=r"^[^\"\\\r\n]+$")] = "INBOX"
    ca_file: Authorities | None = None
    seconds: float = Field(default=60.0, gt=0, allow_inf_nan=False)

    @field_validator("tls")
    @classmethod
    def _encrypted(cls, tls: str, info: ValidationInfo) -> str:
        if tls == "none" and not is_loopback(info.data.get("host", "")):
            raise ValueError("should be implicit or starttls; none on loopback only")
        return tls


class MailSettings(BaseSettings):
    """A part of the settings."""

    smtp_host: str = "127.0.0.1"
    smtp_port: Port = 1025
    smtp_starttls: bool = False
    smtp_tls: bool = False
    smtp_ca_file: Authorities | None = None
    smtp_username: str | None = None
    smtp_password: str | None = None
    bounces: BounceSettings | None = None

    @field_validator("bounces", mode="before")
    @classmethod
    def _read(cls, given: object) -> object:
        if isinstance(given, str):
            raise ValueError("should be JSON")  # noqa: TRY004 -- a TypeError would not be told
        return given

    @field_validator("smtp_tls")
    @classmethod
    def _one_of_both(cls, tls: bool, info: ValidationInfo) -> bool:  # noqa: FBT001 -- pydantic's
        if tls and info.data.get("smtp_starttls"):
            raise ValueError("should be false where AMTSWEG_SMTP_STARTTLS is true")
        return tls

    @field_validator("smtp_password")
    @classmethod
    def _encrypted(cls, password: str | None, info: ValidationInfo) -> str | None:
        known = info.data
        encrypted = known.get("smtp_starttls") or known.get("smtp_tls")
        if password and not encrypted and not is_loopback(known.get("smtp_host", "")):
            message = "should travel encrypted: set AMTSWEG_SMTP_STARTTLS or AMTSWEG_SMTP_TLS"
            raise ValueError(message)
        return password
