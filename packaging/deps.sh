#!/usr/bin/env bash
# deps.sh [--tests]: installs what PortableVirt needs on Debian 12: libwine's DLLs and what builds it; with --tests also
# what its tests need. What is there is left alone. Root, or a user with sudo.
set -euo pipefail

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        echo "deps.sh: needs root to run: $*" >&2
        exit 1
    fi
}

is_installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# want COMMAND PACKAGE: asks for a package unless the command is there already, from wherever it came.
want() {
    command -v "$1" >/dev/null || packages+=("$2")
}

packages=()
for package in libwine libc6-dev zlib1g-dev ca-certificates; do
    is_installed "$package" || packages+=("$package")
done
want gcc gcc
want npm npm
want 7z p7zip-full
if [ "${1:-}" = --tests ]; then
    for package in wine64 python3-grpcio python3-grpc-tools systemd; do
        is_installed "$package" || packages+=("$package")
    done
    want x86_64-w64-mingw32-gcc gcc-mingw-w64-x86-64
    want x86_64-w64-mingw32-g++ g++-mingw-w64-x86-64
    want ip iproute2
    want qemu-x86_64 qemu-user
    want desktop-file-validate desktop-file-utils
    want update-mime-database shared-mime-info
fi

sdk_is_there() {
    command -v dotnet >/dev/null && dotnet --list-sdks 2>/dev/null | grep -q '^10\.'
}

updated=no
update() {
    [ $updated = yes ] || as_root apt-get update -qq </dev/null
    updated=yes
}

install() {
    update
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" </dev/null >/dev/null
}

if [ ${#packages[@]} -gt 0 ]; then
    echo "installing: ${packages[*]}"
    install "${packages[@]}"
fi

if ! sdk_is_there; then
    update
    if [ -n "$(apt-cache search --names-only '^dotnet-sdk-10\.0$')" ]; then
        echo "installing: dotnet-sdk-10.0"
        install dotnet-sdk-10.0
    else
        cat >&2 <<'MESSAGE'
deps.sh: the .NET 10 SDK is not installed, and no package source of this machine has dotnet-sdk-10.0.
Add Microsoft's package source for Debian 12 and run this again, or unpack the SDK's archive and put its folder on PATH:
see "Install .NET on Debian" in the .NET documentation.
MESSAGE
        exit 1
    fi
fi
