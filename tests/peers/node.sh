#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Installs what tests/tool/test_node_mbus.py needs, into build/node: node-mbus, a master for M-Bus around libmbus, whose
# native part is compiled here. Without Node.js or a network there is nothing to install: 77, and the test is skipped.
set -eu
cd "$(dirname "$0")/../.."
. tests/packages.sh

version=2.2.6
folder=build/node

loads() {
    [ "$(node -p "require('./$folder/node_modules/node-mbus/package.json').version" 2>/dev/null)" = $version ] &&
        node -e "require('./$folder/node_modules/node-mbus')" 2>/dev/null
}

if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
    echo "node-mbus: there is no Node.js here, its test is skipped"
    exit 77
fi
if ! loads; then
    (packages python3 make g++) || true # to compile its native part
    mkdir -p $folder
    npm install --prefix $folder --no-save --no-package-lock --no-audit --no-fund node-mbus@$version >$folder/install.log 2>&1 ||
        true
fi
if loads; then
    echo "node-mbus $version with Node.js $(node --version)"
else
    echo "node-mbus: not installed, its test is skipped; the end of $folder/install.log:"
    tail -n 5 $folder/install.log
    exit 77
fi
