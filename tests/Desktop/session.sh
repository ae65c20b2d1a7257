#!/usr/bin/env bash
# session.sh: the user's part of run.sh, inside a session bus: starts the desktop, clicks, checks.
set -uo pipefail
passed=0
failed=0
check() {
    local name=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
        echo "ok      $name"
    else
        failed=$((failed + 1))
        echo "FAILED  $name: $*"
    fi
}
shot() { import -window root "$PV_OUT/$1.png"; }
# within SECONDS COMMAND...: true as soon as the command is.
within() {
    local end=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $end ] || return 1
        sleep 0.2
    done
}
# with_output TEXT COMMAND...: true when the command's output has the text.
with_output() {
    local text=$1
    shift
    "$@" 2>/dev/null | grep -qF -- "$text"
}
without() { ! "$@" >/dev/null 2>&1; }
window() { xdotool search --onlyvisible --name "$1"; }
log_has() { grep -qaF -- "$1" "$PV_OUT/$2"; }
# A dialog's words are those of its process.
dialog_has() {
    local process
    for process in $(pgrep -u "$(id -u)" zenity); do
        tr '\0' '\n' <"/proc/$process/cmdline" | grep -qF -- "$1" && return 0
    done
    return 1
}
no_desktop_files() { [ -z "$(find "$HOME/.local/share" \( -path '*/applications/*' -o -path '*/mime/*' -o -path '*/icons/*' \) -print -quit 2>/dev/null)" ]; }

for number in $(seq 90 120); do
    [ -e "/tmp/.X11-unix/X$number" ] || break
done
export DISPLAY=:$number
Xvfb "$DISPLAY" -screen 0 1024x768x24 -nolisten tcp >"$PV_OUT/xvfb.log" 2>&1 &
within 20 xdotool getdisplaygeometry || { echo "0 passed, 1 failed"; exit 1; }
openbox >"$PV_OUT/openbox.log" 2>&1 &
dunst >"$PV_OUT/dunst.log" 2>&1 &
dbus-monitor --session "interface='org.freedesktop.Notifications'" >"$PV_OUT/notifications.log" 2>&1 &
# The agent knows nothing of the display: it comes with each request.
env -u DISPLAY "$PV_BIN/portablevirt-agent" >"$PV_OUT/agent.log" 2>&1 &
check "the agent serves its socket" within 20 test -S "$XDG_RUNTIME_DIR/portablevirt/agent.sock"

# open FOLDER: a window of the file manager on a folder with one file; its icon is double-clicked.
open() {
    pcmanfm --no-desktop "$1" >>"$PV_OUT/pcmanfm.log" 2>&1 &
    local window
    within 20 xdotool search --onlyvisible --name "^$(basename "$1")\$" || return 1
    window=$(xdotool search --onlyvisible --name "^$(basename "$1")\$" | tail -1)
    xdotool windowsize --sync "$window" 640 400 windowmove "$window" 20 40
    sleep 1.5
    [ -z "${2:-}" ] || shot "$2"
    xdotool mousemove --window "$window" 205 110 click --repeat 2 --delay 80 1
}
# No other window hides what comes.
close() {
    local window
    for window in $(xdotool search --onlyvisible --class pcmanfm); do xdotool windowclose "$window" 2>/dev/null; done
    sleep 0.5
}
# The terminal waits for Enter.
enter() {
    xdotool search --onlyvisible --class xterm windowfocus --sync key Return
    within 10 without xdotool search --onlyvisible --class xterm
}

check "the user may not open /dev/kvm" without test -w /dev/kvm
check "the daemon answers" within 20 "$PV_BIN/pvctl" list

# .exe files.
check "the agent registers .exe files" within 20 test -s "$HOME/.local/share/applications/portablevirt.desktop"
type=$(gio info -a standard::content-type "$HOME/seven/7za.exe" | sed -n 's/ *standard::content-type: //p')
check "the desktop opens $type with PortableVirt" within 10 with_output portablevirt.desktop gio mime "$type"

