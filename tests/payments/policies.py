"""Pieces of notices about money, beneath one head."""

from enrollment.notice import read_policy

HEAD = """
slug = "money-2023"

[document]
title = "关于做好城乡居民基本医疗保险参保缴费工作的通知"
number = "县医保〔2022〕1号"
issued_on = 2022-08-30
issuers = ["县医疗保障局"]

[campaign]
title = "2023年度居民医保征缴"
label = "2023年度"
region = "411398000000"
insurance = "390"
coverage_from = 2023-01-01
coverage_until = 2023-12-31
"""


def policy(text=""):
    return read_policy(HEAD + text)
