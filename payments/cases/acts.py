"""What is done at the desk: propose, approve, refuse, withdraw, answer, undo; also many at once."""

from typing import Any, BinaryIO, cast
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import Max, Q, Sum
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from config.lib.figures import thousands, yuan
from enrollment import attachments, clock
from enrollment.access import allow
from enrollment.errors import Refused
from enrollment.http import Request, campaign_of
from enrollment.models import Campaign, Registration, SourceFile
from payments import decision_fit, decisions
from payments.cases import forms, queries, said, scope, voided, wording
from payments.cases.people import in_reach
from payments.cases.views import Desk
from payments.models import Decision, Part, Payment

NEEDS_APPROVER = ("approve", "refuse", "undo")
ENDINGS = {
    "approve": lambda n: ngettext("%(n)s payment approved.", "%(n)s payments approved.", n),
    "refuse": lambda n: ngettext("%(n)s proposal refused.", "%(n)s proposals refused.", n),
    "withdraw": lambda n: ngettext("%(n)s proposal withdrawn.", "%(n)s proposals withdrawn.", n),
    "answer": lambda n: ngettext("%(n)s payment answered.", "%(n)s payments answered.", n),
    "undo": lambda n: ngettext("%(n)s decision undone.", "%(n)s decisions undone.", n),
}


@require_POST
@allow(*scope.PROPOSERS)
def payment_decisions(request: Request, slug: str) -> HttpResponse:
    """One act on the payment shown, on those ticked, or on all of the list."""
    campaign = campaign_of(request, slug)
    act, asked = request.POST.get("act", ""), request.POST
    if act not in ("propose", "take_back", *ENDINGS):
        raise Http404
    if act in NEEDS_APPROVER and request.user.role not in scope.APPROVERS:
        return HttpResponse(status=403)
    here = _digits(asked.get("payment", ""))
    try:
        if act == "take_back":
            return redirect(_back(request, campaign, _take_back(request, campaign)))
        ids = _chosen(request, campaign)
        carry_out = _propose if act == "propose" else _end
        carry_out(request, campaign, ids)
    except Refused as refusal:
        messages.error(request, " ".join(map(str, refusal.messages)))
        return redirect(_back(request, campaign, here))
    return redirect(_back(request, campaign, _digits(asked.get("next", ""))))


def _chosen(request: Request, campaign: Campaign) -> list[int]:
    """Payment ids; all the user's to see, or 404. Errors: Refused where the list has changed."""
    post = request.POST
    if post.get("all") == "1":
        asked = forms.read(QueryDict(post.get("query", "")))
        queue = Desk(campaign, request, asked, clock.now(campaign)).queue()
        ids = list(
            queue.order_by("paid_at", "id").values_list("id", flat=True)[: queries.AT_ONCE + 1]
        )
        if len(ids) > queries.AT_ONCE:
            raise Refused(
                _("At most %(n)s payments go into one action; narrow the list.")
                % {"n": thousands(queries.AT_ONCE)}
            )
        if (count := _digits(post.get("count", ""))) and count != len(ids):
            raise Refused(
                _("The list has changed: it was %(was)s payments and is %(now)s. Look again.")
                % {"was": thousands(count), "now": thousands(len(ids))}
            )
        return ids
    wanted = {_digits(pk) for pk in post.getlist("payments")} or {_digits(post.get("payment", ""))}
    if len(wanted) > queries.AT_ONCE:
        raise Http404
    seen = scope.visible_payments(campaign, request.user).filter(pk__in=wanted)
    ids = list(seen.order_by("paid_at", "id").values_list("id", flat=True))
    if len(ids) != len(wanted):
        gone = voided.visible(campaign, request.user).filter(row_id__in=wanted - set(ids))
        if gone.count() == len(wanted) - len(ids):
            raise Refused(
                _("The file of a payment was undone meanwhile, and it went with it; look again.")
            )
        raise Http404
    return ids


