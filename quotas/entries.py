"""What people enter about targets: a table from a file, reported counts, denominators."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from enrollment import clock
from enrollment.access import allow, region_or_404
from enrollment.errors import Refused
from enrollment.http import Request, whole_campaign_of
from enrollment.models import Campaign, Region
from quotas import denominators as rows_of
from quotas import importing, queries, reported_file, reporting, services
from quotas.forms import ExclusionForm, ImportForm, ReportedForm, figures
from quotas.models import Exclusion, TargetSet
from quotas.services import Figure
from quotas.views import READERS, WRITERS, set_or_404

_SALT = "quotas.import"
_DAY = 24 * 60 * 60  # seconds for which a checked table may be accepted


@require_http_methods(["GET", "POST"])
@allow(*WRITERS)
def import_table(request: Request, slug: str) -> HttpResponse:
    """First the file is checked and shown, row by row; then what was shown is accepted."""
    campaign = whole_campaign_of(request, slug)
    if "accept" in request.POST:
        return _accept(request, campaign)
    posted = request.method == "POST"
    form = (
        ImportForm(campaign, request.POST, request.FILES)
        if posted
        else ImportForm(campaign, initial={"into": request.GET.get("set", "")})
    )
    context: dict[str, Any] = {"form": form}
    if posted and form.is_valid():
        try:
            context |= _checked(request, campaign, form.cleaned_data)
        except Refused as refusal:
            form.add_error("file", refusal.messages)
    failed = bool(form.errors or context.get("problems"))
    return render(request, "quotas/import.html", context, status=422 if failed else 200)


def _checked(request: Request, campaign: Campaign, data: dict[str, Any]) -> dict[str, Any]:
    upload = data["file"]
    there = campaign.target_sets.filter(slug=data["set"]).first()
    kind = data["kind"]
    level = there.level if there else kind.facts(campaign)["level"]
    with _copied(upload) as path:
        checked = importing.check(campaign, path, unit=data["unit"], level=level)
    had = dict(there.targets.values_list("region_id", "persons")) if there else {}
    title = there.title if there else data["title"] or checked.table.title or data["set"]
    payload = {
        "campaign": campaign.pk,
        "by": request.user.pk,
        "set": data["set"],
        "title": title[:120],
        "kind": [kind.level, kind.counted, kind.insurance],
        "file": Path(upload.name).name[-200:],
        "rows": [[f.region_id, f.persons, f.base, f.remark] for f in checked.figures],
    }
    unmatched = sum(row.region is None for row in checked.rows)
    return {
        "checked": checked,
        "problems": checked.problems,
        "title": title,
        "had": had,
        "rows": [(row, had.get(row.region.pk) if row.region else None) for row in checked.rows],
        "signed": signing.dumps(payload, salt=_SALT, compress=True),
        "equation": [
            {"label": pgettext("targets", "Read"), "value": len(checked.rows), "key": "read"},
            {"label": _("Place found"), "value": len(checked.rows) - unmatched, "key": "found"},
            {
                "label": _("Place not found"),
                "value": unmatched,
                "key": "unmatched",
                **({"tone": "zhu", "shape": "error"} if unmatched else {}),
            },
        ],
    }


@contextmanager
def _copied(upload: UploadedFile) -> Iterator[Path]:
    """The upload at a path, for as long as the block. Errors: Refused for one too large."""
    if (upload.size or 0) > importing.MOST_BYTES:
        raise Refused(_("The file is too large for a table of targets."))
    with tempfile.NamedTemporaryFile() as copy:
        for chunk in upload.chunks():
            copy.write(chunk)
        copy.flush()
        yield Path(copy.name)


def _accept(request: Request, campaign: Campaign) -> HttpResponse:
    form = ImportForm(campaign)
    try:
        found = signing.loads(request.POST["accept"], salt=_SALT, max_age=_DAY)
        if (found["campaign"], found["by"]) != (campaign.pk, request.user.pk):
            raise signing.BadSignature
        services.import_figures(
            campaign=campaign,
            slug=found["set"],
            title=found["title"],
            figures=[Figure(*row) for row in found["rows"]],
            by=request.user,
            now=clock.now(campaign),
            why=request.POST.get("why", "")[:300],
            file=found["file"],
            kind=services.SetKind(*found["kind"]),
        )
    except signing.BadSignature:
        problems = [_("What was checked is too old; choose the file again.")]
    except Refused as refusal:
        problems = refusal.messages
    else:
        return redirect("target-set", campaign.slug, found["set"])
    context = {"form": form, "problems": problems}
    return render(request, "quotas/import.html", context, status=422)


@require_http_methods(["GET", "POST"])
@allow(*WRITERS)
def reported(request: Request, slug: str, set_slug: str) -> HttpResponse:
    """Counts that places reported, with their date; an empty field reports nothing."""
    campaign = whole_campaign_of(request, slug)
    target_set = set_or_404(campaign, set_slug)
    now = clock.now(campaign)
    posted = request.POST if request.method == "POST" else None
    form = ReportedForm(posted, initial={"as_of": timezone.localdate(now)})
    problems: list[str] = []
    given: dict[int, int | None] = {}
    filled = ""
    if request.method == "POST" and "file" in request.FILES:
        upload = request.FILES["file"]
        assert isinstance(upload, UploadedFile)
        filled = upload.name or ""
        form = ReportedForm(initial={"as_of": request.POST.get("as_of"), "why": filled})
        try:
            with _copied(upload) as path:
                given = {**reported_file.read(target_set, path).persons}
        except Refused as refusal:
            problems, filled = refusal.messages, ""
    elif request.method == "POST":
        given, wrong = figures(request.POST)
        problems = [_("“%(text)s” is no figure") % {"text": text} for text in wrong]
        if form.is_valid() and not problems:
            try:
                reporting.report(
                    target_set,
                    {pk: count for pk, count in given.items() if count is not None},
                    as_of=form.cleaned_data["as_of"],
                    by=request.user,
                    now=now,
                    why=form.cleaned_data["why"],
                )
            except Refused as refusal:
                problems = refusal.messages
            else:
                return redirect("target-set", slug, set_slug)
    sheet = queries.read_sheet(target_set, campaign.region, now)
    places = _places_of(target_set, sheet, given)
    newest = reporting.newest(target_set, [row.region.pk for row in places], now)
    rows = [
        {"row": row, "last": newest.get(row.region.pk), "given": given.get(row.region.pk)}
        for row in places
    ]
    return render(
        request,
        "quotas/reported.html",
        {"set": target_set, "rows": rows, "form": form, "problems": problems, "filled": filled},
        status=422 if problems or form.errors else 200,
    )


def _places_of(
    target_set: TargetSet, sheet: queries.Sheet, given: Mapping[int, int | None]
) -> list[queries.Row]:
    """The sheet's places with a target, the campaign's region where it has one, and every other
    place of the set that a file speaks of: none of its rows may be passed over."""
    rows = [row for row in (sheet.top, *sheet.rows) if row.persons is not None]
    listed = {row.region.pk for row in rows}
    more = target_set.targets.filter(region_id__in=[pk for pk in given if pk not in listed])
    return rows + [
        queries.Row(t.region, t.persons, t.base, t.remark, None, None, None, False)
        for t in more.select_related("region").order_by("region__path")
    ]


@require_GET
@allow(*READERS)
def denominators(request: Request, slug: str) -> HttpResponse:
    campaign = whole_campaign_of(request, slug)
    return render(request, "quotas/denominators.html", _denominators(request, campaign))


@require_POST
@allow(*WRITERS)
def denominator_entry(request: Request, slug: str) -> HttpResponse:
    """A figure of a place, or an exclusion from it, with the reason."""
    campaign = whole_campaign_of(request, slug)
    form = ExclusionForm(request.POST)
    problems: list[str] = []
    if form.is_valid():
        data = form.cleaned_data
        region = region_or_404(request.user, campaign, data["region"])
        common = {"campaign": campaign, "key": data["key"], "region": region}
        common |= {"by": request.user, "now": clock.now(campaign), "why": data["why"]}
        try:
            if data["kind"] == "figure":
                rows_of.set_figure(persons=data["persons"], **common)
            else:
                rows_of.exclude(reason=data["kind"], persons=data["persons"], **common)
        except Refused as refusal:
            problems = refusal.messages
        else:
            return redirect(f"{request.path.removesuffix('entry/')}?key={data['key']}")
    context = _denominators(request, campaign) | {"form": form, "problems": problems}
    return render(request, "quotas/denominators.html", context, status=422)


def _denominators(request: Request, campaign: Campaign) -> dict[str, Any]:
    rules = campaign.policy["denominators"]
    key = request.POST.get("key") or request.GET.get("key")
    rule = next((each for each in rules if each.key == key), rules[0] if rules else None)
    if rule is None:
        return {"rules": rules, "rule": None, "form": ExclusionForm()}
    places = list(Region.objects.filter(parent=campaign.region).order_by("position", "id"))
    entries = Exclusion.objects.filter(campaign=campaign, key=rule.key).select_related(
        "region", "by"
    )
    rows = rows_of.shares(campaign, rule, [campaign.region, *places], clock.now(campaign))
    return {
        "rules": rules,
        "rule": rule,
        "rows": rows,
        "entries": entries[:50],
        "born_from": rule.born_from or campaign.coverage_from,
        "form": ExclusionForm(initial={"key": rule.key}),
    }
