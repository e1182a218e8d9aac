#!/usr/bin/env bash
# Makes .venv ready: the locked packages, Handrail itself, bytecode, and what documents and tests
# need from the system. Safe to run again: each part is skipped when nothing it depends on changed.
#
#   setup.sh run     what Handrail needs
#   setup.sh tests   the same, and what its tests need
set -euo pipefail
cd "$(dirname "$0")/../.."

readonly GOAL=${1:-run}
readonly VENV=.venv
LOG=$(mktemp "${TMPDIR:-/tmp}/handrail-setup.XXXXXX")
readonly LOG
trap 'rm -f "$LOG"' EXIT

unset PYTHONHOME PYTHONPATH # somebody else's packages must not stand in for the locked ones
export PIP_USER=0 PIP_NO_INPUT=1 PIP_DISABLE_PIP_VERSION_CHECK=1

say() { printf '%s\n' "$*"; }

stop() {
    printf '\n%s\n' "$*" >&2
    exit 1
}

# step TEXT COMMAND…: one line with its time; the command's own output is shown only if it fails.
step() {
    local text=$1 begun=$SECONDS
    shift
    printf '  %s … ' "$text"
    if "$@" >"$LOG" 2>&1; then
        say "$((SECONDS - begun)) s"
    else
        say 'failed'
        grep -vE '^WARNING: (Location|Retrying)' "$LOG" | tail -n 12 | sed 's/^/    /' >&2
        return 1
    fi
}

# ---- the system's packages -------------------------------------------------------------------

may_install() {
    command -v apt-get >/dev/null || return 1
    [ "$(id -u)" -eq 0 ] || sudo -n true 2>/dev/null
}

apt_get() {
    local as_root=()
    [ "$(id -u)" -eq 0 ] || as_root=(sudo -n)
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get -q -y -o DPkg::Lock::Timeout=120 "$@" </dev/null
}

install_packages() {
    apt_get install --no-install-recommends "$@" && return
    apt_get update && apt_get install --no-install-recommends "$@"
}

# ---- Python ----------------------------------------------------------------------------------

find_python() {
    local asked=${PYTHON:-python3}
    command -v "$asked" >/dev/null ||
        stop "There is no $asked here. Install Python 3.11 or later (Debian, Ubuntu: sudo apt-get install python3 python3-venv) and run this again."
    "$asked" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        stop "Handrail needs Python 3.11 or later; $asked is $("$asked" -c 'import platform; print(platform.python_version())'). Install a later one and name it: make setup PYTHON=python3.12"
    # From inside a virtual environment (this one, perhaps) the interpreter that it was made from.
    PYTHON=$("$asked" -c 'import sys; print(getattr(sys, "_base_executable", None) or sys.executable)')
}

