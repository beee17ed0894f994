"""Background work: each task names a row, a service does the work."""

from celery import shared_task


@shared_task
def extract_version(run_id: int) -> None:
    from claims.services import extracting

    extracting.extract_version(run_id=run_id)


@shared_task
def sweep_extractions() -> None:
    """Wakes workers for what a lost message or a dead worker left undone, unless none could do it now."""
    from claims.services import extracting
    from factcheck.lib.sweeping import nudge

    if extracting.extractor_problem():
        return
    nudge(extract_version, extracting.undone_runs())


@shared_task
def release_expired_leases() -> None:
    from claims.services import assigning

    assigning.release_expired_leases()


@shared_task
def resume_claims_on_hold() -> None:
    from claims.services import curating

    curating.resume_due()


@shared_task
def look_at_document(evidence_id: int) -> None:
    from claims.services import watching

    watching.look_at_document(evidence_id=evidence_id)


@shared_task
def archive_document(evidence_id: int) -> None:
    from claims.services import archiving

    archiving.archive_document(evidence_id=evidence_id)


@shared_task
def sweep_evidence() -> None:
    """Wakes workers for documents whose next look is due, and for those that the Wayback Machine is to save."""
    from claims.services import archiving, watching
    from factcheck.lib.sweeping import nudge

    nudge(look_at_document, watching.due_documents())
    nudge(archive_document, archiving.due_archivings())


@shared_task
def sweep_merged_speakers() -> None:
    from claims.services import merging

    merging.sweep_merged()


@shared_task
def remind() -> None:
    from claims.services import reminding

    reminding.remind()


@shared_task
def send_digest(user_id: int) -> None:
    from claims.services import digests

    digests.send_digest(user_id=user_id)


@shared_task
def sweep_digests() -> None:
    from claims.services import digests
    from factcheck.lib.sweeping import nudge

    nudge(send_digest, digests.due_digests())


@shared_task
def give_out_claims() -> None:
    from claims.services import giving

    giving.give_out_claims()


# Many claims take minutes; well below the broker's visibility timeout all the same.
@shared_task(soft_time_limit=780, time_limit=840)
def run_export(export_id: int) -> None:
    from claims.services import exporting

    exporting.run_export(export_id=export_id)


@shared_task
def sweep_exports() -> None:
    """Wakes workers for what a lost message or a dead worker left undone, and deletes the files that have had their time."""
    from claims.services import exporting
    from factcheck.lib.sweeping import nudge

    nudge(run_export, exporting.undone_exports())
    exporting.expire_exports()


@shared_task
def run_prior_import(import_id: int) -> None:
    from claims.services import priorimporting

    priorimporting.run_prior_import(import_id=import_id)


@shared_task
def suggest_matches() -> None:
    """Compares what is still to be compared: new checks with the desk's claims, new claims with the checks."""
    from claims.services import priormatching

    priormatching.suggest_matches()


@shared_task
def sweep_prior() -> None:
    from claims.services import priorimporting, priormatching
    from factcheck.lib.sweeping import nudge

    nudge(run_prior_import, priorimporting.undone_imports())
    if priormatching.is_undone():
        suggest_matches.delay()


@shared_task
def deliver_webhook(webhook_id: int) -> None:
    from claims.services import delivering

    delivering.deliver_webhook(webhook_id=webhook_id)


@shared_task
def sweep_webhooks() -> None:
    """Wakes workers for webhooks that something waits for, and writes down which imports have ended."""
    from claims.services import delivering
    from factcheck.lib.sweeping import nudge

    delivering.tell_of_finished_imports()
    nudge(deliver_webhook, delivering.due_webhooks())


@shared_task
def clean_up_webhooks() -> None:
    from claims.services import delivering

    delivering.clean_up()


@shared_task
def fold_tallies() -> None:
    from claims.services import tallies

    tallies.fold_tallies()


@shared_task(
    soft_time_limit=3000, time_limit=3600
)  # a desk may have published a million; a second one leaves it alone
def write_dumps() -> None:
    from claims.services import dumping

    dumping.write_dumps()
