from dataclasses import replace
from uuid import UUID

import pytest

from domain.application.commands import AcceptProof, ApplicationCommand, RefuseProof, UploadProof
from domain.application.decisions import APPLICATION
from domain.application.events import ApplicationEvent
from domain.application.proofs import MOST_PROOFS
from domain.errors import (
    AlreadyEnded,
    ClaimedByAnother,
    NotReceivedYet,
    NotWaitingForApplicant,
    ProofNotAskedFor,
    ProofNotHandedOut,
    ProofsAreClosed,
    ProofUnknown,
    ReasonMissing,
    Refused,
    TooManyProofs,
)
from tests.domain.application import asked
from tests.domain.application import happened as h
from tests.domain.application import histories as past
from tests.domain.application.facts import COLLEAGUE, CORRECTION, OTHER_PROOF, REDUCED
from tests.given import Given

given = Given(APPLICATION)
submitted = h.submitted(asked.submit_reduced)
another = replace(asked.upload, proof_id=OTHER_PROOF, digest="b" * 32)


def test_a_proof_that_is_asked_for_is_uploaded() -> None:
    given(submitted).when(asked.upload).then(h.uploaded)


def test_a_proof_that_is_not_asked_for_is_refused() -> None:
    upload = replace(asked.upload, kind="income")
    given(submitted).when(upload).then_refused(ProofNotAskedFor)
    given(*past.unpaid).when(asked.upload).then_refused(ProofNotAskedFor)


def test_without_reduction_no_proof_is_missing() -> None:
    assert given(*past.unpaid).state.missing_proofs == ()


def test_a_proof_in_quarantine_is_still_missing() -> None:
    assert given(*past.proof_in_quarantine).state.missing_proofs == ("reduction",)


def test_a_clean_proof_completes_a_paid_application() -> None:
    given(*past.proof_in_quarantine).when(asked.find_clean).then(h.found_clean, h.received)


def test_a_clean_proof_does_not_complete_an_unpaid_application() -> None:
    given(submitted, h.uploaded).when(asked.find_clean).then(h.found_clean)


def test_payment_completes_an_application_whose_proofs_are_clean() -> None:
    given(*past.proof_clean_unpaid).when(asked.pay(REDUCED)).then(h.paid(REDUCED), h.received)


def test_every_kind_of_proof_asked_for_must_be_clean() -> None:
    two = replace(asked.submit_reduced, rules=replace(REDUCED, required_proofs=("reduction", "id")))
    history = (h.submitted(two), h.paid(REDUCED), h.uploaded)
    given(*history).when(asked.find_clean).then(h.found_clean)
    assert given(*history, h.found_clean).state.missing_proofs == ("id",)


def test_a_refused_proof_completes_nothing() -> None:
    given(*past.proof_in_quarantine).when(asked.find_refused).then(h.proof_refused)
    assert given(*past.proof_in_quarantine, h.proof_refused).state.missing_proofs == ("reduction",)


def test_a_refused_proof_may_be_replaced() -> None:
    given(submitted, h.uploaded, h.proof_refused).when(another).then(
        replace(h.uploaded, proof_id=OTHER_PROOF, digest="b" * 32)
    )


@pytest.mark.parametrize(
    "again",
    [
        asked.upload,
        replace(asked.upload, proof_id=OTHER_PROOF),
        replace(asked.upload, digest="b" * 32),
    ],
    ids=["same-upload", "same-content", "same-id"],
)
def test_the_same_proof_twice_is_one_event(again: UploadProof) -> None:
    given(submitted, h.uploaded).when(again).then_nothing_happens()
    given(submitted, h.uploaded, h.found_clean).when(again).then_nothing_happens()


def test_a_repeated_upload_does_not_revive_a_refused_proof() -> None:
    given(submitted, h.uploaded, h.proof_refused).when(asked.upload).then_nothing_happens()


def test_a_refused_file_sent_anew_is_checked_anew() -> None:
    given(submitted, h.uploaded, h.proof_refused).when(
        replace(asked.upload, proof_id=OTHER_PROOF)
    ).then(replace(h.uploaded, proof_id=OTHER_PROOF))


def test_a_proof_is_checked_once() -> None:
    given(submitted, h.uploaded, h.found_clean).when(asked.find_refused).then_nothing_happens()
    given(submitted, h.uploaded, h.proof_refused).when(asked.find_clean).then_nothing_happens()


