# Two commands matter: `make serve` and `make test`. Both set everything up first.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
INSTALLED := requirements/core.txt requirements/build.txt requirements/pictures.txt
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-annotate

.PHONY: ets serve test lint check docs setup setup-dev bench bench-attacks bench-peers bench-sizes lock clean

serve: setup  ## build the data and serve on PORT
	$(BIN)/atlas build
	@test -d var/fetched || echo "With internet, $(BIN)/atlas fetch brings the real registers (--dry-run: from where)."
	$(BIN)/atlas serve --port $(PORT)

test: setup-dev lint  ## lint and run every test
	$(BIN)/python -m pytest -n auto --dist loadfile

test-spark: $(VENV)/spark/.done  ## the tests of Spark; needs Java 17, and Sedona from Maven or ATLAS_SPARK_JARS
	$(VENV)/spark/bin/python -m pytest tests/spark

check: test

lint: setup-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/check_words.py

docs: setup-dev  ## the documentation as a site, in build/docs
	$(BIN)/atlas build
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet

bench: setup-dev  ## timings as ratios, side by side in one run
	$(BIN)/atlas build
	$(BIN)/python -m bench

bench-attacks: setup-dev  ## what the most expensive requests cost, and who waits for them
	$(BIN)/atlas build
	$(BIN)/python -m bench.attacks

bench-peers: setup-dev  ## against pygeoapi and tipg with PostGIS, side by side in one run
	$(BIN)/atlas build
	$(BIN)/python -m bench.peers

ets: setup  ## OGC's own test suite for Features 1.0 against the service on PORT
	$(BIN)/python tools/ets.py http://localhost:$(PORT)/

bench-sizes: setup-dev  ## cost against the number of features, as a picture
	$(BIN)/atlas build
	mkdir -p var/bench
	$(BIN)/python -m bench.sizes var/bench/sizes.png

setup: $(VENV)/core.done maps/node_modules/.done

setup-dev: $(VENV)/dev.done maps/node_modules/.done $(VENV)/browser.done $(VENV)/clients.done $(VENV)/proxy.done $(VENV)/database.done $(VENV)/generator/.done $(VENV)/bucket/.done tests/clients/node_modules/.done

$(BIN)/python:
	sh tools/make-venv $(PYTHON) $(VENV)

$(VENV)/core.done: $(INSTALLED) requirements/setup.txt pyproject.toml | $(BIN)/python
	@echo "Installing the libraries (once) ..."
	$(PIP) install --require-hashes -r requirements/setup.txt $(INSTALLED:%=-r %)
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev.done: requirements/dev.txt requirements/sources.txt $(VENV)/core.done
	@echo "Installing what the tests need (once) ..."
	$(PIP) install --require-hashes -r requirements/dev.txt
	$(PIP) install --require-hashes --no-deps -r requirements/sources.txt
	@touch $@

maps/node_modules/.done: maps/package.json maps/package-lock.json tools/get-web | $(VENV)/core.done
	@echo "Fetching the front-end files (once) ..."
	sh tools/get-web $(BIN)/python
	@touch $@

tests/clients/node_modules/.done: tests/clients/package.json tests/clients/package-lock.json tools/get-web | $(VENV)/core.done
	sh tools/get-web $(BIN)/python tests/clients
	@touch $@

$(VENV)/browser.done: tools/get-browser | $(BIN)/python
	sh tools/get-browser
	@touch $@

$(VENV)/clients.done: tools/get-clients | $(BIN)/python
	sh tools/get-clients
	@touch $@

$(VENV)/generator/.done: requirements/generator.txt | $(BIN)/python
	$(BIN)/python -m venv $(VENV)/generator
	$(VENV)/generator/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements/generator.txt
	@touch $@

$(VENV)/bucket/.done: requirements/bucket.txt | $(BIN)/python
	$(BIN)/python -m venv $(VENV)/bucket
	$(VENV)/bucket/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements/bucket.txt
	@touch $@

$(VENV)/spark/.done: requirements/spark.txt $(VENV)/dev.done
	$(BIN)/python -m venv $(VENV)/spark
	$(VENV)/spark/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements/spark.txt
	$(BIN)/python -c "import sysconfig; print(sysconfig.get_path('purelib'))" > "$$($(VENV)/spark/bin/python -c "import sysconfig; print(sysconfig.get_path('purelib'))")/dev.pth"
	@touch $@

$(VENV)/proxy.done: tools/get-proxy | $(BIN)/python
	sh tools/get-proxy
	@touch $@

$(VENV)/database.done: tools/get-database | $(BIN)/python
	sh tools/get-database
	@touch $@

lock:  ## renew requirements/*.txt and the front-end lock
	$(PIP) install uv
	$(LOCK) pyproject.toml -o requirements/core.txt
	$(LOCK) --extra build -c requirements/core.txt pyproject.toml -o requirements/build.txt
	$(LOCK) --extra pictures -c requirements/build.txt pyproject.toml -o requirements/pictures.txt
	$(LOCK) --extra build --extra country -c requirements/build.txt pyproject.toml \
	  -o requirements/country.txt
	for extra in spark postgis store overture; do \
	  $(LOCK) --extra build --extra $$extra -c requirements/build.txt pyproject.toml \
	    -o requirements/$$extra.txt; \
	done
	$(LOCK) --extra build --extra pictures --extra dev -c requirements/build.txt \
	  -c requirements/pictures.txt pyproject.toml -o requirements/dev.txt
	$(LOCK) --no-deps requirements/sources.in -o requirements/sources.txt
	$(LOCK) --no-deps requirements/setup.in -o requirements/setup.txt
	$(LOCK) requirements/generator.in -o requirements/generator.txt
	$(LOCK) requirements/bucket.in -o requirements/bucket.txt
	for peer in geopandas pygeoapi tipg; do \
	  $(LOCK) bench/peers/requirements-$$peer.in -o bench/peers/requirements-$$peer.txt; \
	done
	cd maps && npm install --package-lock-only
	cd tests/clients && npm install --package-lock-only

clean:
	rm -rf $(VENV) var maps/node_modules tests/clients/node_modules
