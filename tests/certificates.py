"""An authority of one's own, and a certificate that it signed for this machine."""

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

A_DAY = timedelta(days=1)
THIS_MACHINE = x509.SubjectAlternativeName(
    [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
)


@dataclass(frozen=True, slots=True)
class Certificates:
    """`server`: a certificate and its key in one file."""

    authority: Path
    server: Path


def certificates(folder: Path, name: str = "localhost") -> Certificates:
    signer, own = key(), key()
    authority = signed("Authority", signer, "Authority", signer, is_authority=True)
    server = signed(name, own, "Authority", signer)
    made = Certificates(folder / "authority.pem", folder / "server.pem")
    made.authority.write_bytes(authority.public_bytes(Encoding.PEM))
    made.server.write_bytes(in_pem(own) + server.public_bytes(Encoding.PEM))
    made.server.chmod(0o600)
    return made


def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def in_pem(private: rsa.RSAPrivateKey) -> bytes:
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def signed(
    name: str, own: rsa.RSAPrivateKey, by: str, signer: rsa.RSAPrivateKey, *, is_authority=False
) -> x509.Certificate:
    now = datetime.now(UTC)
    certificate = x509.CertificateBuilder(
        _named(by), _named(name), own.public_key(), x509.random_serial_number(),
        now - A_DAY, now + A_DAY,
    )  # fmt: skip
    return (
        certificate.add_extension(x509.BasicConstraints(is_authority, None), critical=True)
        .add_extension(THIS_MACHINE, critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(own.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
        .sign(signer, SHA256())
    )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
