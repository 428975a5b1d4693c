"""What the rules say when they say no. A docstring is the sentence a person reads.

Refused
├── NotSubmitted, AlreadySubmitted
├── TrustLevelTooLow, ChoiceNotOffered, BranchNotOffered, CardNumberMissing
├── ProofNotAskedFor, ProofUnknown, ProofsAreClosed, ProofNotHandedOut, TooManyProofs
├── NotReceivedYet, AlreadyDecided, AlreadyEnded, NotEnded, NotEndedYet, TooLateToWithdraw
├── GoesOnElsewhere
├── MoneyIsOwed, MoneyIsAwaited
├── NotWaitingForApplicant, ApplicantWasErased
├── NotClaimed, ClaimedByAnother
├── CorrectionIsOpen, NoOpenCorrection
├── NotApproved, FeeNotPaid, FulfilmentNotChosen, NotReadyForPickup
├── NoFeeDue, NoTariffLine, PaymentUnknown, ServiceNotOffered
├── ServiceIsExternal, ServiceIsNotExternal, NotAvailableOnline
├── ServiceVersionUnknown, PublishedStaysAsItIs, VersionNotPublished, VersionStillAdopted
├── NotRegistered, AlreadyRegistered, MunicipalityHasEnded, MergedIntoItself
├── SuccessorHasEnded
├── KeyUnknown, KindDoesNotFit, PopulationNotCountedYet
├── OfficeInUse, BranchUnknown, BranchInUse, ProviderUnknown
├── FeeLineUnknown, WaivedProofUnknown, ProofAskedForAlready, ServiceNotAdopted, ServiceIsNotLive
├── MailboxMissing, PaymentPlatformMissing, BranchMissing, StepsMissing
├── MoneyUnknown, MoneyHasGone, MoneyIsHere, NoRefundDue, MoneyMatched, MoneyDoesNotFit
├── NothingToClarify
├── NoticeUnknown, NoticeIsOnItsWay, NothingWasSent, NoticeWasRepeated, NothingToSettle
├── NothingIsDue, ExtensionTooShort, AccountsNotAdoptedYet
├── FeeRecordUnknown, RetentionLasts
├── RoleStands, RoleNeedsMunicipality, AccountIsBarred
├── OfficeUnknown, SameOffice, SameMunicipality, NotResponsible, PlaceUnknown
└── ReasonMissing
"""

from typing import Any

from domain.saying import SaysWhyInBrackets


class Refused(SaysWhyInBrackets):
    """A rule said no. What it names, if anything, follows the sentence in brackets."""


class NotSubmitted(Refused):
    """There is no such application yet; submit it first."""


class AlreadySubmitted(Refused):
    """This application has been submitted before; read its status instead."""


class TrustLevelTooLow(Refused):
    """This service needs a higher trust level; sign in with a stronger means, then try again."""


class ChoiceNotOffered(Refused):
    """The service does not offer this way of receiving the result; choose one that it lists."""


class BranchNotOffered(Refused):
    """Choose one of the branches of this municipality for the pick-up."""


class CardNumberMissing(Refused):
    """A renewal needs the number of the card to renew."""


class ProofNotAskedFor(Refused):
    """This application asks for no such proof; it asks for those in brackets, if any."""


class ProofsAreClosed(Refused):
    """No such proof is missing; upload it once the office asks for a correction."""


class ProofUnknown(Refused):
    """No such proof was uploaded to this application."""


class ProofNotHandedOut(Refused):
    """Nobody was shown this proof, so nobody can judge it: it waits for its check, or failed it."""


class TooManyProofs(Refused):
    """This application has as many proofs as it may have; ask the office what it still needs."""


class NotReceivedYet(Refused):
    """The application is not complete yet: a proof or the fee is still missing."""


class AlreadyDecided(Refused):
    """This application has been decided; once it has ended, the office can reopen it and decide
    again.
    """


