"""Each notice arrives by mail, once; of a pick-up only where there is one."""

from tests.api.library_card import A_MINOR, GUARDED, PICKUP, REDUCED, Counter, form, photo, virus
from tests.api.visitors import GLADBECK

RECEIVED, READY = "Ihr Antrag ist eingegangen", "Zur Abholung bereit"
ISSUED, REJECTED = "Online freigeschaltet", "Ihr Antrag wurde abgelehnt"
WITHDRAWN, ASKED = "Ihr Antrag ist zurückgezogen", "Wir brauchen noch etwas von Ihnen"
FORWARDED = "Ihr Antrag gehört zu einer anderen Stelle"
PROOF_REFUSED = "Ein Nachweis konnte nicht angenommen werden"


def test_a_card_that_lies_ready_is_announced(counter: Counter) -> None:
    case = counter.claimed(fulfilment=PICKUP)
    case.decide("approval")
    case.decide("ready-for-pickup", {})
    case.gets_mail(READY)
    assert case.subjects() == [RECEIVED, READY]


def test_online_only_gets_no_mail_of_a_pick_up(counter: Counter) -> None:
    case = counter.claimed()
    case.decide("approval")
    case.gets_mail(ISSUED)
    assert case.subjects() == [RECEIVED, ISSUED]


def test_a_correction_and_a_rejection_are_told(counter: Counter) -> None:
    case = counter.claimed()
    asked = case.decide("corrections", {"message": "Welche Hausnummer?"})
    case.decide(f"corrections/{asked['open_correction']}/cancellation")
    case.decide("rejection", {"reason": "Kein Wohnsitz."})
    case.gets_mail(REJECTED)
    assert case.subjects() == [RECEIVED, ASKED, REJECTED]


def test_whoever_applied_to_the_wrong_municipality_is_told_the_right_one(counter: Counter) -> None:
    case = counter.claimed()
    case.decide("forwarding", {"to_municipality": GLADBECK, "reason": "Sie wohnen dort."})
    case.gets_mail(FORWARDED)
    text = case.text_of(FORWARDED)
    assert "Stadtbücherei, Gladbeck" in text
    assert "Sie wohnen dort." in text


def test_a_withdrawal_is_confirmed(counter: Counter) -> None:
    case = counter.received()
    case.ask("withdrawal", {})
    case.gets_mail(WITHDRAWN)


def test_a_proof_with_a_virus_is_told_and_can_be_sent_again(counter: Counter) -> None:
    case = counter.submit(form(None, REDUCED))
    case.prove(virus(case.house))
    case.gets_mail(PROOF_REFUSED)
    case.prove(photo())
    case.pay()
    case.becomes("received")


def test_mail_is_written_in_the_language_that_was_asked_for(counter: Counter) -> None:
    case = counter.submit(form({**A_MINOR, "language": "en"}, GUARDED))
    case.gets_mail("We have received your application")


def test_who_reads_plain_german_gets_plain_letters_and_german_advice(counter: Counter) -> None:
    plain = {**A_MINOR, "language": "de-simple"}
    case = counter.submit(form(plain, GUARDED))
    case.gets_mail("Ihr Antrag ist bei uns")
