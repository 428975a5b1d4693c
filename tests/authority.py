"""An authority of the tests, and servers with certificates of its own making."""

import ssl
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PEM = serialization.Encoding.PEM
UNLOCKED = (PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
LONG_AGO = timedelta(days=2)
TOMORROW, YESTERDAY = timedelta(days=1), timedelta(days=-1)


@dataclass(frozen=True)
class Authority:
    """`folder`: where its certificate and those that it signs are kept."""

    folder: Path
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    @property
    def file(self) -> Path:
        """Its own certificate: who is given it believes what it signs."""
        own = _named("authority").subject_name(_name("authority")).public_key(self.key.public_key())
        bound = own.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        told = self._signed(bound, TOMORROW)
        return _written(self.folder / "authority.pem", told.public_bytes(PEM))

    def serves(self, host: str, until: timedelta = TOMORROW) -> ssl.SSLContext:
        """Return what a server of that name needs; `until` counts from now."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName([x509.DNSName(host)])
        asked = _named("authority").subject_name(_name(host)).public_key(key.public_key())
        signed = self._signed(asked.add_extension(names, critical=False), until)
        both = signed.public_bytes(PEM) + key.private_bytes(*UNLOCKED)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(_written(self.folder / f"{host}.pem", both))
        return context

    def _signed(self, asked: x509.CertificateBuilder, until: timedelta) -> x509.Certificate:
        now = datetime.now(UTC)
        lasting = asked.not_valid_before(now - LONG_AGO).not_valid_after(now + until)
        return lasting.serial_number(x509.random_serial_number()).sign(self.key, hashes.SHA256())


def _named(issuer: str) -> x509.CertificateBuilder:
    return x509.CertificateBuilder().issuer_name(_name(issuer))


def _name(of: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, of)])


def _written(file: Path, content: bytes) -> Path:
    file.write_bytes(content)
    return file
