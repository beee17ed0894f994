"""Whether what failed may succeed when it is tried again unchanged, by its error code: the one table that says so."""

from django.db.models import Q

from articles.models import Container, ImportItem

# The bytes, the row or the address as given will never do: they have to be mended and imported anew.
NEVER = frozenset(
    {
        # addresses and texts
        "invalid_url", "outlet_missing",
        # files
        "archive_bomb", "archive_too_large", "broken_archive", "encrypted", "nested_archive", "no_rows", "no_text_in_pdf",
        "not_read", "too_many_columns", "too_many_rows", "unsupported_file",
        # rows
        "broken_quotes", "date_ambiguous", "date_implausible", "date_unreadable", "mapping_needed", "mapping_wrong",
        "ragged_row", "row_empty", "row_lost", "row_too_large",
    }
)  # fmt: skip
# What a page says today it need not say tomorrow; a file that says it says it for ever.
OF_PAGES = frozenset(
    {"access_denied", "bot_check", "consent_page", "empty", "no_article_text", "not_text", "paywall", "too_complex",
     "too_large", "unreadable"}
)  # fmt: skip

RETRYABLE = ~Q(error_code__in=NEVER) & (~Q(error_code__in=OF_PAGES) | Q(kind=ImportItem.Kind.URL))
"""Of ImportItem: those that may do better the next time. What was cancelled has no error, and may."""


def is_retryable(kind: str, code: str) -> bool:
    """Whether an item of `kind`, or a file of many, that failed with `code` may do better the next time."""
    return code not in NEVER and (kind == ImportItem.Kind.URL or code not in OF_PAGES)


def may_be_read_again(container: Container) -> bool:
    """Whether a file of many that was not read to its end may be, from where it stands."""
    return container.state == Container.State.FAILED and is_retryable(container.kind, container.error_code)
