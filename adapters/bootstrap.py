"""The composition root: the only place that builds anything."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

import httpx

from adapters.catalogue.catalogue import Catalogue
from adapters.catalogue.loading import BUILT_IN, load
from adapters.event_store.appender import Appender
from adapters.event_store.line import Line
from adapters.event_store.log import EventLog, Pool
from adapters.event_store.mapper import EventMapper
from adapters.event_store.mapping import event_mapper
from adapters.event_store.office import Office
from adapters.first_use import FirstUses
from adapters.identity.tokens import TokenVerifier
from adapters.identity.trusted_issuer import TrustedIssuer
from adapters.mail.smtp import SmtpSender
from adapters.payments.checkout import Checkout
from adapters.payments.xbezahldienste import PaymentPlatform
from adapters.personal_data.erasure import Eraser
from adapters.personal_data.key_file import KeyFile
from adapters.personal_data.key_ring import KeyEncryption
from adapters.postgres.connecting import pool
from adapters.proofs.files import ProofFiles, local_files
from adapters.settings import IssuerSettings, Settings
from domain.errors import ServiceNotOffered


@dataclass(frozen=True, slots=True)
class Parts:
    """All that api/ and workers/ work with, finished and open."""

    settings: Settings
    url: str
    catalogue: Catalogue
    keys: KeyEncryption
    mapper: EventMapper
    pool: Pool
    log: EventLog
    office: Office
    verifier: TokenVerifier
    checkout: Checkout
    files: ProofFiles
    mail: SmtpSender
    eraser: Eraser
    first_uses: FirstUses


@asynccontextmanager
async def open_parts(settings: Settings, url: str) -> AsyncIterator[Parts]:
    """Open pool, appender and HTTP client; close them in reverse. `url`: the database."""
    catalogue = load(settings.catalogue or BUILT_IN)
    keys = KeyFile(settings.key_file)
    mapper = event_mapper(keys)
    async with AsyncExitStack() as stack:
        reading = await stack.enter_async_context(pool(url, settings.pool_size))
        appender = await stack.enter_async_context(Appender(url, mapper))
        http = await stack.enter_async_context(httpx.AsyncClient())
        log = EventLog(reading, mapper, await stack.enter_async_context(Line(url)))
        office, files = Office(log, appender), local_files(settings.files)
        yield Parts(
            settings=settings,
            url=url,
            catalogue=catalogue,
            keys=keys,
            mapper=mapper,
            pool=reading,
            log=log,
            office=office,
            verifier=TokenVerifier([_trusted(i) for i in settings.issuers], http),
            checkout=_checkout(settings, catalogue, office, http),
            files=files,
            mail=_mail(settings),
            eraser=Eraser(office, keys, files, settings.caught_mails),
            first_uses=FirstUses(office, keys),
        )


def _trusted(issuer: IssuerSettings) -> TrustedIssuer:
    return TrustedIssuer(
        issuer=issuer.issuer,
        audience=issuer.audience,
        roles_allowed=issuer.roles,
        jwks_url=issuer.jwks_url,
        subject_prefix=issuer.subject_prefix,
    )


def _checkout(
    settings: Settings, catalogue: Catalogue, office: Office, http: httpx.AsyncClient
) -> Checkout:
    def platform(ags: str) -> PaymentPlatform:
        account = catalogue.municipality(ags).payment
        if account is None:
            raise ServiceNotOffered
        return PaymentPlatform(settings.payment_url, account.originator, account.endpoint, http)

    def return_url(payment_id: UUID) -> str:
        return f"{settings.public_url}/api/v1/payments/{payment_id}/return"

    return Checkout(office, platform, return_url)


def _mail(settings: Settings) -> SmtpSender:
    return SmtpSender(
        host=settings.smtp_host,
        port=settings.smtp_port,
        sender="",
        username=settings.smtp_username,
        password=settings.smtp_password,
        starttls=settings.smtp_starttls,
    )
