"""Real people pay on the platform that somebody named, or not at all."""

from typing import Any

import pytest

from adapters.payments.decided import PaymentPlatformNotNamed, require_platform
from adapters.settings import Settings
from workers.payments import POLLER

REAL = {"issuer": "https://id.example.org/realm", "roles": ["citizen"]}
OURS = {"issuer": "http://127.0.0.1:8001/issuer", "roles": ["citizen"]}
NAMED = "https://pay.example.org"


def settings(*issuers: dict[str, Any], host: str = "127.0.0.1", **how: Any) -> Settings:
    return Settings(issuers=issuers, host=host, **how)


@pytest.mark.parametrize(
    "how",
    [settings(REAL), settings(OURS, REAL), settings(host="0.0.0.0"), settings(host="amt.example")],  # noqa: S104 -- nothing listens
)
def test_real_people_do_not_pay_in_the_sandbox(how: Settings) -> None:
    with pytest.raises(PaymentPlatformNotNamed, match="AMTSWEG_PAYMENT_URL"):
        require_platform(how, how.host)
    with pytest.raises(PaymentPlatformNotNamed):
        POLLER.require(how, "")


@pytest.mark.parametrize(
    "how",
    [settings(), settings(OURS), settings(OURS, host="::1"), settings(REAL, payment_url=NAMED)],
)
def test_on_one_machine_it_may_be_tried_out(how: Settings) -> None:
    require_platform(how, how.host)
    POLLER.require(how, "")
