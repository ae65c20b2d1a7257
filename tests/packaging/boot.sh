#!/usr/bin/env bash
# boot.sh [OPTIONS OF deb.sh]: tries the Debian package in a real systemd boot. Makes the package and one of a later version, a Debian 12
# root folder (debootstrap; kept in artifacts/boot and used again), boots it with systemd-nspawn over an overlay, installs, runs
# Windows programs as an ordinary user, restarts and kills the daemon, upgrades, removes and purges. Needs root and /dev/kvm, and takes
# minutes, so it is not part of packaging/test.sh. The last line is "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")/../.."
[ "$(id -u)" = 0 ] || { echo "boot.sh: needs root" >&2; exit 2; }
export DEBIAN_FRONTEND=noninteractive
for package in debootstrap systemd-container gcc-mingw-w64-x86-64; do
    dpkg -s $package >/dev/null 2>&1 || apt-get install -y -qq --no-install-recommends $package >/dev/null || exit 2
done

boot=$PWD/artifacts/boot
base=$boot/base
work=$(mktemp -d)
nspawn=
passed=0
failed=0
end() {
    [ -z "$nspawn" ] || { kill "$nspawn" 2>/dev/null; wait "$nspawn" 2>/dev/null; }
    mountpoint -q "$work/root" && umount "$work/root"
    rm -rf "$work"
}
trap end EXIT

if [ ! -e "$base/.complete" ]; then
    rm -rf "$base" && mkdir -p "$boot"
    # What a server has, and what the package depends on, so that installing it later needs no network.
    debootstrap --variant=minbase \
        --include=systemd,systemd-sysv,dbus,dbus-user-session,libpam-systemd,procps,libwine,libssl3,ca-certificates,shared-mime-info \
        bookworm "$base" >"$boot/debootstrap.log" 2>&1 || { tail "$boot/debootstrap.log"; exit 2; }
    touch "$base/.complete"
fi

version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)
bash packaging/deb.sh "$@" || exit 1
cp artifacts/deb/*.deb "$work/"
dpkg-deb -R artifacts/deb/*.deb "$work/next"
sed -i "s/^Version: .*/Version: $version+upgrade/" "$work/next/DEBIAN/control"
dpkg-deb -Znone -b "$work/next" "$work/portablevirt_${version}+upgrade_amd64.deb" >/dev/null || exit 1
rm -rf "$work/next"
x86_64-w64-mingw32-gcc -O1 -o "$work/hello.exe" tests/benchmarks/winbench/hello.c || exit 2
x86_64-w64-mingw32-gcc -O1 -o "$work/waiter.exe" tests/benchmarks/winbench/waiter.c || exit 2

