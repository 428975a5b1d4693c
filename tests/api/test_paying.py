"""Paying through HTTP: whatever happens to the browser, money is counted once and never lost."""

from concurrent.futures import ThreadPoolExecutor

from tests.api.library_card import Case, Counter, form, until


def payments_of(case: Case) -> int:
    return case.history().count("ApplicationPaid")


def test_a_cancelled_payment_is_paid_in_a_second_attempt(counter: Counter) -> None:
    case = counter.submit(form())
    first = case.begin_payment()
    assert case.come_back(case.press(first, "cancel"))["status"] == "cancelled"
    second = case.begin_payment()
    assert second["payment_id"] != first["payment_id"]
    assert case.come_back(case.press(second))["status"] == "succeeded"
    assert case.becomes("received")["fee"]["paid"]


def test_a_failed_payment_is_paid_in_a_second_attempt(counter: Counter) -> None:
    case = counter.submit(form())
    assert case.come_back(case.press(case.begin_payment(), "fail"))["status"] == "failed"
    case.pay()
    case.becomes("received")


def test_to_begin_again_goes_on_with_the_open_attempt(counter: Counter) -> None:
    case = counter.submit(form())
    with ThreadPoolExecutor(5) as at_once:
        begun = list(at_once.map(lambda _: case.begin_payment(), range(5)))
    assert len({payment["redirect_url"] for payment in begun}) == 1


def test_paying_twice_is_one_payment(counter: Counter) -> None:
    case = counter.submit(form())
    payment = case.begin_payment()
    backs = [case.press(payment), case.press(payment)]
    assert {case.come_back(back)["status"] for back in backs} == {"succeeded"}
    case.becomes("received")
    again = case.citizen.post(f"{case.path}/payments")
    assert (again.status_code, payments_of(case)) == (409, 1)


def test_a_browser_that_never_comes_back_has_paid_all_the_same(counter: Counter) -> None:
    case = counter.submit(form())
    case.press(case.begin_payment())
    assert case.becomes("received")["fee"]["paid"]


def test_coming_back_without_having_paid_changes_nothing(counter: Counter) -> None:
    case = counter.submit(form())
    payment = case.begin_payment()
    back = f"{case.house.api}/api/v1/payments/{payment['payment_id']}/return"
    assert case.come_back(back)["redirect_url"] == payment["redirect_url"]
    assert case.see()["fee"]["due"]


def test_a_late_payment_after_a_withdrawal_is_shown_to_the_treasury(counter: Counter) -> None:
    case = counter.submit(form())
    payment = case.begin_payment()
    case.ask("withdrawal", {})
    case.press(payment)
    (row,) = until(case.owed)
    assert (row["kind"], row["cents"]) == ("unmatched", 2000)
    assert (row["reason"], payments_of(case)) == ("application-withdrawn", 0)
