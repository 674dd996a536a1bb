#!/usr/bin/env bash
# machine.sh FOLDER: a machine to throw away. Boots the real systemd in namespaces of its own, over a copy-on-write view of this
# machine's files, without a network; runs FOLDER/run in it as root, with the output in FOLDER/output, and ends with its exit code.
# FOLDER is all that it writes to. The end of this script is the end of everything in it.
set -euo pipefail
shopt -s nullglob

folder=$1
stage=${2:-namespace}
root=$folder/root

case $stage in
  namespace)
    mkdir -p "$folder"/{cgroup,layers,root}
    exec unshare --mount --propagation private bash "$0" "$folder" cgroup
    ;;
  cgroup)
    # systemd wants a cgroup that is its own.
    mount -t cgroup2 cgroup2 "$folder/cgroup"
    mine=$folder/cgroup/intramessenger-machine-$$
    before=$folder/cgroup$(sed -n 's/^0:://p' /proc/self/cgroup)
    mkdir "$mine"
    leave() {
      echo $$ >"$before/cgroup.procs"
      for _ in {1..100}; do # the kernel takes a moment to let the last process go
        find "$mine" -depth -type d -exec rmdir {} \; 2>/dev/null || true
        [[ -d $mine ]] || return 0
        sleep 0.05
      done
    }
    trap leave EXIT
    echo $$ >"$mine/cgroup.procs"
    # Not in the foreground: unshare passes over SIGTERM, and this shell would hear it at the end only.
    unshare --mount --cgroup --net --pid --uts --ipc --fork --kill-child bash "$0" "$folder" boot &
    trap 'kill -KILL %1' TERM
    code=0
    wait %1 || code=$?
    wait %1 2>/dev/null || true # after a signal it is still ending
    exit "$code"
    ;;
  boot)
    mount -t tmpfs tmpfs "$folder/layers"
    layer() { # a copy-on-write view of the file system mounted at $1
      local name
      name=$(mktemp -d "$folder/layers/XXXXXX")
      mkdir "$name"/{up,work}
      mount -t overlay overlay -o "lowerdir=${1//:/\\:},upperdir=$name/up,workdir=$name/work" "$root$1"
    }
    layer /
    while read -r target; do
      [[ $target == / || $target == "$folder"/* ]] || layer "$target"
    done < <(findmnt --real --raw --noheadings --output TARGET --types ext2,ext3,ext4,xfs,btrfs,f2fs,overlay)

    mount -t proc proc "$root/proc"
    mount --bind "$root/proc/sys" "$root/proc/sys"
    mount -o remount,ro,bind "$root/proc/sys"
    mount -t sysfs -o ro sysfs "$root/sys"
    mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
    for place in run dev; do mount -t tmpfs -o mode=755 tmpfs "$root/$place"; done
    for device in null zero full random urandom tty; do
      : >"$root/dev/$device"
      mount --bind "/dev/$device" "$root/dev/$device"
    done
    mkdir -m 1777 "$root/dev/shm"
    mkdir "$root/dev/pts"
    mount -t devpts -o newinstance,ptmxmode=666 devpts "$root/dev/pts"
    ln -s pts/ptmx "$root/dev/ptmx"
    ln -s /proc/self/fd "$root/dev/fd"
    mkdir -p "$root$folder"
    mount --bind "$folder" "$root$folder"
    ip link set lo up

    # A fresh machine: nothing of MariaDB's or of an installation that this one may have, no units but the few that every service waits for.
    rm -rf "$root"/opt/intramessenger "$root"/{etc,var/lib}/intramessenger "$root"/etc/systemd/system/* "$root"/var/lib/mysql \
      "$root"/etc/sysusers.d/intramessenger.conf "$root"/{etc,usr/lib,lib}/systemd/system/*.wants "$root"/{usr/lib,lib}/systemd/system-generators/*
    : >"$root/etc/fstab"
    mkdir -p "$root/etc/systemd/system/sysinit.target.wants"
    ln -s /lib/systemd/system/systemd-journald.service "$root/etc/systemd/system/sysinit.target.wants/"
    ln -s /dev/null "$root/etc/systemd/system/systemd-journald-audit.socket"
    cat >"$root/etc/systemd/system/machine.service" <<UNIT
[Unit]
SuccessAction=exit-force
FailureAction=exit-force
[Service]
Type=oneshot
ExecStart=/bin/bash $folder/run
StandardOutput=append:$folder/output
StandardError=inherit
UNIT
    # Not chroot: from inside one no unit may have users of its own.
    cd "$root"
    pivot_root . .
    umount --lazy .
    exec env -i container=machine PATH="$PATH" /lib/systemd/systemd --unit=machine.service --show-status=no --log-target=journal
    ;;
esac
