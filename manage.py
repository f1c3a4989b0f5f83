#!/usr/bin/env python
"""Start what a command needs, then hand over to Django."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured

from config import environment, services

STARTS_NOTHING = {
    "help",
    "version",
    "check",
    "makemigrations",
    "makemessages",
    "compilemessages",
    "collectstatic",
    "diffsettings",
}
# These want the database as it is: they migrate it themselves, or show how far it is.
MIGRATES_NOTHING = {"run", "migrate", "showmigrations", "sqlmigrate", "dbshell", "restore", "test"}


def main(argv: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    command = argv[1] if len(argv) > 1 else "help"
    only_asks = command.startswith("-") or {"-h", "--help", "--version"} & set(argv)
    try:
        if command not in STARTS_NOTHING and not only_asks:
            prepare(command)
        execute_from_command_line(argv)
    except (ImproperlyConfigured, services.Unavailable) as problem:
        sys.exit(str(problem))  # one line on stderr, exit code 1
    except KeyboardInterrupt:
        sys.exit(130)


def prepare(command: str) -> None:
    """Services up and, where the database is ours, its tables as the code wants them."""
    import django
    from django.core.management import get_commands

    data = environment.data_folder()
    services.create_files(data)  # before the settings, which read them
    django.setup()
    if command not in get_commands():
        return
    from config import schema
    from config.lib import siv

    siv.ring()  # a key file that cannot be read stops here, before any work
    services.ensure(data)
    schema.must_answer()
    if environment.is_embedded() and command not in MIGRATES_NOTHING:
        schema.bring_up_to_date()


if __name__ == "__main__":
    main(sys.argv)
