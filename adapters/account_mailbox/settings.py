"""The mailbox that accounts of an identity provider have: a part of its entry in the settings."""

import ssl
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    FilePath,
    SecretStr,
    StringConstraints,
    model_validator,
)

from adapters.account_mailbox.author import Author
from adapters.addresses import secure_address
from adapters.authorities import signing_in

Text = Annotated[str, StringConstraints(min_length=1)]


def _token(token: SecretStr) -> SecretStr:
    text = token.get_secret_value()
    if not (text.isascii() and text.isprintable() and text):
        raise ValueError("should be printable ASCII characters")
    return token


class MailboxSettings(BaseModel):
    """`claim`: in which a sign-in names the mailbox. We sign in, and sign, with a certificate of
    the administration's PKI; with a token where the service wants no more.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    url: Annotated[str, AfterValidator(secure_address)]
    claim: Text = "legacyPostkorbHandle"
    certificate: FilePath | None = None
    certificate_key: FilePath | None = None
    certificate_password: SecretStr | None = None
    authorities: FilePath | None = None
    bearer: Annotated[SecretStr, AfterValidator(_token)] | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.certificate is None) == (self.bearer is None):
            raise ValueError("should have a certificate to sign with, or a bearer, and not both")
        if self.certificate_key and not self.certificate:
            raise ValueError("should name the certificate that the key is of")
        self.author()
        self.tls()
        return self

    def author(self) -> Author | None:
        if self.certificate is None:
            return None
        password = self.password.encode() or None
        return Author.read(self.certificate, self.certificate_key, password)

    def tls(self) -> ssl.SSLContext | None:
        """None: the usual one."""
        try:
            return signing_in(
                self.certificate, self.certificate_key, self.password, self.authorities
            )
        except (OSError, ValueError):
            raise ValueError("should name authorities in PEM") from None

    @property
    def password(self) -> str:
        given = self.certificate_password
        return given.get_secret_value() if given else ""
