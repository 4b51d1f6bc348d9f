# A thin alias of make.py, which does the work; Windows needs no make: python make.py report
PYTHON ?= $(if $(filter Windows_NT,$(OS)),python,python3)

.DEFAULT_GOAL := help
.PHONY: help setup report lab test test-all check lock

help setup report lab test test-all check lock:
	@$(PYTHON) make.py $@ $(ARGS)
