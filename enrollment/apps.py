from django.apps import AppConfig


class EnrollmentConfig(AppConfig):
    """The ground floor: regions, campaigns, notices, people, registrations, users, jobs."""

    name = "enrollment"

    def ready(self) -> None:
        from enrollment import describe, doors, wording

        doors.open_doors()
        describe.register()
        wording.register()
