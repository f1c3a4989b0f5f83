"""manage.py create_token USER"""

from argparse import ArgumentParser
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from rest_framework.authtoken.models import Token

from enrollment import commands
from enrollment.errors import Refused
from enrollment.models import AuditEntry
from payments.pages.files import SENDERS


class Command(commands.Command):
    help = "Makes, renews or revokes a user's token for the API; it sees that user's region."
    takes_campaign = False

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user", metavar="USER", help="of the tax bureau or the bureau")
        parser.add_argument("--revoke", action="store_true", help="take the token away")

    @transaction.atomic
    def carry_out(self, options: dict[str, Any]) -> dict[str, Any]:
        user = self._user(options["user"])
        revoke = options["revoke"]
        if not revoke and (user.role not in SENDERS or user.region is None or not user.is_active):
            raise Refused(
                [
                    _("%(name)s may send no payment files: that needs the role and a region.")
                    % {"name": user.username}
                ]
            )
        gone, _rows = Token.objects.filter(user=user).delete()
        if revoke and not gone:
            raise Refused([_("%(name)s has no token.") % {"name": user.username}])
        token = "" if revoke else Token.objects.create(user=user).key
        AuditEntry.objects.create(
            at=self.now,
            by=self.by,
            action="revoke_token" if revoke else "create_token",
            object_kind="user",
            object_id=user.pk,
            why=options["why"],
        )
        return {"user": user.username, "region": str(user.region or ""), "token": token}
