"""Who gets what from each address: one row for each URL, method and set of objects.

Objects (`about`): north and south are townships, village is north-1, county is all of it; they are
what a region in the address, or a query, names. `draft` is a ranking that was not published. All
other objects lie in north: a person of north-1, registered by Bob and paid; the file with the
payment, sent by Grace, and its job; a published ranking; its disqualification; a roster that Frank
sent, with a row that waits; a batch of pay-outs with one amount, made by Alice; a proof of payment
elsewhere, entered by Bob, with a photo; a refund that Bob asks for, with a photo; a file that went
out to the tax bureau with a refund on it, and the tax system's list of people; a payment register
that Erin brought back; a claim of payment that Bob entered, with a screenshot; cash that Erin took,
in a batch of hers with a slip and its photo; a statement of the bank.

Bob is clerk of north, Charlie of south, Erin collector of north-1; Alice (bureau), Dana (admin),
Frank (department), Grace (tax) and Heidi (auditor) work for the county; Mallory has no role, and
nobody is not signed in. `in` is the way to the sign-in page; a URL without a row for POST answers
405 to everyone's POST.
"""

from dataclasses import dataclass

CAST = ("bob", "charlie", "erin", "alice", "dana", "frank", "grace", "heidi", "mallory", "nobody")

TABLE = """
url                    how   about    bob charlie erin alice dana frank grace heidi mallory nobody
livez                  GET   -        200 200     200  200   200  200   200   200   200     200
readyz                 GET   -        200 200     200  200   200  200   200   200   200     200
healthz                GET   -        503 503     503  503   503  503   503   503   503     503
metrics                GET   -        200 200     200  200   200  200   200   200   200     200
api-schema             GET   -        200 200     200  200   200  200   200   200   200     200
api-docs               GET   -        200 200     200  200   200  200   200   200   200     in
api-docs               POST  -        405 405     405  405   405  405   405   405   405     in

home                   GET   -        302 302     302  302   302  302   302   302   200     in
sign-in                GET   -        302 302     302  302   302  302   302   302   302     200
sign-in                POST  -        302 302     302  302   302  302   302   302   302     200
sign-out               GET   -        405 405     405  405   405  405   405   405   405     405
sign-out               POST  -        in  in      in   in    in   in    in    in    in      in
set_language           GET   -        302 302     302  302   302  302   302   302   302     302
set_language           POST  -        302 302     302  302   302  302   302   302   302     302
first-administrator    GET   -        404 404     404  404   404  404   404   404   404     404
first-administrator    POST  -        404 404     404  404   404  404   404   404   404     404
policy                 GET   -        200 200     200  200   200  200   200   200   403     in
policy-trial           GET   -        200 200     200  200   200  200   200   200   403     in
policy-trial           POST  -        200 200     200  200   200  200   200   200   403     in
policy-versions        GET   -        200 200     200  200   200  200   200   200   403     in
policy-readiness       GET   -        403 403     403  200   200  403   403   200   403     in
campaign-opening       GET   -        405 405     405  405   405  405   405   405   405     405
campaign-opening       POST  -        403 403     403  403   422  403   403   403   403     in
policy-funding         GET   -        403 403     403  200   200  403   403   200   403     in
move-clock             GET   -        405 405     405  405   405  405   405   405   405     405
move-clock             POST  -        403 403     403  302   302  403   403   403   403     in
job                    GET   -        404 404     404  200   200  404   200   200   403     in

desk                   GET   -        200 200     403  403   403  403   403   403   403     in
desk-today             GET   -        200 200     403  403   403  403   403   403   403     in
desk-lookup            GET   -        405 405     405  405   405  405   405   405   405     405
desk-lookup            POST  -        200 200     403  403   403  403   403   403   403     in
desk-join              GET   -        405 405     405  405   405  405   405   405   405     405
desk-join              POST  -        422 422     403  403   403  403   403   403   403     in
desk-save              GET   -        405 405     405  405   405  405   405   405   405     405
desk-save              POST  -        200 422     403  403   403  403   403   403   403     in
registration-withdrawal GET  -        405 405     405  405   405  405   405   405   405     405
registration-withdrawal POST -        200 404     403  403   403  403   403   403   403     in

targets                GET   -        403 403     403  200   200  403   403   200   403     in
target-import          GET   -        403 403     403  200   200  403   403   403   403     in
target-import          POST  -        403 403     403  422   422  403   403   403   403     in
target-set             GET   -        403 403     403  200   200  403   403   200   403     in
target-set-region      GET   county   403 403     403  200   200  403   403   200   403     in
target-set-region      GET   north    403 403     403  200   200  403   403   200   403     in
target-version         GET   -        403 403     403  200   200  403   403   200   403     in
target-lock            GET   -        405 405     405  405   405  405   405   405   405     405
target-lock            POST  -        403 403     403  302   302  403   403   403   403     in
target-break-down      GET   county   403 403     403  200   200  403   403   403   403     in
target-break-down      GET   north    403 403     403  200   200  403   403   403   403     in
target-break-down      POST  north    403 403     403  422   422  403   403   403   403     in
target-reported        GET   -        403 403     403  200   200  403   403   403   403     in
target-reports         GET   -        200 200     200  200   200  403   403   200   403     in
target-reports         GET   north    200 404     404  200   200  403   403   200   403     in
target-reports         GET   village  200 404     200  200   200  403   403   200   403     in
target-reported        POST  -        403 403     403  422   422  403   403   403   403     in
denominators           GET   -        403 403     403  200   200  403   403   200   403     in
denominator-entry      GET   -        405 405     405  405   405  405   405   405   405     405
denominator-entry      POST  -        403 403     403  422   422  403   403   403   403     in

payment-files          GET   -        403 403     403  200   200  403   200   200   403     in
payment-files          POST  -        403 403     403  422   422  403   422   403   403     in
payment-file           GET   -        403 403     403  200   200  403   200   200   403     in
payment-file-progress  GET   -        403 403     403  200   200  403   200   200   403     in
payment-file-lines     GET   -        403 403     403  200   200  403   200   200   403     in
payment-file-lines-xlsx GET  -        403 403     403  200   200  403   200   200   403     in
payment-file-acceptance GET  -        405 405     405  405   405  405   405   405   405     405
payment-file-acceptance POST -        403 403     403  302   302  403   403   403   403     in
payment-file-void      GET   -        403 403     403  200   200  403   403   403   403     in
payment-file-void      POST  -        403 403     403  422   422  403   403   403   403     in
open-payments          GET   -        200 200     403  200   200  403   403   200   403     in
payment                GET   -        200 404     403  200   200  403   403   200   403     in
payment-case           GET   -        200 404     403  200   200  403   403   200   403     in
payment-person         GET   -        405 405     405  405   405  405   405   405   405     405
payment-person         POST  -        200 404     403  200   200  403   403   403   403     in
payment-number         GET   -        405 405     405  405   405  405   405   405   405     405
payment-number         POST  -        200 404     403  200   200  403   403   200   403     in
payment-evidence       GET   -        405 405     405  405   405  405   405   405   405     405
payment-evidence       POST  -        200 404     403  200   200  403   403   200   403     in
payment-decisions      GET   -        405 405     405  405   405  405   405   405   405     405
payment-decisions      POST  -        302 404     403  302   302  403   403   403   403     in
open-payments-workbook GET   -        200 200     403  200   200  403   403   200   403     in
payment-views          GET   -        405 405     405  405   405  405   405   405   405     405
payment-views          POST  -        302 302     403  302   302  403   403   302   403     in
payment-view-deletion  GET   -        405 405     405  405   405  405   405   405   405     405
payment-view-deletion  POST  -        404 404     403  302   404  403   403   404   403     in
api-payment-files      GET   -        403 403     403  405   405  403   405   403   403     401
api-payment-files      POST  -        403 403     403  400   400  403   400   403   403     401
api-job                GET   -        403 403     403  404   404  403   200   403   403     401
api-job                POST  -        403 403     403  405   405  403   405   403   403     401

claims                 GET   -        200 200     403  200   200  403   403   200   403     in
claims-workbook        GET   -        200 200     403  200   200  403   403   200   403     in
claim-person           GET   -        405 405     405  405   405  405   405   405   405     405
claim-person           POST  -        302 302     403  302   302  403   403   403   403     in
claim-entry            GET   -        200 404     403  200   200  403   403   403   403     in
claim-entry            POST  -        422 404     403  422   422  403   403   403   403     in
claim-drop             GET   -        405 405     405  405   405  405   405   405   405     405
claim-drop             POST  -        302 404     403  302   302  403   403   403   403     in
claim-take-up          GET   -        405 405     405  405   405  405   405   405   405     405
claim-take-up          POST  -        302 404     403  302   302  403   403   403   403     in
claim-screenshot       GET   -        405 405     405  405   405  405   405   405   405     405
claim-screenshot       POST  -        200 404     403  200   200  403   403   200   403     in
refund-requests        GET   -        200 200     403  200   200  403   403   200   403     in
refund-request-entry   GET   -        200 404     403  200   200  403   403   403   403     in
refund-request-entry   POST  -        422 404     403  422   422  403   403   403   403     in
refund-request         GET   -        200 404     403  200   200  403   403   200   403     in
refund-request-step    GET   -        405 405     405  405   405  405   405   405   405     405
refund-request-step    POST  -        403 403     403  302   302  403   403   403   403     in
refund-request-evidence GET  -        405 405     405  405   405  405   405   405   405     405
refund-request-evidence POST -        200 404     403  200   200  403   403   200   403     in
refund-lists           GET   -        405 405     405  405   405  405   405   405   405     405
refund-lists           POST  -        403 403     403  302   302  403   403   403   403     in
refund-call-back       GET   -        405 405     405  405   405  405   405   405   405     405
refund-call-back       POST  -        403 403     403  302   302  403   403   403   403     in
tax-exports            GET   -        403 403     403  200   200  403   200   200   403     in
tax-exports            POST  -        403 403     403  302   302  403   403   403   403     in
tax-export-file        GET   -        405 405     405  405   405  405   405   405   405     405
tax-export-file        POST  -        403 403     403  200   200  403   200   403   403     in
tax-comparisons        GET   -        403 403     403  200   200  403   200   200   403     in
tax-comparisons        POST  -        403 403     403  422   422  403   422   403   403     in
tax-comparison         GET   -        403 403     403  200   200  403   200   200   403     in
tax-comparison-workbook GET  -        405 405     405  405   405  405   405   405   405     405
tax-comparison-workbook POST -        403 403     403  200   200  403   200   403   403     in

rosters                GET   -        403 403     403  200   200  200   403   200   403     in
rosters                POST  -        403 403     403  422   422  422   403   403   403     in
roster-template        GET   -        403 403     403  200   200  200   403   200   403     in
roster                 GET   -        403 403     403  200   200  200   403   200   403     in
roster-progress        GET   -        403 403     403  200   200  200   403   200   403     in
roster-rows            GET   -        403 403     403  200   200  200   403   200   403     in
roster-row             GET   -        403 403     403  200   200  200   403   403   403     in
roster-row             POST  -        403 403     403  302   302  302   403   403   403     in
roster-about           GET   -        403 403     403  200   200  200   403   200   403     in
roster-about           POST  -        403 403     403  422   422  422   403   403   403     in
roster-columns         GET   -        403 403     403  200   200  200   403   200   403     in
roster-columns         POST  -        403 403     403  422   422  422   403   403   403     in
roster-columns-forgetting GET -       405 405     405  405   405  405   405   405   405     405
roster-columns-forgetting POST -      403 403     403  302   302  302   403   403   403     in
roster-discarding      GET   -        405 405     405  405   405  405   405   405   405     405
roster-discarding      POST  -        403 403     403  302   302  302   403   403   403     in
roster-words           GET   -        405 405     405  405   405  405   405   405   405     405
roster-words           POST  -        403 403     403  302   302  302   403   403   403     in
roster-days            GET   -        405 405     405  405   405  405   405   405   405     405
roster-days            POST  -        403 403     403  302   302  302   403   403   403     in
roster-places          GET   -        405 405     405  405   405  405   405   405   405     405
roster-places          POST  -        403 403     403  302   302  302   403   403   403     in
roster-left-out        GET   -        405 405     405  405   405  405   405   405   405     405
roster-left-out        POST  -        403 403     403  302   302  302   403   403   403     in
roster-forgetting      GET   -        405 405     405  405   405  405   405   405   405     405
roster-forgetting      POST  -        403 403     403  302   302  302   403   403   403     in
roster-effects         GET   -        403 403     403  200   200  403   403   200   403     in
roster-additions       GET   -        405 405     405  405   405  405   405   405   405     405
roster-additions       POST  -        403 403     403  302   302  302   403   403   403     in
roster-acceptance      GET   -        405 405     405  405   405  405   405   405   405     405
roster-acceptance      POST  -        403 403     403  302   302  403   403   403   403     in
roster-undoing         GET   -        405 405     405  405   405  405   405   405   405     405
roster-undoing         POST  -        403 403     403  302   302  403   403   403   403     in
roster-returned        GET   -        403 403     403  200   200  200   403   403   403     in

pay-outs               GET   -        403 403     403  200   200  403   403   200   403     in
pay-outs-list          GET   -        403 403     403  200   200  403   403   200   403     in
pay-out                GET   -        403 403     403  200   200  403   403   200   403     in
pay-out-decision       GET   -        405 405     405  405   405  405   405   405   405     405
pay-out-decision       POST  -        403 403     403  302   302  403   403   403   403     in
pay-out-account        GET   -        405 405     405  405   405  405   405   405   405     405
pay-out-account        POST  -        403 403     403  302   302  403   403   403   403     in
pay-out-batches        GET   -        405 405     405  405   405  405   405   405   405     405
pay-out-batches        POST  -        403 403     403  302   302  403   403   403   403     in
pay-out-batch          GET   -        403 403     403  200   200  403   403   200   403     in
pay-out-batch-step     GET   -        405 405     405  405   405  405   405   405   405     405
pay-out-batch-step     POST  -        403 403     403  302   302  403   403   403   403     in
pay-out-batch-file     GET   -        405 405     405  405   405  405   405   405   405     405
pay-out-batch-file     POST  -        403 403     403  302   302  403   403   403   403     in
pay-out-batch-workbook GET   -        405 405     405  405   405  405   405   405   405     405
pay-out-batch-workbook POST  -        403 403     403  200   200  403   403   403   403     in
pay-out-batch-paper    GET   -        405 405     405  405   405  405   405   405   405     405
pay-out-batch-paper    POST  -        403 403     403  200   200  403   403   403   403     in
pay-out-batch-return   GET   -        405 405     405  405   405  405   405   405   405     405
pay-out-batch-return   POST  -        403 403     403  302   302  403   403   403   403     in
pay-out-batch-answers  GET   -        405 405     405  405   405  405   405   405   405     405
pay-out-batch-answers  POST  -        403 403     403  302   302  403   403   403   403     in
pay-out-batch-answer   GET   -        403 403     403  200   200  403   403   200   403     in

progress               GET   -        200 200     200  200   200  403   403   200   403     in
progress-region        GET   county   404 404     404  200   200  403   403   200   403     in
progress-region        GET   north    200 404     404  200   200  403   403   200   403     in
progress-region        GET   south    404 200     404  200   200  403   403   200   403     in
progress-region        GET   village  200 404     200  200   200  403   403   200   403     in
progress-idle          GET   north    200 404     404  200   200  403   403   200   403     in
progress-xlsx          GET   north    200 404     404  200   200  403   403   200   403     in
people                 GET   -        200 200     200  200   200  403   403   200   403     in
people                 GET   north    200 404     404  200   200  403   403   200   403     in
people                 GET   south    404 200     404  200   200  403   403   200   403     in
people                 GET   village  200 404     200  200   200  403   403   200   403     in
people-search          GET   -        405 405     405  405   405  405   405   405   405     405
people-search          POST  -        302 200     302  302   302  403   403   302   403     in
person                 GET   -        200 404     200  200   200  403   403   200   403     in
person-number          GET   -        405 405     405  405   405  405   405   405   405     405
person-number          POST  -        200 404     200  200   200  403   403   200   403     in
missed                 GET   -        200 200     200  200   200  403   403   200   403     in
missed                 GET   county   404 404     404  200   200  403   403   200   403     in
missed                 GET   north    200 404     404  200   200  403   403   200   403     in
missed                 GET   south    404 200     404  200   200  403   403   200   403     in
missed-xlsx            GET   north    200 404     404  200   200  403   403   200   403     in
missed-people          GET   -        200 200     200  200   200  403   403   200   403     in
missed-people          GET   north    200 404     404  200   200  403   403   200   403     in
missed-people          GET   village  200 404     200  200   200  403   403   200   403     in
missed-reasons         GET   -        405 405     405  405   405  405   405   405   405     405
missed-reasons         POST  -        302 404     302  302   403  403   403   403   403     in
missed-confirmations   GET   -        405 405     405  405   405  405   405   405   405     405
missed-confirmations   POST  -        403 403     403  302   302  403   403   403   403     in
missed-reminders       GET   north    200 404     404  200   200  403   403   200   403     in
missed-reminders       POST  north    200 404     404  200   200  403   403   404   403     in
on-behalf              GET   -        200 200     403  200   200  403   403   200   403     in
on-behalf              GET   county   404 404     403  200   200  403   403   200   403     in
on-behalf              GET   north    200 404     403  200   200  403   403   200   403     in
on-behalf              GET   south    404 200     403  200   200  403   403   200   403     in
on-behalf-making       GET   -        405 405     405  405   405  405   405   405   405     405
on-behalf-making       POST  -        403 403     403  302   302  403   403   403   403     in
on-behalf-list         GET   -        200 404     403  200   200  403   403   200   403     in
on-behalf-file         GET   -        405 405     405  405   405  405   405   405   405     405
on-behalf-file         POST  -        403 403     403  200   200  403   403   403   403     in
on-behalf-paper        GET   -        405 405     405  405   405  405   405   405   405     405
on-behalf-paper        POST  -        403 403     403  200   200  403   403   403   403     in
on-behalf-withdrawal   GET   -        405 405     405  405   405  405   405   405   405     405
on-behalf-withdrawal   POST  -        403 403     403  302   302  403   403   403   403     in
on-lists               GET   -        200 200     403  200   200  403   403   200   403     in
on-lists-decisions     GET   -        405 405     405  405   405  405   405   405   405     405
on-lists-decisions     POST  -        403 403     403  302   302  403   403   403   403     in
elsewhere              GET   -        200 200     403  200   200  403   403   200   403     in
elsewhere              GET   county   404 404     403  200   200  403   403   200   403     in
elsewhere              GET   north    200 404     403  200   200  403   403   200   403     in
elsewhere              GET   south    404 200     403  200   200  403   403   200   403     in
elsewhere-entry        GET   -        200 404     403  200   200  403   403   403   403     in
elsewhere-entry        POST  -        422 404     403  422   422  403   403   403   403     in
elsewhere-proof        GET   -        200 404     403  200   200  403   403   200   403     in
elsewhere-step         GET   -        405 405     405  405   405  405   405   405   405     405
elsewhere-step         POST  -        403 404     403  302   302  403   403   403   403     in
elsewhere-attachment   GET   -        405 405     405  405   405  405   405   405   405     405
elsewhere-attachment   POST  -        200 404     403  200   200  403   403   200   403     in

rankings               GET   -        302 302     302  302   302  403   403   302   403     in
ranking                GET   -        200 200     200  200   200  403   403   200   403     in
ranking                GET   draft    404 404     404  200   200  403   403   200   403     in
ranking-xlsx           GET   -        200 200     200  200   200  403   403   200   403     in
ranking-xlsx           GET   draft    404 404     404  200   200  403   403   200   403     in
ranking-publication    GET   draft    405 405     405  405   405  405   405   405   405     405
ranking-publication    POST  draft    403 403     403  302   302  403   403   403   403     in
appraisal              GET   -        403 403     403  200   200  403   403   200   403     in
appraisal-xlsx         GET   -        403 403     403  302   302  403   403   302   403     in
appraisal-in-time      GET   -        403 403     403  302   302  403   403   403   403     in
appraisal-in-time      POST  -        403 403     403  302   302  403   403   403   403     in
disqualifications      GET   -        200 200     200  200   200  403   403   200   403     in
disqualification-entry GET   -        405 405     405  405   405  405   405   405   405     405
disqualification-entry POST  -        403 403     403  302   302  403   403   403   403     in
disqualification-lifting GET -        405 405     405  405   405  405   405   405   405     405
disqualification-lifting POST -       403 403     403  302   302  403   403   403   403     in
follow-up              GET   -        200 200     200  200   200  200   200   200   403     in
finance                GET   -        200 200     403  200   200  403   403   200   403     in
finance                GET   county   404 404     403  200   200  403   403   200   403     in
finance                GET   north    200 404     403  200   200  403   403   200   403     in
finance                GET   south    404 200     403  200   200  403   403   200   403     in
finance-xlsx           GET   north    200 404     403  200   200  403   403   200   403     in
finance-payments       GET   -        200 200     403  200   200  403   403   200   403     in
finance-payments       GET   north    200 404     403  200   200  403   403   200   403     in
finance-payments-xlsx  GET   north    200 404     403  200   200  403   403   200   403     in
finance-people         GET   -        200 200     403  200   200  403   403   200   403     in
finance-people         GET   north    200 404     403  200   200  403   403   200   403     in
fiscal-receipts        GET   -        403 403     403  200   200  403   403   200   403     in
fiscal-places          GET   -        403 403     403  200   200  403   403   200   403     in
fiscal-receipt-entry   GET   -        405 405     405  405   405  405   405   405   405     405
fiscal-receipt-entry   POST  -        403 403     403  422   422  403   403   403   403     in
fiscal-receipt-countering GET -       405 405     405  405   405  405   405   405   405     405
fiscal-receipt-countering POST -      403 403     403  302   302  403   403   403   403     in
books                  GET   -        403 403     403  200   200  403   403   200   403     in
books-run              GET   -        403 403     403  200   200  403   403   200   403     in
books-checking         GET   -        405 405     405  405   405  405   405   405   405     405
books-checking         POST  -        403 403     403  302   302  403   403   403   403     in
registers              GET   -        200 200     200  200   200  403   403   200   403     in
registers              GET   north    200 404     404  200   200  403   403   200   403     in
register-issues        GET   -        405 405     405  405   405  405   405   405   405     405
register-issues        POST  -        200 422     200  200   200  403   403   403   403     in
register-returns       GET   -        405 405     405  405   405  405   405   405   405     405
register-returns       POST  -        422 422     422  422   422  403   403   403   403     in
register-return        GET   -        200 404     200  200   200  403   403   200   403     in
register-proposals     GET   -        200 200     200  200   200  403   403   200   403     in
register-proposals     POST  -        302 302     403  302   302  403   403   403   403     in

collection             GET   -        200 200     200  200   200  403   403   200   403     in
collection-cash        GET   -        200 200     200  403   403  403   403   403   403     in
collection-cash        POST  -        302 302     302  403   403  403   403   403   403     in
collection-receipts    GET   -        200 200     200  403   403  403   403   403   403     in
collection-withdrawal  GET   -        405 405     405  405   405  405   405   405   405     405
collection-withdrawal  POST  -        302 404     302  403   403  403   403   403   403     in
collection-batches     GET   -        405 405     405  405   405  405   405   405   405     405
collection-batches     POST  -        302 404     302  403   403  403   403   403   403     in
collection-batch       GET   -        200 404     200  200   200  403   403   200   403     in
collection-batch-step  GET   -        405 405     405  405   405  405   405   405   405     405
collection-batch-step  POST  -        302 404     302  302   403  403   403   403   403     in
collection-batch-paper GET   -        200 404     200  200   200  403   403   200   403     in
collection-slips       GET   -        405 405     405  405   405  405   405   405   405     405
collection-slips       POST  -        422 404     422  403   403  403   403   403   403     in
collection-slip-file   GET   -        200 404     200  200   200  403   403   200   403     in
bank-statements        GET   -        403 403     403  200   200  403   403   200   403     in
bank-statements        POST  -        403 403     403  302   302  403   403   403   403     in
bank-statement         GET   -        403 403     403  200   200  403   403   200   403     in
bank-line              GET   -        405 405     405  405   405  405   405   405   405     405
bank-line              POST  -        403 403     403  302   302  403   403   403   403     in
money-kept             GET   -        200 200     200  200   200  403   403   200   403     in
money-kept-workbook    GET   -        200 200     200  200   200  403   403   200   403     in
"""

