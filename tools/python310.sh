#!/usr/bin/env bash
# Print a Python 3.10 that works: on PATH, under pyenv (whose shim may be there and fail), or fetched by uv.
set -uo pipefail
candidates=(python3.10)
if command -v pyenv >/dev/null; then
    candidates+=("$(pyenv root)"/versions/3.10.*/bin/python)
fi
for candidate in "${candidates[@]}"; do
    if [ "$("$candidate" -c 'import sys; print(sys.version_info[:2] == (3, 10))' 2>/dev/null)" = True ]; then
        "$candidate" -c 'import sys; print(sys.executable)'
        exit 0
    fi
done
.tools/bin/uv python install 3.10 >/dev/null 2>&1 && .tools/bin/uv python find 3.10
