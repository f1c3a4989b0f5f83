"""Who owes, and for whom is paid: the people behind a figure of the finance page."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from enrollment.access import allow
from enrollment.http import Request
from enrollment.models import Region
from reports.finance import people as listed
from reports.finance import rollups
from reports.finance.forms import PeopleForm
from reports.finance.people import Asked
from reports.finance.views import READ, asked_region


@never_cache
@require_GET
@allow(*READ)
def people(request: Request, slug: str) -> HttpResponse:
    """404 for what is no figure of the page."""
    campaign, region = asked_region(request, slug)
    form = PeopleForm({"of": "due_fen", **request.GET.dict()})
    if not form.is_valid():
        raise Http404
    said = form.cleaned_data
    asked = Asked(region, said["of"], bool(said["apart"]), said["funder"])
    state = rollups.shown(campaign)
    page = listed.read_page(campaign, asked, said["after"])
    seen = said["seen"] or 0
    places = Region.objects.select_related("parent").in_bulk({row.unit_id for row in page.rows})
    called = {rule.key: rule.name for rule in campaign.policy["subsidies"].categories}
    count = seen + len(page.rows)
    return render(
        request,
        "reports/finance_people.html",
        {
            "asked": asked,
            "region": region,
            "of_people": asked.of == "people",
            "by_funder": asked.of in listed.BY_FUNDER,
            "rows": [
                (row, places.get(row.unit_id), called.get(row.hardship, row.hardship))
                for row in page.rows
            ],
            "sum": listed.sum_of(campaign, asked),
            "state": state,
            "first": seen + 1,
            "last": count,
            "next": page.next_after and asked.query(after=page.next_after, seen=count),
            "query": asked.query(),
        },
    )
