# halfsky: `make run` starts the product, `make test` proves it. Both do all set-up themselves.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run test check types setup trainer train bench demo lock clean

PYTHON ?= python3
UV := .tools/bin/uv
BIN := .venv/bin
TRAINER := .venv-trainer/bin/python
# One BLAS thread: the encoder on several threads is many times slower on a busy two-core machine.
export OPENBLAS_NUM_THREADS := 1
export OMP_NUM_THREADS := 1
export RASA_TELEMETRY_ENABLED := false
export SQLALCHEMY_SILENCE_UBER_WARNING := 1
export TF_CPP_MIN_LOG_LEVEL := 3
# A start without compiled modules takes two seconds longer.
unexport PYTHONDONTWRITEBYTECODE

help: ## 显示这张表
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/.ready ## 安装所需（首次）并启动：聊天页和工作台
	@$(BIN)/halfsky run

test: check .venv-trainer/.tried ## 检查，并运行全部测试
	@echo "== 测试"
	@$(BIN)/python -m pytest -n 2 --dist loadfile --durations=15

check: .venv/.ready ## 格式、规范、类型、导入约束、迁移一致
	@echo "== 格式与规范"
	@$(BIN)/ruff format --check --quiet . && $(BIN)/ruff check --quiet .
	@echo "== 类型"
	@$(BIN)/mypy && $(BIN)/mypy tests benchmarks
	@echo "== 导入约束"
	@$(BIN)/lint-imports --no-cache | tail -n 4
	@echo "== 迁移"
	@$(BIN)/python -m store.drift

train: trainer ## 用 Rasa 训练，生成 nlu/models/current.tar.gz
	@$(TRAINER) -m nlu.train

bench: .venv/.ready trainer ## 与原版 Rasa 同机对比速度与内存
	@$(BIN)/python -m benchmarks

demo: .venv/.ready ## 载入虚构的示例会话和工单（标为“示例”）
	@$(BIN)/halfsky demo

setup: .venv/.ready ## 只安装运行环境

trainer: .venv-trainer/.tried ## 安装训练环境（Python 3.10 + Rasa）
	@test -x $(TRAINER) || { echo "没有训练环境：请先安装 Python 3.10，再运行 make trainer"; exit 1; }

lock: $(UV)
	@$(UV) lock --upgrade

clean: ## 删除安装的环境（不动 var/ 里的数据）
	@rm -rf .venv .venv-trainer .tools .mypy_cache .ruff_cache .pytest_cache

$(UV):
	@echo "== 安装 uv"
	@PIP_ROOT_USER_ACTION=ignore $(PYTHON) -m pip install --quiet --disable-pip-version-check \
		$(if $(HALFSKY_PYPI),--index-url $(HALFSKY_PYPI)) --target .tools "uv>=0.13,<0.14"

.venv/.ready: pyproject.toml uv.lock | $(UV)
	@echo "== 安装运行环境（首次约一分钟）"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "需要 Python 3.11 或更新")'
	@bash tools/sync.sh .venv "$$($(PYTHON) -c 'import sys; print(sys.executable)')" bot dev
	@touch $@

# Not every machine can have Python 3.10; what needs it then says so and is skipped (never in CI).
.venv-trainer/.tried: pyproject.toml uv.lock | $(UV)
	@echo "== 安装训练环境（Python 3.10 与 Rasa，2.5 GB）"
	@mkdir -p .venv-trainer
	@python310=$$(bash tools/python310.sh) \
		&& bash tools/sync.sh .venv-trainer "$$python310" trainer \
		|| echo "没有 Python 3.10：训练和对照测试将跳过"
	@mkdir -p .venv-trainer && touch $@
