"""One key for the many ways one article's address is written."""

import re
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

_DEFAULT_PORTS = {"http": ":80", "https": ":443"}
# Parameters that say where a reader came from, never which article it is.
_TRACKERS = frozenset(
    """_ga _gl _hsenc _hsmi _openstat at_campaign at_medium cmpid dclid efid epik fb_action_ids fb_action_types
    fb_ref fb_source fbclid gbraid gclid gclsrc ga_campaign ga_content ga_medium ga_source ga_term guccounter
    guce_referrer guce_referrer_sig icid igsh igshid mc_cid mc_eid mkt_tok mkwid ml_subscriber ml_subscriber_hash
    msclkid ncid ocid oly_anon_id oly_enc_id partner ref_src ref_url referrer rss s_cid s_kwcid smid soc_src
    soc_trk spm srnd sr_share src_campaign taid tblci trk trkcampaign ttclid twclid utm vero_conv vero_id wbraid
    wickedid wt_mc wt_zmc xtor yclid ysclid""".split()  # noqa: SIM905 - a word list
)
_TRACKER_PREFIXES = ("utm_", "hsa_", "pk_", "mtm_", "matomo_", "piwik_", "stm_")
_MAX_CHARACTERS = 2048


def url_key(url: str) -> str:
    """The canonical form of an http(s) `url`, the same for addresses of the same page; "" if it is not one.

    Scheme and host in lower case, no default port, no fragment, no tracking parameters, parameters sorted,
    escapes written one way. For comparing only: fetch the address itself.
    """
    from w3lib.url import canonicalize_url

    try:
        parts = urlsplit(url.strip())
        if parts.scheme.lower() not in _DEFAULT_PORTS or not parts.hostname:
            return ""
        query = urlencode(
            [
                (name, value)
                for name, value in parse_qsl(parts.query, keep_blank_values=True, errors="surrogateescape")
                if name.lower() not in _TRACKERS and not name.lower().startswith(_TRACKER_PREFIXES)
            ],
            errors="surrogateescape",
        )
        netloc = parts.netloc.rpartition("@")[2].lower().removesuffix(_DEFAULT_PORTS[parts.scheme.lower()])
        key = canonicalize_url(urlunsplit((parts.scheme.lower(), netloc, parts.path, query, "")))
    except (ValueError, UnicodeError):
        return ""
    return key if len(key) <= _MAX_CHARACTERS else ""


def public_link(link: str, base: str) -> str:
    """`link` of the page at `base` as an absolute http(s) address a reader could open, or "".

    Refuses user names, hosts without a dot and hosts written as numbers: a page may name any address as its own.
    """
    if not link.strip():
        return ""
    try:
        url = urljoin(base, link.strip())
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".")
        _ = parts.port
    except ValueError:
        return ""
    if parts.scheme not in _DEFAULT_PORTS or "@" in parts.netloc or len(url) > _MAX_CHARACTERS:
        return ""
    if "." not in host or ":" in host or re.search(r"\.(?:\d+|0x[0-9a-f]*|local|localhost|internal)$", host):
        return ""
    if re.search(r'[\x00-\x20\x7f-\x9f\\<>"\ud800-\udfff]', url):
        return ""
    return urlunsplit((parts.scheme, parts.netloc, parts.path, parts.query, ""))
