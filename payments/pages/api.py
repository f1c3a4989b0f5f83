"""The tax bureau's system: it delivers files and asks how far they are."""

import hashlib
import tempfile
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import permissions, serializers, status
from rest_framework.parsers import BaseParser, FileUploadParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.lib.money import to_fen
from enrollment import clock, jobs
from enrollment.errors import Refused
from enrollment.http import whole_campaign_of
from enrollment.models import Campaign, Job, SourceFile
from payments import jsonlines
from payments.pages.files import SENDERS
from payments.pages.intake import take_in_payments, too_large

BESIDE = 1 << 20  # bytes of a request that are not the file


class HasRole(permissions.BasePermission):
    """Signed in, bound to a region, with one of the view's roles."""

    def has_permission(self, request: Request, view: Any) -> bool:
        user = request.user
        return bool(user.is_authenticated and user.region_id and user.role in view.allowed_roles)


class JsonLines(BaseParser):
    """Leaves the body unread: it is a line at a time."""

    media_type = jsonlines.MEDIA_TYPE

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        return {"lines": stream}


JOB = inline_serializer(
    "Job",
    {
        "job": serializers.IntegerField(),
        "url": serializers.CharField(),
        "state": serializers.CharField(),
        "stage": serializers.CharField(),
        "done": serializers.IntegerField(),
        "total": serializers.IntegerField(),
        "problems": serializers.ListField(child=serializers.CharField()),
        "result": serializers.JSONField(allow_null=True),
    },
)
PROBLEMS = inline_serializer(
    "Problems", {"problems": serializers.ListField(child=serializers.CharField())}
)
KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="1 to 100 characters. The same key and body get the same answer; another body 409.",
)
ROWS = OpenApiParameter("rows", int, description="How many rows it has; compared with what is read")
YUAN = OpenApiParameter("yuan", str, description="What they sum to; compared with what is read")
FILE = {
    "type": "object",
    "properties": {
        "file": {"type": "string", "format": "binary"},
        "rows": {"type": "integer"},
        "yuan": {"type": "string"},
    },
    "required": ["file"],
}
LINE = {
    "type": "string",
    "description": (
        "One JSON object per line, keys as the headers of a payment detail file: 缴费人姓名,"
        " 证件号码, 实缴金额, 缴款日期, 费款所属期起 or 年度, 电子税票号码 and so on."
    ),
}


@dataclass(frozen=True)
class Sent:
    """A request's file, and what makes it the same request when it comes again."""

    name: str
    source: BinaryIO
    sha256: str  # of the body as it was sent
    rows: int | None
    fen: int | None

    @property
    def facts(self) -> dict[str, str]:
        is_lines = self.name.endswith(".jsonl")
        return {"body": self.sha256, **({"json_lines": "yes"} if is_lines else {})}

    def is_like(self, row: SourceFile) -> bool:
        declared = row.facts.get("declared", {})
        told = (declared.get("rows"), declared.get("fen"))
        return row.facts.get("body") == self.sha256 and told == (self.rows, self.fen)


def describe(row: Job | None) -> dict[str, Any]:
    assert row is not None  # every file that came by this API has its job
    progress = jobs.progress_of(row)
    return {
        "job": row.pk,
        "url": reverse("api-job", args=[row.pk]),
        "state": row.state,
        "stage": progress.stage if progress else "",
        "done": progress.done if progress else 0,
        "total": progress.total if progress else 0,
        "problems": row.problems,
        "result": row.result,
    }


