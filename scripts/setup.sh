#!/bin/sh
# Make .venv with the newest Python that is at least 3.12 and really runs, and install the project into it.
# Usage: scripts/setup.sh [EXTRAS]   (for example: scripts/setup.sh dev)
set -eu
cd "$(dirname "$0")/.."

runs() { # a pyenv shim may exist and still refuse to run
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1
}

whole() { # one whose making was interrupted may run and still have no pip
    [ -x .venv/bin/python ] && runs .venv/bin/python && .venv/bin/python -m pip --version >/dev/null 2>&1
}

version() { "$1" -c 'import sys; print("%d%03d" % sys.version_info[:2])'; }

newest() {
    best="" best_version=0
    IFS=: # a folder's name may have spaces
    for folder in $PATH "${HOME:-}"/.pyenv/versions/*/bin "${HOME:-}"/.local/share/uv/python/*/bin; do
        for python in "$folder"/python3.[0-9]* "$folder"/python3 "$folder"/python; do
            case "$python" in *-config | *.py | *t) continue ;; esac
            if [ -x "$python" ] && runs "$python" && [ "$(version "$python")" -gt "$best_version" ]; then
                best="$python" best_version="$(version "$python")"
            fi
        done
    done
    echo "$best"
}

if ! whole; then
    python="$(newest)"
    if [ -z "$python" ]; then
        echo "No Python 3.12 or newer was found on this machine. Install one (python.org, pyenv or uv) and try again." >&2
        exit 2
    fi
    echo "Setting up .venv with $("$python" --version)"
    rm -rf .venv
    if ! "$python" -m venv .venv; then
        rm -rf .venv
        rm -rf .venv
        echo "This Python cannot make virtual environments. Install its venv package (Debian: python3-venv)." >&2
        exit 2
    fi
fi
# pip compiles on one core, and the packages' own tests too: that takes longer than all the rest.
if ! .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-compile --editable ".${1:+[$1]}"; then
    echo "The packages named in pyproject.toml were not installed; the lines above say why. Mend that and try again." >&2
    exit 2
fi
.venv/bin/python -m compileall -q -j 0 -x /tests/ .venv/lib >/dev/null 2>&1 || true # at worst, imports are slower
