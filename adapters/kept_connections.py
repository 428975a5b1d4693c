"""How long a connection to another program is kept: for less than servers keep one that is idle.

Many of them end it after five seconds, and so would httpx by itself: what is sent at that very
moment is lost.
"""

import httpx

KEPT_SECONDS = 2.0
CONNECTIONS = httpx.Limits(
    max_connections=100, max_keepalive_connections=20, keepalive_expiry=KEPT_SECONDS
)