def _propose(request: Request, campaign: Campaign, ids: list[int]) -> None:
    post = request.POST
    choice = post.get("choice", "")
    if choice not in wording.CHOICES:
        raise Refused(_("Choose what is to be done with it: a digit from 1 to 5."))
    _as_shown(request, _last_of(campaign, ids))
    many = len(ids) > 1
    if many and choice == wording.TWO:
        raise Refused(_("A second suggestion is for one payment at a time."))
    kind = wording.KINDS[choice]
    target = None
    if kind == Decision.Kind.MATCH and not many:
        target = _target(request, campaign, ids[0], _digits(post.get(f"registration_{choice}", "")))
    reason = post.get("reason", "")
    if reason not in dict(wording.reasons(campaign, kind)):
        raise Refused(_("Choose a reason."))
    fitting = _fitting(campaign, ids) if many and kind == Decision.Kind.MATCH else ids
    with transaction.atomic():
        made = decisions.propose(
            campaign,
            fitting,
            kind,
            registration_id=target,
            reason=reason,
            evidence=post.get("evidence", ""),
            evidence_file=_evidence(request, campaign),
            by=request.user,
            now=clock.now(campaign),
        )
    label = str((wording.FOR_MANY if many else wording.CHOICES)[choice])
    if target:
        to = Registration.objects.select_related("resident").get(pk=target).resident
        label = _("Match to %(name)s") % {"name": to.name}
    text = _proposed(made, label, kind in Decision.TWO_PEOPLE)
    left = len(ids) - len(fitting)
    rest = ngettext(
        " %(n)s payment cannot be decided so and stays in the list.",
        " %(n)s payments cannot be decided so and stay in the list.",
        left,
    )
    text += rest % {"n": thousands(left)} if left else ""
    said.proposed(request, text, made[0].bulk)


def _fitting(campaign: Campaign, ids: list[int]) -> list[int]:
    """Of many those whose number's holder is registered and still owes; none: all are told why."""
    rows = list(Payment.objects.filter(pk__in=ids).order_by("paid_at", "id"))
    targets = decision_fit.targets_of(campaign, rows, None, Part.OWN, [])
    return [pk for pk, (_registration, fen) in targets.items() if fen] or ids


def _proposed(made: list[Decision], label: str, waits: bool) -> str:
    rows = Payment.objects.filter(pk__in=[row.payment_id for row in made])
    fen = rows.aggregate(fen=Sum("fen", default=0))["fen"]
    if len(made) == 1:
        text = _("%(name)s, %(yuan)s yuan: %(what)s.") % {
            "name": rows[0].name,
            "yuan": yuan(fen),
            "what": label,
        }
    else:
        text = _("%(n)s payments, %(yuan)s yuan: %(what)s.") % {
            "n": thousands(len(made)),
            "yuan": yuan(fen),
            "what": label,
        }
    return text + _(" It waits for another person to approve it.") if waits else text


def _target(request: Request, campaign: Campaign, payment_id: int, registration_id: int) -> int:
    """The registration that was shown beside the payment: of the number's holder, of somebody
    suggested or looked for. Errors: Refused for one of another campaign or place."""
    payment = Payment.objects.get(pk=payment_id)
    people = Q(resident__in=in_reach(campaign, request.user))
    if payment.resident_id:
        people |= Q(resident_id=payment.resident_id)
    shown = Registration.objects.standing().filter(people, campaign=campaign)
    if not shown.filter(pk=registration_id).exists():
        raise Refused(
            _("Nobody of your area is registered for that suggestion; look at the case again.")
        )
    return registration_id


def _evidence(request: Request, campaign: Campaign) -> SourceFile | None:
    """A photo or PDF, sealed. Errors: Refused for anything else."""
    upload = request.FILES.get("file")
    if upload is None:
        return None
    given = (upload.name or "", cast(BinaryIO, upload.file))
    kind, now = SourceFile.Kind.EVIDENCE, clock.now(campaign)
    return attachments.keep(campaign, kind, given, by=request.user, now=now)


