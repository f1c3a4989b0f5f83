"""manage.py appraise CAMPAIGN --stage S: see --help for what the caller must say."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.db.models import Q
from django.utils.translation import gettext as _

from enrollment import changes, commands
from enrollment.errors import Refused
from enrollment.facts import ZONE
from enrollment.models import Region
from quotas.models import TargetSet
from reports.appraisal import queries, rules
from reports.sections import Stage


class Command(commands.Command):
    help = "Stage or final appraisal: who has met it, rewards, deductions, consequences, and why."
    writes = False

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--stage", required=True, metavar="S", help="key of a stage")
        parser.add_argument(
            "--as-of", metavar="T", help="default: the stage's end, or the clock before it"
        )
        parser.add_argument("--set", default="notice", help="target set (default: the notice's)")
        parser.add_argument(
            "--on-time",
            nargs="+",
            metavar="CODE",
            help="regions that made their batches and paid in in time, or all; default: what "
            "was entered on the page",
        )
        parser.add_argument(
            "--institutions",
            nargs="+",
            metavar="N",
            help="how many institutions each place has, or CODE=N; default: those known here",
        )

    def carry_out(self, options: dict[str, Any]) -> dict[str, Any]:
        stage = self._stage(options["stage"])
        given = options["as_of"]
        at = commands.instant(given) if given else queries.cut_off(self.campaign, stage, self.now)
        target_set = self._target_set(options["set"])
        on_time = self._on_time(options["on_time"], stage)
        institutions = self._institutions(options["institutions"] or [])
        changes.consume()
        units = queries.unit_facts(self.campaign, target_set, at, on_time, institutions)
        if not units:
            raise Refused(
                _("No place below %(region)s has a target in “%(set)s”.")
                % {"region": self.campaign.region.name, "set": target_set.title}
            )
        codes = {
            region.pk: region.code or region.key
            for region in Region.objects.filter(pk__in=[unit.region_id for unit in units])
        }
        rows = rules.appraise(self.campaign.policy["appraisal"], stage, units)
        return {
            "stage": stage.key,
            "final": stage.final,
            "as_of": at.astimezone(ZONE).isoformat(),
            "rows": [_told(row, codes[row.unit.region_id]) for row in rows],
        }

    def _stage(self, key: str) -> Stage:
        appraisal = self.campaign.policy["appraisal"]
        if (stage := appraisal.stage(key)) is None:
            raise Refused(
                _("The notice has no stage “%(stage)s” of an appraisal; it has: %(stages)s.")
                % {"stage": key, "stages": ", ".join(s.key for s in appraisal.stages) or "–"}
            )
        return stage

    def _target_set(self, slug: str) -> TargetSet:
        found = self.campaign.target_sets.filter(slug=slug).first()
        if found is None:
            raise Refused(_("There is no target set “%(set)s”.") % {"set": slug})
        return found

    def _on_time(self, codes: list[str] | None, stage: Stage) -> dict[int, bool]:
        """The regions named were, the others not; every child of the campaign's for “all”."""
        if codes is None:
            return queries.in_time(self.campaign, stage)
        every = self.campaign.region.children.values_list("id", flat=True)
        named = set(every) if codes == ["all"] else {self._child(code) for code in codes}
        return {pk: pk in named for pk in every}

    def _institutions(self, given: list[str]) -> dict[int, int]:
        """Region → how many. A bare number is for every child of the campaign's region."""
        found: dict[int, int] = {}
        for text in given:
            code, _equals, number = text.rpartition("=")
            if not number.isdecimal():
                raise CommandError(f"not a number, or CODE=N: {text!r}", returncode=2)
            ids = (
                [self._child(code)]
                if code
                else self.campaign.region.children.values_list("id", flat=True)
            )
            found |= {pk: int(number) for pk in ids}
        return found

    def _child(self, code: str) -> int:
        children = self.campaign.region.children
        region = children.filter(Q(key=code) | Q(code=code)).first()
        if region is None:
            raise Refused(
                _("%(code)s is no place directly below %(region)s.")
                % {"code": code, "region": self.campaign.region.name}
            )
        return region.pk


def _told(row: rules.Row, code: str) -> dict[str, Any]:
    return {
        "region": code,
        "name": row.unit.name,
        "target": row.unit.target,
        "counted": row.unit.counted,
        "rate_bp": row.rate_bp,
        "rank": row.rank,
        "met": row.met,
        "hardship_missed": row.unit.hardship_missed,
        "on_time": row.unit.on_time,
        "disqualified": row.unit.disqualified,
        "rewards_fen": row.rewards_fen,
        "deductions_fen": row.deductions_fen,
        "parts": [
            {
                "key": part.reward.key,
                "for": part.reward.to,
                "heads": part.heads,
                "fen": -part.fen if part.reward.deduct else part.fen,
            }
            for part in row.parts
        ],
        "consequences": [c.as_told() for c in row.consequences],
        "because": [{"clause": each.clause, "words": each.words} for each in row.because],
    }
