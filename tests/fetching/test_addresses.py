"""Which addresses may be connected to."""

import subprocess
import sys

import pytest

from articles.fetching import PUBLIC_ONLY, AddressPolicy

PUBLIC = [
    "8.8.8.8",
    "93.184.216.34",
    "172.15.255.255",
    "172.32.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "168.63.129.15",
    "168.63.129.17",
    "192.0.1.1",
    "198.17.255.255",
    "198.20.0.0",
    "223.255.255.255",
    "2606:2800:220:1:248:1893:25c8:1946",
    "2a00:1450:4001:80b::200e",
    "2001:200::1",
    "2001:4860:4860::8888",
    "::ffff:8.8.8.8",
]

NOT_PUBLIC = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.192",
    "192.0.2.1",
    "192.31.196.1",
    "192.52.193.1",
    "192.88.99.1",
    "192.168.1.1",
    "192.175.48.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:a9fe:a9fe",
    "::127.0.0.1",
    "::8.8.8.8",
    "::ffff:0:8.8.8.8",
    "::ffff:0:127.0.0.1",
    "64:ff9b::8.8.8.8",
    "64:ff9b::7f00:1",
    "64:ff9b:1::8.8.8.8",
    "64:ff9b:1:ffff::10.0.0.1",
    "100::1",
    "2001::1",
    "2001:0:53aa:64c:0:0:80ff:fffe",
    "2001:2::1",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:808:808::1",
    "2620:4f:8000::1",
    "2a00:1450:4001:80b:0:5efe:7f00:1",
    "2a00:1450:4001:80b:200:5efe:a00:1",
    "3ffe::1",
    "3fff::1",
    "4000::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "2a00:1450:4001:80b::200e%1",
    "fec0::1",
    "ff02::1",
]

NO_ADDRESSES = [
    "",
    "localhost",
    "127.1",
    "2130706433",
    "0x7f.0.0.1",
    "017700000001",
    "1.2.3.4.5",
    "１.1.1.1",
    "8.8.8.8 ",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_may_be_connected_to(address: str) -> None:
    assert PUBLIC_ONLY.allows_address(address)


@pytest.mark.parametrize("address", NOT_PUBLIC + NO_ADDRESSES)
def test_everything_else_may_not(address: str) -> None:
    assert not PUBLIC_ONLY.allows_address(address)


def test_an_operator_may_add_networks_and_ports_and_nothing_more_opens() -> None:
    policy = AddressPolicy(allow=("10.1.0.0/16", "fd00::/8"), ports=(443, 8443))
    assert policy.allows_address("10.1.2.3")
    assert policy.allows_address("::ffff:10.1.2.3")
    assert policy.allows_address("fd12::1")
    assert policy.allows_address("8.8.8.8")
    assert not policy.allows_address("10.2.0.1")
    assert not policy.allows_address("127.0.0.1")
    assert policy.allows_port(8443)
    assert not policy.allows_port(80)


def test_a_network_that_cannot_be_read_is_refused_when_the_policy_is_made() -> None:
    with pytest.raises(ValueError, match="10"):
        AddressPolicy(allow=("10.0.0.1/8",))


def test_the_door_prints_a_line_for_each_address() -> None:
    printed = subprocess.run(
        [
            sys.executable,
            "-m",
            "articles.fetching",
            "--may-connect",
            "8.8.8.8",
            "127.0.0.1",
            "fe80::1%eth0",
            "[::1]",
            "x",
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert printed == "8.8.8.8 allow\n127.0.0.1 refuse\nfe80::1%eth0 refuse\n[::1] refuse\nx refuse\n"
