#!/bin/sh
# Installs those of the named Debian packages that are missing; says what it does, does nothing when nothing is missing.
# Where it can't, it says in one sentence what is missing and why.
set -eu

if ! command -v dpkg-query >/dev/null 2>&1; then
    echo "deps: no Debian, so nothing is installed here; needed are the equivalents of: $*" >&2
    exit 0
fi
missing=
for package in "$@"; do
    state=$(dpkg-query -W -f='${Status}' "$package" 2>/dev/null || true)
    [ "$state" = "install ok installed" ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

sudo=
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
        echo "deps: packages are missing, and there is no sudo; as root: apt-get install$missing" >&2
        exit 1
    fi
    sudo=sudo
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
apt() { $sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=60 "$@" >>"$log" 2>&1; }

echo "deps: installing$missing"
apt update || true # lists of before may do
if ! apt install -y --no-install-recommends $missing; then
    why=$(grep -m 1 '^E: ' "$log" || tail -n 1 "$log")
    echo "deps: apt-get could not install$missing (${why#E: }); install them and run make again" >&2
    exit 1
fi
