from django.apps import AppConfig


class SubsidiesConfig(AppConfig):
    """Hardship categories and who is entitled to what."""

    name = "subsidies"

    def ready(self) -> None:
        from subsidies import describe, doors, wording

        doors.open_doors()
        describe.register()
        wording.register()
