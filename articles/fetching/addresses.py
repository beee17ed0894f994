"""Which addresses and ports may be connected to.

IPv4: everything but the special-purpose blocks. IPv6: nothing but global unicast (2000::/3), less its
special-purpose blocks. An IPv4-mapped IPv6 address is judged as the IPv4 address it is; every other way to
hide an IPv4 address in an IPv6 one (compatible, translated, NAT64, 6to4, Teredo, ISATAP) is refused, because
what it reaches depends on a gateway that cannot be checked from here.
"""

from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

_SPECIAL_IPV4 = tuple(
    IPv4Network(block)
    for block in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier-grade NAT, and one cloud's metadata service
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # Azure's host agent, inside a public block
        "169.254.0.0/16",  # link-local, and most clouds' metadata services
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # 6to4 relay
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarking
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
_GLOBAL_IPV6 = IPv6Network("2000::/3")
_SPECIAL_IPV6 = tuple(
    IPv6Network(block)
    for block in (
        "2001::/23",  # protocol assignments: Teredo, benchmarking, ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4
        "2620:4f:8000::/48",  # AS112
        "3ffe::/16",  # the former 6bone
        "3fff::/20",  # documentation
    )
)
_ISATAP_IDENTIFIERS = (0x00005EFE, 0x02005EFE)


@dataclass(frozen=True)
class AddressPolicy:
    """What may be connected to: public addresses, those in `allow` as well, and the ports in `ports` only.

    `allow` holds networks in CIDR form ("127.0.0.1/32"), for tests and for desks that import from a server of
    their own network. Raises ValueError for a network that cannot be read.
    """

    allow: tuple[str, ...] = ()
    ports: tuple[int, ...] = (80, 443)

    def __post_init__(self) -> None:
        for block in self.allow:
            _network(block)

    def allows_address(self, address: str) -> bool:
        """Whether `address`, written as an IPv4 or IPv6 address, may be connected to; False if unreadable."""
        parsed = _parse(address)
        if parsed is None:
            return False
        return any(parsed in _network(block) for block in self.allow) or _is_public(parsed)

    def allows_port(self, port: int) -> bool:
        return port in self.ports


PUBLIC_ONLY = AddressPolicy()


def _parse(address: str) -> IPv4Address | IPv6Address | None:
    try:
        parsed = ip_address(address)
    except ValueError:
        return None
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
        return parsed.ipv4_mapped
    return parsed


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv4Address):
        return not any(address in block for block in _SPECIAL_IPV4)
    if address.scope_id is not None or address not in _GLOBAL_IPV6:
        return False
    if (int(address) >> 32) & 0xFFFFFFFF in _ISATAP_IDENTIFIERS:
        return False
    return not any(address in block for block in _SPECIAL_IPV6)


@lru_cache(maxsize=256)
def _network(block: str) -> IPv4Network | IPv6Network:
    return ip_network(block)
