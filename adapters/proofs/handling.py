"""What it takes to handle proofs: take them in, keep them, have them scanned, hand them out."""

from dataclasses import dataclass

from adapters.proofs.accesses import Accesses
from adapters.proofs.receiving import Uploads
from adapters.proofs.scanner import Scanner
from adapters.proofs.vault import Vault


@dataclass(frozen=True, slots=True)
class ProofHandling:
    """`scanner`: None where files are not scanned."""

    uploads: Uploads
    vault: Vault
    scanner: Scanner | None
    accesses: Accesses
