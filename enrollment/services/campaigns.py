"""Loading notices, opening campaigns, moving a practice clock."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import connection, transaction
from django.utils.translation import gettext as _

from enrollment import loading, places, textfile
from enrollment.errors import Refused
from enrollment.expected import shown
from enrollment.models import AuditEntry, Campaign, PolicyVersion, Region, User
from enrollment.notice import Lines, Policy, parse, read_policy
from enrollment.policy import readiness
from enrollment.services.institutions import load_institutions
from enrollment.services.regions import load_regions
from enrollment.table import Problem


@dataclass(frozen=True)
class NoticeFile:
    """A notice as read from disk, with the texts of the files it extends, nearest first."""

    text: str
    parents: tuple[tuple[str, str], ...]
    policy: Policy

    @property
    def sha256(self) -> str:
        whole = [self.text, *(part for parent in self.parents for part in parent)]
        return hashlib.sha256("\0".join(whole).encode()).hexdigest()


LARGEST = 5_000_000  # bytes


def read_notice(path: Path) -> NoticeFile:
    """A notice file, whole and with its parents; changes nothing. Errors: Refused."""
    text = textfile.read(path, ".toml", LARGEST)
    parents = _parents(path, text)
    return NoticeFile(text, parents, read_policy(text, parents))


def _parents(path: Path, text: str) -> tuple[tuple[str, str], ...]:
    """Name and text of each file that a notice extends, nearest first.

    Errors: Refused at the line of `extends` that leads nowhere or back.
    """
    found: list[tuple[str, str]] = []
    seen = {path.resolve()}
    while (name := parse(text, found[-1][0] if found else "").get("extends")) is not None:

        def refuse(message: str, text: str = text) -> Refused:
            line = Lines(text).of(("extends",))
            return Refused(str(Problem(line, "extends", message, found[-1][0] if found else "")))

        if not isinstance(name, str):
            if not found:  # of the notice itself the reader says it, with all else
                break
            raise refuse(_("expected a text in quotes, not %(value)s") % {"value": shown(name)})
        path = path.parent / name
        if path.resolve() in seen:
            raise refuse(_("%(name)s extends itself.") % {"name": name})
        seen.add(path.resolve())
        try:
            text = textfile.read(path, ".toml", LARGEST)
        except Refused as refusal:
            raise refuse(" ".join(refusal.messages)) from None
        found.append((name, text))
    return tuple(found)


@transaction.atomic
def load_notice(
    path: Path,
    *,
    by: User,
    now: datetime,
    why: str = "",
    practice: bool = False,
    draft: bool = False,
) -> Campaign:
    """Open or update the campaign of a notice file, all or nothing.

    A text that was loaded before changes nothing; another text is a new policy version.
    Errors: Refused with every problem of the file, its regions, institutions and targets.
    """
    notice = read_notice(path)
    policy = notice.policy
    with connection.cursor() as cursor:  # the same file twice at one moment: one after the other
        cursor.execute("select pg_advisory_xact_lock(hashtext('canbao notices'))")
    if policy.regions:
        regions = (path.parent / policy.regions).resolve()
        if regions.suffix.lower() != ".csv" or not regions.is_file():
            said = _("there is no regions file %(path)s; expected a .csv file") % {"path": regions}
            raise Refused(policy.at(("regions",), said))
        load_regions(regions)
    rules = policy["campaign"]
    if rules is None:
        raise Refused(_("%(name)s is only a parent: it has no [campaign].") % {"name": path.name})
    region = Region.objects.filter(key=rules.region).first()
    if region is None:
        said = _("there is no region with the key %(key)s") % {"key": rules.region}
        raise Refused(policy.at(("campaign", "region"), said))
    campaign, created = Campaign.objects.select_for_update().get_or_create(
        slug=policy.slug,
        defaults={
            "title": rules.title,
            "label": rules.label,
            "region": region,
            "insurance": rules.insurance,
            "coverage_from": rules.coverage_from,
            "coverage_until": rules.coverage_until,
            "practice": practice,
            "clock": now if practice else None,  # where it stands until someone moves it
        },
    )
    if not created:
        _update(campaign, policy, region, practice)
    if policy.institutions:
        load_institutions((path.parent / policy.institutions).resolve(), region)
    _add_version(campaign, notice, by=by, now=now, why=why)
    places.check(campaign)
    loading.run_after_load(campaign)
    if campaign.state == Campaign.State.OPEN and (lost := readiness.obstacles(campaign)):
        raise Refused(lost)  # people register in it: it keeps its windows and its fee
    opens = not draft and campaign.state == Campaign.State.DRAFT
    if opens and not readiness.obstacles(campaign):
        open_campaign(campaign, by=by, now=now, why=why)
    return campaign


def _update(campaign: Campaign, policy: Policy, region: Region, practice: bool) -> None:
    rules = policy["campaign"]
    fixed = (region.pk, rules.insurance, rules.coverage_from, rules.coverage_until)
    if fixed != (
        campaign.region_id,
        campaign.insurance,
        campaign.coverage_from,
        campaign.coverage_until,
    ):
        said = _("%(slug)s exists with another region, insurance or coverage; choose a new slug")
        raise Refused(policy.at(("slug",), said % {"slug": campaign.slug}))
    if practice and not campaign.practice:
        raise Refused(_("%(slug)s is a real campaign, not practice") % {"slug": campaign.slug})
    campaign.title, campaign.label = rules.title, rules.label
    campaign.save(update_fields=["title", "label"])


def _add_version(
    campaign: Campaign, notice: NoticeFile, *, by: User, now: datetime, why: str
) -> None:
    latest = campaign.policy_versions.order_by("-number").first()
    if latest and latest.sha256 == notice.sha256:
        return
    number = latest.number + 1 if latest else 1
    PolicyVersion.objects.create(
        campaign=campaign,
        number=number,
        source=notice.text,
        parents=[list(parent) for parent in notice.parents],
        sha256=notice.sha256,
        loaded_at=now,
        loaded_by=by,
        why=why,
    )
    campaign.__dict__.pop("_policy", None)
    campaign.__dict__.pop("_policy_version", None)
    AuditEntry.objects.create(
        at=now,
        by=by,
        action="load_notice",
        campaign=campaign,
        object_kind="policy_version",
        object_id=number,
        why=why,
    )


def gaps(campaign: Campaign) -> list[str]:
    """What is missing before the campaign is ready, as sentences."""
    return readiness.gaps(campaign)


@transaction.atomic
def open_campaign(campaign: Campaign, *, by: User, now: datetime, why: str) -> None:
    """Draft → open. Gaps that people can still fill are recorded as exceptions, with the reason.

    Errors: Refused for a campaign that is no draft, and without windows or a fee: nobody could be
    registered.
    """
    campaign = _locked(campaign)
    if campaign.state != Campaign.State.DRAFT:
        raise Refused(_("%(title)s is not a draft.") % {"title": campaign.title})
    obstacles = readiness.obstacles(campaign)
    if obstacles:
        raise Refused(obstacles)
    campaign.state = Campaign.State.OPEN
    campaign.opened_at = now
    campaign.opened_with = gaps(campaign)
    campaign.save(update_fields=["state", "opened_at", "opened_with"])
    AuditEntry.objects.create(
        at=now,
        by=by,
        action="open_campaign",
        campaign=campaign,
        why=why,
        facts={"gaps": campaign.opened_with},
    )


def _locked(campaign: Campaign) -> Campaign:
    """The same object, as it stands now and nobody else can change it."""
    campaign.refresh_from_db(from_queryset=Campaign.objects.select_for_update())
    return campaign


@transaction.atomic
def move_clock(campaign: Campaign, *, to: datetime, by: User) -> None:
    """Set the clock of a practice campaign, forward or back. Errors: Refused for a real one."""
    campaign = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if not campaign.practice:
        raise Refused(_("Only a practice campaign has a clock that moves."))
    AuditEntry.objects.create(
        at=to, by=by, action="move_clock", campaign=campaign, facts={"from": str(campaign.clock)}
    )
    campaign.clock = to
    campaign.save(update_fields=["clock"])
