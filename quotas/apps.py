from django.apps import AppConfig


class QuotasConfig(AppConfig):
    """Quota targets, checkpoints."""

    name = "quotas"

    def ready(self) -> None:
        from quotas import describe, doors

        doors.open_doors()
        describe.register()
