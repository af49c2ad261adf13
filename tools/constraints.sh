#!/bin/sh
# Renews constraints.txt: the newest releases that pyproject.toml admits, for every platform, with
# their hashes and without any index's address. uv resolves them, from a throwaway environment.
set -eu
cd "$(dirname "$0")/.."
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
"${PYTHON:-python3}" -m venv "$tmp/venv"
"$tmp/venv/bin/pip" -qq --disable-pip-version-check install uv
{
    echo "# Exact versions and hashes of all that brief, its validators and its tests need."
    echo "# Renewed by \`make constraints\`; not edited by hand."
    "$tmp/venv/bin/uv" pip compile --quiet --no-config --no-python-downloads --upgrade \
        --universal --python-version 3.11 --extra verify --group dev --generate-hashes \
        --no-header --no-emit-index-url --no-emit-find-links --annotation-style line pyproject.toml
} >"$tmp/constraints.txt"
cp "$tmp/constraints.txt" constraints.txt
