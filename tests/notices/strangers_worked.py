"""Examples of the strangers' notices (strangers/), worked out from their texts by hand, in yuan."""

from typing import Final

# (facts, what follows); whoever is not told otherwise was born on 1980-05-01, is of the household
# register here, and registers and pays on the day `paid`.
WORKED: Final = {
    "baishi-2025": [
        (
            "paid=2024-11-20 missed_years=0",
            "own=400 begins=2025-01-01 ends=2025-12-31",
        ),  # adult in 2024
        ("paid=2025-02-10 missed_years=0", "own=400 begins=2025-02-11"),  # adult in extension
        ("paid=2025-06-10 missed_years=0", "own=1070 begins=2025-09-10"),  # late
        ("paid=2024-11-20 missed_years=3", "own=400 begins=2025-07-01"),  # missed 3
        (
            "paid=2024-11-20 missed_years=3 paid_missed_years=2",
            "begins=2025-05-01",
        ),  # missed 3 repaid 2
        (
            "paid=2024-11-20 missed_years=5 paid_missed_years=5",
            "begins=2025-07-01",
        ),  # missed 5 repaid 5
        (
            "born_on=2025-05-01 paid=2025-06-20 category=1401",
            "own=400 begins=2025-05-01 ends=2025-12-31",
        ),  # newborn 50 days
        (
            "born_on=2025-03-10 paid=2025-07-01 category=1401",
            "own=1070 begins=2025-10-01",
        ),  # newborn 113 days
        ("paid=2024-11-01 hardship=low recognised_on=2024-08-01", "own=100 deducted=300"),  # low
        (
            "paid=2024-11-01 hardship=extreme recognised_on=2024-08-01 disability_grade=1",
            "own=0 on_behalf=400 reimbursed=0",
        ),  # extreme and disabled 1
        ("paid=2024-11-01 disability_grade=2", "own=400 reimbursed=200"),  # disabled 2
        (
            "paid=2024-11-01 hardship=monitored:风险已消除 recognised_on=2024-08-01",
            "own=300 deducted=100",
        ),  # monitored, risk gone
        (
            "paid=2025-04-01 hardship=low recognised_on=2025-03-05 missed_years=0",
            "own=1070 deducted=0 begins=2025-04-02",
        ),  # low recognised late
        (
            "born_on=2000-05-01 paid=2025-08-01 kind=veteran missed_years=2",
            "own=400 begins=2025-08-02",
        ),  # veteran late
        (
            "born_on=1960-05-01 paid=2024-11-01 hardship=one_child recognised_on=2020-08-01",
            "own=400 reimbursed=400",
        ),  # plan family
        ("residence=none paid=2024-11-01", "refused"),  # no residence
        ("paid=2024-11-01 employee_insured=yes", "refused"),  # employee
        (
            "paid=2025-04-01 hardship=extreme recognised_on=2024-08-05 missed_years=1",
            "on_behalf=400 own=670 begins=2025-04-02",
        ),  # extreme late, known before
        # at the edges
        ("paid=2025-02-28 missed_years=0", "own=400 begins=2025-03-01"),
        ("paid=2025-03-01 missed_years=0", "own=1070 begins=2025-06-01"),
        ("paid=2024-11-20 missed_years=4 paid_missed_years=4", "begins=2025-07-01"),
        (
            "born_on=2025-05-01 paid=2025-07-30 category=1401 residence=none",
            "own=400 begins=2025-05-01",
        ),
        ("born_on=2025-05-01 paid=2025-07-31 category=1401 residence=none", "refused"),
        ("born_on=2025-05-01 paid=2025-07-31 category=1401", "own=1070 begins=2025-10-31"),
        ("paid=2024-11-01 hardship=marginal", "own=200 deducted=200"),
        ("paid=2024-11-01 hardship=monitored:风险未消除", "own=200 deducted=200"),
        ("paid=2024-11-01 hardship=lifted", "own=320 deducted=80"),
        ("paid=2024-11-01 disability_grade=4", "own=400 reimbursed=60"),
        ("born_on=1965-01-01 paid=2024-11-01 hardship=family_planning", "own=400 reimbursed=100"),
        ("born_on=1965-01-02 paid=2024-11-01 hardship=family_planning", "own=400 reimbursed=0"),
        ("paid=2024-11-01 hardship=veterans_care", "own=400 reimbursed=400"),
    ],
    "lanjiang-2025": [
        (
            "paid=2024-11-01 category=1501 tier=一档",
            "own=400 begins=2025-01-01 ends=2025-12-31",
        ),  # tier one
        ("paid=2024-11-01 category=1501 tier=二档", "own=775"),  # tier two
        (
            "paid=2025-04-10 category=1501 tier=二档 missed_years=0",
            "own=1445 begins=2025-07-09",
        ),  # late two
        (
            "paid=2025-02-01 category=1501 tier=一档 missed_years=0",
            "own=400 begins=2025-02-02",
        ),  # extension, continuous
        (
            "paid=2025-02-01 category=1501 tier=一档 missed_years=1",
            "own=400 begins=2025-03-03",
        ),  # extension, missed 1
        (
            "born_on=2025-05-01 paid=2025-06-01 category=1401 parent_enrolled=yes",
            "own=200 begins=2025-05-01",
        ),  # newborn, parent enrolled
        (
            "born_on=2025-05-01 paid=2025-06-01 category=1401 parent_enrolled=no",
            "own=400 begins=2025-05-01",
        ),  # newborn, parent not
        (
            "born_on=2025-01-10 paid=2025-05-01 category=1401 tier=一档",
            "own=1070 begins=2025-07-30",
        ),  # newborn 111 days
        (
            "paid=2024-11-01 hardship=extreme category=1501 tier=二档",
            "own=375 deducted=400",
        ),  # extreme two
        ("paid=2024-11-01 hardship=low category=1501 tier=二档", "own=415 deducted=360"),  # low two
        ("paid=2024-11-01 hardship=low category=1501 tier=一档", "own=40 deducted=360"),  # low one
        (
            "paid=2024-11-01 category=1501 tier=二档 disability_grade=2",
            "own=425 deducted=350",
        ),  # disabled 2 two
        (
            "paid=2024-11-01 hardship=low category=1501 tier=二档 disability_grade=1",
            "own=415 deducted=360",
        ),  # low and disabled 1, two
        (
            "paid=2024-11-01 hardship=care category=1501 tier=一档",
            "own=100 deducted=300",
        ),  # care, one
        ("born_on=2004-05-01 paid=2024-11-01 category=1404 tier=二档", "refused"),  # university two
        (
            "paid=2025-04-10 hardship=returned category=1501 tier=一档 missed_years=0",
            "own=790 deducted=280",
        ),  # returned late one
        ("paid=2024-11-01 hardship=monitored category=1501 tier=一档", "own=200"),  # monitored one
        # at the edges
        ("paid=2024-09-01 tier=一档", "own=400"),
        ("paid=2025-02-28 tier=一档", "own=400"),
        ("paid=2025-03-01 tier=一档", "own=1070 begins=2025-05-30"),
        (
            "born_on=2025-05-01 paid=2025-07-30 category=1401 parent_enrolled=yes",
            "own=200 begins=2025-05-01",
        ),
        (
            "born_on=2025-05-01 paid=2025-07-30 category=1401 parent_enrolled=no",
            "own=400 begins=2025-05-01",
        ),
        (
            "born_on=2025-05-01 paid=2025-07-31 category=1401 parent_enrolled=yes tier=一档",
            "own=1070 begins=2025-10-29",
        ),
        (
            "born_on=2025-05-01 paid=2025-07-31 category=1401 parent_enrolled=no tier=一档",
            "own=1070 begins=2025-10-29",
        ),
        ("paid=2024-11-01 category=1404 tier=一档 hardship=poor_student", "own=120 deducted=280"),
    ],
    "yuezhou-2025": [
        ("born_on=2015-05-01 paid=2024-11-01", "own=450 begins=2025-01-01"),  # child
        ("born_on=2006-03-01 paid=2024-11-01 student=yes", "own=450"),  # 18 at school
        ("born_on=2006-03-01 paid=2024-11-01 student=no tier=二档", "own=600"),  # 18 not at school
        ("paid=2024-11-01 tier=一档", "own=960"),  # adult one
        ("born_on=1964-12-31 paid=2024-11-01 tier=二档", "own=450"),  # 60 on the day, two
        ("born_on=1965-01-01 paid=2024-11-01 tier=二档", "own=600"),  # 60 a day after, two
        ("paid=2025-03-15 tier=二档", "own=1860 begins=2025-06-15 fiscal=1260"),  # late adult two
        (
            "born_on=2000-05-01 paid=2025-03-15 kind=veteran tier=二档",
            "own=600 begins=2025-03-16",
        ),  # late veteran two
        ("paid=2024-11-01 hardship=extreme tier=二档", "own=0 on_behalf=600"),  # extreme two
        ("paid=2024-11-01 hardship=extreme tier=一档", "own=360 on_behalf=600"),  # extreme one
        (
            "born_on=1950-05-01 paid=2024-11-01 tier=一档 disability_grade=2",
            "own=270 on_behalf=450",
        ),  # severe, 70, one
        ("born_on=2015-05-01 paid=2024-11-01 hardship=low", "own=0 on_behalf=450"),  # low child
        ("paid=2024-11-01 tier=二档 disability_grade=3", "own=600"),  # disability 3 alone
        ("residence=permit born_on=2015-05-01 paid=2024-11-01", "admitted own=450"),  # permit child
        ("residence=permit paid=2024-11-01 tier=二档", "refused"),  # permit adult
        (
            "residence=permit paid=2024-11-01 kind=hk_mo_tw tier=二档",
            "admitted own=600",
        ),  # Macao resident
        ("born_on=2015-05-01 paid=2024-11-01 enrolled_elsewhere=yes", "refused"),  # elsewhere
        (
            "born_on=2025-06-01 paid=2025-08-15 category=1401",
            "own=450 begins=2025-06-01",
        ),  # newborn 75 days
        (
            "residence=none born_on=2004-06-01 paid=2024-09-20 category=1404 student=yes",
            "own=300 begins=2024-09-01 ends=2025-08-31",
        ),  # university
        (
            "born_on=1980-06-01 paid=2024-09-20 category=1501 tier=二档",
            "refused",
        ),  # adult in September
        (
            "born_on=1980-06-01 paid=2025-12-01 category=1501 tier=二档",
            "refused",
        ),  # adult, December 1
        (
            "paid=2025-03-15 hardship=extreme tier=二档",
            "on_behalf=600 own=1260",
        ),  # late, extreme two
        # at the edges
        ("residence=permit born_on=2006-11-01 paid=2024-11-01", "refused"),
        ("category=1404 born_on=2004-06-01 student=yes paid=2024-11-01", "own=300"),
        ("paid=2025-01-01 tier=二档", "own=1860 begins=2025-04-01"),
        ("category=1404 born_on=2004-06-01 student=yes paid=2025-03-15", "own=1000 fiscal=700"),
        ("category=1404 born_on=2004-06-01 kind=moved_in paid=2025-03-15", "own=300"),
        ("born_on=2015-05-01 paid=2025-03-15", "own=1400 fiscal=950 begins=2025-06-15"),
        ("born_on=2015-05-01 kind=moved_in paid=2025-03-15", "own=450"),
        ("born_on=2006-03-01 student=yes paid=2025-03-15", "own=1400 fiscal=950"),
        ("born_on=2006-03-01 student=yes kind=moved_in paid=2025-03-15", "own=450"),
        ("born_on=2006-03-01 student=no tier=二档 paid=2025-03-15", "own=1860 fiscal=1260"),
        ("born_on=2006-03-01 student=no tier=二档 kind=moved_in paid=2025-03-15", "own=600"),
        ("born_on=2005-03-01 student=yes tier=二档 paid=2024-11-01", "own=600"),
        ("born_on=2005-03-01 student=yes tier=二档 paid=2025-03-15", "own=1860 fiscal=1260"),
        ("born_on=2005-03-01 student=yes tier=二档 kind=moved_in paid=2025-03-15", "own=600"),
        ("born_on=1964-12-31 tier=一档 paid=2024-11-01", "own=720"),
        ("born_on=1964-12-31 tier=一档 paid=2025-03-15", "own=2220 fiscal=1500"),
        ("born_on=1964-12-31 tier=二档 paid=2025-03-15", "own=1860 fiscal=1410"),
        ("born_on=1964-12-31 tier=一档 kind=moved_in paid=2025-03-15", "own=720"),
        ("born_on=1964-12-31 tier=二档 kind=moved_in paid=2025-03-15", "own=450"),
        ("born_on=1964-12-31 tier=一档 hardship=extreme paid=2024-11-01", "own=270 on_behalf=450"),
        ("tier=一档 paid=2025-03-15", "own=2220 fiscal=1260"),
        ("tier=一档 kind=moved_in paid=2025-03-15", "own=960"),
        ("born_on=2025-06-01 category=1401 paid=2025-08-30", "own=450 begins=2025-06-01"),
        (
            "born_on=2025-06-01 category=1401 kind=registered paid=2025-08-31",
            "own=1400 begins=2025-12-01",
        ),
    ],
    "shouyang-2025": [
        (
            "residence=none born_on=2012-05-01 paid=2024-09-20 student=yes",
            "own=345",
        ),  # pupil in September
        ("born_on=2012-05-01 paid=2024-11-01 student=yes", "refused"),  # pupil in November
        ("born_on=1954-11-01 paid=2024-11-01 student=no", "own=380"),  # 70 on the day
        ("born_on=1954-11-02 paid=2024-11-01 student=no", "own=410"),  # 69
        ("born_on=1980-11-02 paid=2024-11-01 student=no", "own=680"),  # 44
        (
            "born_on=1980-11-02 paid=2024-11-01 student=no disability_grade=3",
            "own=340 deducted=340",
        ),  # 44 disabled 3
        (
            "born_on=1959-05-02 paid=2024-11-01 student=no disability_grade=3",
            "own=410 deducted=0",
        ),  # 65 disabled 3
        (
            "born_on=1980-11-02 paid=2024-11-01 student=no disability_grade=1",
            "own=0 on_behalf=680",
        ),  # disabled 1
        (
            "born_on=1959-11-02 paid=2024-11-01 hardship=low student=no",
            "own=0 on_behalf=410",
        ),  # low household
        (
            "residence=permit born_on=2019-05-01 paid=2024-11-01 student=no",
            "own=345",
        ),  # permit child
        ("residence=permit born_on=2004-05-01 paid=2024-11-01 student=no", "refused"),  # permit 20
        (
            "born_on=2025-02-10 paid=2025-04-11",
            "own=345 begins=2025-02-10 ends=2025-12-31",
        ),  # newborn 60 days
        (
            "born_on=2024-12-20 paid=2025-02-11",
            "own=345 begins=2024-12-20 ends=2024-12-31",
        ),  # newborn of December 2024
        # at the edges
        ("paid=2024-09-01 student=no", "own=680"),
        ("paid=2024-12-01 student=no", "refused"),
        ("residence=permit born_on=2008-11-01 paid=2024-11-01 student=no", "refused"),
        ("born_on=2008-11-02 paid=2024-11-01 student=no", "own=345"),
        ("born_on=2008-11-01 paid=2024-11-01 student=no", "own=680"),
        (
            "born_on=2008-11-01 paid=2024-11-01 student=no disability_grade=3",
            "own=340 deducted=340",
        ),
        ("born_on=1974-11-02 paid=2024-11-01 student=no", "own=680"),
        ("born_on=1964-11-01 paid=2024-11-01 student=no", "own=410"),
        ("born_on=2025-02-10 paid=2025-05-11", "own=345 begins=2025-02-10"),
        ("born_on=2025-02-10 paid=2025-05-12", "refused"),
    ],
    "qingqiao-2026": [
        ("paid=2025-10-20", "own=400 begins=2026-01-01 ends=2026-12-31"),  # adult
        ("paid=2026-02-10", "own=750 fiscal=350 begins=2026-04-11"),  # make-up
        (
            "paid=2026-02-10 hardship=low:B kind=newly_recognised recognised_on=2026-01-20",
            "own=400 reimbursed=240",
        ),  # make-up, newly low B
        (
            "paid=2026-02-10 hardship=low:B recognised_on=2024-01-20",
            "own=750 reimbursed=240",
        ),  # make-up, low B of old
        ("paid=2026-02-10 kind=moved_in", "own=400"),  # make-up, moved in
        (
            "paid=2025-10-20 hardship=low:C disability_grade=1",
            "own=400 reimbursed=280",
        ),  # low C and disabled 1
        (
            "born_on=1960-01-01 paid=2025-10-20 hardship=low:A hardship=daughters"
            " disability_grade=2",
            "own=400 reimbursed=400",
        ),  # low A, disabled 2, daughters
        (
            "born_on=1960-01-01 paid=2025-10-20 hardship=daughters disability_grade=2",
            "reimbursed=170",
        ),  # disabled and daughters
        (
            "born_on=1966-01-01 paid=2025-10-20 hardship=daughters",
            "reimbursed=50",
        ),  # daughters at 60
        (
            "born_on=1966-01-02 paid=2025-10-20 hardship=daughters",
            "reimbursed=0",
        ),  # daughters at 59
        (
            "paid=2025-10-20 hardship=low:C hardship=monitored",
            "reimbursed=200",
        ),  # low C and monitored
        (
            "paid=2025-10-20 hardship=extreme disability_grade=1",
            "on_behalf=400 own=0 reimbursed=0",
        ),  # extreme and disabled
        ("paid=2026-04-01", "refused"),  # April
        (
            "born_on=2026-06-01 paid=2026-10-10",
            "admitted own=400 begins=2026-06-01",
        ),  # newborn in summer
        # at the edges
        ("paid=2025-09-14", "refused"),
        ("paid=2025-09-15", "own=400 treasury=700"),
        ("paid=2026-02-10", "own=750 treasury=350"),
        ("born_on=2026-01-01 paid=2026-04-01", "own=400 begins=2026-01-01"),
        ("born_on=2025-12-31 paid=2026-02-10", "own=750 begins=2026-04-11"),
        ("born_on=2025-12-31 paid=2026-04-01", "refused"),
        ("paid=2026-02-10 hardship=extreme", "own=350 on_behalf=400"),
        ("paid=2025-10-20 hardship=low:A", "own=400 reimbursed=320"),
        ("paid=2025-10-20 hardship=lifted", "reimbursed=100"),
        ("paid=2025-10-20 hardship=poor_student", "reimbursed=200"),
        ("born_on=1966-01-01 paid=2025-10-20 hardship=low:C hardship=daughters", "reimbursed=210"),
    ],
}
