"""Why somebody is not believed to be the one that their address names."""

import ssl

# From OpenSSL's own words, which name no host, to what a person can do something about.
CAUSES = (
    (ssl.SSLCertVerificationError, "its certificate is not accepted: {0.verify_message}"),
    (ssl.SSLError, "no secure connection: {0.reason}"),
)


def why_not_connected(error: BaseException) -> str:
    """Say what is behind a connection that was not made; empty where that is all there is."""
    behind: BaseException | None = error
    while behind is not None:
        for kind, said in CAUSES:
            if isinstance(behind, kind):
                return said.format(behind).rstrip(".")
        behind = behind.__cause__ or behind.__context__
    return ""
