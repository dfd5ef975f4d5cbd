# The models of the judge, made again from their data: make train DATA=folder
DATA ?= data

.PHONY: train
train:
	python -m pip install --quiet -e '.[train]'
	python -m train --data $(DATA)
