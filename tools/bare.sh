#!/bin/sh
# `make test` as a newcomer meets it: a fresh clone of what is committed here, on a Debian 12 that has git, gcc and make
# and nothing else. It is made in a scratch folder that goes away afterwards. Needs root, debootstrap and the network.
set -eu
cd "$(dirname "$0")/.."

if [ "$(id -u)" -ne 0 ] || ! command -v debootstrap >/dev/null 2>&1; then
    echo "bare: needs root and the package debootstrap" >&2
    exit 1
fi
root=$(mktemp -d)
chmod 755 "$root" # it becomes the root of other users, too
trap 'rm -rf --one-file-system "$root"' EXIT
trap 'exit 1' HUP INT TERM

echo "bare: making a Debian 12 in $root"
if ! debootstrap --variant=minbase --include=git,gcc,make,ca-certificates bookworm "$root" >"$root/log" 2>&1; then
    tail -n 5 "$root/log" >&2
    exit 1
fi
cp /etc/resolv.conf "$root/etc/"
cp -r /etc/apt/apt.conf.d "$root/etc/apt/" # a proxy, say
git clone -q --bare . "$root/plimsoll.git"

# What is mounted there is gone with the name space, before the folder is removed.
unshare --mount sh -eu -c '
    mount -t proc proc "$1/proc"
    mount -t devpts -o newinstance,ptmxmode=0666 devpts "$1/dev/pts"
    chroot "$1" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin sh -eu -c "
        cd && git clone -q /plimsoll.git plimsoll && cd plimsoll && make test"' bare "$root"
