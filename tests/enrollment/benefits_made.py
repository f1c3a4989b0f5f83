"""Notices with [benefit] for the tests of it, and people who pay."""

from datetime import date

from enrollment.facts import Facts, day_start
from enrollment.notice import read_policy

HEAD = """
slug = "benefit-2025"

[document]
title = "关于做好城乡居民基本医疗保险参保缴费工作的通知"
number = "县医保〔2024〕1号"
issued_on = 2024-08-30
issuers = ["县医疗保障局"]

[campaign]
title = "2025年度居民医保征缴"
label = "2025年度"
region = "411398000000"
insurance = "390"
coverage_from = 2025-01-01
coverage_until = 2025-12-31
"""

# What the reform asks, in months: 3 fixed, 1 for each missed year, 1 off for each repaid year, at
# least 6 from four missed years on; newborns do not wait.
REFORM = """
[benefit.waiting]
fixed = 3
per_missed_year = 1
per_repaid_year = 1
floor = 6
floor_from_years = 4
late = { paid_on = { from = 2025-01-01 } }
clause = "（十一）"
words = "未在集中参保期参保或者未连续参保的，设置待遇等待期"
exempt = [
  { when = { category = "1401" }, clause = "（十一）", words = "新生儿不设等待期" },
]

[benefit.incentives]
from_years = 4
per_year_fen = 100000
unused_year_fen = 100000
limit_fen = 8000000
clause = "（十）"
words = "连续参保满 4 年后，每连续参保 1 年提高大病保险最高支付限额"
"""

RULES = """
[benefit]
clause = "一"
words = "待遇享受期为 1 月 1 日至 12 月 31 日"

[[benefit.rules]]
when = { category = "1401", days_since_birth = { from = 0, until = 90 } }
begins = "birth"
clause = "五4"
words = "新生儿出生 90 天内参保的，自出生之日起享受待遇"

[[benefit.rules]]
when = { category = "1401" }
begins = "paid_on"
clause = "五4"
words = "新生儿超过 90 天参保的，自缴费之日起享受待遇"

[[benefit.rules]]
when = { student = true }
ends = 2025-08-31
clause = "五2"
words = "学生的待遇到学年末"

[[benefit.rules]]
when = { paid_on = { from = 2025-01-01, until = 2025-02-28 } }
begins = "paid_on"
after_days = 60
clause = "三"
words = "补缴期缴费的，缴费 60 日后享受待遇"

[[benefit.rules]]
when = { paid_on = { from = 2025-03-01 } }
begins = "paid_on"
after_months = 3
ends = "year_end"
clause = "三"
words = "此后缴费的，缴费 3 个月后享受待遇"
"""


def policy(*pieces):
    return read_policy(HEAD + "".join(pieces))


def paid(on, **facts):
    return Facts(paid_at=day_start(date.fromisoformat(on)), **facts)


def days(found):
    return str(found.begins) if found.begins else None, str(found.until)


def clauses(found):
    return [reason.clause for reason in found.because]
