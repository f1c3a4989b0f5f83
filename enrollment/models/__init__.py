"""The tables of the ground floor, one module for each noun."""

from .audit import AuditEntry, LookUp
from .campaign import Campaign, PolicyVersion
from .change import Change
from .household import Household
from .job import Job, JobProgress
from .not_enrolling import NotEnrolling
from .region import Institution, Region, RegionAlias, RegionVersion
from .registration import Registration
from .resident import Identity, PriorEnrollment, Resident
from .source_file import SourceFile, SourceProblem
from .user import User

__all__ = [
    "AuditEntry",
    "Campaign",
    "Change",
    "Household",
    "Identity",
    "Institution",
    "Job",
    "JobProgress",
    "LookUp",
    "NotEnrolling",
    "PolicyVersion",
    "PriorEnrollment",
    "Region",
    "RegionAlias",
    "RegionVersion",
    "Registration",
    "Resident",
    "SourceFile",
    "SourceProblem",
    "User",
]
