# Two commands: "make run" opens the window, "make test" runs every check. Both set up .venv first.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt

.PHONY: run test bench translations clean

run: .venv/run.stamp
	$(BIN)/python main.py $(ARGS)

test: .venv/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile $(ARGS)

bench: .venv/test.stamp
	$(BIN)/python benchmarks/run.py $(ARGS)

.venv/run.stamp: pyproject.toml constraints.txt
	@echo "Setting up .venv (once; PyTorch is large, this can take some minutes)…"
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || \
		{ echo "Backstep needs Python 3.11 to 3.13; name one: make run PYTHON=python3.12"; exit 2; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(PIP) --editable .
	touch $@

.venv/test.stamp: .venv/run.stamp
	$(PIP) --editable '.[dev,cluster,film]'
	touch $@

translations: .venv/test.stamp
	$(BIN)/pyside6-lupdate gui/*.py gui/views/*.py -tr-function-alias QT_TRANSLATE_NOOP+=N -no-obsolete -locations none \
		-ts resources/translations/backstep_zh.ts
	$(BIN)/pyside6-lrelease resources/translations/backstep_zh.ts

clean:
	rm -rf .venv build *.egg-info
