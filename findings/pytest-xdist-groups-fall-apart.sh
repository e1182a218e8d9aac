#!/usr/bin/env bash
# One would guess: `pytest -n 2 --dist loadgroup` keeps the tests of one `xdist_group` in one worker,
#   or says that it cannot.
# What is so: pytest 9.2 keeps a test's id in another attribute than the one that pytest-xdist writes
#   the group's name to. Both install together without a word, every test passes, and the groups are
#   spread over all workers: what a module sets up once is set up once in each of them.
# Seen: pytest 9.2.0 with pytest-xdist 3.8.0; with pytest 9.1.1 the same tests stay together.
# What we do: pytest below 9.2; a test of ours looks for the group's name in its own id.
#
# usage: bash findings/pytest-xdist-groups-fall-apart.sh
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
cat >"$work/test_together.py" <<'PY'
import pytest


@pytest.mark.xdist_group("together")
@pytest.mark.parametrize("number", range(8))
def test_one_of_a_group(number):
    pass
PY

# Prints how many workers ran the eight tests of one group.
workers() {
    "$work/venv/bin/pip" install --quiet --disable-pip-version-check "pytest==$1" pytest-xdist==3.8.0
    (cd "$work" && venv/bin/python -m pytest -p no:cacheprovider -v -n 2 --dist loadgroup) |
        grep -o '^\[gw[01]\]' | sort -u | wc -l
}

earlier=$(workers 9.1.1)
later=$(workers 9.2.0)
echo "Workers that ran one group: $earlier with pytest 9.1.1, $later with pytest 9.2.0."
if [ "$later" = 1 ]; then
    echo "Changed: the group stays together with pytest 9.2.0."
    exit 1
fi
if [ "$earlier" != 1 ]; then
    echo "Changed: the group is spread with pytest 9.1.1 too."
    exit 1
fi
echo "Still so: with pytest 9.2.0 a group is spread over the workers, and nothing says so."
