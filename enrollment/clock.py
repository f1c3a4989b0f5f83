"""What time it is for a campaign. Services never ask; edges pass `now` in."""

from datetime import datetime

from django.utils import timezone

from enrollment.models import Campaign


def now(campaign: Campaign | None = None) -> datetime:
    """Real time, or the standing clock of a practice campaign."""
    if campaign is not None and campaign.practice and campaign.clock:
        return campaign.clock
    return timezone.now()
