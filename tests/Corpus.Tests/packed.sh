#!/bin/bash
# Runs the Windows programs of a corpus from packages. It stands where a test runner has the command that starts a Windows program:
#   packed.sh record PROGRAM.exe [arguments]   runs it with pvctl analyse; the runs of a program add up in one list
#   packed.sh run PROGRAM.exe [arguments]      runs its package, which is made of the list and of the files of its folder where it is not there yet
#   packed.sh sizes                            a line for each package: its bytes, those of the program's files with all of the system library's DLLs, the program
# Environment: PACKED_STORE, a folder for lists and packages; PACKED_GRANT, a folder that programs may read; PVCTL, the pvctl to use;
# PACKED_EMPTY=1, packages run in an empty root: the C library, /dev/kvm, the working folder and PACKED_GRANT, mounted read-only but for the working folder.
set -euo pipefail
: "${PACKED_STORE:?names a folder for lists and packages}"
pvctl=${PVCTL:-$(dirname "$0")/../../artifacts/bin/pvctl}
system=/usr/lib/x86_64-linux-gnu/wine/x86_64-windows
mkdir -p "$PACKED_STORE"

name_of() { printf '%s-%s' "$(basename "$1" .exe)" "$(realpath "$1" | sha256sum | cut -c1-8)"; }

# Windows paths of the program's folder become those of the package's.
move_arguments() {
    local folder argument
    folder="Z:$(dirname "$(realpath "$1")" | tr / '\\')"
    shift
    moved=()
    for argument in "$@"; do moved+=("${argument//"$folder"/'C:\app'}"); done
}

record() {
    local list log code
    list=$PACKED_STORE/$(name_of "$1").list
    log=$(mktemp)
    exec 9>"$list.lock"
    flock 9
    "$pvctl" analyse --output "$list" ${PACKED_GRANT:+--grant "$PACKED_GRANT:ro"} -- "$@" 2>"$log" || { code=$?; cat "$log" >&2; rm "$log"; exit $code; }
    sed '$d' "$log" >&2
    code=$(tail -1 "$log" | sed -n 's/.*the program ended with \([0-9]*\).*/\1/p')
    rm "$log"
    exit "${code:-125}"
}

pack() {
    local app=$1 program=$2
    exec 9>"$app.lock"
    flock 9
    [ -f "$app" ] && return
    local list=$PACKED_STORE/$(name_of "$program").list
    "$pvctl" pack ${list:+$([ -f "$list" ] && printf -- '--from-analysis %s' "$list")} --files '**' --output "$app" "$program" >&2
    printf '%s\n' "$(realpath "$program")" >"$app.program"
    exec 9>&-
}

run() {
    local app program=$1
    app=$PACKED_STORE/$(name_of "$program").app
    pack "$app" "$program"
    shift
    move_arguments "$program" "$@"
    if [ "${PACKED_EMPTY:-}" != 1 ]; then
        exec "$app" ${PACKED_GRANT:+--portablevirt-grant "$PACKED_GRANT:ro"} "${moved[@]}"
    fi
    export app PACKED_GRANT PACKED_STORE
    exec unshare --mount bash -c '
        set -e
        root=$PACKED_STORE/root
        mkdir -p "$root"
        mount -t tmpfs none "$root"
        mkdir -p "$root/dev" "$root$PWD" "$root$PACKED_GRANT" "$root/bin"
        for library in $(ldd "$app" | grep -o "/[^ ]*"); do mkdir -p "$root$(dirname $library)"; cp -L $library "$root$library"; done
        touch "$root/dev/kvm" "$root/dev/null" "$root/bin/app"
        mount --bind /dev/kvm "$root/dev/kvm"
        mount --bind /dev/null "$root/dev/null"
        mount --bind "$app" "$root/bin/app"
        [ -z "$PACKED_GRANT" ] || mount --bind "$PACKED_GRANT" "$root$PACKED_GRANT"
        mount --bind "$PWD" "$root$PWD"
        mount -o remount,ro "$root"
        exec chroot "$root" /bin/app --portablevirt-workdir "$PWD" ${PACKED_GRANT:+--portablevirt-grant "$PACKED_GRANT:ro"} "$@"' bash "${moved[@]}"
}

sizes() {
    local all app program
    all=$(cat "$system"/* | wc -c)
    for app in "$PACKED_STORE"/*.app; do
        program=$(cat "$app.program")
        printf '%s\t%s\t%s\n' "$(stat -c %s "$app")" "$((all + $(find "$(dirname "$program")" -type f -print0 | xargs -0 cat | wc -c)))" "$program"
    done
}

case ${1:-} in
    record | run) verb=$1; shift; "$verb" "$@" ;;
    sizes) sizes ;;
    *) sed -n '2,8p' "$0" >&2; exit 2 ;;
esac
