#!/bin/sh
# Prints the folder that holds python3.13, the version that runs in AWS: `sam build` wants it on PATH, and layers are compiled with it.
set -eu

works() { "$1" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' 2>/dev/null; }

if works python3.13; then
    # Ask it where it is: what is on PATH may only be a shim.
    dirname "$(python3.13 -c 'import os, sys; print(os.path.join(sys.exec_prefix, "bin", "python3.13"))')"
    exit
fi
if command -v pyenv >/dev/null; then
    for folder in "$(pyenv root)"/versions/3.13*/bin; do
        if works "$folder/python3.13"; then
            echo "$folder"
            exit
        fi
    done
fi
echo "make build needs Python 3.13 (python3.13), the version that runs in AWS; it is neither on PATH nor in pyenv." >&2
echo "Install it (pyenv install 3.13, or https://www.python.org/downloads/) and run make build again." >&2
exit 1
