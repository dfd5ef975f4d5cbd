.PHONY: docs site lowest pythons coverage train fuzz

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

# The branches of boilerplate, dedup and engines that their tests take; kernels run as the plain Python they are written in
coverage: export NUMBA_DISABLE_JIT = 1
coverage:
	python -m pytest -n 2 -m "slow or not slow" -W "ignore:overflow encountered in scalar:RuntimeWarning" \
		--cov --cov-report=term tests/boilerplate tests/dedup tests/engines

# The models of the judge, made again from their data: make train DATA=folder
DATA ?= data
train:
	python -m pip install --quiet -e '.[train]'
	python -m train --data $(DATA)

# Arbitrary bytes into every reader, parser and kernel, so many seconds each: make fuzz SECONDS=600 (pip install -e '.[fuzz]')
SECONDS ?= 60
fuzz:
	python -m fuzz $(SECONDS)
