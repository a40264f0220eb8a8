# Each target does all the set-up it needs. `make demo` plans, `make test` checks.
.PHONY: demo test clean

demo: .venv/.installed
	.venv/bin/planner demo --out out

test: .venv/.installed-dev
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/pytest -n 2

.venv/.installed: pyproject.toml scripts/setup.sh
	scripts/setup.sh
	touch $@

.venv/.installed-dev: pyproject.toml scripts/setup.sh
	scripts/setup.sh dev
	touch .venv/.installed $@

clean:
	rm -rf .venv out build dist *.egg-info
