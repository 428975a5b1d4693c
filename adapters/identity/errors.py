"""Why somebody is not let in. A docstring is the sentence a person reads.

NotAuthenticated (401, with `WWW-Authenticate: Bearer`)
├── TokenMissing, TokenMalformed, TokenExpired, TokenNotYetValid, TokenForAnotherAudience
├── IssuerNotTrusted, SignatureInvalid, ClaimsIncomplete, BackOfficeUnknown
├── MonitoringUnknown
└── IdentityProviderUnavailable (503, with `Retry-After`)
RoleNotAllowed (403)
└── NoRoleGranted, RoleRevoked, AnotherRoleGranted
IdentityMisconfigured (the process does not start)
└── AlgorithmNotAllowed, IssuersShareSubjects
"""

from domain.saying import SaysWhyInBrackets


class IdentityRefused(SaysWhyInBrackets):
    """Nobody could be let in."""


class NotAuthenticated(IdentityRefused):
    """Sign in first."""


class TokenMissing(NotAuthenticated):
    """Sign in and send your access token as `Authorization: Bearer ...`."""


class TokenMalformed(NotAuthenticated):
    """This is not an access token we can read; sign in again to get a new one."""


class TokenExpired(NotAuthenticated):
    """Your sign-in has expired; sign in again."""


class TokenNotYetValid(NotAuthenticated):
    """Your sign-in is dated in the future; check the clocks and sign in again."""


class TokenForAnotherAudience(NotAuthenticated):
    """This access token was made for another service; ask for one made for this service."""


class IssuerNotTrusted(NotAuthenticated):
    """This service does not accept such sign-ins from this identity provider; use another one."""


class SignatureInvalid(NotAuthenticated):
    """The signature of this access token does not hold; sign in again to get a new one."""


class ClaimsIncomplete(NotAuthenticated):
    """Your sign-in lacks something this service needs; have the identity provider set it right."""


class BackOfficeUnknown(NotAuthenticated):
    """No back office has this token; send the one that was agreed with the data centre."""


class MonitoringUnknown(NotAuthenticated):
    """Measurements are for monitoring alone; set AMTSWEG_METRICS_TOKEN for the API if it has none,
    and send that token as `Authorization: Bearer ...`.
    """


class IdentityProviderUnavailable(NotAuthenticated):
    """The identity provider does not answer, so nobody can be checked; try again in a moment."""


class RoleNotAllowed(IdentityRefused):
    """Your role does not allow this; ask somebody in one of the roles named."""


class NoRoleGranted(RoleNotAllowed):
    """This account has no role here; ask an operator to grant it one, by the name in brackets."""


class RoleRevoked(RoleNotAllowed):
    """This account's role was revoked; ask an operator if that was a mistake."""


class AnotherRoleGranted(RoleNotAllowed):
    """Your sign-in names another role or place than was granted to you here; ask an operator."""


class IdentityMisconfigured(IdentityRefused):
    """The sign-in is set up in a way that would let the wrong person in."""


class AlgorithmNotAllowed(IdentityMisconfigured):
    """Trust an issuer's asymmetric signatures only; remove the algorithms named."""


class IssuersShareSubjects(IdentityMisconfigured):
    """Give each trusted issuer a subject_prefix of its own, none the beginning of another's."""
