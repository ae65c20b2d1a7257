#!/usr/bin/env bash
# record.sh: which system calls VM-apps make once their cell is closed, to make or to check the list of shared/Cell/SystemCalls anew (docs/cell.md).
#   record.sh FOLDER COMMAND [ARGUMENTS...]   runs a command (pvctl run --embedded ..., or portablevirt-vmapp for a daemon) and leaves its trace in FOLDER
#   record.sh --sum FOLDER                    one line a system call: name and how often, over all traces of FOLDER
# Needs Debian's strace.
set -euo pipefail
command -v strace >/dev/null || { echo "record.sh: strace is not installed: apt-get install strace" >&2; exit 1; }
if [ "${1:-}" = --sum ]; then
    for trace in "$2"/*.trace; do
        # "PID call(arguments) = result" or "PID <... call resumed>...": what begins after the filter was installed.
        awk '/ seccomp\(SECCOMP_SET_MODE_FILTER/ { closed = 1; next }
             closed && match($0, /^[0-9]+ +[a-z_][a-z0-9_]*\(/) { name = substr($0, RSTART, RLENGTH - 1); sub(/^[0-9]+ +/, "", name); print name }' "$trace"
    done | sort | uniq -c | awk '{ print $2, $1 }'
    exit
fi
folder=$1
shift
mkdir -p "$folder"
exec strace -f -qq -s 64 -o "$folder/$$.trace" "$@"
