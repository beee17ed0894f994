"""Whether an article tells its readers that it was changed. A pure core: no Django, no database."""

import re

_NOTICE_CHARACTERS = 600  # a paragraph that is longer is the story, whatever word it begins with

# What a notice begins with, or says of its article. Only what readers see counts: the date of change that
# programs write into a page's head is renewed at every saving.
_NOTICE = re.compile(
    r"""
    ^\W*(?:
        (?:correction|corrected|clarification|erratum|editor[’']?s?[ ]note|amendment|amended)s?\b[^.\n]{0,60}[:–—-]
      | (?:last[ ])?updated?\b(?:[ ]on|[ ]at|:|[ ]\d)
      | (?:korrektur|berichtigung|richtigstellung|anmerkung[ ]der[ ]redaktion|aktualisiert)\b
      | (?:rectificatif|précision|note[ ]de[ ]la[ ]rédaction|mis(?:e)?[ ]à[ ]jour)\b
      | (?:fe[ ]de[ ]err(?:atas?|ores)|corrección|rectificación|nota[ ]de[ ]la[ ]redacción|actualizado)\b
      | (?:errata[ ]corrige|rettifica|aggiornato)\b
      | (?:исправлени[ея]|уточнение|от[ ]редакции|обновлено)\b
    )
  | \b(?:this|an[ ]earlier|a[ ]previous)[ ](?:version[ ]of[ ]this[ ])?(?:article|story|report|piece|post|headline|version)\b
    [^.\n]{0,80}\b(?:(?:was|has[ ]been|were|have[ ]been)[ ](?:\w+[ ])?(?:amended|corrected|updated|edited|revised|changed|clarified)
      | (?:incorrectly|wrongly|mistakenly|misstated|misidentified|misspelled|misspelt|misquoted))\b
    """,
    re.IGNORECASE | re.VERBOSE,
)


def new_notice(old: str, new: str) -> str:
    """The notice of a correction or update that `new` carries and `old` did not; "" when there is none."""
    known = {" ".join(line.split()) for line in old.split("\n")}
    for line in new.split("\n"):
        line = " ".join(line.split())
        if line and line not in known and len(line) <= _NOTICE_CHARACTERS and _NOTICE.search(line):
            return line
    return ""
