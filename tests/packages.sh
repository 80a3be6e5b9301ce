# SPDX-License-Identifier: MIT
# Sourced by the scripts: packages PACKAGE... makes sure that these packages of Debian or Ubuntu are there. As root it
# installs what is missing; otherwise it names them and stops.
packages() {
    local missing=() package
    if ! command -v dpkg-query >/dev/null; then
        echo "This is no Debian or Ubuntu; what is needed is what these packages have: $*" >&2
        return 0
    fi
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    if [ "$(id -u)" -ne 0 ]; then
        echo "Missing packages: apt-get install ${missing[*]}" >&2
        exit 1
    fi
    echo "Installing ${missing[*]} ..."
    # Lists may be missing or old on a fresh machine.
    { apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=120 --no-install-recommends install "${missing[@]}"; } \
        >"${TMPDIR:-/tmp}/meterwire-apt.log" 2>&1 || { tail -n 20 "${TMPDIR:-/tmp}/meterwire-apt.log" >&2; exit 1; }
}

# What it takes to build the library and the tool.
BUILD_PACKAGES="cmake make gcc libc6-dev libcjson-dev"
