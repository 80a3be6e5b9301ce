// SPDX-License-Identifier: MIT
// Counterparts on Modbus TCP that are not ours: modbus-serial and jsmodbus. Usage:
// node node_modbus.js serial|jsmodbus client PORT     asks a server with the registers of peers.h
// node node_modbus.js serial|jsmodbus server          is one, and prints its port
// A client prints what is wrong, and at the end "N passed, N failed".
'use strict';

const assert = require('assert');
const net = require('net');

const REGISTERS = 300;
const BITS = 2000;
const range = (count, value) => Array.from({length: count}, (_, i) => value(i));
const coil = i => i % 3 === 0;
const discrete = i => i % 2 === 1;
const holding = i => 1000 + i;
const input = i => 2000 + i;
const OBJECTS = {0: 'Maker', 1: 'Code', 2: '1.0'};

async function run(steps) {
    let failed = 0;
    for (const [name, step] of steps) {
        try {
            await step();
        } catch (error) {
            failed++;
            console.log('%s: %s', name, error.message || JSON.stringify(error));
        }
    }
    console.log('%d passed, %d failed', steps.length - failed, failed);
    process.exit(failed === 0 ? 0 : 1);
}

// The steps that both have; `ask` has the same functions for each.
function steps(ask) {
    const many = range(ask.most || 123, i => 0xA000 + i);
    const bits = range(1968, i => i % 5 === 0);
    return [
        ['function 1', async () => assert.deepStrictEqual(await ask.coils(0, BITS), range(BITS, coil))],
        ['function 2', async () => assert.deepStrictEqual(await ask.discrete(0, BITS), range(BITS, discrete))],
        ['function 3', async () => assert.deepStrictEqual(await ask.holding(0, 125), range(125, holding))],
        ['function 4', async () => assert.deepStrictEqual(await ask.input(0, 125), range(125, input))],
        ['function 5', async () => {
            await ask.writeCoil(1, true);
            assert.deepStrictEqual(await ask.coils(1, 1), [true]);
            await ask.writeCoil(1, false);
            assert.deepStrictEqual(await ask.coils(1, 1), [false]);
        }],
        ['function 6', async () => {
            await ask.writeRegister(3, 0x1234);
            assert.deepStrictEqual(await ask.holding(3, 1), [0x1234]);
        }],
        ['function 15', async () => {
            await ask.writeCoils(7, bits);
            assert.deepStrictEqual(await ask.coils(7, bits.length), bits);
        }],
        ['function 16', async () => {
            await ask.writeRegisters(10, many);
            assert.deepStrictEqual(await ask.holding(10, many.length), many);
        }],
        ['function 43', async () => assert.deepStrictEqual(await ask.identification(), Object.values(OBJECTS))],
        ['exception 2', () => assert.rejects(ask.holding(REGISTERS, 1), error => ask.code(error) === 2)],
    ];
}

async function serialClient(port) {
    const client = new (require('modbus-serial'))();
    await client.connectTCP('127.0.0.1', {port});
    client.setID(1);
    client.setTimeout(5000);
    const exact = count => answer => answer.data.slice(0, count); // bits come in whole bytes
    const all = steps({
        coils: (at, count) => client.readCoils(at, count).then(exact(count)),
        discrete: (at, count) => client.readDiscreteInputs(at, count).then(exact(count)),
        holding: (at, count) => client.readHoldingRegisters(at, count).then(exact(count)),
        input: (at, count) => client.readInputRegisters(at, count).then(exact(count)),
        writeCoil: (at, value) => client.writeCoil(at, value),
        writeRegister: (at, value) => client.writeRegister(at, value),
        writeCoils: (at, values) => client.writeCoils(at, values),
        writeRegisters: (at, values) => client.writeRegisters(at, values),
        identification: () => client.readDeviceIdentification(1, 0).then(answer => Object.values(answer.data)),
        code: error => error.modbusCode,
    });
    await run(all.concat([
        ['function 17', async () => {
            const answer = await client.reportServerID(0, 0);
            assert.strictEqual(answer.running, true);
        }],
        ['function 22', async () => {
            await client.writeRegister(3, 0x12);
            await client.maskWriteRegister(3, 0xF2, 0x25);
            assert.deepStrictEqual((await client.readHoldingRegisters(3, 1)).data, [0x17]);
        }],
        ['function 23', async () => {
            const sent = range(121, i => 0xB000 + i);
            const answer = await client.readWriteRegisters(5, 125, 5, 121, sent);
            assert.deepStrictEqual(answer.data.slice(0, 121), sent);
        }],
    ]));
}

