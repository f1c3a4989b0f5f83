# run: the whole product in the foreground    test: all tests    check: linters and tests
# bench, bench-city: measures, see docs/PERFORMANCE.md

PYTHON ?= python3
READY := .venv/installed
# `check --deploy` looks at the settings of a production server; none of these is a real secret.
PRODUCTION := \
	DATABASE_URL=postgresql://canbao@database/canbao REDIS_URL=redis://broker/0 CANBAO_HTTPS=1 \
	DJANGO_SECRET_KEY=only-to-look-at-settings-0123456789-abcdefghijklmnopqrstuvwxyz \
	DJANGO_ALLOWED_HOSTS=canbao.example CANBAO_KEYS=/nonexistent

.PHONY: run test check style types layers settings bench bench-city
# exec: a SIGTERM or Ctrl-C for make reaches the program itself, and make waits for its end.

run: $(READY)
	@exec .venv/bin/python manage.py run

test: $(READY)
	@exec .venv/bin/python -m pytest -n 2 tests

check: $(READY)
	$(MAKE) --no-print-directory -j 2 types style layers settings
	$(MAKE) --no-print-directory test

types:
	.venv/bin/mypy .

style:
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .

layers:
	.venv/bin/lint-imports

settings:
	.venv/bin/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	$(PRODUCTION) .venv/bin/python manage.py check --deploy --fail-level WARNING

bench: $(READY)
	@exec .venv/bin/python -m bench

bench-city: $(READY)
	@exec .venv/bin/python -m bench --city

$(READY): requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; say which: make PYTHON=python3.12 run")'
	$(PYTHON) -m venv .venv
	.venv/bin/pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@
