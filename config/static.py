"""Collects static files when they differ from those collected last."""

import hashlib
import subprocess
import sys

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders

from config import environment


def collect() -> bool:
    """In a process of its own: the storage is chosen when settings load. Returns whether needed."""
    stamp = settings.STATIC_ROOT / ".collected"
    now = _fingerprint()
    if stamp.exists() and stamp.read_text() == now:
        return False
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "--clear", "-v", "0"]
    subprocess.run(command, cwd=environment.ROOT, check=True)
    stamp.write_text(now)
    return True


def _fingerprint() -> str:
    """Of every source file's path, size and time of change."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            size, at = storage.size(path), storage.get_modified_time(path)
            digest.update(f"{path} {size} {at}\n".encode())
    return digest.hexdigest()
