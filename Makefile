.PHONY: docs site lowest pythons adapters coverage train fuzz

# docs/reference, written from the code
docs:
	python docs/reference.py

# The documentation as a site, in site/; a warning is an error (pip install -e '.[docs]')
site:
	mkdocs build --strict --quiet

# The fast tests on the lowest versions of the dependencies (pip install uv)
lowest:
	.ci/lowest

# The same bytes out on every Python that is installed
pythons:
	.ci/pythons

# The example of each adapter's page in a new environment with that package alone
adapters:
	.ci/adapters

# The branches of boilerplate, dedup and engines that their tests take (pip install pytest-cov); kernels are run as plain Python
coverage:
	NUMBA_DISABLE_JIT=1 python -m pytest -n 2 -m "not slow and not large" -W "ignore:overflow encountered in scalar:RuntimeWarning" \
		--cov --cov-fail-under=0 --cov-report= tests/boilerplate tests/dedup
	python -m pytest -n 2 -m "slow or not slow" --cov --cov-append --cov-report=term tests/engines

# The models of the judge, made again from their data: make train DATA=folder
DATA ?= data
train:
	python -m pip install --quiet -e '.[train]'
	python -m train --data $(DATA)

# Arbitrary bytes into every reader, parser and kernel, so many seconds each: make fuzz SECONDS=600 (pip install -e '.[fuzz]')
SECONDS ?= 60
fuzz:
	python -m fuzz $(SECONDS)