open "$HOME/seven" 1-seven
check "a double-click on 7za.exe shows its message in a terminal" within 60 log_has "Usage: 7za <command>" terminal.log
check "the terminal stays until the user has read it" within 10 log_has "press Enter to close this window" terminal.log
sleep 1
shot 2-seven-message
check "the first start is a package" test -n "$(ls "$HOME/.local/share/portablevirt/packages")"
check "making it was notified" log_has "Preparing 7za.exe for its first start" notifications.log
check "with its progress" log_has 'string "value"' notifications.log
check "Enter closes the terminal" enter
close

: >"$TERMINAL_LOG"
: >"$PV_OUT/notifications.log"
open "$HOME/seven"
check "the second start uses the package" within 20 log_has "Usage: 7za <command>" terminal.log
check "and needs no notification" without log_has "Preparing" notifications.log
check "its terminal closes, too" enter
close

# What cannot run.
open "$HOME/broken"
check "a file that cannot run is explained in a dialog" within 30 window '^cut.exe$'
check "which says why" dialog_has "cut.exe is incomplete"
sleep 1
shot 3-broken
xdotool search --onlyvisible --class zenity windowfocus --sync key Return
# The window is gone before the key is up.
xdotool keyup Return keyup Escape
check "the dialog closes" within 10 without pgrep -u "$(id -u)" zenity
close

# Without a terminal the output of a console program is in a dialog.
mkdir -p "$PV_OUT/few"
for tool in sh tail zenity; do ln -sf "$(command -v $tool)" "$PV_OUT/few/$tool"; done
PATH=$PV_OUT/few "$PV_BIN/pvctl" open --desktop -- "$HOME/seven/7za.exe"
check "without a terminal its message is in a dialog" within 30 window "7-Zip"
sleep 1
shot 4-seven-dialog
xdotool search --onlyvisible --class zenity windowfocus --sync key Escape
# The window is gone before the key is up.
xdotool keyup Return keyup Escape
check "the dialog closes" within 10 without pgrep -u "$(id -u)" zenity

# A packaged program and its documents.
"$PV_BIN/pvctl" open --prepare "$HOME/show/show.exe" >/dev/null 2>&1
"$PV_BIN/pvctl" link show --type shw >/dev/null 2>&1
cp "$HOME"/.local/share/applications/portablevirt-*.desktop "$HOME/links/"
check "the desktop opens .shw documents with the packaged program" within 10 \
    with_output "$(basename "$HOME"/links/*.desktop)" gio mime application/x-portablevirt-shw
: >"$TERMINAL_LOG"
open "$HOME/links" 5-link
check "a double-click on the program's icon starts it" within 20 log_has 'folder C:\' terminal.log
shot 6-link-started
check "without documents" without log_has "argument " terminal.log
within 10 without xdotool search --onlyvisible --class xterm
close

: >"$TERMINAL_LOG"
open "$HOME/docs" 7-document
check "a double-click on a document starts the program with it" within 20 log_has "content hello from a document" terminal.log
check "under the path that the program sees" log_has "argument Z:${HOME//\//\\}\\docs\\first.shw" terminal.log
shot 8-document-started
check "in a folder that it may write to" within 10 test -e "$HOME/docs/first.shw.seen"
within 10 without xdotool search --onlyvisible --class xterm
close

# What was registered goes again.
"$PV_BIN/pvctl" unlink show >/dev/null 2>&1
check "unlink takes the program and its type away" without grep -rqs portablevirt-shw "$HOME/.local/share/applications" "$HOME/.local/share/mime"
"$PV_BIN/pvctl" agent off >/dev/null
check "\"agent off\" leaves no file" no_desktop_files
"$PV_BIN/pvctl" agent on >/dev/null
check "\"agent on\" brings .exe files back" within 15 with_output portablevirt.desktop gio mime "$type"
check "the programs ran through the daemon" with_output app-7za "$PV_BIN/pvctl" packages --registered
touch "$PV_OUT/removal"
check "an uninstalled PortableVirt takes its files along" within 40 no_desktop_files

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
