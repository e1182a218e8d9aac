#!/usr/bin/env bash
# Writes requirements.lock and requirements-dev.lock: one exact version of everything, for CPython
# 3.11 and later, without index addresses. A version that still fits the bounds in pyproject.toml is
# kept; `lock.sh --upgrade` raises all of them.
set -euo pipefail
cd "$(dirname "$0")/../.."

work=$(mktemp -d "${TMPDIR:-/tmp}/handrail-lock.XXXXXX")
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check uv 2>/dev/null

cp pyproject.toml "$work"
for file in requirements.lock requirements-dev.lock; do
    if [ -f "$file" ]; then cp "$file" "$work"; fi # what is locked now is preferred
done

# In the working folder, so that no path of this machine is written down.
compile() {
    (cd "$work" && venv/bin/uv pip compile --quiet --universal --python-version 3.11 --no-header \
        --annotation-style line --no-emit-index-url --no-emit-find-links --group build "$@" \
        pyproject.toml >/dev/null)
}

write() {
    local file=$1 what=$2
    {
        printf '# %s. Made by `make lock` from pyproject.toml.\n' "$what"
        grep '==' "$work/$file"
    } >"$file"
    printf '%s: %s packages\n' "$file" "$(grep -c '==' "$file")"
}

compile --output-file requirements.lock "$@"
compile --output-file requirements-dev.lock --group dev --constraint requirements.lock "$@"
write requirements.lock 'Exact versions of what Handrail runs on'
write requirements-dev.lock 'The same versions, and those of what its checks and tests need'
