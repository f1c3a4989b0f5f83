from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Progress, dashboards, rankings: reads everything, nobody reads it."""

    name = "reports"

    def ready(self) -> None:
        from reports import describe, doors, wording

        doors.open_doors()
        describe.register()
        wording.register()
