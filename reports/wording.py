"""What people call the keys of rankings, follow-up and appraisal, and the words they may have."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from enrollment import loading
from enrollment.notice import Policy

KEYS: dict[str, Any] = {
    "every": _("How often"),
    "weekday": _("Weekday"),
    "day": _("Day of the month"),
    "hour": _("Hour"),
    "on": _("On"),
    "window": _("Within"),
    "after": _("After the end of"),
    "as_of": _("Figures up to"),
    "as_of_day": _("Figures up to"),
    "participants": _("Who takes part"),
    "unfinished_bp": _("Unfinished is below"),
    "basis": _("Ranked by"),
    "publish": _("Published"),
    "continues": _("Continues the ranking"),
    "consequences": _("What follows"),
    "consequences.when": _("Holds where"),
    "bottom": _("How many last"),
    "below_bp": _("Below"),
    "top": _("How many first"),
    "at_least_bp": _("At least so much of the target"),
    "by_decision": _("A person decides"),
    "follow_up.kind": _("Kind"),
    "to": _("To"),
    "contact": _("Contact"),
    "below_zero": _("May fall below zero"),
    "appraisal.basis": _("Counted by"),
    "disqualified": _("False reports"),
    "stages": _("Stage"),
    "stages.share_bp": _("Of the target"),
    "stages.on": _("At the end of"),
    "stages.window": _("At the end of"),
    "final": _("Final"),
    "rewards": _("Reward"),
    "rewards.stage": _("Stage"),
    "rewards.when": _("Holds where"),
    "for": _("Whom"),
    "institution": _("Kind of institution"),
    "per": _("For"),
    "deduct": _("Is taken off"),
    "point": _("How points are counted"),
    "ranks": _("Fen of each place"),
    "ties": _("Units at the same place"),
    "adds": _("Added to the reward a head"),
}

CONDITIONS = {"met": _("the stage's share is reached"), "on_time": _("everything was in time")}
PER = {
    "enrolled": _("each enrolled person"),
    "above_target": _("each person above the target"),
    "each": _("each unit"),
    "missed_hardship": _("each missed person of a hardship category"),
    "missed_point": _("each percentage point missing"),
    "rank": _("the first places"),
}
POINT = {"begun": _("each begun one counts"), "full": _("only full ones count")}
TIES = {
    "each": _("each gets what the place is worth"),
    "shared": _("they share what their places are worth"),
}

CHOICES: dict[str, dict[Any, Any]] = {
    "every": {
        "week": _("every week"),
        "half_month": _("every half month"),
        "month": _("every month"),
        "quarter": _("every quarter"),
        "once": _("once"),
        "irregular": _("on no fixed day, by decision"),
    },
    "weekday": {
        "monday": _("Monday"),
        "tuesday": _("Tuesday"),
        "wednesday": _("Wednesday"),
        "thursday": _("Thursday"),
        "friday": _("Friday"),
        "saturday": _("Saturday"),
        "sunday": _("Sunday"),
    },
    "day": {31: _("the last day")},
    "as_of": {
        "day_before": _("the end of the day before"),
        "week_end": _("the end of the week before"),
        "month_end": _("the end of the month before"),
    },
    "participants": {"all": _("everybody"), "unfinished": _("who has not finished")},
    "basis": {"enrolled": _("enrolled people"), "registered": _("registered people")},
    "publish": {
        "when_books_hold": _("by itself once the books hold"),
        "by_person": _("by a person"),
    },
    "consequences.when": {
        "last": _("last"),
        "last_twice_unfinished": _("last twice running and unfinished"),
        "bottom_below": _("among the last and below a share"),
        "unfinished": _("task unfinished"),
        "finished": _("task finished"),
        "top": _("among the first"),
        "by_decision": _("by decision"),
    },
    "follow_up.kind": {
        "report": _("a report"),
        "bulletin": _("a bulletin"),
        "review": _("a review"),
        "inspection": _("an inspection"),
        "clean_up": _("a clean-up"),
        "summary": _("a summary"),
        "posting": _("a posting"),
        "appraisal": _("an appraisal"),
    },
    "for": {"region": _("the place"), "institution": _("the institution")},
    "institution": {"health_centre": _("health centre")},
    "per": PER,
    "point": POINT,
    "ties": TIES,
    "rewards.when": CONDITIONS,
}


def stages(policy: Policy) -> dict[str, str]:
    return {each.key: each.title for each in policy["appraisal"].stages}


def spans(policy: Policy) -> dict[str, str]:
    """What a schedule lies within or comes after: a window, or the stage of a checkpoint."""
    return {
        **stages(policy),
        **{each.stage: each.title for each in policy["checkpoints"] if each.stage and each.title},
        **{each.key: each.title for each in policy["windows"]},
    }


def register() -> None:
    loading.name_keys(KEYS)
    loading.name_choices(CHOICES)
    loading.name_values("stage", lambda p: {**spans(p), **stages(p)})
    loading.name_values("after", spans)
    loading.name_values("continues", lambda p: {each.key: each.title for each in p["rankings"]})
