"""The attacks on a program that fetches and reads what strangers name, each with the tests that hold it.

Whoever adds a door (a feed, a file format, a webhook) adds its lines; a line whose test is gone fails.
"""

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

ADDRESSES = "tests/fetching/test_addresses.py::test_everything_else_may_not"
URLS = "tests/fetching/test_urls.py::test_what_is_no_plain_web_address_is_refused_before_any_look_up"
WRITTEN = (
    "tests/fetching/test_urls.py::test_addresses_of_our_own_network_are_refused_however_they_are_written"
)
RECORDS = "tests/fetching/test_names.py::test_a_name_with_any_private_record_is_refused"
REDIRECTS = "tests/fetching/test_redirects.py::"
BODIES = "tests/fetching/test_bodies.py::"
VISITS = "tests/articles/test_visits.py::"
MARKUP = "tests/parsing/test_hostile_markup.py::"
WORDS = "tests/imports/test_hostile_words.py::"

# A kind of attack: what is tried: file::test, and, where the test has a table of cases, [the case as it is written there].
ATTACKS: dict[str, dict[str, str]] = {
    "address": {
        "loopback": f"{ADDRESSES}[127.0.0.1]",
        "this network": f"{ADDRESSES}[0.0.0.0]",
        "private, 10/8": f"{ADDRESSES}[10.0.0.1]",
        "private, 172.16/12": f"{ADDRESSES}[172.16.0.1]",
        "private, 192.168/16": f"{ADDRESSES}[192.168.1.1]",
        "cloud metadata": f"{ADDRESSES}[169.254.169.254]",
        "a cloud's host agent in a public block": f"{ADDRESSES}[168.63.129.16]",
        "carrier-grade NAT": f"{ADDRESSES}[100.64.0.1]",
        "multicast": f"{ADDRESSES}[224.0.0.1]",
        "broadcast": f"{ADDRESSES}[255.255.255.255]",
        "reserved": f"{ADDRESSES}[240.0.0.1]",
        "IPv6 loopback": f"{ADDRESSES}[::1]",
        "IPv6 unspecified": f"{ADDRESSES}[::]",
        "IPv4-mapped": f"{ADDRESSES}[::ffff:127.0.0.1]",
        "IPv4-compatible": f"{ADDRESSES}[::127.0.0.1]",
        "IPv4-translated": f"{ADDRESSES}[::ffff:0:127.0.0.1]",
        "NAT64, the well-known prefix": f"{ADDRESSES}[64:ff9b::7f00:1]",
        "NAT64, the local prefix": f"{ADDRESSES}[64:ff9b:1:ffff::10.0.0.1]",
        "6to4": f"{ADDRESSES}[2002:7f00:1::]",
        "Teredo": f"{ADDRESSES}[2001:0:53aa:64c:0:0:80ff:fffe]",
        "unique local": f"{ADDRESSES}[fc00::1]",
        "link-local with a zone": f"{ADDRESSES}[fe80::1%eth0]",
        "site-local": f"{ADDRESSES}[fec0::1]",
    },
    "url": {
        "a decimal host": f"{URLS}[http://2130706433/]",
        "a hexadecimal host": f"{URLS}[http://0x7f000001/]",
        "an octal host": f"{URLS}[http://017700000001/]",
        "a short host": f"{URLS}[http://127.1/]",
        "full-width digits": f"{WRITTEN}[http://１２７．０．０．１/]",
        "circled digits": f"{WRITTEN}[http://①②⑦.⓪.⓪.①/]",
        "localhost with a final dot": (
            "tests/fetching/test_urls.py::test_localhost_is_refused_whatever_it_is_called[localhost.]"
        ),
        "user name and password": f"{URLS}[http://user:secret@example.org/]",
        "a host behind a user name": f"{URLS}[http://example.org@127.0.0.1/]",
        "a backslash": URLS,
        "carriage return and line feed": URLS,
        "a tab": URLS,
        "ports of other services": "tests/fetching/test_urls.py::test_only_the_web_ports_are_fetched",
        "file:": f"{URLS}[file:///etc/passwd]",
        "gopher:": f"{URLS}[gopher://example.org/]",
        "data:": f"{URLS}[data:text/html,<p>x]",
        "ten thousand characters": URLS,
    },
    "dns": {
        "a name with a private address": RECORDS,
        "public and private records mixed": RECORDS,
        "another address between check and connect": (
            "tests/fetching/test_names.py::test_a_name_is_looked_up_once_and_connected_to_as_checked"
        ),
        "another peer than the checked one": (
            "tests/fetching/test_names.py::test_the_peer_is_checked_once_more_after_connecting"
        ),
        "another address between hops": (
            "tests/fetching/test_names.py::test_a_name_that_changes_its_mind_between_hops_is_checked_again"
        ),
        "a dead IPv6 address beside a good one": (
            "tests/fetching/test_names.py::test_a_dead_ipv6_address_beside_a_good_one_does_no_harm"
        ),
        "a resolver that stalls": "tests/fetching/test_names.py::test_a_resolver_that_stalls_is_not_waited_for",
    },
    "redirect": {
        "to an address of our own": (
            f"{REDIRECTS}test_a_redirect_to_an_address_of_our_own_network_is_refused[http://10.0.0.1/]"
        ),
        "to a private name": f"{REDIRECTS}test_a_redirect_to_a_name_of_our_own_network_is_refused",
        "to file:": f"{REDIRECTS}test_a_redirect_to_what_is_no_web_address_is_refused[file:///etc/passwd]",
        "to another port": f"{REDIRECTS}test_a_redirect_to_another_port_is_refused",
        "in a circle": f"{REDIRECTS}test_a_circle_is_recognised",
        "without end": f"{REDIRECTS}test_an_endless_chain_ends_after_five",
        "from secure to insecure": (
            "tests/fetching/test_tls.py::test_a_redirect_from_a_secure_to_an_insecure_address_is_not_followed"
        ),
        "cookies and credentials across hosts": f"{REDIRECTS}test_cookies_and_credentials_are_not_carried_on",
        "meta refresh": f"{REDIRECTS}test_a_meta_refresh_is_not_followed",
        "a proxy of the environment": f"{REDIRECTS}test_netrc_and_proxies_of_the_environment_are_not_used",
        "into what robots.txt forbids": f"{VISITS}test_a_rule_counts_where_redirects_lead_as_well",
    },
    "body": {
        "a length that is too long": f"{BODIES}test_an_announced_200_megabytes_are_refused_at_once",
        "a length that is too short": f"{BODIES}test_a_body_longer_than_it_says_ends_where_it_says",
        "a length that never comes": f"{BODIES}test_a_broken_off_body_is_no_page",
        "endless": f"{BODIES}test_an_endless_body_is_cut_off",
        "endless in chunks": f"{BODIES}test_an_endless_chunked_body_is_cut_off",
        "a gzip bomb": f"{BODIES}test_a_gzip_bomb_is_not_blown_up",
        "nested encodings": f"{BODIES}test_encodings_that_were_not_asked_for_are_refused[gzip, gzip]",
        "an unknown encoding": f"{BODIES}test_encodings_that_were_not_asked_for_are_refused[x-unknown]",
        "very many gzip members": f"{BODIES}test_very_many_gzip_members_are_refused",
        "a byte at a time": f"{BODIES}test_a_byte_at_a_time_does_not_outlast_the_limit",
        "endless headers": f"{BODIES}test_endless_headers_are_cut_off",
        "another type than a page's": (
            "tests/fetching/test_pages.py::test_what_is_not_a_page_is_refused_by_its_type[application/pdf]"
        ),
        "validators with line breaks": (
            "tests/fetching/test_conditional.py::test_what_no_server_can_have_said_is_not_sent"
        ),
    },
    "second hand": {
        "robots.txt that leads into our network": f"{VISITS}test_robots_txt_is_fetched_as_safely_as_anything_else",
        "robots.txt without end": "tests/fetching/test_robots.py::test_only_so_much_of_it_counts",
        "robots.txt that costs more than it weighs": (
            "tests/fetching/test_robots.py::test_a_hostile_one_is_read_in_reasonable_room"
        ),
        "a Retry-After of years": f"{VISITS}test_rest_has_an_end",
        "a crawl delay of a day": f"{VISITS}test_a_crawl_delay_is_respected_within_reason",
        "a canonical address": (
            "tests/parsing/test_articles.py::test_a_page_may_not_name_any_address_as_its_own[javascript:alert(1)]"
        ),
        "the outlet of another domain": (
            "tests/articles/test_importing.py::test_a_page_cannot_claim_the_name_of_an_outlet_on_another_domain"
        ),
        "the address of an evidence": "tests/claims/test_desk.py::test_evidence_needs_a_web_address",
        "the address of a text or file": (
            "tests/articles/test_importing.py::test_a_text_from_what_is_no_web_address_fails_in_words"
        ),
    },
    "page": {
        "external entities": f"{MARKUP}test_an_entity_opens_no_file_and_no_connection",
        "an entity bomb": f"{MARKUP}test_an_entity_bomb_is_not_blown_up",
        "200,000 attributes": f"{MARKUP}test_a_hostile_page_is_given_up_or_answered_and_the_worker_lives_on",
        "a million line breaks": f"{MARKUP}test_a_hostile_page_is_given_up_or_answered_and_the_worker_lives_on",
        "megabytes of nested tags": f"{MARKUP}test_a_hostile_page_is_given_up_or_answered_and_the_worker_lives_on",
        "more memory than there is": (
            "tests/parsing/test_parse_in_child.py::test_a_page_that_needs_too_much_memory_is_given_up"
        ),
        "secrets of the environment": (
            "tests/parsing/test_parse_in_child.py::test_a_child_knows_none_of_our_secrets"
        ),
        "NUL and lone surrogates": (
            "tests/parsing/test_articles.py::test_entities_controls_and_broken_characters_come_out_fit_to_store"
        ),
        "linked data without end": "tests/parsing/test_articles.py::test_broken_linked_data_costs_nothing_but_itself",
    },
    "screen and file": {
        "scripts in titles, bylines, outlets, labels, addresses": (
            f"{WORDS}test_what_strangers_wrote_is_text_on_every_screen"
        ),
        "scripts in a text": "tests/screens/test_pages.py::test_text_that_looks_like_markup_stays_text",
        "`../` in a file name": f"{WORDS}test_a_file_name_leads_nowhere",
    },
}
LINES = [
    pytest.param(reference, id=f"{kind}: {what}")
    for kind, lines in ATTACKS.items()
    for what, reference in lines.items()
]


@cache
def functions(path: str) -> dict[str, str]:
    """The test functions of a file, each with its source, decorators and the file's own tables of cases."""
    source = (ROOT / path).read_text()
    tree = ast.parse(source)
    tables = "\n".join(
        ast.get_source_segment(source, node) or "" for node in tree.body if isinstance(node, ast.Assign)
    )
    found = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            decorators = "\n".join(ast.get_source_segment(source, each) or "" for each in node.decorator_list)
            found[node.name] = f"{decorators}\n{ast.get_source_segment(source, node)}\n{tables}"
    return found


@pytest.mark.parametrize("reference", LINES)
def test_every_attack_has_a_test(reference: str) -> None:
    path, _, named = reference.partition("::")
    name, bracket, case = named.partition("[")
    assert name in functions(path), f"{path} has no {name}"
    assert f'"{case.removesuffix("]")}"' in functions(path)[name] or not bracket, f"{name} has no case {case}"
