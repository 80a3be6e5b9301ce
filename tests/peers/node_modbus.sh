#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Installs what tests/tool/test_modbus_peers.py needs of Node.js, into build/node-modbus: modbus-serial and jsmodbus, of
# which only the parts for TCP are used. Without Node.js or a network there is nothing to install: 77, and those tests are
# skipped.
set -eu
cd "$(dirname "$0")/../.."

serial=8.0.25
jsmodbus=5.0.0
folder=build/node-modbus

version() {
    node -p "require('./$folder/node_modules/$1/package.json').version" 2>/dev/null || true
}

installed() {
    [ "$(version modbus-serial)" = $serial ] && [ "$(version jsmodbus)" = $jsmodbus ]
}

if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
    echo "modbus-serial, jsmodbus: there is no Node.js here, their tests are skipped"
    exit 77
fi
if ! installed; then
    mkdir -p $folder
    # Serial ports are an optional part, with native code that is not needed.
    npm install --prefix $folder --no-save --no-package-lock --no-audit --no-fund --omit=optional --ignore-scripts \
        modbus-serial@$serial jsmodbus@$jsmodbus >$folder/install.log 2>&1 || true
fi
if installed; then
    echo "modbus-serial $serial and jsmodbus $jsmodbus with Node.js $(node --version)"
else
    echo "modbus-serial, jsmodbus: not installed, their tests are skipped; the end of $folder/install.log:"
    tail -n 5 $folder/install.log
    exit 77
fi