have_venv() { "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null; }

require_venv() {
    have_venv && return
    local package
    package=$("$PYTHON" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    if may_install && step "Installing $package" install_packages "$package" && have_venv; then
        return
    fi
    stop "$PYTHON cannot make virtual environments: its venv module is not installed.
Run: sudo apt-get install $package
and then run this again."
}

explain_pip() {
    if grep -qE 'NewConnectionError|ConnectTimeout|ReadTimeout|Name or service not known|name resolution|Connection refused|unreachable|ProxyError|SSLError|CERTIFICATE' "$LOG"; then
        stop "pip cannot reach a package index. Check the network; behind a proxy or a mirror set HTTPS_PROXY, or PIP_INDEX_URL and PIP_CERT, as your network asks. Then run this again."
    fi
    stop "pip could not install a locked package for $("$PYTHON" --version). The lines above say which. Python 3.11 to 3.13 are the versions that the lock is made for."
}

pip_install() { "$VENV/bin/python" -m pip install --quiet --no-deps --no-compile "$@"; }

# ---- stamps: what a part was made from -------------------------------------------------------

fresh() { [ -x "$VENV/bin/python" ] && [ "$(cat "$VENV/.made-$1" 2>/dev/null)" = "$2" ]; }

stamp() { printf '%s\n' "$2" >"$VENV/.made-$1"; }

digest() { sha256sum | cut -d ' ' -f 1; }

# ---- the parts -------------------------------------------------------------------------------

compile_bytecode() {
    # A package may carry a file for another Python; it is never imported, so it may stay as it is.
    "$VENV/bin/python" -m compileall -qq -j 0 "$VENV/lib" || true
}

locked_packages() {
    local made_from
    made_from=$({ "$PYTHON" -VV; pwd; cat requirements.lock; } | digest)
    fresh locked "$made_from" && return
    require_venv
    rm -rf "$VENV"
    step "Making $VENV with $("$PYTHON" --version)" "$PYTHON" -m venv "$VENV" ||
        stop "The virtual environment could not be made; the lines above say why."
    local count
    count=$(grep -c '==' requirements.lock)
    # The locked pip first: it installs the rest in less than half the time of Debian 12's.
    step 'Fetching pip' pip_install "$(grep -oE '^pip==[0-9.]+' requirements.lock)" || explain_pip
    step "Installing $count locked packages" pip_install -r requirements.lock || explain_pip
    step 'Compiling them' compile_bytecode
    stamp locked "$made_from"
}

handrail_itself() {
    local made_from
    made_from=$({ cat "$VENV/.made-locked" pyproject.toml; } | digest)
    fresh handrail "$made_from" && return
    step 'Installing Handrail' pip_install --no-build-isolation --editable . ||
        stop 'Handrail itself could not be installed; the lines above say why.'
    stamp handrail "$made_from"
}

test_packages() {
    local made_from
    made_from=$({ cat "$VENV/.made-locked" requirements-dev.lock; } | digest)
    fresh tests "$made_from" && return
    step 'Installing what checks and tests need' pip_install -r requirements-dev.lock || explain_pip
    step 'Compiling it' compile_bytecode
    stamp tests "$made_from"
}

have_library() {
    "$VENV/bin/python" -c 'import ctypes, sys; [ctypes.CDLL(name) for name in sys.argv[1:]]' "$@" \
        2>/dev/null
}

have_font() {
    [ -n "$(find /usr/share/fonts /usr/local/share/fonts "${HOME:-/nonexistent}/.fonts" \
        "${HOME:-/nonexistent}/.local/share/fonts" \
        \( -name '*.ttf' -o -name '*.otf' \) -print -quit 2>/dev/null)" ]
}

have_pango() { have_library libpango-1.0.so.0 libpangoft2-1.0.so.0 && have_font; }

pango() {
    local packages=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core)
    fresh pango yes && return
    if have_pango && have_library libharfbuzz-subset.so.0; then
        stamp pango yes
    elif may_install && step 'Installing Pango, for PDF documents' install_packages "${packages[@]}"; then
        stamp pango yes
    elif have_pango; then
        stamp pango yes # HarfBuzz only makes the files smaller
    elif ! fresh pango said; then
        say "  Pango is missing, so documents will be HTML without a PDF. To have both:"
        say "    sudo apt-get install ${packages[*]}"
        stamp pango said
    fi
}

have_postgres() {
    [ -n "${HANDRAIL_TEST_POSTGRES_URL:-}" ] || [ "${HANDRAIL_TEST_SQLITE_ONLY:-}" = 1 ] ||
        command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null
}

# The binaries alone: Debian would also make and start a server of its own, which nobody asked for.
install_postgres() {
    local as_root=() quiet=/etc/postgresql-common/createcluster.d/handrail-tests.conf
    [ "$(id -u)" -eq 0 ] || as_root=(sudo -n)
    "${as_root[@]}" mkdir -p "${quiet%/*}"
    printf 'create_main_cluster = false\n' | "${as_root[@]}" tee "$quiet"
    local status=0
    install_packages postgresql || status=$?
    "${as_root[@]}" rm -f "$quiet"
    return "$status"
}

postgres() {
    have_postgres && return
    if may_install && step 'Installing PostgreSQL, for the tests' install_postgres; then return; fi
    say '  PostgreSQL is missing, so the tests that need it will fail and say so. To have it:'
    say '    sudo apt-get install postgresql'
}

have_chromium() { # no function here may have its name: `command -v` would find that
    command -v chromium >/dev/null || command -v chromium-browser >/dev/null ||
        command -v google-chrome >/dev/null
}

a_browser() {
    have_chromium && return
    if may_install && step 'Installing Chromium, for the tests' install_packages chromium; then return; fi
    say '  Chromium is missing, so the tests of pages will fail and say so. To have it:'
    say '    sudo apt-get install chromium'
}

a_redis() {
    command -v redis-server >/dev/null || command -v redis-check-rdb >/dev/null && return
    if may_install && step 'Installing Redis, for the tests' install_packages redis-tools; then return; fi
    say '  Redis is missing, so the tests of two servers will fail and say so. To have it:'
    say '    sudo apt-get install redis-tools'
}

# ---- in order --------------------------------------------------------------------------------

find_python
fresh locked "$({ "$PYTHON" -VV; pwd; cat requirements.lock; } | digest)" ||
    say 'Setting Handrail up; the first time takes about half a minute and the download.'
locked_packages
handrail_itself
pango
if [ "$GOAL" = tests ]; then
    test_packages
    postgres
    a_browser
    a_redis
fi
say "Handrail is set up ($SECONDS s)."
