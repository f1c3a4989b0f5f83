"""What a campaign needs before it opens: the ground floor's part, and all of it together."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from config.lib import figures
from enrollment import loading
from enrollment.loading import BLOCKING, MISSING, READY, Readiness
from enrollment.models import Campaign, Region, User
from enrollment.notice import Policy

ORDER = ("targets", "villages", "rosters", "accounts", "users", "windows", "fee")


def readiness(campaign: Campaign) -> list[Readiness]:
    """Everything the campaign needs, in ORDER; what an app adds beyond comes last."""
    place = {key: index for index, key in enumerate(ORDER)}
    items = [*_own(campaign), *loading.readiness_items(campaign)]
    return sorted(items, key=lambda item: place.get(item.key, len(ORDER)))


def gaps(campaign: Campaign) -> list[str]:
    """What is missing, as sentences; each once."""
    said = [sentence for item in readiness(campaign) for sentence in item.gaps]
    return list(dict.fromkeys([*said, *loading.gaps(campaign.policy)]))


def silent(policy: Policy) -> list[str]:
    """What the notice itself leaves out, as sentences: windows, a fee, what apps above need."""
    said = [] if policy["windows"] else [_("The notice states no window.")]
    said += [] if policy["fee"] else [_("The notice states no fee.")]
    return list(dict.fromkeys([*said, *loading.gaps(policy)]))


def obstacles(campaign: Campaign) -> list[str]:
    """Without these nobody could be registered, so the campaign cannot open."""
    return [
        sentence for item in readiness(campaign) if item.state == BLOCKING for sentence in item.gaps
    ]


def _own(campaign: Campaign) -> Iterable[Readiness]:
    policy = campaign.policy
    page = reverse("policy", args=[campaign.slug])
    load = _(
        "The system's administrator writes it into the notice file and loads the file again "
        "(manage.py load_notice)."
    )
    seen = {"where": _("Versions"), "todo_url": reverse("policy-versions", args=[campaign.slug])}
    windows, fee = policy["windows"], policy["fee"]
    yield Readiness(
        key="windows",
        title=_("Windows"),
        state=READY if windows else BLOCKING,
        figure=_("%(n)s windows") % {"n": len(windows)},
        todo="" if windows else load,
        url=f"{page}#windows" if windows else "",
        **({} if windows else seen),
        gaps=() if windows else (_("The notice states no window."),),
    )
    yield Readiness(
        key="fee",
        title=_("Fee"),
        state=READY if fee else BLOCKING,
        figure=_fee(fee),
        todo="" if fee else load,
        url=f"{page}#fee" if fee else "",
        **({} if fee else seen),
        gaps=() if fee else (_("The notice states no fee."),),
    )
    yield _villages(campaign)
    yield _users(campaign)


def _fee(fee) -> str:
    if fee is None:
        return _("not stated")
    if fee.rules:
        return _("%(n)s rules") % {"n": len(fee.rules)}
    return _("%(yuan)s yuan") % {"yuan": figures.yuan(fee.individual_fen)}


def _villages(campaign: Campaign) -> Readiness:
    below = Region.objects.within(campaign.region)
    villages = below.filter(level=Region.Level.VILLAGE)
    townships = below.filter(level=Region.Level.TOWNSHIP)
    empty = [each.name for each in townships.exclude(pk__in=villages.values("parent"))]
    missing = [] if villages.exists() else [_("The campaign's region has no villages.")]
    if empty and not missing:
        missing = [_("No villages are known in: %(names)s.") % {"names": _some(empty)}]
    return Readiness(
        key="villages",
        title=_("Villages"),
        state=MISSING if missing else READY,
        figure=_("%(villages)s villages in %(townships)s townships")
        % {
            "villages": figures.thousands(villages.count()),
            "townships": figures.thousands(townships.count()),
        },
        todo=_(
            "The system's administrator adds them to the regions file and loads it "
            "(manage.py load_regions)."
        )
        if missing
        else "",
        url=reverse("progress", args=[campaign.slug]),
        gaps=tuple(missing),
    )


def _some(names: list[str], most: int = 8) -> str:
    """The first of many names, and how many there are."""
    said = "、".join(names[:most])
    if len(names) <= most:
        return said
    return _("%(names)s and others, %(n)s together") % {"names": said, "n": len(names)}


def _users(campaign: Campaign) -> Readiness:
    users = User.objects.filter(is_active=True, region__path__startswith=campaign.region.path)
    clerks = users.filter(role=User.Role.CLERK).values_list("region__path", flat=True)
    townships = Region.objects.within(campaign.region).filter(level=Region.Level.TOWNSHIP)
    alone = [
        each.name
        for each in townships
        if not any(p.startswith(each.path) or each.path.startswith(p) for p in clerks)
    ]
    missing = []
    if not users.exists():
        missing = [_("Nobody works in this campaign yet: there are no users.")]
    todo = ""
    if missing or alone:
        todo = _(
            "The system's administrator makes an account for each clerk (manage.py create_user)."
        )
    if alone and users.exists():
        todo += _(" No clerk yet in: %(names)s.") % {"names": _some(alone)}
    return Readiness(
        key="users",
        title=_("Users"),
        state=MISSING if missing else READY,
        figure=_("%(users)s users, clerks in %(townships)s of %(all)s townships")
        % {
            "users": users.count(),
            "townships": len(townships) - len(alone),
            "all": len(townships),
        },
        todo=todo,
        url="",
        gaps=tuple(missing),
    )
