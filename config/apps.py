from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """The shell around the apps; last to be ready, so it can see that no question is unanswered."""

    name = "config"

    def ready(self) -> None:
        from config import celery  # noqa: F401 - tasks rung from any process find our broker
        from enrollment import ports

        ports.check_answered()
