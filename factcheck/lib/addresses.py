"""Addresses of our own pages, for what names dozens of them: the pattern is looked for once, not each time."""

from functools import cache
from itertools import chain, zip_longest

from django.urls import get_script_prefix, reverse

_FIRST = 10**12  # stand-ins for what goes into the pattern: no name of a page has such a number in it


def address_of(name: str, *keys: int | str) -> str:
    """As `reverse(name, args=keys)`, for whole numbers and slugs, which need no quoting."""
    pieces = _pieces(name, len(keys), get_script_prefix())
    return "".join(chain.from_iterable(zip_longest(pieces, map(str, keys), fillvalue="")))


@cache
def _pieces(name: str, keys: int, prefix: str) -> list[str]:
    """What stands around the keys. `prefix`: where the site is mounted, of which `reverse` knows by itself."""
    stand_ins = [_FIRST + key for key in range(keys)]
    rest, pieces = reverse(name, args=stand_ins), []
    for one in stand_ins:
        before, _, rest = rest.partition(str(one))
        pieces.append(before)
    return [*pieces, rest]
