"""Work over any number of people, set-based (DESIGN 6).

    result = import_residents(file, path, by=…, now=…, progress=…)
    result = register_file(file, path, by=…, now=…, progress=…)
    result = renew(campaign, by=…, now=…, progress=…)

Each is one transaction; `file` comes from enrollment.files.take_in, `path` holds its bytes.
"""

from .people import import_residents
from .registrations import register_file, renew
from .session import spoken

__all__ = ["import_residents", "register_file", "renew", "spoken"]
