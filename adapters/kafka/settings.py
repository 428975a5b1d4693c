"""Where Kafka is, and what is ours in it; without an address, none is used."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, AliasChoices, Field
from pydantic_settings import BaseSettings

from adapters.authorities import Authorities
from adapters.crash_points import CrashPoint
from adapters.kafka.topic_names import CHECKPOINTS, topic_name
from adapters.setting_words import PREFIX_PATTERN

SERVER = re.compile(r"^[\w.-]+:\d{1,5}$|^\[[0-9a-fA-F:]+\]:\d{1,5}$")


def _servers(text: str) -> str:
    if not text or not all(map(SERVER.match, text.split(","))):
        message = "should be addresses such as 127.0.0.1:9092, separated by commas"
        raise ValueError(message)
    return text


class KafkaSettings(BaseSettings):
    """A part of the settings."""

    kafka_bootstrap_servers: Annotated[str, AfterValidator(_servers)] | None = Field(
        default=None,
        validation_alias=AliasChoices("KAFKA_BOOTSTRAP_SERVERS", "AMTSWEG_KAFKA_BOOTSTRAP_SERVERS"),
    )
    kafka_tls: bool = False
    kafka_ca_file: Authorities | None = None
    kafka_username: str | None = None
    kafka_password: str | None = None
    kafka_sasl_mechanism: Literal["SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"] = "SCRAM-SHA-512"
    kafka_topic_prefix: str = Field(default="amtsweg", pattern=PREFIX_PATTERN)
    kafka_partitions: int = Field(default=12, ge=1, le=1000)
    kafka_retention_days: int = Field(default=30, ge=1, le=3650)
    crash_at: CrashPoint | None = None

    @property
    def checkpoint_topic(self) -> tuple[str, ...]:
        """The anchor in Kafka, where one is named."""
        if self.kafka_bootstrap_servers is None:
            return ()
        return (f"kafka:{topic_name(self.kafka_topic_prefix, CHECKPOINTS)}",)
