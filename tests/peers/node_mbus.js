// SPDX-License-Identifier: MIT
// A master that is not ours: node-mbus, around libmbus. Usage: node node_mbus.js PORT JOB...
// JOB is get:ADDRESS (primary, or secondary with 16 digits), scan, or set:ADDRESS:NEW. Prints one line of JSON for each,
// {"result": ...} or {"error": "..."}.
'use strict';

const MbusMaster = require('node-mbus');

const master = new MbusMaster({host: '127.0.0.1', port: Number(process.argv[2]), timeout: 500, autoConnect: true});

function address(text) {
    return text.length < 16 ? Number(text) : text;
}

function run(jobs) {
    if (jobs.length === 0) {
        master.close();
        return;
    }
    const [kind, who, wanted] = jobs[0].split(':');
    const done = (error, result) => {
        console.log(JSON.stringify(error ? {error: String(error.message || error)} : {result: result || null}));
        run(jobs.slice(1));
    };
    if (kind === 'get') {
        master.getData(address(who), done);
    } else if (kind === 'scan') {
        master.scanSecondary(done);
    } else {
        master.setPrimaryId(address(who), Number(wanted), done);
    }
}

run(process.argv.slice(3));