class AlreadyEnded(Refused):
    """This application has ended; the office can reopen it with a reason, to go on."""


class TooLateToWithdraw(Refused):
    """This application has been decided, so it cannot be withdrawn any more; write to the office,
    or leave the result with it.
    """


class GoesOnElsewhere(Refused):
    """This application goes on in another municipality; ask them to forward it back."""


class NotEnded(Refused):
    """Only an application that has ended can be reopened."""


class NotEndedYet(Refused):
    """The application is not finished; decide or withdraw it before its applicant is erased."""


class MoneyIsOwed(Refused):
    """Money has to go back first, to this person or from them; book it, or settle what is open."""


class MoneyIsAwaited(Refused):
    """A payment of this person is open; it ends within a day, then they can be erased."""


class ApplicantWasErased(Refused):
    """Whose application this was has been erased: it cannot be taken up again, and nobody can be
    written to.
    """


class NotWaitingForApplicant(Refused):
    """The application waits for the office, not for the applicant, so it cannot expire."""


class NotClaimed(Refused):
    """Claim the application before you work on it."""


class ClaimedByAnother(Refused):
    """Another clerk, named in brackets, has claimed this application; ask them to release it."""


class CorrectionIsOpen(Refused):
    """A correction is open; wait for the answer or cancel the correction first."""


class NoOpenCorrection(Refused):
    """No correction with this number is open."""


class NotApproved(Refused):
    """The application is not approved, so its result cannot be handed out; decide it first."""


class FeeNotPaid(Refused):
    """The fee is not paid yet, so the result cannot be handed out; wait for the payment, or take it
    at the counter and book it there (`counter-payments`).
    """


class FulfilmentNotChosen(Refused):
    """The applicant chose another way of receiving the result."""


class NotReadyForPickup(Refused):
    """Nothing is ready for pick-up yet."""


class NoFeeDue(Refused):
    """Nothing is to be paid for this application now."""


class PaymentUnknown(Refused):
    """There is no such payment."""


class MoneyUnknown(Refused):
    """No such payment has arrived for this application; see the treasury's list."""


class MoneyHasGone(Refused):
    """This money has gone back already; if that entry is wrong, correct it first."""


class MoneyIsHere(Refused):
    """Nothing says that this money has gone, so there is nothing to correct."""


class NoRefundDue(Refused):
    """This money is the fee of the application and is not due back; reject or withdraw it first."""


class MoneyMatched(Refused):
    """This money belongs to an application already; only unmatched money can be assigned."""


class NothingToClarify(Refused):
    """This payment is neither unclear nor given up; its platform says what became of it."""


class NoticeUnknown(Refused):
    """This application has no such notice; list those that it has."""


class NoticeIsOnItsWay(Refused):
    """This notice is still on its way; wait until it was sent, or failed."""


class NothingWasSent(Refused):
    """Nothing was sent, and nothing is sent again: the `cause` of the notice says why; tell them in
    another way.
    """


class NoticeWasRepeated(Refused):
    """This notice was sent again before; see what became of the newest one."""


class NothingToSettle(Refused):
    """This notice needs nobody's care: it was delivered, or somebody has seen to it."""


class MoneyDoesNotFit(Refused):
    """This money is not the fee that is due there; pay it back, so that the right sum is paid."""


class ReasonMissing(Refused):
    """Give a reason that the applicant or an auditor can understand."""


class NoTariffLine(Refused):
    """No line of the tariff fits these answers; check those that the fee depends on."""


class ServiceNotOffered(Refused):
    """This municipality does not offer this service; see the services it lists."""


class ServiceIsExternal(Refused):
    """Another body is responsible for this service; apply for it there."""


class ServiceIsNotExternal(Refused):
    """This service is applied for here; submit an application instead."""


class NotAvailableOnline(Refused):
    """This service cannot be applied for online yet; here is why."""


class NothingIsDue(Refused):
    """No day has come near or passed that matters to this application; look again tomorrow."""


