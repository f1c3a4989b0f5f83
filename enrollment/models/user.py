"""Who works here. One account has one role, bound to one region; no region sees nothing."""

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.utils.translation import gettext_lazy as _


class Users(UserManager["User"]):
    """Every request asks for the user's region, so it comes along."""

    use_in_migrations = False

    def get_queryset(self) -> models.QuerySet["User"]:
        return super().get_queryset().select_related("region")


class User(AbstractUser):
    class Role(models.TextChoices):
        CLERK = "clerk", _("clerk")
        COLLECTOR = "collector", _("collector")
        BUREAU = "bureau", _("bureau staff")
        ADMIN = "admin", _("administrator")
        DEPARTMENT = "department", _("department")
        TAX = "tax", _("tax bureau")
        AUDITOR = "auditor", _("auditor")
        SYSTEM = "system", _("system")

    role = models.CharField(max_length=12, choices=Role.choices, blank=True, default="")
    region = models.ForeignKey("Region", models.PROTECT, null=True, blank=True)
    institution = models.ForeignKey("Institution", models.PROTECT, null=True, blank=True)
    full_name = models.CharField(max_length=60, blank=True, default="")
    office = models.CharField(max_length=60, blank=True, default="")

    objects = Users()  # type: ignore[misc]

    def __str__(self) -> str:
        if self.role == self.Role.SYSTEM:
            return str(self.get_role_display())
        return self.full_name or self.username

    @classmethod
    def system(cls) -> "User":
        """The user commands and jobs act as when nobody is named; cannot sign in."""
        user, created = cls.objects.get_or_create(
            username="system", defaults={"role": cls.Role.SYSTEM, "is_active": False}
        )
        if created:
            user.set_unusable_password()
            user.save(update_fields=["password"])
        return user
