# The models of the judge, made again from their data: make train DATA=folder
DATA ?= data

.PHONY: docs train

# docs/reference, written from the code
docs:
	python docs/reference.py

train:
	python -m pip install --quiet -e '.[train]'
	python -m train --data $(DATA)
