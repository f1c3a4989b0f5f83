"""Payment detail files for made-up people, with every fault a real file has, and the truth.

    counts = generate(plan, charge, folder)

writes into `folder` (made where it is missing; its files of the same names are replaced):

- `residents.csv`, `registrations.csv`: UTF-8 with BOM, columns of enrollment.generate.tables;
- `roster.csv`, where people are to be marked: COLUMNS of `roster`; the truth takes everybody of it
  as marked with the category before `register` runs;
- `payments-01.csv` …: one for each week of the window in which anything arrived, columns COLUMNS,
  in GB18030 unless the charge's `form` says otherwise;
- `truth.json`: what must come out once `import_residents`, `register` with the file and then
  `import_payments` for each payment file, in order, have run.

truth.json
----------
`seed`, `people` as asked for. `due_fen`: what everybody owes, null where amounts differ.

`amounts`: what people owe who register, each once: `fee_fen`, `own_fen`, `on_behalf_fen`,
`deducted_fen`, `reimbursed_fen`, `hardship`, `kind`, `tier`, `window`, `because` (clause and words
of each reason) and `people`. It is what enrollment.pricing says of each profile on the day of
registration; whoever pays, pays that, at an hour at which the notice takes payments and asks the
same.

`refused`: whom the notice does not admit, or asks no stated amount of: `problem` (code), `clauses`,
`words`, and `lines` of registrations.csv. They do not pay.

`files`: name → {`form`, `lines`, `totals`, `when_taken_in`}.

`lines`: line number in the file (the header counts; a CSV's first data row is "2") → one of

- `{"outcome": "new", "standing": …}`: a payment. `standing` is matched, open, refund_due,
  refunded or reversed; open has a `cause`; what was paid beyond the due stands in
  `refund_due_fen` while the payment is matched with the rest.
- `{"outcome": "new", "kind": "reversal" | "refund", "original": receipt}`: makes no payment.
- `{"outcome": "known"}`: the same record came before.
- `{"outcome": "conflict"}`: its key came before with other facts.
- `{"outcome": "rejected", "problem": "no_date" | "no_year"}`.

A payment of a registered person says which `amount` (place in `amounts`) they owe. One that a
treasury made for a person (case on_behalf, with a mark) settles `on_behalf_fen`, others `own_fen`.

A line that is not plain also says which `case` (CASES) it belongs to.

`totals`, of a file and of the campaign: `read` and `outcomes` (outcome → rows), `outcome_fen`
(outcome → fen of the rows as written, corrections negative), `standings` and `open` (standing,
cause → payments), `fen` (matched, open, refund_due, refunded, reversed; `net` = all new lines,
corrections deducted). A file's standings are those in the end; `when_taken_in` gives `matched`
and `open` of the file just after its own import, before later files.

The campaign's `totals` also has `registered` and `enrolled` (persons; enrolled is who owes nothing
or has settled every part); `units` has them for each unit by key, with its `target` and the
`people` of residents.csv. `cases`: case → times it occurs.

How standings are decided
-------------------------
A number that is nobody's: unknown_person. Another coverage year: wrong_year. In the register but
not registered: not_registered. Another name, beyond dots, spaces and width: name_differs. Less
than the due: too_little, decided on the payment itself. Of several sufficient payments of one
person that are not reversed the earliest matches, the others are paid_twice. Reversals and
refunds take away the whole payment they name.
"""

from .charge import CASES, Charge
from .files import COLUMNS
from .run import generate

__all__ = ["CASES", "COLUMNS", "Charge", "generate"]
