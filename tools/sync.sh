#!/usr/bin/env bash
# Install the locked packages of some groups into an environment: sync.sh DIR PYTHON GROUP...
# With HALFSKY_PYPI the same locked hashes come from that mirror (`uv sync` would ignore it).
set -euo pipefail
dir=$1 python=$2
shift 2
groups=("${@/#/--group=}")
uv=.tools/bin/uv
if [ -z "${HALFSKY_PYPI:-}" ]; then
    UV_PROJECT_ENVIRONMENT="$dir" "$uv" sync --locked --compile-bytecode --python "$python" --no-default-groups "${groups[@]}"
    exit
fi
[ -x "$dir/bin/python" ] || "$uv" venv --python "$python" --allow-existing "$dir"
"$uv" export --frozen --no-default-groups "${groups[@]}" --no-emit-project --output-file "$dir/requirements.txt" >/dev/null
"$uv" pip install --compile-bytecode --python "$dir/bin/python" --index-url "$HALFSKY_PYPI" --require-hashes -r "$dir/requirements.txt"
"$uv" pip install --python "$dir/bin/python" --index-url "$HALFSKY_PYPI" --no-deps --editable .
