"""Background work: each task names a row, a service does the work."""

from celery import Task, shared_task


@shared_task
def wake_import_job(job_id: int) -> None:
    from articles.services import importing

    importing.wake_items(job_id=job_id)


@shared_task
def run_import_item(item_id: int) -> None:
    from articles.services import running
    from factcheck.lib.following import and_what_follows

    with and_what_follows():
        running.run_import_item(item_id=item_id)


# Unpacking a file of 2 GB comes before its first row; well below the broker's visibility timeout all the same.
@shared_task(bind=True, soft_time_limit=600, time_limit=660)
def expand_container(self: Task[[int], None], container_id: int) -> None:
    from articles.services import expanding

    # Where tasks run as they are sent there is nobody to make room for.
    until = float("inf") if self.request.is_eager else expanding.SLICE_SECONDS
    expanding.expand_container(container_id=container_id, slice_seconds=until)


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


@shared_task
def sweep_waiting() -> None:
    """Wakes workers for items whose site's turn comes next."""
    from articles.services import running

    running.wake_waiting()


@shared_task
def poll_feed(feed_id: int) -> None:
    from articles.services import polling

    polling.poll_feed(feed_id=feed_id)


@shared_task
def poll_feeds() -> None:
    """Wakes workers for the feeds that are due, or whose worker died."""
    from articles.services import polling
    from factcheck.lib.sweeping import nudge

    nudge(poll_feed, polling.due_feeds())


@shared_task
def place_version(article_id: int) -> None:
    from articles.services import placing

    placing.place_version(article_id=article_id)


@shared_task
def sweep_placements() -> None:
    """Wakes workers for texts that nobody has placed among the stories yet."""
    from articles.services import placing
    from factcheck.lib.sweeping import nudge

    nudge(place_version, placing.undone_placements())


@shared_task(soft_time_limit=780, time_limit=840)  # what it does not reach is done by the next one
def collect_snapshots() -> None:
    from articles.services import collecting

    collecting.collect_snapshots()


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
