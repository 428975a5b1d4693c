"""Who writes to the mailbox: the key that contents are signed with, and the certificate of it."""

import json
from base64 import b64encode
from dataclasses import dataclass, field
from hashlib import sha512
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509.oid import NameOID
from joserfc import jwt
from joserfc.jwk import RSAKey

TOKEN_SECONDS = 30 * 60
ROLE = "THIRD_PARTY"


@dataclass(frozen=True, slots=True)
class Author:
    """`name`: the common name of the certificate, by which the service knows us."""

    name: str
    key: RSAPrivateKey = field(repr=False)

    @classmethod
    def read(cls, certificate: Path, key: Path | None, password: bytes | None) -> Self:
        """Raise ValueError where they do not fit each other."""
        try:
            known = x509.load_pem_x509_certificate(certificate.read_bytes())
            private = load_pem_private_key((key or certificate).read_bytes(), password)
            (name,) = known.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        except (OSError, ValueError, TypeError):
            private = None
        if not isinstance(private, RSAPrivateKey) or private.public_key() != known.public_key():
            message = "should name a certificate with a common name, and its RSA key, in PEM"
            raise ValueError(message)
        return cls(str(name.value), private)

    def signature(self, content: str) -> str:
        return b64encode(self.key.sign(content.encode(), PKCS1v15(), SHA512())).decode()

    def token(self, now: int) -> str:
        claims = {"iat": now, "exp": now + TOKEN_SECONDS, "signer": self.name, "roles": [ROLE]}
        header = {"alg": "RS512", "typ": "JWT"}
        return jwt.encode(header, claims, RSAKey.import_key(self.key), algorithms=["RS512"])


def envelope(content: str, author: Author | None) -> bytes:
    """The content as a text, for that is what was signed; without a key, its digest."""
    signed = author.signature(content) if author else sha512(content.encode()).hexdigest()
    return json.dumps({"content": content, "sha512sum": signed}, ensure_ascii=False).encode()
