"""manage.py generate CAMPAIGN --scale S --seed N --out DIR"""

import re
from argparse import ArgumentParser, ArgumentTypeError
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from enrollment import commands
from enrollment.errors import Refused
from payments.generate import generate
from payments.generate.charge import FORMS
from payments.generate.from_campaign import charge_for, plan_for, target_sum


@dataclass(frozen=True)
class Scale:
    """A number of people, or a part of the targets' sum (`part` of 100 for 1:100)."""

    people: int = 0
    part: int = 0

    def of(self, targets: int) -> int:
        return self.people or max(round(targets / self.part), 1)


def scale(text: str) -> Scale:
    if match := re.fullmatch(r"1:([1-9]\d{0,8})", text):
        return Scale(part=int(match[1]))
    if re.fullmatch(r"[1-9]\d{0,7}", text):
        return Scale(people=int(text))
    raise ArgumentTypeError(f"{text!r} is neither a number of people nor a ratio such as 1:100")


def share(text: str) -> float:
    if re.fullmatch(r"\d{1,2}(\.\d+)?|100", text):
        return float(text) / 100
    raise ArgumentTypeError(f"{text!r} is no percentage from 0 to 100")


class Command(commands.Command):
    help = (
        "Writes made-up people, their registrations, payment files with every fault, and "
        "truth.json with the outcome of each line (documented in payments/generate). Everybody "
        "owes what the notice says of them. The same seed writes the same files."
    )
    writes = False

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--scale",
            type=scale,
            required=True,
            metavar="S",
            help="number of people, e.g. 11439, or a part of the targets' sum, e.g. 1:100",
        )
        parser.add_argument("--seed", type=int, required=True, metavar="N")
        parser.add_argument(
            "--out", type=Path, required=True, metavar="DIR", help="made if missing"
        )
        parser.add_argument("--until", metavar="T", help="leave out what happens at or after T")
        parser.add_argument("--form", choices=FORMS, default="gb18030", help="of payment files")
        parser.add_argument(
            "--hardship",
            type=share,
            default=0.0,
            metavar="P",
            help="percent of the people whom roster.csv marks with a category of the notice; the "
            "truth takes them as marked before they are registered (default: none, no roster)",
        )
        parser.add_argument("--titled", action="store_true", help="with a title and a 合计 row")
        parser.add_argument("--one-file", action="store_true", help="not one file for each week")

    def carry_out(self, options: dict[str, Any]) -> dict[str, Any]:
        out: Path = options["out"]
        if out.exists() and not out.is_dir():
            raise Refused(_("%(path)s is a file, not a folder.") % {"path": out})
        plan = plan_for(
            self.campaign,
            people=options["scale"].of(target_sum(self.campaign)),
            seed=options["seed"],
            until=commands.instant(options["until"]) if options["until"] else None,
        )
        charge = charge_for(
            self.campaign,
            form=options["form"],
            titled=options["titled"],
            hardship=options["hardship"],
            **({"days": None} if options["one_file"] else {}),
        )
        return generate(plan, charge, out, progress=lambda done: self.say(f"{done} people"))
