# Each target does all the set-up it needs. `make demo` plans, `make test` checks, `make app` serves.
.PHONY: demo test app clean

demo: .venv/.installed
	.venv/bin/planner demo --out out

test: .venv/.installed-dev
	scripts/chromium.sh
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/pytest -m "not browser" -n 2
	.venv/bin/pytest -m browser tests/browser

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