class PaymentFiles(APIView):
    """POST a payment detail file, or its lines as JSON; what happens to it is a job."""

    allowed_roles = SENDERS
    permission_classes = [HasRole]
    parser_classes = [MultiPartParser, JsonLines, FileUploadParser]

    @extend_schema(
        parameters=[KEY, ROWS, YUAN],
        request={"multipart/form-data": FILE, jsonlines.MEDIA_TYPE: LINE},
        responses={
            202: JOB, 400: PROBLEMS, 404: OpenApiTypes.OBJECT, 409: PROBLEMS, 413: PROBLEMS
        },
    )  # fmt: skip
    def post(self, request: Request, slug: str) -> Response:
        campaign = whole_campaign_of(request, slug)
        key = request.headers.get("Idempotency-Key", "").strip()
        if not key or len(key) > 100:
            return _refused(_("Send an Idempotency-Key header of 1 to 100 characters."))
        if int(request.META.get("CONTENT_LENGTH") or 0) > settings.PAYMENTS_MOST_BYTES + BESIDE:
            return _too_large()
        with tempfile.TemporaryFile() as table:
            try:
                sent = _sent(request, table)
            except jsonlines.TooLarge:
                return _too_large()
            except Refused as refusal:
                return _refused(*refusal.messages)
            return self._take_in(request, campaign, key, sent)

    def _take_in(self, request: Request, campaign: Campaign, key: str, sent: Sent) -> Response:
        try:
            with transaction.atomic():
                row = take_in_payments(
                    campaign,
                    name=sent.name,
                    source=sent.source,
                    by=request.user,
                    now=clock.now(campaign),
                    rows=sent.rows,
                    fen=sent.fen,
                    idempotency_key=key,
                    facts=sent.facts,
                )
        except Refused as refusal:
            return _refused(*refusal.messages)
        except IntegrityError:
            row = SourceFile.objects.select_related("job").get(
                taken_by=request.user, idempotency_key=key
            )
            if not sent.is_like(row) or row.campaign_id != campaign.pk or row.job is None:
                said = _("This Idempotency-Key was used with another body.")
                return Response({"problems": [said]}, status=status.HTTP_409_CONFLICT)
        return Response(describe(row.job), status=status.HTTP_202_ACCEPTED)


class JobStatus(APIView):
    """GET how far a job of one's own is."""

    allowed_roles = SENDERS
    permission_classes = [HasRole]

    @extend_schema(responses={200: JOB, 404: OpenApiTypes.OBJECT})
    def get(self, request: Request, job_id: int) -> Response:
        row = Job.objects.filter(pk=job_id, created_by=request.user).first()
        if row is None:
            return Response({"problems": [_("There is no such job of yours.")]}, status=404)
        return Response(describe(row))


def _sent(request: Request, table: BinaryIO) -> Sent:
    """The request's file, or its JSON lines as a table. Errors: Refused, TooLarge."""
    told = {**request.query_params.dict(), **_fields(request)}
    rows, fen = _declared(told)
    if "lines" in request.data:
        most = settings.PAYMENTS_MOST_BYTES
        try:
            body = jsonlines.lines_of(request.data["lines"], most)
            converted = jsonlines.convert(body, table)
        except jsonlines.Faulty as faulty:
            raise Refused(faulty.faults) from None
        if not converted.lines:
            raise Refused([_("The body has no lines.")])
        table.seek(0)
        return Sent(f"{converted.sha256[:12]}.jsonl", table, converted.sha256, rows, fen)
    upload = request.data.get("file")
    if upload is None or not hasattr(upload, "read"):
        raise Refused([_("Send the file as the multipart field “file”.")])
    if upload.size > settings.PAYMENTS_MOST_BYTES:
        raise jsonlines.TooLarge
    digest = hashlib.file_digest(upload.file, "sha256").hexdigest()
    upload.file.seek(0)
    return Sent(upload.name.removesuffix(".jsonl"), upload.file, digest, rows, fen)


def _fields(request: Request) -> dict[str, str]:
    return {key: value for key, value in request.data.items() if isinstance(value, str)}


def _declared(told: dict[str, str]) -> tuple[int | None, int | None]:
    rows, yuan = told.get("rows", "").strip(), told.get("yuan", "").strip()
    fen = to_fen(yuan) if yuan else None
    if (rows and not (rows.isascii() and rows.isdigit() and len(rows) < 10)) or (
        yuan and fen is None
    ):
        raise Refused([_("“rows” is a whole number and “yuan” a sum, such as 350.00.")])
    return int(rows) if rows else None, fen


def _too_large() -> Response:
    answer = {"problems": [too_large()]}
    return Response(answer, status=status.HTTP_413_REQUEST_ENTITY_TOO_LARGE)


def _refused(*messages: str) -> Response:
    return Response({"problems": list(messages)}, status=status.HTTP_400_BAD_REQUEST)
