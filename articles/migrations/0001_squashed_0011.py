import articles.models.snapshot
import django.contrib.postgres.indexes
import django.contrib.postgres.operations
import django.db.models.deletion
import django.db.models.functions.text
import factcheck.lib.firstmigration
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('articles', '0001_initial'), ('articles', '0002_initial'), ('articles', '0003_waiting_and_sections'), ('articles', '0004_feeds'), ('articles', '0005_stories_and_duplicates'), ('articles', '0006_jobs_and_snapshots'), ('articles', '0007_files_of_many'), ('articles', '0008_versions_follow_each_other'), ('articles', '0009_retries_and_answers'), ('articles', '0010_imports_without_keys'), ('articles', '0011_cheaper_rows')]

    initial = True

    dependencies = [
        ('factcheck', '__first__'),
    ]

    operations = [
        django.contrib.postgres.operations.TrigramExtension(
        ),
        factcheck.lib.firstmigration.AtOnce(
            operations=[migrations.CreateModel(
                name='Article',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.CharField(editable=False, help_text="What makes it this work: its canonical URL's key, or its outlet and text when it has no URL.", max_length=2100, unique=True)),
                    ('url', models.TextField(blank=True)),
                    ('title', models.TextField(blank=True)),
                    ('byline', models.TextField(blank=True)),
                    ('language', models.CharField(blank=True, max_length=10)),
                    ('published_at', models.DateTimeField(blank=True, help_text='The instant, when the page gives one.', null=True)),
                    ('published_on', models.DateField(blank=True, help_text='The day, when that is all the page gives.', null=True)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('current', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='current_of', to='articles.articleversion')),
                    ('outlet', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='articles', to='articles.outlet')),
                ],
                options={
                    'ordering': ['-pk'],
                    'indexes': [django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('title'), name='gin_trgm_ops'), name='article_title_trigram')],
                },
            ), migrations.CreateModel(
                name='Container',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('csv', 'Table'), ('jsonl', 'JSON lines'), ('warc', 'Web archive'), ('zip', 'ZIP archive')], max_length=10)),
                    ('file_name', models.CharField(max_length=255)),
                    ('outlet_name', models.CharField(blank=True, help_text='Of what names no outlet of its own; as given by the importer.', max_length=200)),
                    ('table', models.JSONField(blank=True, default=dict, help_text='How a table is written: encoding, delimiter, has_header, columns.')),
                    ('mapping', models.JSONField(blank=True, default=dict, help_text='Which column says what, and the order of day and month in dates.')),
                    ('columns_sha256', models.CharField(blank=True, editable=False, help_text="Of the columns' names: the next such table is mapped alike.", max_length=64)),
                    ('state', models.CharField(choices=[('mapping', 'Waits for its columns'), ('queued', 'Queued'), ('running', 'Being read'), ('done', 'Read'), ('failed', 'Not read to its end')], default='queued', max_length=10)),
                    ('cursor', models.PositiveBigIntegerField(default=0, help_text='Where reading goes on, in bytes or files.')),
                    ('place', models.PositiveIntegerField(default=0, help_text='The last row, record or file that was read.')),
                    ('made', models.PositiveIntegerField(default=0, help_text='Items made of it so far.')),
                    ('attempts', models.PositiveSmallIntegerField(default=0, help_text='Begun since it last got any further.')),
                    ('leased_until', models.DateTimeField(blank=True, help_text='A worker has it until then.', null=True)),
                    ('error_code', models.CharField(blank=True, max_length=60)),
                    ('error_message', models.TextField(blank=True)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('started_at', models.DateTimeField(blank=True, null=True)),
                    ('finished_at', models.DateTimeField(blank=True, null=True)),
                    ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='containers', to='articles.importjob')),
                    ('snapshot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='containers', to='articles.snapshot')),
                ],
                options={
                    'ordering': ['pk'],
                    'indexes': [models.Index(condition=models.Q(('state__in', ['queued', 'running'])), fields=['id'], name='container_undone'), models.Index(condition=models.Q(('columns_sha256', ''), _negated=True), fields=['columns_sha256', '-id'], name='container_by_columns')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['mapping', 'queued', 'running', 'done', 'failed'])), name='container_state'), models.CheckConstraint(condition=models.Q(models.Q(('leased_until__isnull', False), ('state', 'running')), models.Q(models.Q(('state', 'running'), _negated=True), ('leased_until__isnull', True)), _connector='OR'), name='container_running_is_leased'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'failed'), _negated=True), models.Q(models.Q(('error_code', ''), _negated=True), models.Q(('error_message', ''), _negated=True)), _connector='OR'), name='container_failed_says_why')],
                },
            ), migrations.CreateModel(
                name='Story',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('articles', models.PositiveIntegerField(default=0)),
                    ('outlets', models.PositiveIntegerField(default=0)),
                    ('first_seen', models.DateTimeField(help_text='The earliest instant at which one of its articles was published, or else came in.')),
                    ('activity', models.BigIntegerField(help_text='When an article last joined, in microseconds since 1970: lists are ordered and cut by it.', unique=True)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('merged_into', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='articles.story')),
                ],
                options={
                    'verbose_name_plural': 'stories',
                    'ordering': ['-activity'],
                    'indexes': [models.Index(condition=models.Q(('articles__gte', 2)), fields=['-activity'], name='story_list'), models.Index(condition=models.Q(('merged_into__isnull', False)), fields=['merged_into'], name='story_merged')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('outlets__lte', models.F('articles'))), name='story_outlets_have_articles'), models.CheckConstraint(condition=models.Q(('merged_into', None), models.Q(('articles', 0), models.Q(('merged_into', models.F('id')), _negated=True)), _connector='OR'), name='story_merged_is_empty')],
                },
            ), migrations.CreateModel(
                name='Placement',
                fields=[
                    ('article', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='placement', serialize=False, to='articles.article')),
                    ('placed_at', models.DateTimeField(blank=True, help_text='Empty: still to be placed.', null=True)),
                    ('attempts', models.PositiveSmallIntegerField(default=0)),
                    ('leased_until', models.DateTimeField(blank=True, help_text='A worker has it until then.', null=True)),
                    ('signature', models.BinaryField(help_text='MinHash of the text whose bands are in the index; none for a very short text.', null=True)),
                    ('story', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='placements', to='articles.story')),
                    ('version', models.ForeignKey(db_index=False, help_text='The text that is placed, or is to be.', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.articleversion')),
                ],
                options={
                    'indexes': [models.Index(condition=models.Q(('placed_at', None)), fields=['article'], name='placement_undone'), models.Index(condition=models.Q(('story__isnull', False)), fields=['story'], name='placement_by_story')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('placed_at', None), ('leased_until', None), _connector='OR'), name='placement_placed_is_not_leased')],
                },
            ), migrations.CreateModel(
                name='Recheck',
                fields=[
                    ('article', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='recheck', serialize=False, to='articles.article')),
                    ('due_at', models.DateTimeField(blank=True, help_text='Empty: not looked at any more.', null=True)),
                    ('step', models.PositiveSmallIntegerField(default=0, help_text='How many looks in a row found nothing new: the wait before the next one.')),
                    ('leased_until', models.DateTimeField(blank=True, help_text='A worker has it until then.', null=True)),
                    ('etag', models.TextField(blank=True)),
                    ('last_modified', models.TextField(blank=True)),
                    ('checked_at', models.DateTimeField(blank=True, help_text='The last look.', null=True)),
                    ('seen_at', models.DateTimeField(blank=True, help_text='When the article was last there to be read.', null=True)),
                    ('gone_since', models.DateTimeField(blank=True, help_text='From the first look that did not find the article any more.', null=True)),
                    ('result', models.CharField(blank=True, choices=[('unchanged', 'Unchanged'), ('changed', 'New text'), ('gone', 'Gone'), ('failed', 'Could not be fetched')], max_length=10)),
                    ('error_code', models.CharField(blank=True, max_length=60)),
                    ('error_message', models.TextField(blank=True)),
                ],
                options={
                    'indexes': [models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='recheck_due')],
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('error_code', ''), ('error_message', ''), ('result__in', ['', 'unchanged', 'changed'])), models.Q(('result__in', ['gone', 'failed']), models.Q(('error_code', ''), _negated=True), models.Q(('error_message', ''), _negated=True)), _connector='OR'), name='recheck_failed_says_why'), models.CheckConstraint(condition=models.Q(models.Q(('result', 'gone'), _negated=True), ('gone_since__isnull', False), _connector='OR'), name='recheck_gone_since'), models.CheckConstraint(condition=models.Q(('step__lte', 7)), name='recheck_step')],
                },
            ), migrations.CreateModel(
                name='ArticleVersion',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('number', models.PositiveIntegerField(help_text='1 for the first text of the article, then 2, 3, ...')),
                    ('text', models.TextField()),
                    ('text_length', models.PositiveIntegerField(editable=False, help_text='In code points; kept so that span checks need not read the text.')),
                    ('sha256', models.CharField(editable=False, help_text='Of the text in UTF-8.', max_length=64)),
                    ('title', models.TextField(blank=True)),
                    ('byline', models.TextField(blank=True)),
                    ('section', models.CharField(blank=True, db_default='', default='', max_length=200)),
                    ('dateline', models.CharField(blank=True, help_text='The place the text begins with.', max_length=200)),
                    ('dateline_on', models.DateField(blank=True, help_text='The day its dateline names.', null=True)),
                    ('language', models.CharField(blank=True, max_length=10)),
                    ('published_at', models.DateTimeField(blank=True, null=True)),
                    ('published_on', models.DateField(blank=True, null=True)),
                    ('modified_at', models.DateTimeField(blank=True, help_text='As the page says, with its zone.', null=True)),
                    ('words_added', models.PositiveIntegerField(blank=True, editable=False, help_text='Beside the text before.', null=True)),
                    ('words_removed', models.PositiveIntegerField(blank=True, editable=False, help_text='Beside the text before.', null=True)),
                    ('provenance', models.JSONField(blank=True, default=dict, help_text='Per field, where on the page it came from.')),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('article', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='articles.article')),
                    ('previous', models.ForeignKey(blank=True, editable=False, help_text='The text that the article had until this one came.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='following', to='articles.articleversion')),
                    ('snapshot', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='articles.snapshot')),
                ],
                options={
                    'ordering': ['article', '-number'],
                    'indexes': [models.Index(fields=['sha256'], name='version_by_text')],
                    'constraints': [models.UniqueConstraint(fields=('article', 'number'), name='version_number_unique'), models.UniqueConstraint(fields=('article', 'sha256'), name='version_text_unique'), models.CheckConstraint(condition=models.Q(('text_length__gt', 0)), name='version_has_text'), models.CheckConstraint(condition=models.Q(('text_length', django.db.models.functions.text.Length('text'))), name='version_text_length'), models.CheckConstraint(condition=models.Q(('text__contains', '\r'), _negated=True), name='version_newlines')],
                },
            ), migrations.CreateModel(
                name='Band',
                fields=[
                    ('pk', models.CompositePrimaryKey('key', 'article', blank=True, editable=False, primary_key=True, serialize=False)),
                    ('key', models.BigIntegerField(help_text="The band's place and its rows, hashed.")),
                    ('article', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='articles.article')),
                ],
            ), migrations.CreateModel(
                name='Feed',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=200)),
                    ('url', models.TextField()),
                    ('key', models.CharField(editable=False, help_text='Of the URL: no feed is polled twice.', max_length=2100, unique=True)),
                    ('kind', models.CharField(blank=True, choices=[('rss', 'RSS'), ('atom', 'Atom'), ('sitemap', 'Sitemap'), ('sitemap_index', 'Sitemap index')], help_text='Found at the first poll.', max_length=15)),
                    ('active', models.BooleanField(default=True)),
                    ('interval', models.PositiveSmallIntegerField(help_text='Minutes between two polls, as a person chose.')),
                    ('pace', models.PositiveSmallIntegerField(help_text='Minutes between two polls at present: the interval, adapted to how often there is something new.')),
                    ('first_entries', models.PositiveSmallIntegerField(help_text='How many of its newest entries the first poll imports; the others are remembered as seen.')),
                    ('next_poll_at', models.DateTimeField()),
                    ('leased_until', models.DateTimeField(blank=True, help_text='A worker polls it until then.', null=True)),
                    ('poll_started_at', models.DateTimeField(blank=True, null=True)),
                    ('etag', models.TextField(blank=True)),
                    ('last_modified', models.TextField(blank=True)),
                    ('sha256', models.CharField(blank=True, editable=False, help_text='Of its bytes as last read: the same are not read again.', max_length=64)),
                    ('moved_to', models.TextField(blank=True, help_text='Where it says that it moved for good.')),
                    ('moved_polls', models.PositiveSmallIntegerField(default=0, help_text='How many polls in a row it said so.')),
                    ('polled_at', models.DateTimeField(blank=True, null=True)),
                    ('succeeded_at', models.DateTimeField(blank=True, null=True)),
                    ('failing_since', models.DateTimeField(blank=True, null=True)),
                    ('failures', models.PositiveIntegerField(default=0, help_text='In a row.')),
                    ('error_code', models.CharField(blank=True, max_length=60)),
                    ('error_message', models.TextField(blank=True)),
                    ('note', models.TextField(blank=True, help_text='What there is to know about the last poll that succeeded.')),
                    ('last_new', models.PositiveIntegerField(blank=True, help_text='Of the last poll that succeeded.', null=True)),
                    ('entries_seen', models.PositiveIntegerField(default=0)),
                    ('newest_at', models.DateTimeField(blank=True, help_text='When it last had something new.', null=True)),
                    ('silent_after', models.DateTimeField(blank=True, help_text='By its own rhythm there should have been something new by then.', null=True)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('owner', models.ForeignKey(help_text='Who added it, or resumed it last: its imports are theirs.', on_delete=django.db.models.deletion.PROTECT, related_name='feeds', to=settings.AUTH_USER_MODEL)),
                    ('outlet', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='feeds', to='articles.outlet')),
                ],
                options={
                    'ordering': ['-pk'],
                    'indexes': [models.Index(condition=models.Q(('active', True)), fields=['next_poll_at'], name='feed_due'), models.Index(condition=models.Q(('failing_since__isnull', False)), fields=['failing_since'], name='feed_failing'), models.Index(condition=models.Q(('active', True)), fields=['silent_after'], name='feed_silent')],
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('url', ''), _negated=True), models.Q(('key', ''), _negated=True)), name='feed_is_named'), models.CheckConstraint(condition=models.Q(('interval__gte', 5), ('interval__lte', 1440)), name='feed_interval_in_range'), models.CheckConstraint(condition=models.Q(models.Q(('leased_until__isnull', True), ('poll_started_at__isnull', True)), models.Q(('leased_until__isnull', False), ('poll_started_at__isnull', False)), _connector='OR'), name='feed_polled_is_leased'), models.CheckConstraint(condition=models.Q(models.Q(('failing_since__isnull', True), ('failures', 0)), models.Q(('failing_since__isnull', False), ('failures__gt', 0), models.Q(('error_code', ''), _negated=True), models.Q(('error_message', ''), _negated=True)), _connector='OR'), name='feed_failing_says_why')],
                },
            ), migrations.CreateModel(
                name='ImportItem',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('position', models.PositiveIntegerField()),
                    ('kind', models.CharField(choices=[('url', 'URL'), ('text', 'Pasted text'), ('file', 'File'), ('row', 'Row')], max_length=10)),
                    ('url', models.TextField(blank=True)),
                    ('file_name', models.CharField(blank=True, max_length=255)),
                    ('outlet_name', models.CharField(blank=True, help_text='As given by the importer; else read from the page.', max_length=200)),
                    ('title', models.TextField(blank=True, help_text='As given by the importer; else read from the page.')),
                    ('published_at', models.DateTimeField(blank=True, help_text='As given by the importer; else read from the page.', null=True)),
                    ('published_on', models.DateField(blank=True, help_text='As given by the importer, when the day is all that is known.', null=True)),
                    ('refetch', models.BooleanField(db_default=False, default=False, editable=False, help_text='It is known to have changed: fetched however lately it was.')),
                    ('external_id', models.CharField(blank=True, db_default='', default='', help_text="What the importer's own records call it.", max_length=200)),
                    ('place', models.PositiveIntegerField(blank=True, help_text='Its row, record or file in the container, from 1.', null=True)),
                    ('offset', models.PositiveBigIntegerField(blank=True, help_text='Where it begins in the container as it is read, in bytes.', null=True)),
                    ('state', models.CharField(choices=[('queued', 'Queued'), ('running', 'Running'), ('done', 'Done'), ('failed', 'Failed'), ('cancelled', 'Cancelled')], default='queued', max_length=10)),
                    ('stage', models.CharField(blank=True, choices=[('waiting', "Waiting for the site's turn"), ('fetching', 'Fetching'), ('parsing', 'Reading the page'), ('recording', 'Storing')], max_length=10)),
                    ('attempts', models.PositiveSmallIntegerField(default=0)),
                    ('leased_until', models.DateTimeField(blank=True, help_text='A worker has it until then.', null=True)),
                    ('error_code', models.CharField(blank=True, max_length=60)),
                    ('error_message', models.TextField(blank=True)),
                    ('outcome', models.CharField(blank=True, choices=[('new_article', 'New article'), ('new_version', 'New version'), ('unchanged', 'Already here'), ('same_address', 'Already here: same address'), ('same_bytes', 'Already here: same bytes')], max_length=20)),
                    ('key', models.CharField(blank=True, db_default='', default='', editable=False, help_text='Of the address, once a worker is at it.', max_length=2100)),
                    ('queued_at', models.DateTimeField(help_text='Enqueued, for the first time or again; not to be run earlier.')),
                    ('started_at', models.DateTimeField(blank=True, null=True)),
                    ('finished_at', models.DateTimeField(blank=True, null=True)),
                    ('timings', models.JSONField(blank=True, db_default={}, default=dict, help_text='Milliseconds of the last try: waited, then by stage.')),
                    ('container', models.ForeignKey(blank=True, db_index=False, help_text='The file of many it is of.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='items', to='articles.container')),
                    ('duplicate_of', models.ForeignKey(blank=True, db_index=False, help_text='The item that brought in what this one asks for.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='duplicates', to='articles.importitem')),
                    ('version', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='import_items', to='articles.articleversion')),
                    ('job', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='items', to='articles.importjob')),
                    ('snapshot', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='import_items', to='articles.snapshot')),
                ],
                options={
                    'ordering': ['job', 'position'],
                    'indexes': [models.Index(condition=models.Q(('state', 'queued')), fields=['queued_at'], name='import_item_queued'), models.Index(condition=models.Q(('state', 'running')), fields=['leased_until'], name='import_item_running'), models.Index(condition=models.Q(('key', ''), _negated=True), fields=['key', '-finished_at'], name='import_item_key'), models.Index(condition=models.Q(('state', 'failed')), fields=['-finished_at'], name='import_item_failed'), models.Index(fields=['job', 'state', 'position'], name='import_item_progress'), models.Index(condition=models.Q(('state', 'failed')), fields=['job', 'error_code', 'position'], name='import_item_errors'), models.Index(condition=models.Q(('container__isnull', False)), fields=['container'], name='import_item_container'), models.Index(condition=models.Q(('duplicate_of__isnull', False)), fields=['duplicate_of'], name='import_item_duplicates')],
                    'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'done'), ('version__isnull', False)), models.Q(models.Q(('state', 'done'), _negated=True), ('version__isnull', True)), _connector='OR'), name='import_item_done_has_version'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'failed'), _negated=True), models.Q(models.Q(('error_code', ''), _negated=True), models.Q(('error_message', ''), _negated=True)), _connector='OR'), name='import_item_failed_says_why'), models.CheckConstraint(condition=models.Q(models.Q(('leased_until__isnull', False), ('state', 'running')), models.Q(models.Q(('state', 'running'), _negated=True), ('leased_until__isnull', True)), _connector='OR'), name='import_item_running_is_leased'), models.CheckConstraint(condition=models.Q(('state__in', ['queued', 'running', 'done', 'failed', 'cancelled'])), name='import_item_state'), models.UniqueConstraint(fields=('job', 'position'), name='import_item_position_unique'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'url'), models.Q(('url', ''), _negated=True)), models.Q(models.Q(('kind', 'url'), _negated=True), ('snapshot__isnull', False)), _connector='OR'), name='import_item_has_something_to_import')],
                },
            ), migrations.CreateModel(
                name='FeedEntry',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('key', models.CharField(help_text="The sha256 of its guid, or of its URL's key where the feed gives none.", max_length=64)),
                    ('url', models.TextField(blank=True)),
                    ('title', models.TextField(blank=True)),
                    ('published_at', models.DateTimeField(blank=True, null=True)),
                    ('updated_at', models.DateTimeField(blank=True, help_text='Its latest change, as the feed tells it.', null=True)),
                    ('seen_at', models.DateTimeField(help_text='When it was seen first.')),
                    ('problem', models.TextField(blank=True, help_text='Why it cannot be imported.')),
                    ('feed', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='articles.feed')),
                    ('item', models.ForeignKey(blank=True, help_text='What imports it, the latest where there were several; none if it is only remembered.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='feed_entries', to='articles.importitem')),
                ],
                options={
                    'verbose_name_plural': 'feed entries',
                    'ordering': ['-pk'],
                    'indexes': [models.Index(condition=models.Q(('item__isnull', False)), fields=['feed', 'seen_at'], name='feed_entry_imported')],
                    'constraints': [models.UniqueConstraint(fields=('feed', 'key'), name='feed_entry_unique')],
                },
            ), migrations.CreateModel(
                name='ImportJob',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('label', models.CharField(blank=True, max_length=200)),
                    ('total', models.PositiveIntegerField(help_text='Items so far: a file of many adds its own as it is read.')),
                    ('extract', models.BooleanField(db_default=True, default=True, help_text='Whether the texts are read for their claims.')),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='import_jobs', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'ordering': ['-pk'],
                },
            ), migrations.CreateModel(
                name='ImportEvent',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('at', models.DateTimeField(auto_now_add=True)),
                    ('verb', models.CharField(choices=[('cancel', 'cancelled'), ('retry', 'queued again')], max_length=10)),
                    ('items', models.PositiveIntegerField(help_text='How many.')),
                    ('error_code', models.CharField(blank=True, help_text='When it was those of one error.', max_length=60)),
                    ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('item', models.ForeignKey(blank=True, help_text='When it was one.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='articles.importitem')),
                    ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='articles.importjob')),
                    ('container', models.ForeignKey(blank=True, help_text='When it was a file of many.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='articles.container')),
                ],
                options={
                    'ordering': ['-pk'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('verb__in', ['cancel', 'retry'])), name='import_event_verb'), models.CheckConstraint(condition=models.Q(('items__gt', 0)), name='import_event_of_something')],
                },
            ), migrations.CreateModel(
                name='Outlet',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=200)),
                    ('domain', models.CharField(blank=True, help_text="The site's host name without www., used to recognise its pages.", max_length=253)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('named_by', models.CharField(choices=[('given', 'Given'), ('page', 'What its pages call themselves'), ('host', "Its site's address")], db_default='given', default='given', editable=False, help_text='Where the name is from: one that nobody gave may become better while the outlet is new.', max_length=10)),
                ],
                options={
                    'ordering': ['name'],
                    'indexes': [django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('name'), name='gin_trgm_ops'), name='outlet_name_trigram')],
                    'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('name'), name='outlet_name_unique', violation_error_message='There is an outlet of this name already.'), models.UniqueConstraint(condition=models.Q(('domain', ''), _negated=True), fields=('domain',), name='outlet_domain_unique', violation_error_message='This domain belongs to another outlet already.'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='outlet_has_name'), models.CheckConstraint(condition=models.Q(('domain', django.db.models.functions.text.Lower('domain'))), name='outlet_domain_lower_case'), models.CheckConstraint(condition=models.Q(('named_by__in', ['given', 'page', 'host'])), name='outlet_named_by')],
                },
            ), migrations.CreateModel(
                name='Overlap',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('share_of_one', models.FloatField(help_text="How much of the one's text the other has, 0 to 1.")),
                    ('share_of_other', models.FloatField(help_text="How much of the other's text the one has, 0 to 1.")),
                    ('measured_at', models.DateTimeField(auto_now=True)),
                    ('one', models.ForeignKey(db_index=False, help_text='The older row.', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.article')),
                    ('one_version', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.articleversion')),
                    ('other', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.article')),
                    ('other_version', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.articleversion')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('one', 'other'), name='overlap_unique'), models.CheckConstraint(condition=models.Q(('one__lt', models.F('other'))), name='overlap_in_order'), models.CheckConstraint(condition=models.Q(('share_of_one__gte', 0), ('share_of_one__lte', 1), ('share_of_other__gte', 0), ('share_of_other__lte', 1)), name='overlap_share_range')],
                },
            ), migrations.CreateModel(
                name='Separation',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('article', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='separations', to='articles.article')),
                    ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('story', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='separations', to='articles.story')),
                ],
                options={
                    'constraints': [models.UniqueConstraint(fields=('article', 'story'), name='separation_unique')],
                },
            ), migrations.CreateModel(
                name='Snapshot',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('sha256', models.CharField(editable=False, max_length=64, unique=True)),
                    ('size', models.PositiveIntegerField(help_text='Bytes, before compression.')),
                    ('media_type', models.CharField(blank=True, max_length=100)),
                    ('charset', models.CharField(blank=True, max_length=40)),
                    ('file', models.FileField(storage=articles.models.snapshot.snapshot_storage, upload_to='')),
                    ('url', models.TextField(blank=True, help_text='Where these bytes were first fetched from.')),
                    ('headers', models.JSONField(blank=True, default=dict)),
                    ('redirects', models.JSONField(blank=True, default=list)),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                    ('unreferenced_since', models.DateTimeField(editable=False, help_text='When nothing referred to it any more, as the collector of snapshots saw it.', null=True)),
                    ('status', models.PositiveSmallIntegerField(blank=True, help_text='Of the answer, in HTTP; none for what was uploaded or pasted.', null=True)),
                ],
                options={
                    'ordering': ['-pk'],
                    'indexes': [models.Index(condition=models.Q(('unreferenced_since__isnull', False)), fields=['unreferenced_since'], name='snapshot_unreferenced')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$')), name='snapshot_sha256_hex')],
                },
            ), pgtrigger.migrations.AddTrigger(
                model_name='articleversion',
                trigger=pgtrigger.compiler.Trigger(name='version_immutable', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='3943221d7adb1fbf372410b9b14863c602efdd42', operation='UPDATE', pgid='pgtrigger_version_immutable_059b3', table='articles_articleversion', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='articleversion',
                trigger=pgtrigger.compiler.Trigger(name='version_follows_an_earlier_one', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."previous_id" IS NOT NULL)', func="\n                    IF NOT EXISTS (SELECT FROM articles_articleversion v\n                                    WHERE v.id = NEW.previous_id AND v.article_id = NEW.article_id\n                                      AND v.number < NEW.number) THEN\n                        RAISE check_violation USING CONSTRAINT = 'version_follows_an_earlier_one',\n                            MESSAGE = 'a version follows an earlier one of the same article';\n                    END IF;\n                    RETURN NEW;\n                ", hash='ca4e4c843e449dcb668750ccb108699d58c1b04c', operation='INSERT', pgid='pgtrigger_version_follows_an_earlier_one_4ec7c', table='articles_articleversion', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='importevent',
                trigger=pgtrigger.compiler.Trigger(name='import_event_immutable', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='73338b6a719d153a0477b12707e637bd85f49300', operation='UPDATE', pgid='pgtrigger_import_event_immutable_29bd9', table='articles_importevent', when='BEFORE')),
            ), pgtrigger.migrations.AddTrigger(
                model_name='snapshot',
                trigger=pgtrigger.compiler.Trigger(name='snapshot_immutable', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."sha256" IS DISTINCT FROM (NEW."sha256") OR OLD."size" IS DISTINCT FROM (NEW."size") OR OLD."media_type" IS DISTINCT FROM (NEW."media_type") OR OLD."charset" IS DISTINCT FROM (NEW."charset") OR OLD."file" IS DISTINCT FROM (NEW."file") OR OLD."url" IS DISTINCT FROM (NEW."url") OR OLD."headers" IS DISTINCT FROM (NEW."headers") OR OLD."redirects" IS DISTINCT FROM (NEW."redirects") OR OLD."status" IS DISTINCT FROM (NEW."status") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='c321374f6b2a3a6e882bda4ed868ade4dc7ae190', operation='UPDATE', pgid='pgtrigger_snapshot_immutable_96fae', table='articles_snapshot', when='BEFORE')),
            )],
        ),
    ]
