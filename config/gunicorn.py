"""Settings of the web server; where it listens is said on its command line."""

import gc
import os
from typing import Any

os.environ["CANBAO_COLLECTED"] = "1"  # settings, loaded after this: serve what collectstatic made

workers = 2
threads = 4
worker_class = "gthread"
preload_app = True  # imported once: starts sooner, shares memory
timeout = 60  # seconds for a worker that hangs; long work is a job, not a request
graceful_timeout = 5
keepalive = 5
max_requests = 5000  # gives back what a worker's memory has fragmented
max_requests_jitter = 500
control_socket_disable = True
accesslog = None  # the application logs requests itself
loglevel = "warning"


def when_ready(_server: Any) -> None:
    """What was imported stays: the collector need not look through it in the middle of a page."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
