#!/usr/bin/env bash
# run.sh [FOLDER]: a new user's desktop. Under Xvfb, with openbox and pcmanfm, a new user double-clicks on 7za's .exe, on the icon of a
# packaged program, on a document of its type, and on files that cannot run; results are checked and screenshots left in
# artifacts/desktop. The user may not open /dev/kvm: programs run through a dispatch daemon that the script starts as root. FOLDER holds
# PortableVirt's programs, artifacts/bin without. Needs root, makes a user and installs what it needs. The last line is "N passed, N failed".
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)

if [ "${1:-}" != --inside ]; then
    [ "$(id -u)" = 0 ] || { echo "run.sh: needs root: it makes a user" >&2; exit 1; }
    export bin=${1:-$root/artifacts/bin}
    [ -x "$bin/portablevirt-run" ] || { echo "run.sh: $bin holds no programs: packaging/build.sh makes them" >&2; exit 1; }
    packages=()
    want() { command -v "$1" >/dev/null || packages+=("$2"); }
    want Xvfb xvfb
    want openbox openbox
    want pcmanfm pcmanfm
    want xdotool xdotool
    want import imagemagick
    want zenity zenity
    want dunst dunst
    want xterm xterm
    want xwininfo x11-utils
    want dbus-run-session dbus
    want dbus-monitor dbus-bin
    want gio libglib2.0-bin
    want update-mime-database shared-mime-info
    want update-desktop-database desktop-file-utils
    want x86_64-w64-mingw32-gcc gcc-mingw-w64-x86-64
    for package in librsvg2-common adwaita-icon-theme fonts-dejavu-core libwine; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' $package 2>/dev/null)" = installed ] || packages+=("$package")
    done
    if [ ${#packages[@]} -gt 0 ]; then
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
    fi
    # A /dev/kvm of this script's own, which root alone may open, as on any computer.
    exec unshare --mount --propagation private -- bash "$0" --inside
fi

user=pvdesktop$$
place=$(mktemp -d /opt/portablevirt-desktop-XXXXXX)
shots=$root/artifacts/desktop
finish() {
    # The daemon's own program is gone by now; there are no VMs left that it would have to end.
    [ -z "${daemon:-}" ] || kill -KILL "$daemon" 2>/dev/null || true
    for process in $(pgrep -u "$user" || true); do kill -KILL "$process" 2>/dev/null || true; done
    userdel -rf "$user" 2>/dev/null || true
    rm -rf "$place"
}
trap finish EXIT
mount -t tmpfs -o mode=755 none /mnt
mknod -m 600 /mnt/kvm c 10 232
mount --bind /mnt/kvm /dev/kvm

useradd -m -s /bin/bash "$user"
home=$(getent passwd "$user" | cut -d: -f6)
mkdir -p "$place/bin" "$place/run" "$place/tools" "$shots"
rm -f "$shots"/*.png
cp -r "$bin/." "$place/bin/"
chmod -R a+rX "$place"
install -d -m 700 -o "$user" "$place/run" "$place/out"

# Programs: 7-Zip from npm, one that cannot run here, and one of ours with an icon and a document type of its own.
programs=$(bash "$root/tests/Corpus.Tests/fetch.sh")
source=$root/tests/Cli.Tests/Programs
mkdir -p "$place/build"
convert -size 48x48 xc:none -fill '#c03030' -draw 'roundrectangle 4,4 43,43 8,8' "$place/build/show.ico"
x86_64-w64-mingw32-windres -I "$place/build" "$source/show.rc" -O coff -o "$place/build/show.res.o"
x86_64-w64-mingw32-gcc -O1 -o "$place/build/show.exe" "$source/show.c" "$place/build/show.res.o" -lshell32
mkdir -p "$home/seven" "$home/broken" "$home/show" "$home/docs" "$home/links"
cp "$programs/7zip/7za.exe" "$home/seven/"
head -c 20000 "$programs/7zip/7za.exe" >"$home/broken/cut.exe"
cp "$place/build/show.exe" "$home/show/"
echo -n "hello from a document" >"$home/docs/first.shw"
mkdir -p "$home/.config/libfm" "$home/.config/pcmanfm/default"
cat >"$home/.config/libfm/libfm.conf" <<'CONF'
[config]
single_click=0
quick_exec=1
terminal=x-terminal-emulator -e %s
CONF
cat >"$home/.config/pcmanfm/default/pcmanfm.conf" <<'CONF'
[ui]
always_show_tabs=0
win_width=640
win_height=400
splitter_pos=150
view_mode=icon
show_hidden=0
CONF
chown -R "$user:" "$home"

# The session's terminal: xterm, whose program's output is kept, too; it stays for two seconds, for the screenshots.
cat >"$place/tools/x-terminal-emulator" <<'TERMINAL'
#!/bin/sh
# x-terminal-emulator -e COMMAND...
[ "$1" = -e ] && shift
exec xterm -T terminal -e python3 -c '
import os, pty, sys, time
log = open(sys.argv[1], "ab", 0)
def read(descriptor):
    data = os.read(descriptor, 4096)
    log.write(data)
    return data
pty.spawn(sys.argv[2:], read)
time.sleep(2)' "$TERMINAL_LOG" "$@"
TERMINAL
chmod 755 "$place/tools/x-terminal-emulator"

# PortableVirt is removed when the session asks for it.
(until [ -e "$place/out/removal" ] || [ ! -d "$place" ]; do sleep 0.5; done; rm -rf "$place/bin") &

export PORTABLEVIRT_SOCKET=$place/daemon/portablevirtd.sock
env PATH=/usr/bin:/bin "$place/bin/portablevirtd" --socket "$PORTABLEVIRT_SOCKET" --state "$place/state" >"$place/out/daemon.log" 2>&1 &
daemon=$!

status=0
runuser -u "$user" -- env -i HOME="$home" USER="$user" LANG=C.UTF-8 PATH="$place/tools:$place/bin:/usr/local/bin:/usr/bin:/bin" PORTABLEVIRT_SOCKET="$PORTABLEVIRT_SOCKET" \
    XDG_RUNTIME_DIR="$place/run" PV_BIN="$place/bin" PV_OUT="$place/out" TERMINAL_LOG="$place/out/terminal.log" \
    dbus-run-session -- bash "$here/session.sh" || status=$?
cp "$place"/out/*.png "$shots/" 2>/dev/null || true
cp "$place"/out/*.log "$shots/" 2>/dev/null || true
exit $status
