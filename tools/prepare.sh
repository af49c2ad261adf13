#!/bin/sh
# Makes .venv with the pinned dependencies and this project, after getting what only the system can
# bring: Python's ensurepip and Pango. Quick once done: the stamp, written last, tells for which
# folder, Python and pins.
set -eu
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
stamp=.venv/.prepared

say() { echo "prepare: $*" >&2; }
stop() { say "$*"; exit 1; }

# Gets Pango, and Debian's package $1 if given: by apt-get as root on Debian and its kin; elsewhere
# it names the command and stops.
get() {
    sudo=
    [ "$(id -u)" = 0 ] || sudo='sudo '
    system=$(uname -s)
    [ ! -r /etc/os-release ] || system=$(. /etc/os-release && echo "${ID:-} ${ID_LIKE:-}")
    case $system in
    *debian* | *ubuntu*)
        set -- install --no-install-recommends "$@" \
            libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
        if [ -z "$sudo" ]; then
            say "apt-get $*"
            export DEBIAN_FRONTEND=noninteractive
            apt-get -q update || say "going on with the package lists that are here"
            apt-get -q -y -o DPkg::Lock::Timeout=300 "$@" || stop "apt-get failed"
            return
        fi
        cure="apt-get $*" ;;
    *fedora* | *rhel*) cure="dnf install pango harfbuzz" ;;
    *suse*) cure="zypper install libpango-1_0-0 libharfbuzz-subset0" ;;
    *arch*) cure="pacman -S pango" ;;
    *alpine*) cure="apk add pango so:libharfbuzz-subset.so.0" ;;
    Darwin)
        sudo=
        cure='brew install pango python, then make with PYTHON="$(brew --prefix)/bin/python3"' ;;
    *) stop "install Pango, HarfBuzz with its subset library, and Python's venv module" ;;
    esac
    stop "parts of the system are missing. Run: $sudo$cure"
}

version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])') ||
    stop "Python 3.11 or newer is needed; if it has another name here: make PYTHON=python3.12 ..."
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    stop "$python is Python $version, too old: make PYTHON=python3.11 (or newer) ..."

place="$(pwd) $("$python" -V)"
pins=$(cat constraints.txt pyproject.toml tools/prepare.sh | cksum)
[ "$(cat "$stamp" 2>/dev/null)" != "$place $pins" ] || exit 0
rm -f "$stamp"

# What can be told before anything is installed is told now.
"$python" -c 'import ensurepip' 2>/dev/null || get "python$version-venv"
[ "$(uname -s)" != Linux ] || "$python" 2>/dev/null -c 'from ctypes import CDLL
for name in "pango-1.0", "pangoft2-1.0", "harfbuzz-subset": CDLL(f"lib{name}.so.0")' || get

if [ "$(cat .venv/.place 2>/dev/null)" != "$place" ]; then
    say "making .venv with Python $version"
    "$python" -m venv --clear .venv
    echo "$place" >.venv/.place
fi
say "installing the pinned dependencies"
pip=".venv/bin/python -m pip -qq --disable-pip-version-check --no-input"
$pip install --require-hashes --only-binary :all: --requirement constraints.txt
$pip install --no-index --no-deps --no-build-isolation --editable .
# WeasyPrint has the last word on what it needs.
pango() { .venv/bin/python -W error:HarfBuzz-Subset:DeprecationWarning -c 'import weasyprint'; }
pango || { get && pango; } || stop "WeasyPrint still cannot be loaded"
echo "$place $pins" >"$stamp"
