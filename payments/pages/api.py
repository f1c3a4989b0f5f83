"""The tax bureau's system: it delivers files and asks how far they are."""

import hashlib
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import permissions, serializers, status
from rest_framework.parsers import FileUploadParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from enrollment import clock, jobs
from enrollment.errors import Refused
from enrollment.models import Campaign, Job, SourceFile
from payments.pages.files import SENDERS, campaign_whole_or_404
from payments.pages.intake import take_in_payments


class HasRole(permissions.BasePermission):
    """Signed in, bound to a region, with one of the view's roles."""

    def has_permission(self, request: Request, view: Any) -> bool:
        user = request.user
        return bool(user.is_authenticated and user.region_id and user.role in view.allowed_roles)


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
    """POST a payment detail file; what happens to it is a job."""

    allowed_roles = SENDERS
    permission_classes = [HasRole]
    parser_classes = [MultiPartParser, FileUploadParser]

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "Idempotency-Key",
                str,
                OpenApiParameter.HEADER,
                required=True,
                description="The same key and file get the same answer; another file a 409.",
            )
        ],
        request={
            "multipart/form-data": {
                "type": "object",
                "properties": {"file": {"type": "string", "format": "binary"}},
            }
        },
        responses={202: JOB, 400: OpenApiTypes.OBJECT, 409: OpenApiTypes.OBJECT},
    )
    def post(self, request: Request, slug: str) -> Response:
        campaign = campaign_whole_or_404(request, slug)
        key = request.headers.get("Idempotency-Key", "").strip()
        upload = request.data.get("file")
        if not key or len(key) > 100:
            return _refused("Send an Idempotency-Key header of 1 to 100 characters.")
        if upload is None or not hasattr(upload, "read"):
            return _refused("Send the file as the multipart field “file”.")
        try:
            with transaction.atomic():
                row = take_in_payments(
                    campaign,
                    name=upload.name,
                    source=upload.file,
                    by=request.user,
                    now=clock.now(campaign),
                    idempotency_key=key,
                )
        except Refused as refusal:
            return _refused(*refusal.messages)
        except IntegrityError:
            return self._again(request, campaign, key, upload)
        return Response(describe(row.job), status=status.HTTP_202_ACCEPTED)

    def _again(self, request: Request, campaign: Campaign, key: str, upload: Any) -> Response:
        """The key was used: the same bytes get the same answer, others a conflict."""
        before = SourceFile.objects.select_related("job").get(
            taken_by=request.user, idempotency_key=key
        )
        upload.file.seek(0)
        digest = hashlib.file_digest(upload.file, "sha256").hexdigest()
        if digest != before.sha256 or before.campaign_id != campaign.pk or before.job is None:
            return Response(
                {"problems": ["This Idempotency-Key was used with another file."]},
                status=status.HTTP_409_CONFLICT,
            )
        return Response(describe(before.job), status=status.HTTP_202_ACCEPTED)


class JobStatus(APIView):
    """GET how far a job of one's own is."""

    allowed_roles = SENDERS
    permission_classes = [HasRole]

    @extend_schema(responses={200: JOB, 404: OpenApiTypes.OBJECT})
    def get(self, request: Request, job_id: int) -> Response:
        row = Job.objects.filter(pk=job_id, created_by=request.user).first()
        if row is None:
            return Response({"problems": ["There is no such job of yours."]}, status=404)
        return Response(describe(row))


def _refused(*messages: str) -> Response:
    return Response({"problems": list(messages)}, status=status.HTTP_400_BAD_REQUEST)
