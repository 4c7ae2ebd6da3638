#!/bin/sh
# Builds .venv from the lock files. Run by `make setup`, from the top of the project; PYTHON names another interpreter.
set -eu

fail() {
    printf '%s\n' "$@" >&2
    exit 1
}

new_enough='import sys; sys.exit(sys.version_info < (3, 11))'

# The first one that is new enough. An interpreter that the user named is used, or refused, but never replaced.
python=
for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11 python3.14}; do
    if "$candidate" -c "$new_enough" 2>/dev/null; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    fail "Followthrough needs Python 3.11 or newer, and found: $( (${PYTHON:-python3} --version || echo none) 2>&1 | tail -1)." \
        "Install one (https://www.python.org/downloads/), or name it: make setup PYTHON=/path/to/python3.12"
fi
"$python" -c 'import ensurepip, venv' 2>/dev/null || fail \
    "$("$python" --version) is here, but its venv module is not." \
    "On Debian and Ubuntu: sudo apt install $("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"

rm -f .venv/.installed
# An environment made by another interpreter, or moved here from another place, does not work: make it anew.
if ! { .venv/bin/python -c "$new_enough" && .venv/bin/pip --version; } >/dev/null 2>&1; then
    echo "Making .venv with $("$python" --version) ..."
    "$python" -m venv --clear .venv
fi
echo "Installing the pinned packages (the first time takes a minute) ..."
.venv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r locks/uv.txt
.venv/bin/uv pip sync --system-certs --quiet --python .venv/bin/python --require-hashes requirements.lock
.venv/bin/uv pip install --system-certs --quiet --python .venv/bin/python --no-deps --no-build-isolation --editable .
pwd -P >.venv/.installed
