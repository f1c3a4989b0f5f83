"""What reports reads of a notice: [[rankings]], [[follow_up]] and [appraisal]."""

from reports.sections.appraisal import (
    Appraisal,
    Disqualified,
    Reward,
    Stage,
    check_appraisal,
    read_appraisal,
)
from reports.sections.consequences import Consequence
from reports.sections.follow_up import FollowUp, read_follow_up
from reports.sections.rankings import RankingRule, read_rankings, series_of
from reports.sections.schedule import Schedule, check_schedules, span_of

__all__ = [
    "Appraisal",
    "Consequence",
    "Disqualified",
    "FollowUp",
    "RankingRule",
    "Reward",
    "Schedule",
    "Stage",
    "check_appraisal",
    "check_schedules",
    "read_appraisal",
    "read_follow_up",
    "read_rankings",
    "series_of",
    "span_of",
]
