"""Celery: a doorbell. What is to be done stands in the `Job` table, never in a message."""

import os
import signal

from celery import Celery
from celery.signals import beat_init, worker_init, worker_process_init, worker_ready

from config import heartbeat
from config.keeper import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("canbao")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    task_ignore_result=True,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    worker_soft_shutdown_timeout=3,
    worker_hijack_root_logger=False,
    worker_prefetch_multiplier=1,
    timezone="Asia/Shanghai",
    # Beat only rings; what is due is asked of the database each time.
    beat_schedule={"tick": {"task": "enrollment.tick", "schedule": 15.0}},
)
app.autodiscover_tasks(["enrollment"])


@worker_init.connect
def _no_shared_connection(**kwargs: object) -> None:
    """Forked children must not inherit an open database connection."""
    from django.db import connections

    connections.close_all()


@worker_process_init.connect
def _end_with_the_worker(**kwargs: object) -> None:
    """The pool of a worker that is killed would wait for work for ever."""
    if end := end_with_parent(signal.SIGKILL):
        end()


@worker_ready.connect
def _worker_lives(**kwargs: object) -> None:
    heartbeat.keep_saying("worker")


@beat_init.connect
def _beat_lives(**kwargs: object) -> None:
    heartbeat.keep_saying("beat")
