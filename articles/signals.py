"""The one door out of this app: who wants to know about new text listens here."""

from django.dispatch import Signal

# Sent inside the transaction that stored a new ArticleVersion, with `version`.
version_recorded = Signal()

# Sent inside the transaction that made one story of two, with `story` (what they are now) and `merged`.
stories_merged = Signal()
