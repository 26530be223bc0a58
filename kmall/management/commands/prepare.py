"""Bring texts, static files and the database up to the code; at the first start, load the demo mall."""

import hashlib
import io
import json

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import OperationalError, ProgrammingError

from kmall import translations


class Command(BaseCommand):
    help = "Compile texts, collect static files, migrate; load the demo mall into an empty database."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--no-demo", action="store_true", help="leave an empty database empty")

    def handle(self, *, no_demo, **options):
        translations.compile_catalogues(settings.BASE_DIR)
        self.collect_static()
        try:
            self.migrate()
        except (OperationalError, ProgrammingError) as error:
            raise CommandError(f"The database cannot be migrated: {' '.join(str(error).split())}") from error
        call_command("check", "--fail-level", "ERROR", databases=["default"], stdout=io.StringIO())
        if not no_demo:
            call_command("demo", "--if-empty")

    def collect_static(self):
        """Hashing and compressing takes seconds, so only when a file changed."""
        note = settings.STATIC_ROOT / ".collected"
        digest = hashlib.sha256()
        for finder in get_finders():
            for name, storage in sorted(finder.list([]), key=lambda found: found[0]):
                found = storage.get_modified_time(name).timestamp()
                digest.update(json.dumps([name, found, storage.size(name)]).encode())
        if note.exists() and note.read_text() == digest.hexdigest():
            return
        self.stdout.write("Collecting static files …")
        call_command("collectstatic", interactive=False, clear=False, verbosity=0)
        note.write_text(digest.hexdigest())

    def migrate(self):
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("Preparing the database …")
            call_command("migrate", interactive=False, verbosity=0)
