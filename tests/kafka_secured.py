"""A second door of the tests' broker: TLS by a certificate of our own making, and a password."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from adapters.free_port import free_port

USER, PASSWORD = "amtsweg", "a-password"
HOST = "127.0.0.1"
OURS, DOOR = "127.0.0.1:{{port}}", "SECURED://127.0.0.1:{port}"
MODULE = "org.apache.kafka.common.security"
LISTENER = {
    "sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-512",
    "plain.sasl.jaas.config": f'{MODULE}.plain.PlainLoginModule required user_{USER}="{PASSWORD}";',
    "scram-sha-512.sasl.jaas.config": f"{MODULE}.scram.ScramLoginModule required;",
    "ssl.keystore.type": "PEM",
    "ssl.keystore.location": "{certificate}",
}
PROPERTIES = f"""listeners=PLAINTEXT://{OURS},CONTROLLER://127.0.0.1:{{{{controller}}}},{DOOR}
advertised.listeners={DOOR},PLAINTEXT://{OURS}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURED:SASL_SSL
""" + "".join(f"listener.name.secured.{name}={value}\n" for name, value in LISTENER.items())


@dataclass(frozen=True, slots=True)
class Door:
    address: str
    authority: Path


def secured(folder: Path) -> str:
    """Make certificate and port; return what the broker is to be told of them."""
    port = free_port(0)
    (folder / "authority.pem").write_bytes(_made(folder / "broker.pem"))
    (folder / "secured").write_text(f"{HOST}:{port}")
    return PROPERTIES.format(port=port, certificate=folder / "broker.pem")


def door(folder: Path) -> Door:
    return Door((folder / "secured").read_text(), folder / "authority.pem")


def authority() -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    constraint = x509.BasicConstraints(ca=True, path_length=0)
    certificate = _begun("An authority", key.public_key()).issuer_name(_name("An authority"))
    return key, certificate.add_extension(constraint, critical=True).sign(key, hashes.SHA256())


def _made(file: Path) -> bytes:
    """Put the broker's key and certificate there; return who has signed it."""
    signer, ours = authority()
    key = ec.generate_private_key(ec.SECP256R1())
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))])
    begun = _begun("A broker", key.public_key()).issuer_name(ours.subject)
    certificate = begun.add_extension(names, critical=False).sign(signer, hashes.SHA256())
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(secret + certificate.public_bytes(Encoding.PEM))
    return ours.public_bytes(Encoding.PEM)


def _begun(name: str, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=2))
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
