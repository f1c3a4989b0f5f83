"""manage.py create_user USERNAME --role R --region KEY [--password-stdin]"""

import sys
from argparse import ArgumentParser
from typing import Any

from django.utils.translation import gettext as _

from enrollment import commands
from enrollment.errors import Refused
from enrollment.models import Region, User
from enrollment.services import users


class Command(commands.Command):
    help = "Makes a user with one role, bound to one region; prints a made password once."
    takes_campaign = False

    def arguments(self, parser: ArgumentParser) -> None:
        roles = [role for role in User.Role.values if role != User.Role.SYSTEM]
        parser.add_argument("username")
        parser.add_argument("--role", required=True, choices=roles)
        parser.add_argument("--region", required=True, metavar="CODE", help="key or code")
        parser.add_argument("--full-name", default="")
        parser.add_argument("--office", default="")
        parser.add_argument(
            "--password-stdin", action="store_true", help="read it from stdin; made otherwise"
        )

    def carry_out(self, options: dict[str, Any]) -> dict[str, Any]:
        region = Region.objects.filter(key=options["region"]).first()
        region = region or Region.objects.filter(code=options["region"]).first()
        if region is None:
            raise Refused(_("There is no region %(key)s.") % {"key": options["region"]})
        given = sys.stdin.readline().rstrip("\n") if options["password_stdin"] else None
        password = given if given is not None else users.make_password()
        user = users.create_user(
            username=options["username"],
            role=options["role"],
            region=region,
            password=password,
            by=self.by,
            now=self.now,
            full_name=options["full_name"],
            office=options["office"],
        )
        result = {"user": user.username, "role": user.role, "region": region.key}
        return result if given is not None else {**result, "password": password}
