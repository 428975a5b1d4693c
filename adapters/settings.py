"""What a data centre sets, by environment variables; every one of them has a safe default."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated

import psycopg
from psycopg.conninfo import conninfo_to_dict
from pydantic import (
    AfterValidator,
    AliasChoices,
    DirectoryPath,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import SettingsConfigDict, SettingsError

from adapters.account_mailbox.settings import MailboxSettings
from adapters.addresses import Address, Port
from adapters.evidence.anchor_places import Anchors
from adapters.hand_over.settings import HandOverSettings
from adapters.identity.issuer_settings import IssuerSettings
from adapters.kafka.settings import KafkaSettings
from adapters.machine_tokens import MachineToken
from adapters.mail.settings import MailSettings
from adapters.payments.platform_settings import PlatformSettings, all_fit
from adapters.portal.case_links import CaseAddress
from adapters.proofs.addresses import FileStoreAddress, ScannerAddress
from adapters.setting_words import in_plain_words
from adapters.webhooks import secret_bytes

PREFIX = "AMTSWEG_"
USUAL = {"DATABASE_URL", "KAFKA_BOOTSTRAP_SERVERS"}


class SettingsAreWrong(Exception):
    """Correct these settings, then start again:"""

    def __init__(self, mistakes: Iterable[str]) -> None:
        super().__init__(*mistakes)

    def __str__(self) -> str:
        return f"{self.__doc__} {'; '.join(self.args)}"


def _database(text: str) -> str:
    try:
        conninfo_to_dict(text)
    except psycopg.Error:
        message = "should be an address such as postgresql://name@127.0.0.1:5432/amtsweg"
        raise ValueError(message) from None
    return text


def _secret(text: str) -> str:
    """`secret_bytes` raises what is wrong with it."""
    secret_bytes(text)
    return text


Database = Annotated[str, AfterValidator(_database)]


class Settings(KafkaSettings, HandOverSettings, MailSettings):
    """`AMTSWEG_HOME=/srv/amtsweg` sets `home`, and so on; those of USUAL have their own names."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", populate_by_name=True)

    database_url: Database | None = Field(
        default=None, validation_alias=AliasChoices("DATABASE_URL", "AMTSWEG_DATABASE_URL")
    )
    home: Path = Field(default_factory=lambda: Path.home() / ".local" / "share" / "amtsweg")
    catalogue: DirectoryPath | None = None
    host: str = "127.0.0.1"
    port: Port = 8000
    public_url: Address = "http://127.0.0.1:8000"
    case_url: CaseAddress | None = None
    pool_size: int = Field(default=8, ge=1)
    metrics_token: MachineToken | None = None

    issuers: tuple[IssuerSettings, ...] = ()
    payment_url: Address = "http://127.0.0.1:8001/payment"
    payment_platforms: tuple[PlatformSettings, ...] = ()
    payment_poll_seconds: float = Field(default=5.0, gt=0)
    retention: bool = True
    deadline_seconds: float = Field(default=60.0, gt=0, allow_inf_nan=False)
    payment_callback_secrets: tuple[Annotated[str, AfterValidator(_secret)], ...] = ()

    sandbox: bool = False
    sandbox_url: Address = "http://127.0.0.1:8001"

    files_url: FileStoreAddress | None = None
    clamd: ScannerAddress | None = None
    upload_seconds: float = Field(default=120.0, gt=0, allow_inf_nan=False)

    keys: Path | None = None

    anchors: Anchors = ()
    checkpoint_events: int = Field(default=1000, ge=1)
    checkpoint_seconds: float = Field(default=60.0, gt=0, allow_inf_nan=False)

    @field_validator("payment_platforms")
    @classmethod
    def _platforms(
        cls, platforms: tuple[PlatformSettings, ...], info: ValidationInfo
    ) -> tuple[PlatformSettings, ...]:
        """`all_fit` raises what is wrong with them."""
        return all_fit(platforms, info.data.get("payment_url", ""))

    @property
    def mailboxes(self) -> Mapping[str, MailboxSettings]:
        """Those that accounts have, by the provider of the account."""
        return {one.issuer: one.mailbox for one in self.issuers if one.mailbox}

    @property
    def anchor_places(self) -> tuple[str, ...]:
        """Where checkpoints are handed to: what is set, or one file here, and Kafka if named."""
        here = str(self.home / "anchors" / "checkpoints.txt")
        return self.anchors or (here, *self.checkpoint_topic)

    @property
    def key_file(self) -> Path:
        """The keys that personal data are sealed under; see KeyRing."""
        return self._key_folder / "personal-data.json"

    @property
    def signing_key_file(self) -> Path:
        """The key that checkpoints of the log are signed with."""
        return self._key_folder / "checkpoints.json"

    @property
    def _key_folder(self) -> Path:
        return self.keys or self.home / "keys"

    @property
    def files(self) -> Path:
        return self.home / "files"

    @property
    def caught_mails(self) -> Path:
        """Where the sandbox keeps the mails that it caught."""
        return self.sandbox_home / "mail"

    @property
    def sandbox_home(self) -> Path:
        return self.home / "sandbox"


def read_settings() -> Settings:
    """Raise SettingsAreWrong. No value is repeated: some of them are secrets."""
    try:
        return Settings()
    except ValidationError as error:
        told = [(e["loc"], in_plain_words(e)) for e in error.errors(include_input=False)]
        raise SettingsAreWrong(f"{_variable(*where)}: {what}" for where, what in told) from None
    except SettingsError as error:
        names = re.findall(r'field "(\w+)"', str(error))
        raise SettingsAreWrong(f"{_variable(name)}: should be JSON" for name in names) from None


def _variable(name: object, *inside: object) -> str:
    """Two are read under their usual names, too."""
    spelled = str(name).upper()
    known = spelled in USUAL or spelled.startswith(PREFIX)
    return ".".join([spelled if known else f"{PREFIX}{spelled}", *map(str, inside)])
