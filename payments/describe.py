"""The sections of payments in plain words, and whether collected money has an account to go to."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enrollment import loading
from enrollment.loading import MISSING, READY, Readiness
from enrollment.models import Campaign
from enrollment.notice import Policy
from enrollment.policy.paragraphs import Paragraph, day, paragraph, yuan
from payments.wording import ACCEPT, BEFORE, KINDS, LATE, PARTS


def payments(policy: Policy) -> list[Paragraph]:
    rules = policy["payments"]
    if not (rules.words or rules.assumed or rules.clause):
        return []
    days = _days(rules.file_within_days)
    assumed = _("The notice does not say how often a payment file comes.")
    slips = _("The notice does not say how soon the money of a slip arrives.")
    return [
        paragraph(rules, _("Late payments"), (_("Outcome"), str(LATE[rules.late]))),
        Paragraph(
            clause="",
            title=_("Payment files"),
            words="",
            assumed=assumed if rules.file_every_days is None else "",
            rows=(
                (_("A file is posted"), str(ACCEPT[rules.accept])),
                *(((_("A file is missing after"), days),) if days else ()),
            ),
        ),
        Paragraph(
            clause="",
            title=_("Slips"),
            words="",
            assumed=slips if rules.slip_arrives_days is None else "",
            rows=(
                (
                    _("Told when the bank has no line of it after"),
                    _days(rules.slip_within_days) or _("never"),
                ),
            ),
        ),
    ]


def _days(n: int) -> str:
    return _("%(n)s days") % {"n": n} if n else ""


def refunds(policy: Policy) -> list[Paragraph]:
    return [
        paragraph(
            rule,
            rule.name,
            (_("Comes back"), str(PARTS[rule.part])),
            (_("Last day"), day(rule.until)),
            (_("Only"), str(BEFORE.get(rule.before, ""))),
            (_("Benefits used"), _("nothing comes back") if rule.forbidden_by_use else ""),
        )
        for rule in policy["refunds"]
    ]


def channels(policy: Policy) -> list[Paragraph]:
    return [
        paragraph(
            each,
            each.name,
            (_("Kind"), str(KINDS[each.kind])),
            (_("Steps"), " → ".join(each.steps)),
            (_("Called in files"), "、".join(each.synonyms)),
        )
        for each in policy["channels"]
    ]


def money_in_hand(policy: Policy) -> list[Paragraph]:
    rules = policy["money_in_hand"]
    if rules is None:
        return []
    days = rules.limit_working_days
    first = _("counts") if rules.first_day_counts else ""
    return [
        paragraph(
            rules,
            _("Collected money"),
            (_("Remitted at the latest at"), yuan(rules.limit_fen)),
            (_("or after"), _("%(n)s working days") % {"n": days} if days else ""),
            (_("First day"), first),
            (_("Goes to"), rules.account),
        ),
        *(
            paragraph(each, each.name, (_("Bank"), each.bank), (_("Account"), each.number))
            for each in rules.accounts
        ),
    ]


def readiness(campaign: Campaign) -> Iterable[Readiness]:
    """The accounts for collected money that the notice names."""
    rules = campaign.policy["money_in_hand"]
    if rules is None:
        return
    named = len(rules.accounts)
    url = reverse("policy", args=[campaign.slug]) + "#money_in_hand"
    yield Readiness(
        key="accounts",
        title=_("Accounts"),
        state=READY if named else MISSING,
        figure=_("%(n)s accounts") % {"n": named},
        todo=""
        if named
        else _(
            "The system's administrator writes the account (holder, bank, number) into the notice "
            "file and loads the file again (manage.py load_notice)."
        ),
        url=url,
        where="" if named else _("Versions"),
        todo_url="" if named else reverse("policy-versions", args=[campaign.slug]),
        gaps=() if named else (_("The notice names no account for collected money."),),
    )


def register() -> None:
    loading.describe_section("payments", payments, gettext_lazy("Late money"))
    loading.describe_section("refunds", refunds, gettext_lazy("What comes back"))
    loading.describe_section("channels", channels, gettext_lazy("How to pay"))
    loading.describe_section("money_in_hand", money_in_hand, gettext_lazy("Money in hand"))
    loading.readiness_of(readiness)
