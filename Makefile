# Each target does all the set-up it needs. `make demo` plans, `make test` checks, `make app` serves.
.PHONY: demo test app clean unit types browser

# A .venv that does not run, or was made for a folder of another name, is set up again.
$(shell grep -qsF "$(CURDIR)/.venv/" .venv/bin/planner && .venv/bin/planner --help >/dev/null 2>&1 || rm -f .venv/.installed*)

# Two set-ups at a time would spoil each other's .venv.
ifeq ($(filter unit types browser,$(MAKECMDGOALS)),)
.NOTPARALLEL:
endif

demo: .venv/.installed
	.venv/bin/planner demo --out out

# The browser tests mostly wait for the browser: they and the types go beside the unit tests, and are shown after them.
test: .venv/.installed-dev
	scripts/chromium.sh
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	$(MAKE) --no-print-directory --keep-going --jobs=3 unit types browser KEPT='>.venv/browser.txt 2>&1'; \
	ended=$$?; cat .venv/browser.txt; exit $$ended

unit:
	.venv/bin/pytest -m "not browser" -n 2 --dist loadfile

types:
	.venv/bin/mypy

browser:
	.venv/bin/pytest -m browser tests/browser $(KEPT)

app: .venv/.installed-app
	.venv/bin/planner app

.venv/.installed: pyproject.toml scripts/setup.sh
	scripts/setup.sh
	touch $@

.venv/.installed-app: pyproject.toml scripts/setup.sh
	scripts/setup.sh app
	touch .venv/.installed $@

.venv/.installed-dev: pyproject.toml scripts/setup.sh
	scripts/setup.sh dev
	touch .venv/.installed .venv/.installed-app $@

clean:
	rm -rf .venv out build dist *.egg-info
