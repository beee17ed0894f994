"""A polite, safe GET: the one way the workbench reads an address that somebody else named.

`fetch(url)` answers with `Fetched` or raises `FetchError`. It connects to public addresses only (unless an
`AddressPolicy` says otherwise), checks every address a name resolves to before and after connecting and again
on every redirect, and stops at the limits of `Limits`, whatever the other side sends. `read_url(url)` only reads
the address, as strictly. `post(url, body)` is the one way it sends something to one, under the same policy.
"""

from .addresses import PUBLIC_ONLY, AddressPolicy
from .agent import AGENT, USER_AGENT
from .client import PAGE_TYPES, Fetched, fetch
from .errors import FetchError
from .limits import Limits
from .posting import Posted, check_address, post
from .urls import Target, read_url

__all__ = [
    "AGENT",
    "PAGE_TYPES",
    "PUBLIC_ONLY",
    "USER_AGENT",
    "AddressPolicy",
    "FetchError",
    "Fetched",
    "Limits",
    "Posted",
    "Target",
    "check_address",
    "fetch",
    "post",
    "read_url",
]
