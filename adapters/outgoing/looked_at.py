"""Which addresses may be called: those of people's machines, never those of the machinery.

A name is resolved once, all it leads to is looked at, and the call goes to what was looked at: so a
name that changes in between leads nowhere else.
"""

import asyncio
import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from adapters.addresses import LOOPBACK
from adapters.outgoing.errors import AddressNotAllowed, NoAnswer

# Unspecified, link-local (where clouds keep their metadata), multicast, broadcast, tunnels that
# lead anywhere, and metadata services at addresses of their own.
NEVER = tuple(
    map(
        ip_network,
        (
            "0.0.0.0/8",
            "169.254.0.0/16",
            "224.0.0.0/4",
            "255.255.255.255/32",
            "100.100.100.200/32",
            "168.63.129.16/32",
            "192.0.0.0/24",
            "::/96",
            "fe80::/10",
            "ff00::/8",
            "fd00:ec2::/32",
            "fd20:ce::/32",
            "64:ff9b::/96",
            "2002::/16",
            "2001::/32",
        ),
    )
)


async def addresses_of(host: str, port: int) -> list[str]:
    """Return where a host is. Raise AddressNotAllowed or NoAnswer."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NoAnswer("its name cannot be resolved") from None
    addresses = list(dict.fromkeys(str(address[4][0]) for address in found))
    if any(not is_allowed(address, loopback=host in LOOPBACK) for address in addresses):
        raise AddressNotAllowed
    return addresses


def is_allowed(text: str, *, loopback: bool) -> bool:
    """`loopback`: it was named as such; a name elsewhere must not lead back to this machine."""
    address = _meant(text)
    if address.is_loopback:
        return loopback
    return not any(address in network for network in NEVER)


def _meant(text: str) -> IPv4Address | IPv6Address:
    """An IPv4 address may come in the dress of an IPv6 one."""
    address = ip_address(text.partition("%")[0])
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