def test_a_proof_that_was_never_uploaded_is_not_checked() -> None:
    given(submitted).when(asked.find_clean).then_refused(ProofUnknown)


def test_a_complete_application_takes_no_more_proofs() -> None:
    history = (*past.proof_in_quarantine, h.found_clean, h.received)
    given(*history).when(another).then_refused(ProofsAreClosed)


def test_an_open_correction_takes_proofs_again() -> None:
    given(*past.reduced_in_correction).when(another).then(
        replace(h.uploaded, proof_id=OTHER_PROOF, digest="b" * 32)
    )


def test_an_answered_correction_takes_no_more_proofs() -> None:
    given(*past.reduced_in_correction, past.answered).when(another).then_refused(ProofsAreClosed)


def test_what_the_scanner_refuses_after_the_answer_can_be_replaced_unasked() -> None:
    second = replace(asked.upload, proof_id=OTHER_PROOF, digest="b" * 32)
    late = (
        *past.reduced_in_correction,
        h.proof_turned_down,
        replace(h.uploaded, proof_id=OTHER_PROOF, digest="b" * 32),
        past.answered,
    )
    third = replace(asked.upload, proof_id=UUID(int=3), digest="c" * 32)
    found = (*late, replace(h.proof_refused, proof_id=OTHER_PROOF))
    given(*found).when(replace(third, kind="income")).then_refused(ProofsAreClosed)
    given(*found).when(second).then_nothing_happens()
    given(*found).when(third).happens()
    replaced = (*found, replace(h.uploaded, proof_id=UUID(int=3), digest="c" * 32))
    clean = replace(h.found_clean, proof_id=UUID(int=3))
    given(*replaced, clean).when(asked.approve).happens()
    fourth = replace(asked.upload, proof_id=UUID(int=4), digest="d" * 32)
    given(*replaced, clean).when(fourth).then_refused(ProofsAreClosed)


def test_an_answer_without_the_proof_that_was_refused_is_no_dead_end() -> None:
    """Nothing closes while something is missing: neither by an answer, nor by a cancellation."""
    asked_for = (*past.reduced_in_hands, h.proof_turned_down, h.correction_requested)
    answered = (*asked_for, past.answered)
    brought = replace(h.uploaded, proof_id=OTHER_PROOF, digest="b" * 32)
    given(*answered).when(another).then(brought)
    given(*answered).when(replace(another, kind="income")).then_refused(ProofsAreClosed)
    clean = replace(h.found_clean, proof_id=OTHER_PROOF)
    given(*answered, brought, clean).when(asked.approve).happens()


@pytest.mark.parametrize(
    ("history", "command", "named"),
    [
        ((submitted,), replace(asked.upload, kind="income"), ("reduction",)),
        (
            (*past.reduced_in_hands, h.proof_turned_down, h.correction_requested, past.answered),
            asked.approve,
            ("reduction",),
        ),
    ],
    ids=["not-asked-for", "not-complete"],
)
def test_a_refusal_names_the_proofs_that_are_asked_for(
    history: tuple[ApplicationEvent, ...], command: ApplicationCommand, named: tuple[str, ...]
) -> None:
    with pytest.raises(Refused) as refused:
        given(*history).when(command).happens()
    assert refused.value.args == named


def test_an_ended_application_takes_no_proofs() -> None:
    given(submitted, h.withdrawn).when(asked.upload).then_refused(AlreadyEnded)


def test_a_check_that_ends_after_the_application_is_still_recorded() -> None:
    given(submitted, h.uploaded, h.withdrawn).when(asked.find_clean).then(h.found_clean)


def test_an_application_takes_only_so_many_proofs() -> None:
    many = [
        replace(h.uploaded, proof_id=UUID(int=100 + number), digest=f"{number:032}")
        for number in range(MOST_PROOFS)
    ]
    given(submitted, *many).when(another).then_refused(TooManyProofs)
    given(submitted, *many[1:]).when(another).happens()
    again = replace(asked.upload, proof_id=many[0].proof_id, digest=many[0].digest)
    given(submitted, *many).when(again).then_nothing_happens()


def test_a_clerk_accepts_a_proof() -> None:
    given(*past.reduced_in_hands).when(asked.accept_proof).then(h.proof_accepted)
    assert given(*past.reduced_in_hands, h.proof_accepted).state.complete


