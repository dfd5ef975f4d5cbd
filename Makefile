# The models of the judge, made again from their data: make train DATA=folder
DATA ?= data

.PHONY: docs train

# docs/reference, written from the code
docs:
	python docs/reference.py

train:
	python -m pip install --quiet -e '.[train]'
	python -m train --data $(DATA)

# Arbitrary bytes into every reader, parser and kernel, so many seconds each: make fuzz SECONDS=600 (pip install -e '.[fuzz]')
SECONDS ?= 60

.PHONY: fuzz
fuzz:
	python -m fuzz $(SECONDS)
