"""Making users."""

import secrets
from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from enrollment.errors import Refused
from enrollment.models import AuditEntry, Institution, Region, User


@transaction.atomic
def create_user(
    *,
    username: str,
    role: str,
    region: Region,
    password: str,
    by: User,
    now: datetime,
    full_name: str = "",
    office: str = "",
    institution: Institution | None = None,
) -> User:
    """A person who works here, bound to one role and one region.

    Errors: Refused for a name in use or unfit, an unknown role, or a password too short or too
    common.
    """
    roles = [value for value in User.Role.values if value != User.Role.SYSTEM]
    problems = []
    if role not in roles:
        problems.append(
            _("There is no role %(role)s; there are: %(roles)s.")
            % {"role": role, "roles": ", ".join(roles)}
        )
    if User.objects.filter(username=username).exists():
        problems.append(_("There is a user %(name)s already.") % {"name": username})
    bound_to = institution.region if institution else region
    user = User(
        username=username,
        role=role,
        region=bound_to,
        institution=institution,
        full_name=full_name,
        office=office or (institution.name if institution else ""),
    )
    for check in (
        lambda: user.clean_fields(exclude=["password", "role"]),
        lambda: validate_password(password, user),
    ):
        try:
            check()
        except ValidationError as error:
            problems.extend(error.messages)
    if problems:
        raise Refused(problems)
    user.set_password(password)
    user.save()
    AuditEntry.objects.create(
        at=now,
        by=by,
        action="create_user",
        object_kind="user",
        object_id=user.pk,
        facts={"role": role, "region": bound_to.key},
    )
    return user


def make_password() -> str:
    """A password to hand over once: 16 characters without look-alikes."""
    letters = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    return "".join(secrets.choice(letters) for _n in range(16))


def first_administrator_is_missing() -> bool:
    """True while nobody could sign in as an administrator: an empty production start."""
    return not User.objects.filter(role=User.Role.ADMIN, is_active=True).exists()


def nobody_can_sign_in() -> bool:
    """An installation in which no account was made yet."""
    return not User.objects.filter(is_active=True).exists()
