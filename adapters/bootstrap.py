"""The composition root: the only place that builds anything."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import httpx

from adapters.account_mailbox.account_letters import FILE
from adapters.account_mailbox.mailbox import AccountMailbox
from adapters.account_mailbox.opening import open_mailboxes
from adapters.catalogue.catalogue import Catalogue
from adapters.catalogue.live import LiveCatalogue, following
from adapters.event_store.appender import Appender
from adapters.event_store.line import Line
from adapters.event_store.log import EventLog, Pool
from adapters.event_store.mapper import EventMapper
from adapters.event_store.mapping import event_mapper
from adapters.event_store.office import Office
from adapters.first_use import FirstUses
from adapters.identity.staff import Staff
from adapters.identity.tokens import TokenVerifier
from adapters.kafka.access import KafkaAccess, kafka_access
from adapters.kept_connections import CONNECTIONS
from adapters.mail.return_paths import ReturnPaths
from adapters.mail.smtp import SmtpSender, mail_server_of
from adapters.payments.accesses import accesses, client
from adapters.payments.accounts import Access, PlatformAccounts
from adapters.payments.checkout import Checkout
from adapters.payments.comparisons import Comparisons
from adapters.personal_data.erasure import Accounts, Eraser
from adapters.personal_data.key_file import KeyFile
from adapters.personal_data.key_ring import KeyEncryption
from adapters.personal_data.leftovers import Caught
from adapters.personal_data.people import account_key
from adapters.portal.prepared import PortalCase
from adapters.postgres.connecting import OF_NO_TOWN, pool
from adapters.proofs.accesses import Accesses
from adapters.proofs.files import proof_files
from adapters.proofs.handling import ProofHandling
from adapters.proofs.receiving import Uploads
from adapters.proofs.scanner import scanner_at
from adapters.proofs.vault import Vault
from adapters.readings import Readings
from adapters.retention import Retention
from adapters.settings import Settings
from domain.municipality.municipality import Municipality


@dataclass(frozen=True, slots=True)
class Parts:
    """All that api/ and workers/ work with, finished and open.

    `pool`: in the API it shows rows of a town, or of an account, to `seen_by` only.
    """

    settings: Settings
    url: str
    live_catalogue: LiveCatalogue
    keys: KeyFile
    mapper: EventMapper
    pool: Pool
    log: EventLog
    office: Office
    verifier: TokenVerifier
    staff: Staff
    checkout: Checkout
    comparisons: Comparisons
    proofs: ProofHandling
    mail: SmtpSender
    mailboxes: Mapping[str, AccountMailbox]
    eraser: Eraser
    first_uses: FirstUses
    portals: PortalCase
    readings: Readings

    @property
    def kafka(self) -> KafkaAccess | None:
        """Where it is, if one is named; nobody is connected to it yet."""
        return kafka_access(self.settings)

    @property
    def return_paths(self) -> ReturnPaths | None:
        """Where mails bounce to, if somebody collects them."""
        bounces = self.settings.bounces
        return ReturnPaths(bounces.domain, self.keys) if bounces else None

    @property
    def retention(self) -> Retention:
        return Retention(self.eraser)

    @property
    def catalogue(self) -> Catalogue:
        """As it stands: keep it while you work on one request, and no longer."""
        return self.live_catalogue.snapshot


@asynccontextmanager
async def open_parts(
    settings: Settings, url: str, *, towns_apart: bool = False
) -> AsyncIterator[Parts]:
    """Open what works with the database at `url`, and close it; the API wants `towns_apart`."""
    keys, files = KeyFile(settings.key_file), proof_files(settings.files_url, settings.files)
    async with AsyncExitStack() as stack:
        reading, asking = await _pools(stack, settings, url, towns_apart=towns_apart)
        office = await _office(stack, url, reading, event_mapper(keys))
        live = await stack.enter_async_context(following(office.log))
        yield Parts(
            settings=settings,
            url=url,
            live_catalogue=live,
            keys=keys,
            mapper=office.log.mapper,
            pool=asking,
            log=office.log,
            office=office,
            verifier=await _verifier(stack, settings, keys),
            staff=Staff(office),
            checkout=await _checkout(stack, settings, live, office),
            comparisons=Comparisons(asking),
            proofs=_proofs(settings, Vault(files, office.log), asking),
            mail=mail_server_of(settings),
            mailboxes=await open_mailboxes(stack, settings.mailboxes),
            eraser=Eraser(office, reading, keys, files, _caught(settings), _accounts(live)),
            first_uses=FirstUses(office, keys),
            portals=PortalCase(settings.public_url),
            readings=await stack.enter_async_context(Readings(office.log, asking)),
        )


def _caught(settings: Settings) -> Caught:
    return Caught(settings.caught_mails, settings.sandbox_home / FILE)


def _accounts(live: LiveCatalogue) -> Accounts:
    def adopted_on(ags: str, year: int) -> date | None:
        town = live.snapshot.by_ags.get(ags)
        return town.accounts_adopted.get(year) if town else None

    return adopted_on


async def _pools(
    stack: AsyncExitStack, settings: Settings, url: str, *, towns_apart: bool
) -> tuple[Pool, Pool]:
    """For the log, and for questions: behind the wall between towns, or the same one."""
    reading = await stack.enter_async_context(pool(url, settings.pool_size))
    if not towns_apart:
        return reading, reading
    return reading, await stack.enter_async_context(pool(url, settings.pool_size, OF_NO_TOWN))


async def _office(stack: AsyncExitStack, url: str, reading: Pool, mapper: EventMapper) -> Office:
    appender = await stack.enter_async_context(Appender(url, mapper))
    line = await stack.enter_async_context(Line(url))
    return Office(EventLog(reading, mapper, line), appender)


async def _verifier(
    stack: AsyncExitStack, settings: Settings, keys: KeyEncryption
) -> TokenVerifier:
    def pseudonym(issuer: str, subject: str) -> str:
        return account_key(keys, issuer, subject)

    http = await stack.enter_async_context(httpx.AsyncClient(limits=CONNECTIONS))
    return TokenVerifier([i.trusted() for i in settings.issuers], http, pseudonym)


def _proofs(settings: Settings, vault: Vault, asking: Pool) -> ProofHandling:
    return ProofHandling(
        uploads=Uploads(),
        vault=vault,
        scanner=scanner_at(settings.clamd),
        accesses=Accesses(vault.log, asking),
    )


async def _checkout(
    stack: AsyncExitStack,
    settings: Settings,
    live: LiveCatalogue,
    office: Office,
) -> Checkout:
    def town(ags: str) -> Municipality:
        return live.snapshot.municipality(ags)

    def return_url(payment_id: UUID) -> str:
        return f"{settings.public_url}/api/v1/payments/{payment_id}/return"

    # Of its own: whatever a platform is slow at, sign-ins are checked all the same.
    usual = Access(settings.payment_url, await stack.enter_async_context(client()))
    known = await accesses(stack, settings.payment_platforms, usual)
    return Checkout(office, PlatformAccounts(town, usual, known), return_url)
