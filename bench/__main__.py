"""make bench: every measure of docs/PERFORMANCE.md, one after the other, as Markdown.

.venv/bin/python -m bench          payments at 100,000 and 1,000,000; rosters; dashboard; …
.venv/bin/python -m bench --city   payments at 6,157,900 and their desk
"""

import os
import platform
import subprocess
import sys
from datetime import date

COUNTY = (
    ("bench.payments", "--lines", "100000", "1000000", "--repeat", "2"),
    ("bench.rosters",),
    ("bench.pricing",),
    ("bench.dashboard",),
    ("bench.missed",),
    ("bench.desk",),
)
CITY = (
    ("bench.payments", "--lines", "61579", "6157900", "--repeat", "1"),
    ("bench.open_payments", "--lines", "6157900", "61579"),
)


def main() -> int:
    print(f"{date.today()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    for module, *arguments in CITY if "--city" in sys.argv[1:] else COUNTY:
        print(f"## {module}\n", flush=True)
        ended = subprocess.run([sys.executable, "-m", module, *arguments])
        if ended.returncode:
            return ended.returncode
        print(flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
