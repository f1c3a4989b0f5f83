"""Small payment files for tests: `Row` has sensible defaults, `write` makes the file."""

import csv
import io
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
HEADER = (
    "序号", "税务机关", "缴费人姓名", "证件类型", "证件号码", "征收项目", "征收品目",
    "费款所属期起", "费款所属期止", "应缴金额", "实缴金额", "缴款日期", "入库日期", "电子税票号码",
    "完税证明号", "缴费渠道", "代征单位", "街道乡镇", "村社区", "特殊人群标识", "状态",
    "原电子税票号码", "备注",
)  # fmt: skip
WANG, LI, ZHAO = "411328199003072511", "41132819851123456X", "411328200104150035"


@dataclass(frozen=True)
class Row:
    """One line as the tax bureau writes it; `yuan` and the rest are the cells' texts."""

    receipt: str = "341135221118000001"
    number: str = WANG
    name: str = "王小明"
    yuan: str = "350.00"
    paid: str = "2022-11-18 10:15:22"
    year: str = "2023"
    state: str = "正常"
    original: str = ""
    remark: str = ""
    mark: str = ""
    channel: str = "微信"
    township: str = "城北镇"
    village: str = "东湖村"
    papers: str = "居民身份证"

    def but(self, **changes: str) -> "Row":
        return replace(self, **changes)

    def cells(self, position: int) -> list[str]:
        since, until = (f"{self.year}-01-01", f"{self.year}-12-31") if self.year else ("", "")
        return [
            str(position), "安平县税务局", self.name, self.papers, self.number,
            "城乡居民基本医疗保险费", "城乡居民基本医疗保险费", since, until, self.yuan, self.yuan,
            self.paid, self.paid[:10], self.receipt, "", self.channel, "", self.township,
            self.village, self.mark, self.state, self.original, self.remark,
        ]  # fmt: skip


def text(rows: list[Row], header: tuple[str, ...] = HEADER, total: list[str] | None = None) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    for position, row in enumerate(rows, start=1):
        cells = dict(zip(HEADER, row.cells(position), strict=True))
        writer.writerow([cells[name] for name in header])
    if total:
        writer.writerow(total)
    return out.getvalue()


def take_in(
    campaign: Any,
    folder: Path,
    rows: list[Row] | bytes,
    *,
    now: datetime | None = None,
    name: str = "payments.csv",
    encoding: str = "gb18030",
) -> dict[str, Any]:
    """Write the rows into a file and import it as the system user; answers the result."""
    from enrollment import clock, files
    from enrollment.models import SourceFile, User
    from payments import services

    path = folder / name
    path.write_bytes(rows if isinstance(rows, bytes) else text(rows).encode(encoding))
    by, now = User.system(), now or clock.now(campaign)
    file = files.take_in(campaign, SourceFile.Kind.PAYMENTS, name, path, by, now)
    return services.import_payments(file, path, by=by, now=now)