class ExtensionTooShort(Refused):
    """The deadline would be no later than before; extend it by more days."""


class AccountsNotAdoptedYet(Refused):
    """The accounts of a year are adopted after its end, and not in the future; correct the day."""


class FeeRecordUnknown(Refused):
    """No fee record was kept of this application."""


class RetentionLasts(Refused):
    """The law demands that this fee record is kept for longer; erase it when its time is over."""


class OfficeUnknown(Refused):
    """This municipality has no such office; name one of these, or open it first."""


class SameOffice(Refused):
    """The application is in this office already; name another one."""


class SameMunicipality(Refused):
    """The application is in this municipality already; name another."""


class ServiceVersionUnknown(Refused):
    """There is no such version of this service; draft it first."""


class PublishedStaysAsItIs(Refused):
    """A published version is never edited; give the change the next number."""


class VersionNotPublished(Refused):
    """This version of the service is not published; publish it, or choose one that is."""


class VersionStillAdopted(Refused):
    """A town still offers this version; let every town move on to another one first."""


class NotRegistered(Refused):
    """There is no such municipality yet; register it first."""


class AlreadyRegistered(Refused):
    """This municipality is registered; change its attributes instead."""


class MunicipalityHasEnded(Refused):
    """This municipality has ended; no more than what its open applications need is changed."""


class MergedIntoItself(Refused):
    """A municipality is merged into another one; name the key of that one."""


class SuccessorHasEnded(Refused):
    """The municipality that should take over ends itself; name one that stays."""


class KeyUnknown(Refused):
    """No town and no Kreis of North Rhine-Westphalia can have this key; look it up."""


class KindDoesNotFit(Refused):
    """Kind and Kreis do not fit the key; only a town in a Kreis names one, the key's first 5."""


class PopulationNotCountedYet(Refused):
    """The day of the population is still to come; give the day as of which people were counted."""


class OfficeInUse(Refused):
    """This office offers services; give them to another one first."""


class BranchUnknown(Refused):
    """This municipality has no such branch; open it first."""


class BranchInUse(Refused):
    """A service names this branch, or needs one for the pick-up; change its terms first."""


class ProviderUnknown(Refused):
    """This municipality does not trust such an identity provider."""


class FeeLineUnknown(Refused):
    """The tariff of this version has no such line; name one that it has."""


class WaivedProofUnknown(Refused):
    """This version asks for no such proof, so it cannot be waived."""


class ProofAskedForAlready(Refused):
    """A proof of this kind is asked for already; give the town's own one another kind."""


class ServiceNotAdopted(Refused):
    """This municipality has not adopted the service; adopt a version of it first."""


class ServiceIsNotLive(Refused):
    """Only a service that is live can be suspended."""


class MailboxMissing(Refused):
    """Step 4 of the onboarding is missing: set the clerk mailbox of the office first."""


class PaymentPlatformMissing(Refused):
    """Step 5 of the onboarding is missing: connect a valid payment account, as a fee can be due."""


class BranchMissing(Refused):
    """Step 6 of the onboarding is missing: open a branch, as the result can be picked up."""


class StepsMissing(Refused):
    """These steps of the onboarding come first; complete each of them."""


class RoleStands(Refused):
    """This account has another role already; revoke that first, or take another account."""


class RoleNeedsMunicipality(Refused):
    """A clerk or an auditor works for one municipality; name it."""


class AccountIsBarred(Refused):
    """This account was barred everywhere; an operator of every municipality can lift that."""


class NotResponsible(Refused):
    """Another body is responsible for this application; send it there."""

    def __init__(self, told: str, body: Any, field: str, language: str) -> None:
        """`told`: who is; `body`: domain/processes/responsibility.py; `field`: what decides it."""
        super().__init__(told)
        self.body, self.field, self.language = body, field, language


class PlaceUnknown(Refused):
    """There is no such municipality in North Rhine-Westphalia; its official key has 8 digits."""
