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
def expand_container(container_id: int) -> None:
    from articles.services import expanding

    expanding.expand_container(container_id=container_id)


@shared_task
def sweep_containers() -> None:
    from articles.services import expanding
    from factcheck.lib.sweeping import nudge

    nudge(expand_container, expanding.undone_containers())


@shared_task
def sweep_imports() -> None:
    """Wakes workers for what a lost message or a dead worker left undone."""
    from articles.services import running
    from factcheck.lib.sweeping import nudge

    nudge(run_import_item, running.undone_items())
