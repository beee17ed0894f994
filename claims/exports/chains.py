"""A chain in words, as every export and page tells it."""

from collections.abc import Iterable, Mapping
from typing import Any

_ROLES = {"medium": "said on", "relay": "relayed by", "publisher": "published by"}


def chain_in_words(speaker: str, form: str, chain: Iterable[Mapping[str, Any]]) -> str:
    """`Danil Orsak, said on Kanal Ost TV, relayed by Northwire, published by Sorrany Today`.

    `chain` has hops with `role` and `name`, nearest the speaker first. In its own voice it is the publisher who says it.
    """
    hops = list(chain)
    if form == "own-voice":
        own = [f"{hop['name']} in its own voice" for hop in hops if hop["role"] == "publisher"]
        return ", ".join([*own, *(_step(hop) for hop in hops if hop["role"] != "publisher")])
    return ", ".join([speaker or "speaker not known", *map(_step, hops)])


def _step(hop: Mapping[str, Any]) -> str:
    return f"{_ROLES.get(hop['role'], hop['role'])} {hop['name']}"
