from django.apps import AppConfig


class QuotasConfig(AppConfig):
    """Quota targets, checkpoints."""

    name = "quotas"

    def ready(self) -> None:
        from quotas import describe, doors, wording

        doors.open_doors()
        describe.register()
        wording.register()
