"""The one door out of this app: who wants to know about new text listens here."""

from django.dispatch import Signal

# Sent inside the transaction that stored new ArticleVersions, with `versions` (a list, of one or of a file's chunk) and
# `wants_claims`: whether whoever imported them asked for their claims.
versions_recorded = Signal()

# Sent inside the transaction that made one story of two, with `story` (what they are now) and `merged`.
stories_merged = Signal()

# Sent inside the transaction in which an import that asked for claims met a text that was there already, with `version`.
claims_wanted = Signal()
