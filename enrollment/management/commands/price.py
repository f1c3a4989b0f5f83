"""manage.py price CAMPAIGN --fact k=v …"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from enrollment import commands, places, ports, pricing
from enrollment.errors import Refused
from enrollment.told import NAMES, WrongFact, facts_told
from enrollment.untold import NotTold


class Command(commands.Command):
    help = "Prices one person by the campaign's notice and explains: what is due, when it covers."
    writes = False

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--fact",
            action="append",
            default=[],
            metavar="K=V",
            help=f"one fact; hardship may come again, as class or class:grade. {', '.join(NAMES)}",
        )

    def carry_out(self, options: dict[str, Any]) -> dict[str, Any]:
        policy = self.campaign.policy
        try:
            facts = facts_told(policy, [_pair(text) for text in options["fact"]])
            price = pricing.price(policy, places.told(facts))
        except WrongFact as wrong:
            raise CommandError(f"{wrong.name}: {wrong}", returncode=2) from None
        except NotTold as gap:
            raise Refused(f"{pricing.in_words((gap.reason,))} [{', '.join(gap.facts)}]") from None
        except ports.NotStated as gap:
            raise Refused(pricing.in_words((gap.reason,))) from None
        return as_told(price)


def as_told(price: pricing.Price) -> dict[str, Any]:
    """A price as JSON: fen, ISO dates, reasons as clause and words. No benefit: null."""
    return {
        "eligible": price.eligible,
        "fee_fen": price.fee_fen,
        "on_behalf_fen": price.on_behalf_fen,
        "deducted_fen": price.deducted_fen,
        "payable_fen": price.own_fen,
        "reimbursed_fen": price.reimbursed_fen,
        "reimbursed_in": f"{price.reimbursed_in:%Y-%m}" if price.reimbursed_in else None,
        "fiscal_fen": price.fiscal_fen,
        "treasury_fen": price.treasury_fen,
        "repair_fen": price.repair_fen,
        "benefit_from": _iso(price.benefit_from),
        "benefit_until": _iso(price.benefit_until),
        "kind": price.kind,
        "hardship": price.hardship,
        "tier": price.tier,
        "window": price.window,
        "because": [_reason(each) for each in price.because],
        "not_applied": [_reason(each) for each in price.not_applied],
        "funders": [{"funder": each.funder, "fen": each.fen} for each in price.funders],
    }


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        said = _("expected a fact as name=value, not “%(value)s”") % {"value": text}
        raise CommandError(said, returncode=2)
    return name.strip(), value


def _iso(day: Any) -> str | None:
    return day.isoformat() if day else None


def _reason(reason: ports.Reason) -> dict[str, str]:
    return {"clause": reason.clause, "words": reason.words}
