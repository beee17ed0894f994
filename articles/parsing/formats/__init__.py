"""File formats other than a page or a plain text, as bytes or open files: a pure core like the rest of parsing.

Documents (`pdf`, `word`) hold one article and become a ParsedArticle by `articles.parsing.parse`, in the killable
child. Files of many articles (`tables`, `jsonlines`, `warcs`, `archives`) are read entry by entry, with flat
memory, from any entry on. `sniffing` tells them all apart.
"""
