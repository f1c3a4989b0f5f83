from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """Payment details from the tax bureau, matched to registrations."""

    name = "payments"

    def ready(self) -> None:
        from payments import describe, doors, wording

        doors.open_doors()
        describe.register()
        wording.register()