mkdir "$work"/{root,upper,scratch}
mount -t overlay overlay -o "lowerdir=$base,upperdir=$work/upper,workdir=$work/scratch" "$work/root" || exit 2
mkdir -p "$work/root/opt/try" && cp "$work"/*.deb "$work"/*.exe "$work/root/opt/try/"
echo "boot-test" >"$work/root/etc/hostname"
# cgroup v2 alone, as Debian 12 has it, whatever the host has; no filter of nspawn's own, which a computer has not either; /dev/kvm is the
# host's, for root alone.
SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 systemd-nspawn --quiet --register=no --keep-unit --directory="$work/root" --private-network --bind=/dev/kvm \
    --system-call-filter=@known --boot >"$work/console" 2>&1 &
nspawn=$!

leader() { pgrep -P "$nspawn" | head -1; }
inside() { nsenter --target "$(leader)" --all -- env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb LANG=C.UTF-8 "$@"; }
tester() { inside runuser -u tester -- env HOME=/home/tester XDG_RUNTIME_DIR=/run/user/1000 "$@"; }
until_true() { for _ in $(seq "$1"); do "${@:2}" >/dev/null 2>&1 && return 0; sleep 0.2; done; "${@:2}"; }

# check NAME COMMAND...: passes where the command succeeds; shows what it wrote where not.
check() {
    local name=$1 log
    shift
    if log=$("$@" 2>&1); then
        passed=$((passed + 1))
        echo "ok $name"
    else
        failed=$((failed + 1))
        echo "FAIL $name: $*"
        sed 's/^/    /' <<<"$log" | tail -20
    fi
}

is_up() { local state; state=$(inside systemctl is-system-running); [ "$state" = running ] || [ "$state" = degraded ]; }
active() { inside systemctl is-active "$1"; }
same() { [ "$1" = "$2" ] || { echo "'$1' is not '$2'"; return 1; }; }
# All files but those that every boot, every dpkg run and every login changes, and users' own: the agent offers .exe files there.
files() {
    inside find / -xdev \( -path /proc -o -path /sys -o -path /run -o -path /dev -o -path /tmp -o -path /opt/try -o -path /var/log -o -path /var/lib/dpkg \
        -o -path /var/cache -o -path /var/lib/systemd -o -path /var/tmp -o -path /home \) -prune -o -print | LC_ALL=C sort
}
daemon_pid() { inside systemctl show --property=MainPID --value portablevirtd.service; }
vmapps() { inside pgrep -c -x portablevirt-vm; }

if ! until_true 300 is_up; then
    tail -20 "$work/console"
    echo "boot.sh: the system does not come up" >&2
    exit 1
fi
echo "booted: $(inside systemctl --version | head -1), $(inside systemctl is-system-running)"
inside useradd --create-home --uid 1000 tester
inside loginctl enable-linger tester
until_true 50 active user@1000.service
sleep 1
files >"$work/before"

check install inside dpkg -i "/opt/try/portablevirt_${version}_amd64.deb"
check group-made inside getent group portablevirt
check socket-enabled inside systemctl is-enabled portablevirtd.socket
check socket-active active portablevirtd.socket
check daemon-active active portablevirtd.service
check groups-active active portablevirt-vms.service
check units-verified inside systemd-analyze verify --man=no portablevirtd.service portablevirtd.socket portablevirt-vms.service
check manual inside test -s /usr/share/man/man1/pvctl.1.gz
check pvctl tester pvctl version
check info-as-user tester pvctl info
check kvm-not-the-users bash -c "! nsenter --target $(leader) --all -- runuser -u tester -- test -r /dev/kvm"
hello() { local out; out=$(tester pvctl run --daemon -- /opt/try/hello.exe </dev/null) && grep -qi hello <<<"$out" || { echo "$out"; return 1; }; }
check run-as-user hello
check journal bash -c "nsenter --target $(leader) --all -- journalctl -q -u portablevirtd | grep -q 'exit code 0'"
check journal-fields bash -c "nsenter --target $(leader) --all -- journalctl -q -o json -u portablevirtd | grep -q '\"PORTABLEVIRT_VM\"'"
check watchdog same "$(inside systemctl show --property=WatchdogUSec --value portablevirtd.service)" 30s

# Socket activation.
inside systemctl stop portablevirtd.service
check stopped bash -c "! nsenter --target $(leader) --all -- systemctl is-active -q portablevirtd.service"
check socket-activation hello
check activated active portablevirtd.service

# VMs outlive restart, crash and upgrade of the daemon.
mkfifo "$work/input"
tester pvctl run --daemon -- /opt/try/waiter.exe <"$work/input" >"$work/waiter" 2>&1 &
waiter=$!
exec 9>"$work/input"
check vm-starts until_true 100 grep -q waiting "$work/waiter"
group() { inside find /sys/fs/cgroup/system.slice/portablevirt-vms.service -name cgroup.procs -size -1 -path '*vm-*' -print | grep -q vm-; }
check vm-has-a-group group
before=$(daemon_pid)
inside systemctl restart portablevirtd.service
check restarted bash -c "[ '$before' != '$(daemon_pid)' ]"
check vm-outlives-restart same "$(vmapps)" 1
inside kill -9 "$(daemon_pid)"
check starts-again-after-a-crash until_true 50 active portablevirtd.service
check vm-outlives-crash same "$(vmapps)" 1
check upgrade inside dpkg -i "/opt/try/portablevirt_${version}+upgrade_amd64.deb"
check new-version same "$(inside dpkg-query -W -f '${Version}' portablevirt)" "$version+upgrade"
check daemon-active-after-upgrade until_true 50 active portablevirtd.service
check vm-outlives-upgrade same "$(vmapps)" 1
exec 9>&-
check vm-ends-by-itself until_true 100 bash -c "! kill -0 $waiter 2>/dev/null"
wait "$waiter"
check its-exit-code-arrives same $? 0

# Longer than the watchdog waits.
before=$(daemon_pid)
sleep 35
check watchdog-is-fed same "$(daemon_pid)" "$before"

# The agent of a session.
check agent-socket until_true 25 tester systemctl --user is-enabled portablevirt-agent.socket
tester systemctl --user daemon-reload
tester systemctl --user start portablevirt-agent.socket
check agent-starts tester systemctl --user start portablevirt-agent.service
check agent-verified tester systemd-analyze --user verify --man=no portablevirt-agent.service portablevirt-agent.socket

check user-can-clean-up tester pvctl agent off
check user-is-clean bash -c "! nsenter --target $(leader) --all -- test -e /home/tester/.local/share/applications/portablevirt.desktop"

# Removal ends what runs.
mkfifo "$work/input2"
tester pvctl run --daemon -- /opt/try/waiter.exe <"$work/input2" >"$work/waiter2" 2>&1 &
waiter=$!
exec 9>"$work/input2"
until_true 100 grep -q waiting "$work/waiter2"
check remove inside dpkg -r portablevirt
check no-vm-left bash -c "! nsenter --target $(leader) --all -- pgrep -x portablevirt-vm"
check no-daemon-left bash -c "! nsenter --target $(leader) --all -- pgrep -x portablevirtd"
exec 9>&-
wait "$waiter"
tester systemctl --user stop portablevirt-agent.service portablevirt-agent.socket 2>/dev/null
check purge inside dpkg -P portablevirt
files >"$work/after"
check nothing-left diff "$work/before" "$work/after"
check no-group-left bash -c "! nsenter --target $(leader) --all -- getent group portablevirt"
check no-sockets-left bash -c "! nsenter --target $(leader) --all -- test -e /run/portablevirt"
check no-unit-failed same "$(inside systemctl --failed --no-legend --plain | grep -c portablevirt)" 0

inside systemctl poweroff
check powers-off until_true 150 bash -c "! kill -0 $nspawn 2>/dev/null"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
