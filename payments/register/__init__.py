"""The village payment register (缴费清册): out on paper or as a workbook, back as proposals."""
