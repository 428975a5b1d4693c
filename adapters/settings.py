"""What a data centre sets, by environment variables; every one of them has a safe default."""

from pathlib import Path

from pydantic import AliasChoices, BaseModel, ConfigDict, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from adapters.identity.actor import Role


class IssuerSettings(BaseModel):
    """An identity provider that may sign people in, e.g. of one portal or one town hall."""

    model_config = ConfigDict(extra="forbid")

    issuer: str
    audience: str = "amtsweg"
    roles: frozenset[Role]
    jwks_url: str | None = None
    subject_prefix: str = ""


class Settings(BaseSettings):
    """`AMTSWEG_HOME=/srv/amtsweg` sets `home`, and so on; `DATABASE_URL` has its usual name."""

    model_config = SettingsConfigDict(env_prefix="AMTSWEG_", extra="ignore", populate_by_name=True)

    database_url: str | None = Field(
        default=None, validation_alias=AliasChoices("DATABASE_URL", "AMTSWEG_DATABASE_URL")
    )
    home: Path = Field(default_factory=lambda: Path.home() / ".local" / "share" / "amtsweg")
    catalogue: Path | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = "http://127.0.0.1:8000"
    pool_size: int = Field(default=8, ge=1)

    issuers: tuple[IssuerSettings, ...] = ()
    payment_url: str = "http://127.0.0.1:8001/payment"
    payment_poll_seconds: float = Field(default=5.0, gt=0)

    smtp_host: str = "127.0.0.1"
    smtp_port: int = 1025
    smtp_username: str | None = None
    smtp_password: str | None = None
    smtp_starttls: bool = False
    sandbox_url: str = "http://127.0.0.1:8001"

    @property
    def files(self) -> Path:
        return self.home / "files"

    @property
    def sandbox_home(self) -> Path:
        return self.home / "sandbox"