# Where the objects are another county's, who would get an answer gets 404, and whoever is refused
# for their role is refused in the same way; but here the campaign, or the object that decides what
# a role may do, is looked for before the role.
FOREIGN = {
    **{(url, "POST", "heidi"): "404" for url in ("payment-files", "rosters")},
    **{("tax-exports", "POST", who): "404" for who in ("grace", "heidi")},
    ("tax-comparisons", "POST", "heidi"): "404",
    ("elsewhere-step", "POST", "bob"): "404",
    **{("register-proposals", "POST", who): "404" for who in ("erin", "heidi")},
}
REFUSED = ("in", "401", "403", "405")


@dataclass(frozen=True)
class Row:
    url: str
    how: str
    about: str
    answers: dict[str, str]  # who → what

    def foreign(self, who: str) -> str:
        """What an object of another county is answered."""
        said = self.answers[who]
        return FOREIGN.get((self.url, self.how, who), said if said in REFUSED else "404")


def read() -> list[Row]:
    head, *lines = [line.split() for line in TABLE.splitlines() if line]
    assert tuple(head[3:]) == CAST
    rows = [Row(*line[:3], dict(zip(CAST, line[3:], strict=True))) for line in lines]
    assert len({(row.url, row.how, row.about) for row in rows}) == len(rows)
    return rows
