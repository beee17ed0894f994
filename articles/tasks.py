"""Background work: each task names a row, a service does the work."""

from celery import shared_task


@shared_task
def wake_import_job(job_id: int) -> None:
    from articles.services import importing

    importing.wake_items(job_id=job_id)


@shared_task
def run_import_item(item_id: int) -> None:
    from articles.services import running

    running.run_import_item(item_id=item_id)


@shared_task
def sweep_imports() -> None:
    """Wakes workers for what a lost message or a dead worker left undone."""
    from articles.services import running
    from factcheck.lib.sweeping import nudge

    nudge(run_import_item, running.undone_items())


@shared_task
def recheck_article(article_id: int) -> None:
    from articles.services import rechecking

    rechecking.recheck_article(article_id=article_id)


@shared_task
def sweep_rechecks() -> None:
    """Has the pages looked at whose next look is due."""
    from articles.services import rechecking
    from factcheck.lib.sweeping import nudge

    nudge(recheck_article, rechecking.due_rechecks())
