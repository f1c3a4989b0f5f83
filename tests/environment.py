"""A pytest plugin loaded before settings are (pyproject.toml, addopts): where the tests' data lie.

Services are started here, because pytest-django reads the settings before any conftest. Each run
has a data folder of its own, shared with its xdist workers, gone when the run is over.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

for _name in ("DATABASE_URL", "REDIS_URL", "CANBAO_KEYS", "DJANGO_SECRET_KEY"):
    os.environ.pop(_name, None)
_began_here = "CANBAO_TEST_DATA" not in os.environ
if _began_here:
    os.environ["CANBAO_TEST_DATA"] = tempfile.mkdtemp(prefix="canbao-test-")
DATA = Path(os.environ["CANBAO_TEST_DATA"])
os.environ["CANBAO_DATA"] = str(DATA)
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"

from config import services  # noqa: E402 - it reads the environment

services.create_files(DATA)
services.ensure(DATA, fsync=False)  # held by this process; tests' data need not survive


def _clean_up() -> None:
    services.release(DATA)
    shutil.rmtree(DATA, ignore_errors=True)


if _began_here:
    atexit.register(_clean_up)
