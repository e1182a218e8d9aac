#!/usr/bin/env bash
# Runs every check, all of them even when one fails, and says which failed.
set -uo pipefail
cd "$(dirname "$0")/../.."

failed=()

check() {
    local name=$1 begun=$SECONDS output
    shift
    if output=$("$@" 2>&1 </dev/null); then
        printf '  %-22s ok    %s s\n' "$name" "$((SECONDS - begun))"
    else
        printf '  %-22s FAILED\n%s\n' "$name" "$output"
        failed+=("$name")
    fi
}

bin=.venv/bin
check 'ruff check' "$bin/ruff" check .
check 'ruff format' "$bin/ruff" format --check .
check 'mypy' "$bin/mypy"
check 'rooms (lint-imports)' "$bin/lint-imports"
check 'code lines by room' "$bin/python" deployments/setup/lines.py
check 'generated documents' "$bin/python" -m desk.reference --check
check 'installed packages' "$bin/python" -m pip check

if [ ${#failed[@]} -gt 0 ]; then
    printf '\n%s of the checks failed: %s\n' "${#failed[@]}" "$(IFS=,; echo "${failed[*]}")"
    exit 1
fi
