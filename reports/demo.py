"""The demo: one notice as a practice campaign with made-up people, through the same services.

Everything is deterministic: the seed, the accounts, who is marked, who comes to the desk today.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from config.lib.shares import apportion
from enrollment import changes, files
from enrollment.bulk import import_residents, register_file
from enrollment.errors import Refused
from enrollment.facts import ZONE, day_start
from enrollment.models import (
    Campaign,
    Institution,
    Region,
    Registration,
    Resident,
    SourceFile,
    User,
)
from enrollment.services import campaigns, users
from enrollment.services.people import Person
from enrollment.services.registrations import register_one
from payments.generate import generate
from payments.generate.from_campaign import charge_for, plan_for
from payments.services import import_payments
from quotas.models import Target, TargetSet
from reports.rankings.queries import due_reports
from reports.rankings.services import freeze_ranking, publish_ranking
from subsidies.services import mark_hardship

NOTICE = settings.BASE_DIR / "enrollment" / "notices" / "tanghe-2023.toml"
SEED = 2023
SCALE = 100  # one made-up person stands for so many of the target
LOADED_AT = datetime(2022, 10, 14, 9, 0, tzinfo=ZONE)
STANDS_AT = datetime(2022, 11, 18, 16, 30, tzinfo=ZONE)
PASSWORD = "canbao-demo"  # noqa: S105 - printed on the first page of the README
TOWNSHIP = "黑龙镇"
ACCOUNTS = (  # name, role, full name, where, office
    ("admin", "admin", "周海涛", "county", "县医保局"),
    ("bureau", "bureau", "陈立", "county", "县医保局"),
    ("clerk", "clerk", "刘敏", "health centre", "卫生院医保办"),
    ("collector", "collector", "郝保国", "village", "村社保协办员"),
    ("civil", "department", "王慧", "county", "县民政局"),
    ("tax", "tax", "李税", "county", "县税务局"),
    ("auditor", "auditor", "孙审", "county", "县审计局"),
)
# Every so many people of the register carry a category of the notice.
MARKED_EVERY = {"lifted": 29, "monitored": 131, "minimum_living": 37}
# A pace that leaves some townships ahead and some behind on the day the demo stands at.
REGISTERING = (0.62, 1.0)  # slowest and fastest township
STRAGGLERS = timedelta(days=15)  # people still come so long after the first stage
EXEMPT_EVERY = 23  # of those not registered yet: exempt, to be tried at the desk
AT_THE_DESK = 12  # people whom the demo clerk has registered today

Say = Callable[[str], object]


@dataclass
class Demo:
    """What is made on the way."""

    campaign: Campaign
    people: dict[str, User]
    township: Region
    counts: dict[str, Any]


def seed(say: Say) -> dict[str, Any]:
    """Make the demo campaign. Errors: Refused where it exists.

    One transaction: an interrupted first start leaves nothing half made.
    """
    slug = NOTICE.stem
    if Campaign.objects.filter(slug=slug).exists():
        raise Refused(_("The campaign %(slug)s exists already.") % {"slug": slug})
    with transaction.atomic():
        say("notice, targets, accounts")
        demo = _open()
        with TemporaryDirectory() as folder:
            _fill(demo, Path(folder), say)
        say("the desk")
        _desk_of_today(demo)
        campaigns.move_clock(demo.campaign, to=STANDS_AT, by=demo.people["admin"])
        say("progress")
        changes.consume()
        with connection.cursor() as cursor:
            cursor.execute("analyze")  # the first pages are asked for before autovacuum looks
    (Path(settings.DATA_DIR) / "demo-accounts.txt").write_text(_accounts_in_words(), "utf-8")
    return demo.counts


def exists() -> bool:
    return Campaign.objects.filter(slug=NOTICE.stem).exists()


def _open() -> Demo:
    campaign = campaigns.load_notice(NOTICE, by=User.system(), now=LOADED_AT, practice=True)
    township = Region.objects.get(parent=campaign.region, name=TOWNSHIP)
    _practice_targets(campaign)
    return Demo(campaign, _accounts(campaign, township), township, {"campaign": campaign.slug})


def _practice_targets(campaign: Campaign) -> None:
    """A second set: the notice's targets scaled down, shared out by largest remainder."""
    notice = list(
        Target.objects.filter(target_set__campaign=campaign, target_set__slug="notice").order_by(
            "region__position"
        )
    )
    weights = [target.persons or 0 for target in notice]
    campaign.target_sets.update(shown_first=False)
    practice = TargetSet.objects.create(
        campaign=campaign,
        slug="practice",
        title=f"演练任务（1:{SCALE}）",
        insurance=campaign.insurance,
        shown_first=True,
    )
    shares = apportion(sum(weights) // SCALE, weights)
    Target.objects.bulk_create(
        Target(
            target_set=practice,
            region_id=target.region_id,
            persons=persons,
            remark=target.remark,
        )
        for target, persons in zip(notice, shares, strict=True)
    )


def _accounts(campaign: Campaign, township: Region) -> dict[str, User]:
    centre = Institution.objects.create(
        name=f"{township.name}卫生院", kind="health_centre", region=township
    )
    village = township.children.order_by("position").first()
    assert village is not None
    places = {"county": campaign.region, "health centre": township, "village": village}
    made = {}
    for username, role, full_name, where, office in ACCOUNTS:
        made[username] = users.create_user(
            username=username,
            role=role,
            region=places[where],
            institution=centre if where == "health centre" else None,
            password=PASSWORD,
            full_name=full_name,
            office=office,
            by=User.system(),
            now=LOADED_AT,
        )
    return made


def _fill(demo: Demo, folder: Path, say: Say) -> None:
    campaign, bureau = demo.campaign, demo.people["bureau"]
    practice = Target.objects.filter(target_set__campaign=campaign, target_set__slug="practice")
    targets = sum(target.persons or 0 for target in practice)
    windows = {window.key: window for window in campaign.policy["windows"]}
    plan = replace(
        plan_for(campaign, people=targets, seed=SEED, until=STANDS_AT, registering=REGISTERING),
        closes_at=day_start(windows["concentrated"].until + STRAGGLERS),
    )
    say("made-up people")
    written = generate(plan, charge_for(campaign, days=1), folder)
    register = _take(campaign, SourceFile.Kind.RESIDENTS, folder / "residents.csv", bureau)
    imported = import_residents(
        register, folder / "residents.csv", by=bureau, now=LOADED_AT, progress=_silent
    )
    _mark(demo)
    say("registrations")
    coming = _take(campaign, SourceFile.Kind.REGISTRATIONS, folder / "registrations.csv", bureau)
    registered = register_file(
        coming, folder / "registrations.csv", by=bureau, now=STANDS_AT, progress=_silent
    )
    say("payments, rankings")
    names = [name for name in written["files"] if name.startswith("payments-")]
    lines = _take_in_payments(demo, folder, names)
    demo.counts |= {
        "residents": imported["new"],
        "registered": registered["registered"],
        "payment_files": len(names),
        "payment_lines": lines,
    }


def _take(
    campaign: Campaign, kind: str, path: Path, by: User, now: datetime = LOADED_AT
) -> SourceFile:
    return files.take_in(campaign, kind, path.name, path, by, now)


def _silent(stage: str, done: int = 0, total: int = 0) -> None:
    pass


def _mark(demo: Demo) -> None:
    """Hardship categories for a regular few of the register."""
    people = list(Resident.objects.order_by("id"))
    for category, every in MARKED_EVERY.items():
        for resident in people[every // 2 :: every]:
            _mark_one(demo, resident, category, date(2022, 9, 30))


def _mark_one(demo: Demo, resident: Resident, category: str, recognised_on: date) -> None:
    mark_hardship(
        campaign=demo.campaign,
        resident=resident,
        category=category,
        recognised_on=recognised_on,
        source="三季度名单",
        by=demo.people["civil"],
        now=LOADED_AT,
    )


def _take_in_payments(demo: Demo, folder: Path, names: list[str]) -> int:
    """Each day's file arrives the next morning; on its Friday the ranking is frozen in between."""
    tax, lines = demo.people["tax"], 0
    morning = datetime.combine(LOADED_AT.date() + timedelta(days=2), time(8), ZONE)
    for name in names:
        _rank_until(demo, morning)
        file = _take(demo.campaign, SourceFile.Kind.PAYMENTS, folder / name, tax, morning)
        lines += import_payments(file, folder / name, by=tax, now=morning)["read"]
        morning += timedelta(days=1)
        if morning > STANDS_AT:
            morning = STANDS_AT
    _rank_until(demo, STANDS_AT)
    return lines


def _rank_until(demo: Demo, now: datetime) -> None:
    demo.campaign.clock = now
    demo.campaign.save(update_fields=["clock"])
    for due in due_reports(now):
        if due.campaign.pk != demo.campaign.pk:
            continue
        changes.consume()
        ranking = freeze_ranking(
            campaign=demo.campaign,
            kind=due.rule.key,
            as_of=due.as_of,
            target_set=due.target_set,
            by=User.system(),
            now=due.as_of,
        )
        publish_ranking(ranking, by=demo.people["admin"], now=due.as_of + timedelta(minutes=42))


def _desk_of_today(demo: Demo) -> None:
    """Some exempt people wait at the desk, and the clerk has registered a few people today."""
    changes.consume()
    registered = Registration.objects.standing().filter(campaign=demo.campaign)
    absent = Resident.objects.exclude(pk__in=registered.values("resident")).order_by("id")
    for resident in absent[::EXEMPT_EVERY]:
        _mark_one(demo, resident, "five_guarantees", date(2022, 9, 30))
    here = absent.filter(village__path__startswith=demo.township.path).select_related("household")
    at = STANDS_AT - timedelta(minutes=7 * AT_THE_DESK)
    for number, resident in enumerate(here[:AT_THE_DESK]):
        at += timedelta(minutes=6, seconds=40)
        register_one(
            campaign=demo.campaign,
            person=_as_on_the_form(resident),
            by=demo.people["clerk"],
            now=at,
            save_key=uuid5(NAMESPACE_URL, f"{demo.campaign.slug}/{number}"),
        )


def _as_on_the_form(resident: Resident) -> Person:
    """Someone known, as the desk's form is filled with them."""
    identity = resident.identities.get(current=True)
    return Person(
        kind=identity.kind,
        number=identity.number,
        name=resident.name,
        category=resident.category,
        village=resident.village,
        born_on=resident.born_on,
        sex=resident.sex,
        group_no=resident.household.group_no if resident.household else "",
        head_name=resident.household.head_name if resident.household else "",
        relation=resident.relation,
        about=resident.pk,
    )


def _accounts_in_words() -> str:
    lines = [
        f"  {username:<10} {PASSWORD}   {full_name} {office}"
        for username, _role, full_name, _where, office in ACCOUNTS
    ]
    return "\n".join(["Demo accounts (practice data only):", *lines]) + "\n"
