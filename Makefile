# Every command of this project. `make` lists them.

.DEFAULT_GOAL := help
SHELL := bash
.PHONY: help demo demo-down test bench kernels capabilities four-kernels build format clean

help: ## List these commands
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: ## Run Skep in a Kubernetes of its own and show what it does (CLUSTER=current: in yours)
	@scripts/demo.sh up $(or $(CLUSTER),own)

demo-down: ## Take away what `make demo` made
	@scripts/demo.sh down

test: ## Set up what tests need, and run all of them
	@scripts/test.sh

bench: ## Measure speed and size, beside a C baseline
	@scripts/bench.sh

kernels: ## Try every hook on four kernels, and write docs/kernels.md
	@scripts/kernels.sh

capabilities: ## Try every hook with fewer capabilities, and write docs/capabilities.md
	@scripts/capabilities.sh

four-kernels: ## Run one cluster with four kernels, and show what kubectl shows
	@scripts/four-kernels.sh

build: ## Build the eBPF objects, the operator, the daemon and the control plane
	@scripts/setup.sh
	@scripts/build.sh

format: ## Format the Java sources
	@. scripts/toolchain.sh && mvn -q spotless:apply

clean: ## Remove what was built in this checkout
	rm -rf .cache bpf-programs/target target */target
