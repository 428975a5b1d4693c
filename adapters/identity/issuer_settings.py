"""An identity provider as a data centre names it, in the setting AMTSWEG_ISSUERS."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict

from adapters.account_mailbox.settings import MailboxSettings
from adapters.identity.actor import Role
from adapters.identity.trusted_issuer import TRUST_LEVELS, RolesFrom, TrustedIssuer
from domain.rules import TrustLevel


def _rank(name: object) -> TrustLevel:
    ranks = {level.name.lower(): level for level in TrustLevel}
    if not isinstance(name, str) or name not in ranks:
        message = f"should be one of: {', '.join(ranks)}"
        raise ValueError(message)
    return ranks[name]


class IssuerSettings(BaseModel):
    """An identity provider that may sign people in, e.g. of one portal or one town hall.

    `roles_from`: whether its tokens say what staff may do, our register, or either. `pairwise`: a
    citizen's account key is derived, so that what the provider calls them is kept nowhere.
    `trust_levels`: what it calls the levels (in trust_level and acr), by our rank. `mailbox`: what
    its accounts have, and where letters to them go.
    """

    model_config = ConfigDict(extra="forbid")

    issuer: str
    audience: str = "amtsweg"
    roles: frozenset[Role]
    jwks_url: str | None = None
    subject_prefix: str = ""
    roles_from: RolesFrom = RolesFrom.TOKEN
    pairwise: bool = False
    trust_levels: dict[str, Annotated[TrustLevel, BeforeValidator(_rank)]] | None = None
    mailbox: MailboxSettings | None = None

    def trusted(self) -> TrustedIssuer:
        return TrustedIssuer(
            issuer=self.issuer,
            audience=self.audience,
            roles_allowed=self.roles,
            jwks_url=self.jwks_url,
            subject_prefix=self.subject_prefix,
            roles_from=self.roles_from,
            pairwise=self.pairwise,
            trust_levels={**TRUST_LEVELS, **(self.trust_levels or {})},
            mailbox_claim=self.mailbox.claim if self.mailbox else None,
        )
