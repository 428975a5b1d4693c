"""How we sign in at payment platforms, as a data centre names it in AMTSWEG_PAYMENT_PLATFORMS."""

import ssl
from base64 import b64encode
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    FilePath,
    SecretStr,
    StringConstraints,
    model_validator,
)

from adapters.addresses import LOOPBACK
from adapters.authorities import signing_in
from adapters.payments.wire import WebAddress

Name = Annotated[str, StringConstraints(min_length=1)]


class PlatformSettings(BaseModel):
    """For the accounts of one originator, or for one of them where `endpoint` is named.

    Signed in by a token, by name and password, by an `Authorization` header as a whole, or by a
    certificate; by a certificate and one of the others, too.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    originator: Name
    endpoint: Name | None = None
    url: WebAddress | None = None
    bearer: SecretStr | None = None
    username: Name | None = None
    password: SecretStr | None = None
    authorization: SecretStr | None = None
    certificate: FilePath | None = None
    certificate_key: FilePath | None = None
    certificate_password: SecretStr | None = None
    authorities: FilePath | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.username is None) != (self.password is None):
            raise ValueError("should have both username and password, or neither")
        if sum(one is not None for one in (self.bearer, self.password, self.authorization)) > 1:
            raise ValueError("should have one of bearer, password and authorization")
        header = self.header
        if not (header.isascii() and header.isprintable()):
            raise ValueError("should sign in with printable ASCII characters")
        if self.certificate_key and not self.certificate:
            raise ValueError("should name the certificate that the key is of")
        self.tls()
        return self

    @property
    def header(self) -> str:
        """The `Authorization` header; empty without."""
        if self.bearer is not None:
            return f"Bearer {self.bearer.get_secret_value()}"
        if self.username is not None and self.password is not None:
            pair = f"{self.username}:{self.password.get_secret_value()}"
            return f"Basic {b64encode(pair.encode()).decode()}"
        return self.authorization.get_secret_value() if self.authorization else ""

    @property
    def has_secret(self) -> bool:
        return bool(self.header or self.certificate)

    def tls(self) -> ssl.SSLContext | None:
        """None: the usual one."""
        given = self.certificate_password
        password = given.get_secret_value() if given else ""
        try:
            return signing_in(self.certificate, self.certificate_key, password, self.authorities)
        except (OSError, ValueError):
            message = (
                "should name a certificate, its key and authorities in PEM that fit each other"
            )
            raise ValueError(message) from None


def all_fit(platforms: tuple[PlatformSettings, ...], url: str) -> tuple[PlatformSettings, ...]:
    """`url`: for those that name none."""
    if len({(one.originator, one.endpoint) for one in platforms}) < len(platforms):
        raise ValueError("should name each originator, or each endpoint of it, once")
    for one in platforms:
        parts = urlsplit(one.url or url)
        if one.has_secret and parts.scheme != "https" and parts.hostname not in LOOPBACK:
            raise ValueError("should sign in at addresses with https only")
    return platforms
