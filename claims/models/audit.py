import pgtrigger
from django.conf import settings
from django.db import models

from claims.models.claim import Claim

_LOCK = 7_412  # the first half of the advisory locks' keys; the second is the chain
# Of a row: the chain it belongs to, and its hash after the hash `before`.
CHAIN = "COALESCE('claim:' || {row}.claim_id, {row}.object_type || ':' || {row}.object_id)"
HASH = """encode(sha256(convert_to({before} || jsonb_build_array(
    {row}.chain, {row}.number, extract(epoch from {row}.at), {row}.actor_id, {row}.verb, {row}.claim_id,
    {row}.object_type, {row}.object_id, {row}.before, {row}.after, {row}.reason)::text, 'UTF8')), 'hex')"""


class AuditEvent(models.Model):
    """Who did what, when, from what to what. The database refuses to change or delete one."""

    at = models.DateTimeField(auto_now_add=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,  # audit_by_actor, and below audit_by_claim
        related_name="+",
        help_text="Empty: the workbench itself.",
    )
    verb = models.CharField(max_length=40)
    claim = models.ForeignKey(
        Claim, on_delete=models.PROTECT, null=True, blank=True, db_index=False, related_name="audit_events"
    )
    object_type = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    before = models.JSONField(default=dict, blank=True)
    after = models.JSONField(default=dict, blank=True)
    reason = models.TextField(blank=True)
    # Made by the trigger below: a row's place among the events of its claim (or other object), and what proves it.
    chain = models.CharField(max_length=80, editable=False, db_default="")
    number = models.PositiveIntegerField(
        editable=False, db_default=0, help_text="Its place in the chain, from 1."
    )
    hash = models.CharField(max_length=64, editable=False, db_default="")

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["claim", "-id"], name="audit_by_claim"),
            models.Index(fields=["object_type", "object_id"], name="audit_by_object"),
            models.Index(fields=["actor", "-id"], name="audit_by_actor"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["chain", "number"], name="audit_chain_place"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="audit_link",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("last", "record")],
                func=f"""
                    NEW.chain := {CHAIN.format(row="NEW")};
                    PERFORM pg_advisory_xact_lock({_LOCK}, hashtext(NEW.chain));
                    SELECT number, hash INTO last FROM claims_auditevent
                     WHERE chain = NEW.chain ORDER BY number DESC LIMIT 1;
                    NEW.number := COALESCE(last.number, 0) + 1;
                    NEW.hash := {HASH.format(row="NEW", before="COALESCE(last.hash, '')")};
                    RETURN NEW;
                """,
            ),
            pgtrigger.Protect(name="audit_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_type} {self.object_id}"
