"""Signing in, the way to one's home page, jobs, and a practice campaign's clock."""

import secrets
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import LoginView
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from enrollment import clock, jobs, ticks
from enrollment.access import READERS, Role, allow, campaign_or_404, sees_all_of
from enrollment.context import current_campaign
from enrollment.errors import Refused
from enrollment.forms import ClockForm, FirstAdministratorForm
from enrollment.http import Request
from enrollment.models import Job, Region, User
from enrollment.services import campaigns, users

EVERYONE = (*READERS, Role.DEPARTMENT, Role.TAX)
HOMES: dict[str, str] = {
    Role.CLERK: "desk",
    Role.COLLECTOR: "people",
    Role.TAX: "payment-files",
    Role.DEPARTMENT: "rosters",
}


class SignIn(LoginView):
    template_name = "enrollment/signin.html"
    redirect_authenticated_user = True

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if users.nobody_can_sign_in():
            return redirect("first-administrator")
        return super().get(request, *args, **kwargs)


@require_GET
def home(request: Request) -> HttpResponse:
    """The role's own first page."""
    if not request.user.is_authenticated:
        return redirect("sign-in")
    campaign = current_campaign(request) if request.user.region_id else None
    if campaign is None:
        return render(request, "enrollment/nothing_yet.html", status=200)
    page = HOMES.get(request.user.role, "progress")
    if page == "rosters" and not sees_all_of(request.user, campaign):
        page = "policy"  # a list covers the whole campaign
    return redirect(page, campaign.slug)


def set_up_code() -> str:
    """The code of an empty installation, made once, readable only beside the data."""
    path = Path(settings.DATA_DIR) / "set-up-code"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(12))
    return path.read_text().strip()


def first_administrator(request: Request) -> HttpResponse:
    """An empty start: whoever can read the data folder makes the first administrator."""
    if not users.first_administrator_is_missing():
        raise Http404
    code = set_up_code()
    form = FirstAdministratorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if not secrets.compare_digest(data["code"].strip().encode(), code.encode()):
            form.add_error("code", _("This is not the code in the data folder."))
        else:
            try:
                users.create_user(
                    username=data["username"],
                    role=Role.ADMIN,
                    region=data["region"],
                    password=data["password"],
                    full_name=data["full_name"],
                    by=User.system(),
                    now=timezone.now(),
                )
            except Refused as refusal:
                form.add_error(None, refusal.messages)
            else:
                return redirect("sign-in")
    return render(
        request,
        "enrollment/first_administrator.html",
        {"form": form, "code_file": "set-up-code", "no_regions": not Region.objects.exists()},
        status=400 if form.errors else 200,
    )


@require_POST
@allow(Role.ADMIN, Role.BUREAU)
def move_clock(request: Request, slug: str) -> HttpResponse:
    """Move a practice campaign's clock; what falls due on the way is asked for at once."""
    campaign = campaign_or_404(request.user, slug)
    form = ClockForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give a date and a time, such as 2022-11-18 17:00."))
    else:
        try:
            campaigns.move_clock(campaign, to=form.cleaned_data["to"], by=request.user)
            ticks.run_all(timezone.now())
        except Refused as refusal:
            messages.error(request, " ".join(refusal.messages))
    return redirect(request.META.get("HTTP_REFERER") or "home")


@require_GET
@allow(*EVERYONE)
def job(request: Request, job_id: int) -> HttpResponse:
    """How far a job of one's own, or of a campaign one administers, has come; JSON."""
    row = Job.objects.filter(pk=job_id).select_related("campaign").first()
    if row is None or (row.created_by_id != request.user.pk and not _administers(request, row)):
        raise Http404
    progress = jobs.progress_of(row)
    return JsonResponse(
        {
            "job": row.pk,
            "kind": row.kind,
            "state": row.state,
            "stage": _(progress.stage) if progress and progress.stage else "",
            "done": progress.done if progress else 0,
            "total": progress.total if progress else 0,
            "problems": row.problems,
            "result": row.result,
            "now": clock.now(row.campaign).isoformat(),
        }
    )


def _administers(request: Request, row: Job) -> bool:
    campaign = row.campaign
    return (
        campaign is not None
        and request.user.role in (Role.ADMIN, Role.BUREAU, Role.AUDITOR)
        and sees_all_of(request.user, campaign)
    )
