"""Which refusal is which HTTP problem: one table, proven complete by a test."""

from collections.abc import Mapping
from http import HTTPStatus as Http

from adapters.catalogue import errors as catalogue
from adapters.event_store import errors as store
from adapters.event_store.office import StaleVersion
from adapters.identity import errors as identity
from adapters.payments import errors as payments
from adapters.personal_data import key_ring as keys
from adapters.proofs import errors as proofs
from api import refusals as api
from domain import errors as d
from domain.decider import HistoryOfSomethingElse

STATUS: Mapping[type[Exception], Http] = {
    d.NotSubmitted: Http.NOT_FOUND,
    d.AlreadySubmitted: Http.CONFLICT,
    d.TrustLevelTooLow: Http.FORBIDDEN,
    d.ChoiceNotOffered: Http.UNPROCESSABLE_ENTITY,
    d.BranchNotOffered: Http.UNPROCESSABLE_ENTITY,
    d.CardNumberMissing: Http.UNPROCESSABLE_ENTITY,
    d.ProofNotAskedFor: Http.UNPROCESSABLE_ENTITY,
    d.ProofsAreClosed: Http.CONFLICT,
    d.ProofUnknown: Http.NOT_FOUND,
    d.NotReceivedYet: Http.CONFLICT,
    d.AlreadyDecided: Http.CONFLICT,
    d.AlreadyEnded: Http.CONFLICT,
    d.NotEnded: Http.CONFLICT,
    d.NotEndedYet: Http.CONFLICT,
    d.ApplicantWasErased: Http.CONFLICT,
    d.FeeRecordUnknown: Http.NOT_FOUND,
    d.RetentionLasts: Http.CONFLICT,
    d.NotWaitingForApplicant: Http.CONFLICT,
    d.NotClaimed: Http.CONFLICT,
    d.ClaimedByAnother: Http.CONFLICT,
    d.CorrectionIsOpen: Http.CONFLICT,
    d.NoOpenCorrection: Http.CONFLICT,
    d.NotApproved: Http.CONFLICT,
    d.FeeNotPaid: Http.CONFLICT,
    d.FulfilmentNotChosen: Http.CONFLICT,
    d.NotReadyForPickup: Http.CONFLICT,
    d.NoFeeDue: Http.CONFLICT,
    d.NoTariffLine: Http.UNPROCESSABLE_ENTITY,
    d.PaymentUnknown: Http.NOT_FOUND,
    d.MoneyUnknown: Http.NOT_FOUND,
    d.MoneyHasGone: Http.CONFLICT,
    d.MoneyIsHere: Http.CONFLICT,
    d.NoRefundDue: Http.CONFLICT,
    d.MoneyMatched: Http.CONFLICT,
    d.MoneyDoesNotFit: Http.CONFLICT,
    d.ReasonMissing: Http.UNPROCESSABLE_ENTITY,
    d.OfficeUnknown: Http.UNPROCESSABLE_ENTITY,
    d.SameOffice: Http.UNPROCESSABLE_ENTITY,
    d.SameMunicipality: Http.UNPROCESSABLE_ENTITY,
    d.NotResponsible: Http.UNPROCESSABLE_ENTITY,
    d.PlaceUnknown: Http.UNPROCESSABLE_ENTITY,
    d.ServiceNotOffered: Http.NOT_FOUND,
    d.RoleStands: Http.CONFLICT,
    d.RoleNeedsMunicipality: Http.UNPROCESSABLE_ENTITY,
    d.AccountIsBarred: Http.CONFLICT,
    d.ServiceIsExternal: Http.CONFLICT,
    d.ServiceIsNotExternal: Http.CONFLICT,
    d.NotAvailableOnline: Http.CONFLICT,
    d.ServiceVersionUnknown: Http.NOT_FOUND,
    d.PublishedStaysAsItIs: Http.CONFLICT,
    d.VersionNotPublished: Http.CONFLICT,
    d.VersionStillAdopted: Http.CONFLICT,
    d.NotRegistered: Http.NOT_FOUND,
    d.AlreadyRegistered: Http.CONFLICT,
    d.MunicipalityHasEnded: Http.CONFLICT,
    d.MergedIntoItself: Http.UNPROCESSABLE_ENTITY,
    d.KindDoesNotFit: Http.UNPROCESSABLE_ENTITY,
    d.OfficeNotOpen: Http.UNPROCESSABLE_ENTITY,
    d.OfficeInUse: Http.CONFLICT,
    d.BranchUnknown: Http.UNPROCESSABLE_ENTITY,
    d.BranchInUse: Http.CONFLICT,
    d.ProviderUnknown: Http.NOT_FOUND,
    d.FeeLineUnknown: Http.UNPROCESSABLE_ENTITY,
    d.WaivedProofUnknown: Http.UNPROCESSABLE_ENTITY,
    d.ServiceNotAdopted: Http.NOT_FOUND,
    d.ServiceIsNotLive: Http.CONFLICT,
    d.MailboxMissing: Http.CONFLICT,
    d.PaymentPlatformMissing: Http.CONFLICT,
    d.BranchMissing: Http.CONFLICT,
    HistoryOfSomethingElse: Http.NOT_FOUND,
    StaleVersion: Http.PRECONDITION_FAILED,
    store.ConcurrentUpdate: Http.CONFLICT,
    store.CommandIdReused: Http.UNPROCESSABLE_ENTITY,
    store.PersonIsErased: Http.CONFLICT,
    keys.KeyRingRefused: Http.SERVICE_UNAVAILABLE,
    store.KeyIsRetired: Http.SERVICE_UNAVAILABLE,
    store.NotTaken: Http.INTERNAL_SERVER_ERROR,
    store.StoreIsBusy: Http.SERVICE_UNAVAILABLE,
    store.StoreUnavailable: Http.SERVICE_UNAVAILABLE,
    identity.NotAuthenticated: Http.UNAUTHORIZED,
    identity.IdentityProviderUnavailable: Http.SERVICE_UNAVAILABLE,
    identity.RoleNotAllowed: Http.FORBIDDEN,
    payments.PaymentPlatformUnavailable: Http.SERVICE_UNAVAILABLE,
    payments.PaymentRefused: Http.BAD_GATEWAY,
    payments.PaymentAnswerUnusable: Http.BAD_GATEWAY,
    payments.CallbackNotBelieved: Http.UNAUTHORIZED,
    payments.CallbackUnreadable: Http.BAD_REQUEST,
    proofs.ProofTooLarge: Http.REQUEST_ENTITY_TOO_LARGE,
    proofs.ProofTypeNotAllowed: Http.UNSUPPORTED_MEDIA_TYPE,
    proofs.ProofIsEmpty: Http.UNPROCESSABLE_ENTITY,
    proofs.ProofFileMissing: Http.NOT_FOUND,
    catalogue.MunicipalityIsClosed: Http.CONFLICT,
    catalogue.ServiceIsSuspended: Http.CONFLICT,
    catalogue.ServiceIsNotLiveYet: Http.CONFLICT,
    catalogue.CatalogueRefused: Http.NOT_FOUND,
    api.NotFound: Http.NOT_FOUND,
    api.BodyMalformed: Http.BAD_REQUEST,
    api.FormHasProblems: Http.UNPROCESSABLE_ENTITY,
    api.IdempotencyKeyMissing: Http.BAD_REQUEST,
    api.IdempotencyKeyMalformed: Http.BAD_REQUEST,
    api.IfMatchMissing: Http.PRECONDITION_REQUIRED,
    api.IfMatchMalformed: Http.BAD_REQUEST,
    api.CursorMalformed: Http.BAD_REQUEST,
    api.ChannelNotAllowed: Http.FORBIDDEN,
    api.SourceReused: Http.UNPROCESSABLE_ENTITY,
    api.ProviderNotAccepted: Http.FORBIDDEN,
    api.StepUpNeeded: Http.UNAUTHORIZED,
    api.NotYetVisible: Http.GATEWAY_TIMEOUT,
}

RETRY_AFTER_SECONDS: Mapping[Http, str] = {
    Http.SERVICE_UNAVAILABLE: "2",
    Http.GATEWAY_TIMEOUT: "1",
}


def status_of(error: Exception) -> Http:
    """Return the status of the nearest class in the table."""
    return next(
        (status for kind in type(error).__mro__ if (status := STATUS.get(kind))),
        Http.INTERNAL_SERVER_ERROR,
    )