function jsmodbusClient(port) {
    const socket = new net.Socket();
    const client = new (require('jsmodbus').client.TCP)(socket, 1, 5000);
    const bits = answer => answer.response.body.valuesAsArray.map(Boolean);
    const words = answer => Array.from(answer.response.body.valuesAsArray);
    const exact = count => values => values.slice(0, count);
    socket.on('connect', () => run(steps({
        coils: (at, count) => client.readCoils(at, count).then(bits).then(exact(count)),
        discrete: (at, count) => client.readDiscreteInputs(at, count).then(bits).then(exact(count)),
        holding: (at, count) => client.readHoldingRegisters(at, count).then(words),
        input: (at, count) => client.readInputRegisters(at, count).then(words),
        writeCoil: (at, value) => client.writeSingleCoil(at, value),
        writeRegister: (at, value) => client.writeSingleRegister(at, value),
        writeCoils: (at, values) => client.writeMultipleCoils(at, values),
        writeRegisters: (at, values) => client.writeMultipleRegisters(at, values),
        identification: () => client.readDeviceIdentification(1, 0)
            .then(answer => answer.response.body.objects.map(object => String(object.value))),
        code: error => error.response.body.code,
        most: 120, // beyond that it says a wrong length
    })));
    socket.connect({host: '127.0.0.1', port});
}

// A port that is free, as modbus-serial takes 0 for 502.
function freePort() {
    return new Promise(resolve => {
        const listener = net.createServer().listen(0, '127.0.0.1', () => {
            const free = listener.address().port;
            listener.close(() => resolve(free));
        });
    });
}

async function serialServer() {
    const coils = range(BITS, coil);
    const registers = range(REGISTERS, holding);
    const there = (at, count) => {
        if (at >= count) {
            throw Object.assign(new Error('no such address'), {modbusErrorCode: 2});
        }
        return at;
    };
    const server = new (require('modbus-serial').ServerTCP)({
        getCoil: at => coils[there(at, BITS)],
        getDiscreteInput: at => discrete(there(at, BITS)),
        getHoldingRegister: at => registers[there(at, REGISTERS)],
        getInputRegister: at => input(there(at, REGISTERS)),
        setCoil: (at, value) => { coils[there(at, BITS)] = value; },
        setRegister: (at, value) => { registers[there(at, REGISTERS)] = value; },
        readDeviceIdentification: () => OBJECTS,
    }, {host: '127.0.0.1', port: await freePort(), unitID: 1});
    server.on('initialized', () => console.log(server._server.address().port));
}

function jsmodbusServer() {
    const bytes = value => Buffer.from(range(BITS / 8, i => range(8, j => value(8 * i + j) << j).reduce((a, b) => a | b)));
    const words = value => {
        const buffer = Buffer.alloc(2 * REGISTERS);
        range(REGISTERS, i => buffer.writeUInt16BE(value(i), 2 * i));
        return buffer;
    };
    const listener = new net.Server();
    new (require('jsmodbus').server.TCP)(listener,
        {coils: bytes(coil), discrete: bytes(discrete), holding: words(holding), input: words(input)});
    listener.listen(0, '127.0.0.1', () => console.log(listener.address().port));
}

const [who, role, port] = process.argv.slice(2);
({serial: {client: serialClient, server: serialServer}, jsmodbus: {client: jsmodbusClient, server: jsmodbusServer}})[who][role](Number(port));
