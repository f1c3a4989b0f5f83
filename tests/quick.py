"""What keeps the tests' database quick, and leaves what a test sees as it was."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from django.db.migrations.state import ProjectState


@contextmanager
def quick_migrations() -> Iterator[None]:
    """Each step of a migration renders the one model that it changes.

    Django renders all that are related to it again, in effect all: 15 s of work, not 2, for the
    same tables. That the migrations run as they are is proved where the product is started.
    """

    def itself(_state: ProjectState, app: str, model: str, delay: bool = False) -> set[object]:
        return {(app, model)}

    with mock.patch.object(ProjectState, "_find_reload_model", itself):
        yield