def test_a_proof_that_a_clerk_refuses_is_missing_again_and_asked_for() -> None:
    asks = replace(h.correction_requested, message="It is of last year.")
    given(*past.reduced_in_hands).when(asked.refuse_proof).then(h.proof_turned_down, asks)
    refused = given(*past.reduced_in_hands, h.proof_turned_down, asks)
    assert refused.state.missing_proofs == ("reduction",)
    assert refused.state.open_correction == CORRECTION


def test_nothing_is_approved_while_a_proof_that_was_refused_has_not_been_replaced() -> None:
    history = (*past.reduced_in_hands, h.proof_turned_down, h.correction_requested, past.answered)
    given(*history).when(asked.approve).then_refused(NotReceivedYet)
    replaced = replace(h.uploaded, proof_id=OTHER_PROOF, digest="b" * 32)
    clean = replace(h.found_clean, proof_id=OTHER_PROOF)
    given(*history, replaced, clean).when(asked.approve).happens()


def test_a_second_refusal_asks_for_nothing_that_is_not_being_asked_already() -> None:
    given(*past.reduced_in_correction).when(asked.refuse_proof).then(h.proof_turned_down)


def test_the_file_that_a_clerk_refused_can_be_sent_anew() -> None:
    history = (*past.reduced_in_correction, h.proof_turned_down)
    given(*history).when(replace(asked.upload, proof_id=OTHER_PROOF)).happens()


@pytest.mark.parametrize("judge", [asked.accept_proof, asked.refuse_proof])
def test_a_proof_is_judged_by_who_has_the_case_in_hand(judge: AcceptProof | RefuseProof) -> None:
    by_another = replace(judge, clerk=COLLEAGUE)
    given(*past.reduced_in_hands).when(by_another).then_refused(ClaimedByAnother)


@pytest.mark.parametrize("judge", [asked.accept_proof, asked.refuse_proof])
def test_what_nobody_was_shown_is_not_judged(judge: AcceptProof | RefuseProof) -> None:
    second = replace(h.uploaded, proof_id=OTHER_PROOF, digest="b" * 32)
    history = (*past.reduced_in_correction, second)
    this = replace(judge, proof_id=OTHER_PROOF)
    given(*history).when(this).then_refused(ProofNotHandedOut)
    infected = replace(h.proof_refused, proof_id=OTHER_PROOF)
    given(*history, infected).when(this).then_refused(ProofNotHandedOut)


def test_judging_the_same_twice_is_one_event() -> None:
    accepted = (*past.reduced_in_hands, h.proof_accepted)
    given(*accepted).when(asked.accept_proof).then_nothing_happens()
    refused = (*past.reduced_in_hands, h.proof_turned_down, h.correction_requested)
    given(*refused).when(asked.refuse_proof).then_nothing_happens()


def test_a_clerk_may_come_to_another_judgement() -> None:
    refused = (*past.reduced_in_hands, h.proof_turned_down, h.correction_requested)
    given(*refused).when(asked.accept_proof).then(h.proof_accepted)
    given(*past.reduced_in_hands, h.proof_accepted).when(asked.refuse_proof).happens()


def test_a_refusal_needs_a_reason() -> None:
    no_reason = replace(asked.refuse_proof, reason="  ")
    given(*past.reduced_in_hands).when(no_reason).then_refused(ReasonMissing)


def test_who_is_asked_for_another_proof_by_the_scanner_is_waited_for() -> None:
    """It came with the answer to a correction, and was refused when that was answered."""
    late = replace(h.uploaded, proof_id=OTHER_PROOF)
    refused = replace(h.proof_refused, proof_id=OTHER_PROOF)
    asked_for = (*past.reduced_in_hands, h.proof_turned_down, h.correction_requested)
    answered = (*asked_for, late, past.answered)
    assert not given(*answered).state.waits_for_applicant
    given(*answered).when(asked.expire).then_refused(NotWaitingForApplicant)
    assert given(*answered, refused).state.waits_for_applicant
    again = replace(late, proof_id=UUID(int=99))
    assert not given(*answered, refused, again).state.waits_for_applicant


def test_what_no_digest_is_known_of_is_not_taken_for_the_same() -> None:
    """In old events there is none."""
    old = replace(h.uploaded, digest="")
    command = replace(asked.upload, proof_id=OTHER_PROOF, digest="")
    given(submitted, old).when(command).then(replace(old, proof_id=OTHER_PROOF))
