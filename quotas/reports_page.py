"""What places reported, row by row: which report counts, which were corrected, by whom and when."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from enrollment.access import READERS, allow, campaign_or_404, region_or_404, top_region
from enrollment.http import Request
from quotas import reporting
from quotas.forms import ReportsForm
from quotas.views import WRITERS, set_or_404


@require_GET
@allow(*READERS)
def reports(request: Request, slug: str, set_slug: str) -> HttpResponse:
    """Of a region and the places directly below it; of one day, where one is asked for."""
    campaign = campaign_or_404(request.user, slug)
    target_set = set_or_404(campaign, set_slug)
    form = ReportsForm(request.GET)
    form.is_valid()
    asked, day = form.cleaned_data.get("region"), form.cleaned_data.get("day")
    if asked:
        region = region_or_404(request.user, campaign, asked)
    else:
        region = top_region(request.user, campaign)
    rows = reporting.history(target_set, region, day)
    return render(
        request,
        "quotas/reports.html",
        {
            "set": target_set,
            "region": region,
            "day": day,
            "rows": rows[: reporting.SHOWN],
            "more": len(rows) > reporting.SHOWN,
            "may_write": request.user.role in WRITERS,
        },
    )
