"""The development sign-in never listens where somebody else could reach it."""

import pytest

from api.sandbox.loopback import DevelopmentIssuerNeedsLoopback, require_loopback


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.10", "::1", "[::1]", "localhost"])
def test_the_development_sign_in_listens_on_loopback(host):
    require_loopback(host)


@pytest.mark.parametrize(
    "host",
    [
        "",
        "0.0.0.0",  # noqa: S104 -- to be refused
        "::",
        "[::]",
        "192.168.1.20",
        "10.0.0.1",
        "fe80::1",
        "128.0.0.1",
        "127.1",
        "example.org",
        "localhost.example.org",
        "ip6-localhost",
    ],
)
def test_the_development_sign_in_listens_nowhere_else(host):
    with pytest.raises(DevelopmentIssuerNeedsLoopback):
        require_loopback(host)