def _end(request: Request, campaign: Campaign, ids: list[int]) -> None:
    act = request.POST.get("act", "")
    why = request.POST.get("why", "") or request.POST.get("evidence", "")
    wanted = _last_of(campaign, ids)
    _as_shown(request, wanted)
    how: dict[str, Any] = {"by": request.user, "now": clock.now(campaign)}
    if act != "approve":
        how["why"] = why
    done = getattr(decisions, act)(campaign, wanted, **how)
    text = ENDINGS[act](len(done)) % {"n": thousands(len(done))}
    if gone := len(ids) - len(done):
        text += ngettext(
            " %(n)s had been taken out of the list meanwhile.",
            " %(n)s had been taken out of the list meanwhile.",
            gone,
        ) % {"n": thousands(gone)}
    if act == "approve":
        said.approved(request, text, [row.payment_id for row in done])
    else:
        messages.success(request, text)


def _last_of(campaign: Campaign, ids: list[int]) -> list[int]:
    """The live decisions of these payments; of one that was decided in steps the last."""
    live = Decision.objects.filter(queries.LIVE, campaign=campaign, payment_id__in=ids)
    last = live.values_list("payment_id").annotate(last=Max("pk")).order_by()
    return [pk for _payment_id, pk in last]


def _as_shown(request: Request, wanted: list[int]) -> None:
    """Nobody agrees to, or ends, what they have not seen. Errors: Refused where something else has
    been decided since the page was made; decisions have numbers that only grow."""
    post = request.POST
    one = not post.getlist("payments") and post.get("all") != "1"
    name = "decision" if one else "seen"
    if name not in post:
        return
    shown = _digits(post[name])
    unseen = [pk for pk in wanted if (pk != shown if one else pk > shown)]
    rows = Decision.objects.filter(pk__in=unseen[: decisions.NAMED]).select_related("proposed_by")
    if rows:
        paid = Payment.objects.in_bulk([row.payment_id for row in rows])
        words = _("%(who)s has decided meanwhile: %(what)s. Look at it again.")
        raise Refused(
            [
                decision_fit.told_of(
                    paid[row.payment_id],
                    words % {"who": row.proposed_by, "what": wording.kind_label(row.kind)},
                )
                for row in rows
            ]
        )


def _take_back(request: Request, campaign: Campaign) -> int:
    """What one has just proposed, asked or set aside, all of the action; where to stand then."""
    try:
        action = UUID(request.POST.get("action", ""))
    except ValueError:
        raise Http404 from None
    rows = list(
        Decision.objects.live().filter(campaign=campaign, bulk=action, proposed_by=request.user)
    )
    if not rows:
        raise Refused(_("Nothing of this can be taken back any more: somebody has dealt with it."))
    now = clock.now(campaign)
    end = decisions.withdraw if rows[0].kind in Decision.TWO_PEOPLE else decisions.answer
    done = end(campaign, [row.pk for row in rows], by=request.user, now=now, why="withdrawn")
    text = ngettext("%(n)s payment taken back.", "%(n)s payments taken back.", len(done))
    messages.success(request, text % {"n": thousands(len(done))})
    return done[0].payment_id if len(done) == 1 else 0


def _back(request: Request, campaign: Campaign, payment_id: int) -> str:
    """Where it was done: the desk with its filters, or the payment's own page."""
    if request.POST.get("alone") == "1":
        here = _digits(request.POST.get("payment", ""))
        return reverse("payment", args=[campaign.slug, here])
    asked = forms.read(QueryDict(request.POST.get("query", "")))
    query = asked.query(after=asked.after, payment=payment_id or "")
    return f"{reverse('open-payments', args=[campaign.slug])}?{query}"


def _digits(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
