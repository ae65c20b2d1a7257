#!/usr/bin/env bash
# build.sh SOURCE-FOLDER OUT-FOLDER: builds every guest program of a folder with mingw-w64, only what changed.
# NAME.c (with NAME.S beside it, if there is one) and NAME.cpp become NAME.exe; dll_NAME.c (with dll_NAME.def) becomes
# dll_NAME.dll.
set -euo pipefail
source=$(cd "${1:?usage: build.sh SOURCE-FOLDER OUT-FOLDER}" && pwd)
out=${2:?usage: build.sh SOURCE-FOLDER OUT-FOLDER}
headers=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$out"

command -v x86_64-w64-mingw32-gcc >/dev/null || {
    echo "build.sh: no mingw-w64 compiler; install the packages gcc-mingw-w64-x86-64 and g++-mingw-w64-x86-64" >&2
    exit 1
}

warnings=(-Wall -Wextra -Werror -Wno-cast-function-type -Wno-sign-compare -Wno-infinite-recursion)
libraries=(-lntdll -lbcrypt -lcrypt32 -lsecur32 -ldnsapi -lws2_32 -liphlpapi -ladvapi32 -lpsapi -lsynchronization -lshell32)

# Whether a target is older than one of the files that it is made from.
is_stale() {
    local target=$1 input
    shift
    for input in "$@" "$headers"/*.h "$headers/build.sh"; do
        [ "$target" -nt "$input" ] || return 0
    done
    return 1
}

compile() {
    local file=$1 name inputs extra
    name=$(basename "${file%.*}")
    inputs=("$file")
    for extra in "$source/$name.S" "$source/$name.def"; do
        [ ! -f "$extra" ] || inputs+=("$extra")
    done
    case $(basename "$file") in
        dll_*.c)
            is_stale "$out/$name.dll" "${inputs[@]}" || return 0
            x86_64-w64-mingw32-gcc -O1 -std=gnu17 "${warnings[@]}" -I"$headers" -shared -o "$out/$name.dll" "${inputs[@]}" "${libraries[@]}"
            ;;
        *.c)
            is_stale "$out/$name.exe" "${inputs[@]}" || return 0
            x86_64-w64-mingw32-gcc -O1 -std=gnu17 "${warnings[@]}" -I"$headers" -o "$out/$name.exe" "${inputs[@]}" "${libraries[@]}"
            ;;
        *.cpp)
            is_stale "$out/$name.exe" "${inputs[@]}" || return 0
            x86_64-w64-mingw32-g++ -O1 -std=c++17 "${warnings[@]}" -I"$headers" -static -o "$out/$name.exe" "${inputs[@]}" "${libraries[@]}"
            ;;
    esac
}

shopt -s nullglob
for file in "$source"/*.c "$source"/*.cpp; do
    compile "$file"
done
