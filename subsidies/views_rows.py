"""One row of a roster mended in place, and the workbooks that go back to whoever sent it."""

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from enrollment import clock, files
from enrollment.access import allow
from enrollment.errors import Refused
from enrollment.http import Request, as_workbook
from enrollment.models import SourceFile
from subsidies import wizard_acts, wizard_files, wizard_rows
from subsidies.forms import RowForm
from subsidies.models import RosterLine
from subsidies.views import READERS, SENDERS, roster_or_404, rosters_of
from subsidies.wizard_words import Waiting, choices_for


@require_http_methods(["GET", "POST"])
@allow(*SENDERS)
def roster_row(request: Request, slug: str, roster_id: int, line_id: int) -> HttpResponse:
    found = roster_or_404(request, slug, roster_id)
    file = found.file
    kept = RosterLine.objects.filter(file=file, outcome__in=("waiting", "rejected"))
    line = get_object_or_404(kept, pk=line_id)
    asked = Waiting(line.reason or "", line.word, line.category or "")
    said = request.POST if request.method == "POST" else None
    form = RowForm(choices_for(file, asked), said)
    row = wizard_rows.from_lines(file, [line])[0]
    wanted = (said or request.GET).get("holder", "")
    holder = next((each for each in row.suggestions if str(each.resident_id) == wanted), None)
    if request.method == "POST" and form.is_valid():
        number = form.cleaned_data["number"].strip()
        if holder is not None and not number:
            number = wizard_acts.number_of(line, holder.resident_id)
        try:
            wizard_acts.mend_row(
                found,
                line.pk,
                number=number,
                meaning=form.cleaned_data["meaning"],
                by=request.user,
                now=clock.now(file.campaign),
            )
        except Refused as refusal:
            form.add_error("number", refusal.messages)
        else:
            messages.success(request, _("The row was mended; the list is judged again."))
            return redirect("roster", slug, roster_id)
    return render(
        request,
        "subsidies/roster_row.html",
        {
            "campaign": file.campaign,
            "roster": found,
            "file": file,
            "line": line,
            "row": row,
            "form": form,
            "holder": holder,
            "posted": file.state == SourceFile.State.POSTED,
        },
        status=422 if form.errors else 200,
    )


@require_GET
@allow(*SENDERS)
def roster_returned(request: Request, slug: str, roster_id: int) -> HttpResponse:
    """The rows to be mended, with their numbers: one logged act."""
    found = roster_or_404(request, slug, roster_id)
    file = found.file
    try:
        book = wizard_files.returned_rows(file)
    except Refused as refusal:
        messages.warning(request, " ".join(refusal.messages))
        return redirect("roster", slug, roster_id)
    now = clock.now(file.campaign)
    facts = {"rows": file.waiting + file.rejected}
    files.audit(file, "return_roster_rows", by=request.user, now=now, facts=facts)
    return _workbook(book, _returned_name(file.name, now))


@require_GET
@allow(*READERS)
def roster_template(request: Request, slug: str, kind: str) -> HttpResponse:
    campaign, _rows = rosters_of(request, slug)
    if kind not in wizard_files.TEMPLATES:
        raise Http404
    name = str(wizard_files.TEMPLATES[kind][0])
    return _workbook(wizard_files.template(kind, campaign), f"{name}.xlsx")


def _returned_name(name: str, now: datetime) -> str:
    stem = name.rpartition(".")[0] or name
    return f"{stem} {_('to be mended')} {timezone.localtime(now):%Y%m%d}.xlsx"


def _workbook(content: bytes, name: str) -> HttpResponse:
    answer = as_workbook(content, name)
    answer["Cache-Control"] = "no-store"
    return answer
