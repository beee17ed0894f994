"""Triggers that note which claims are still to be compared with what other desks checked, whoever writes them.

Only where the desk has ever taken in such checks; those that come in later look for their claims themselves.
"""

import pgtrigger

NEW_CLAIMS = pgtrigger.Trigger(
    name="prior_lookup_new",
    level=pgtrigger.Statement,
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    referencing=pgtrigger.Referencing(new="new_rows"),
    func="""
        IF EXISTS (SELECT FROM claims_priorimport) THEN
            INSERT INTO claims_priorlookup (claim_id) SELECT id FROM new_rows ON CONFLICT DO NOTHING;
        END IF;
        RETURN NULL;
    """,
)
OTHER_WORDS = pgtrigger.Trigger(
    name="prior_lookup_other_words",
    when=pgtrigger.After,
    operation=pgtrigger.UpdateOf("text"),
    condition=pgtrigger.Q(old__text__df=pgtrigger.F("new__text")),
    func="""
        IF EXISTS (SELECT FROM claims_priorimport) THEN
            INSERT INTO claims_priorlookup (claim_id) VALUES (NEW.id) ON CONFLICT DO NOTHING;
        END IF;
        RETURN NULL;
    """,
)
