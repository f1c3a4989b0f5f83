"""The database's tables as the code wants them, whoever comes first and however many come."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from config.services import Unavailable

TURN = 4_201_202  # the number of our advisory lock; any that nobody else uses


def must_answer() -> None:
    """Errors: Unavailable, naming the server but no password."""
    try:
        connection.ensure_connection()
    except OperationalError as problem:
        reason = str(problem).strip().splitlines()[0]
        raise Unavailable(f"The database cannot be reached: {reason}") from None


def bring_up_to_date() -> bool:
    """Apply missing migrations, one process at a time. Returns whether there were any."""
    if not _is_behind():
        return False
    with _turn():
        call_command("migrate", verbosity=0, interactive=False)
    return True


def _is_behind() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


@contextmanager
def _turn() -> Iterator[None]:
    """Held by the session, so a process that is killed lets go; it works across hosts too."""
    with connection.cursor() as cursor:
        # Tried again and again: a statement that waits would hold a snapshot, which an index
        # built concurrently by the process in front would wait for.
        while True:
            cursor.execute("select pg_try_advisory_lock(%s)", [TURN])
            if cursor.fetchone()[0]:
                break
            time.sleep(0.3)
        try:
            yield
        finally:
            cursor.execute("select pg_advisory_unlock(%s)", [TURN])
