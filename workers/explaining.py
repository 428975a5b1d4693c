"""The failures that a person at the command line can mend; each says how."""

import errno
from collections.abc import Mapping

import msgspec
import psycopg
from psycopg.errors import (
    InsufficientPrivilege,
    LockNotAvailable,
    ReadOnlySqlTransaction,
    UndefinedTable,
)

from adapters.account_mailbox.decided import MailboxIsTheSandboxs
from adapters.catalogue.errors import CatalogueRefused
from adapters.event_store.errors import StoreError
from adapters.evidence.errors import EvidenceRefused
from adapters.evidence.notes import NotAPublicKey
from adapters.evidence.signing_key import SigningKeyRefused
from adapters.identity.errors import IdentityRefused
from adapters.kafka.errors import KafkaFailed
from adapters.payments.decided import PaymentPlatformNotNamed
from adapters.payments.errors import TreasuryListUnusable
from adapters.personal_data.key_ring import KeyRingRefused
from adapters.personal_data.sealing import SealBroken
from adapters.postgres.embedded_errors import EmbeddedPostgresFailed
from adapters.postgres.migrations import MigrationRefused
from adapters.proofs.scanner import ScannerNotNamed
from adapters.read_models.rebuild import RebuildRefused
from adapters.settings import SettingsAreWrong
from domain.decider import HistoryOfSomethingElse
from domain.errors import Refused
from workers.catalogue import RunnerUnknown
from workers.erasing import IssuerUnknown, TownUnknown
from workers.maintenance import (
    ApplicationUnknown,
    NotAMoment,
    NotAnId,
    ReadModelUnknown,
    VersionUnknown,
)
from workers.previewing import LetterRefused
from workers.reconciling import NoSuchList
from workers.redelivering import RedeliverRefused
from workers.relaying import RepublishRefused
from workers.reporting import ReportRefused
from workers.running import DidNotGetReady, SandboxNeedsItsOwnDatabase
from workers.scenario.running import LogIsInUse, NothingToPlay
from workers.scenario.submitting import AnswersDoNotFit
from workers.scenario.table import ScenarioUnknown
from workers.staffing import OnlyClerksWorkThere, PlaceNeedsMunicipality, PlaceUnknown

EXPLAINED = (
    SettingsAreWrong,
    CatalogueRefused,
    StoreError,
    SigningKeyRefused,
    EvidenceRefused,
    NotAPublicKey,
    IdentityRefused,
    EmbeddedPostgresFailed,
    KeyRingRefused,
    SealBroken,
    MigrationRefused,
    RebuildRefused,
    RunnerUnknown,
    TownUnknown,
    IssuerUnknown,
    ScannerNotNamed,
    ApplicationUnknown,
    NotAMoment,
    NotAnId,
    ReadModelUnknown,
    HistoryOfSomethingElse,
    Refused,
    DidNotGetReady,
    SandboxNeedsItsOwnDatabase,
    MailboxIsTheSandboxs,
    PaymentPlatformNotNamed,
    ReportRefused,
    ScenarioUnknown,
    LogIsInUse,
    NothingToPlay,
    AnswersDoNotFit,
    NoSuchList,
    TreasuryListUnusable,
    OnlyClerksWorkThere,
    PlaceNeedsMunicipality,
    PlaceUnknown,
    VersionUnknown,
    KafkaFailed,
    RepublishRefused,
    RedeliverRefused,
    LetterRefused,
)
SILENT = "The database cannot be used; check DATABASE_URL, and that its server runs"
HELD = (
    "A worker is at work on what this command needs, and may be waiting for Kafka or for a back "
    "office; try again in a moment."
)
EMPTY = "This database has not been prepared yet; run `migrate` first."
NO_WRITES = (
    "This database takes no writes, as a standby does; give the command at the one that does."
)
NOT_ALLOWED = (
    "The database refuses this login; use the login that owns the tables for this command."
)
UNUSABLE = (
    "This file or folder cannot be made, read or written here; choose another one (AMTSWEG_HOME "
    "names the folder of what is kept), or make room or let this account in:"
)
# What a disk or its owner says no with. That a file is not there may be our own mistake.
DISK_SAYS_NO = {
    errno.EROFS,
    errno.EACCES,
    errno.EPERM,
    errno.ENOTDIR,
    errno.EEXIST,
    errno.ENOSPC,
    errno.EDQUOT,
}
UNREADABLE = "The log holds an event that cannot be read; `verify` names it."


SENTENCES: Mapping[type[Exception], str] = {
    LockNotAvailable: HELD,
    UndefinedTable: EMPTY,
    InsufficientPrivilege: NOT_ALLOWED,
    ReadOnlySqlTransaction: NO_WRITES,
    msgspec.DecodeError: UNREADABLE,
}


def explanation(error: Exception) -> str | None:
    """Return the sentence to say, or None where only a programmer can help."""
    for kind, sentence in SENTENCES.items():
        if isinstance(error, kind):
            return sentence
    if isinstance(error, psycopg.OperationalError):
        return f"{SILENT} ({str(error).partition(chr(10))[0]})."
    if isinstance(error, OSError) and error.filename and error.errno in DISK_SAYS_NO:
        return f"{UNUSABLE} {error.filename} ({error.strerror})"
    return str(error) if isinstance(error, EXPLAINED) else None
