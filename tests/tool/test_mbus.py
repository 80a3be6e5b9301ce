# SPDX-License-Identifier: MIT
"""The tool on M-Bus: reading and scanning, against its own simulator and against meters made here, byte by byte."""

import decimal
import re
import signal
import socket
import threading
import unittest

from meterwire_test import TOOL, ToolTest, parse, run, values

MODEL = "wago-879-3000"
TRANSFORMERS = "wago-879-3040"
ID = "19020246"

# What its records can say, digit by digit (A2.2 of the manual): voltages 0.01 V, currents 0.001 A, powers 1 W, 1 var and
# 1 VA, energies 1 Wh and 1 varh, the power factor 0.01, the frequency 0.001 Hz, everything else 1. The registers are
# floats with three decimals of V, A, kW, kWh ... In each case one of both is coarser, or they are equal.
RECORD_DIGIT = {"V": "0.01", "A": "0.001", "Hz": "0.001", "1-0:13.7.0": "0.01"}

# One value for each quantity, with more digits than M-Bus has where the registers have them.
VALUES = {
    "1-0:1.8.0": "15062030", "1-0:1.8.1": "10001001", "1-0:1.8.2": "5061029", "1-0:1.8.3": "12345", "1-0:1.8.4": "7",
    "1-0:2.8.0": "2025791", "1-0:2.8.1": "1000002", "1-0:2.8.2": "1025789", "1-0:2.8.3": "321", "1-0:2.8.4": "0",
    "1-0:129.8.0": "1505617", "1-0:3.8.0": "4321098", "1-0:4.8.0": "123456",
    "1-0:32.7.0": "234.304", "1-0:52.7.0": "233.457", "1-0:72.7.0": "234.4",
    "1-0:31.7.0": "4.056", "1-0:51.7.0": "-1.623", "1-0:71.7.0": "-2.15",
    "1-0:16.7.0": "175", "1-0:36.7.0": "900", "1-0:56.7.0": "-232", "1-0:76.7.0": "-492",
    "1-0:3.7.0": "-569", "1-0:23.7.0": "-244", "1-0:43.7.0": "-258", "1-0:63.7.0": "-66",
    "1-0:9.7.0": "1777", "1-0:13.7.0": "0.297", "1-0:14.7.0": "49.987", "0-0:96.14.0": "3",
}
SETS = [word for code, value in VALUES.items() for word in ("--set", "%s=%s" % (code, value))]


def frame(*carried):
    """The long frame around C field, address, CI field and what follows, by EN 13757-2."""
    carried = b"".join(bytes([part]) if isinstance(part, int) else bytes.fromhex(part) for part in carried)
    return bytes([0x68, len(carried), len(carried), 0x68]) + carried + bytes([sum(carried) & 0xFF, 0x16])


# One record, 123456789 Wh, of 19020246, INM, version 1, electricity.
ENERGY = "72 46020219 CD25 01 02 04 00 0000 04 03 15CD5B07"
# Of another maker: the header of a published frame, and its first record.
OTHER = "72 78563412 7452 C7 02 2A 00 0000 04 05 73000000"


class Bus:
    """Meters behind a gateway: SND_NKE is acknowledged, REQ_UD2 answered with what `readout` gives for an address; but
    nothing at addresses that are silent. Everything else is passed over."""

    def __init__(self, test, readout=None, silent=()):
        self.readout = readout
        self.silent = range(256) if readout is None else silent
        self.heard = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.target = "mbus+tcp://127.0.0.1:%d" % self.listener.getsockname()[1]
        thread = threading.Thread(target=self.serve, daemon=True)
        thread.start()
        test.addCleanup(self.listener.close)

    def serve(self):
        try:
            connection, _ = self.listener.accept()
            with connection:
                pending = b""
                while True:
                    data = connection.recv(100)
                    if not data:
                        return
                    pending += data
                    while len(pending) >= 5 and pending[0] == 0x10:
                        request, pending = pending[:5], pending[5:]
                        self.heard.append(request)
                        connection.sendall(self.answer(request[1], request[2]))
                    if pending and pending[0] != 0x10:
                        self.heard.append(pending)
                        pending = b""
        except OSError:
            pass

    def answer(self, c, address):
        if address in self.silent:
            return b""
        return b"\xE5" if c == 0x40 else self.readout(address)


class Read(ToolTest):
    def check(self, answer, count):
        readings = values(answer)
        self.assertEqual(answer["model"], MODEL)
        self.assertEqual(answer["protocol"], "mbus")
        self.assertEqual((answer["requests"], answer["registers"]), (1, 0))
        self.assertEqual(len(answer["readings"]), count)
        self.assertEqual([reading["source"] for reading in answer["readings"]], ["#%d" % i for i in range(count)])
        self.assertEqual(readings["1-0:1.8.0"]["value"], 15062030)
        self.assertEqual(readings["1-0:1.8.0"]["unit"], "Wh")
        self.assertEqual(readings["1-0:32.7.0"]["value"], decimal.Decimal("234.30"))
        self.assertEqual(readings["1-0:56.7.0"]["value"], -232)
        for reading in answer["readings"]:
            self.assertEqual(set(reading), {"obis", "name", "value", "unit", "quality", "source"})
            self.assertEqual(reading["quality"], "good")

    def check_all_ways(self, target, *more):
        answer = self.read_json(MODEL, target, *more, "--address", "17")
        self.check(answer, 31)
        self.assertEqual(answer["unit"], 17)
        self.assertNotIn("secondary", answer)
        for secondary in (ID, ID + "CD250102", "1902FFFFFFFFFFFF"):
            answer = self.read_json(MODEL, target, *more, "--secondary", secondary)
            self.check(answer, 31)
            self.assertEqual(answer["unit"], 253)
            self.assertEqual(answer["secondary"][:8], secondary[:8])

    def test_reads_over_a_pseudo_terminal_by_primary_and_by_secondary_address(self):
        self.check_all_ways(self.simulate(MODEL, "--mbus", "--pty", "--address", "17", *SETS), "--mbus")

    def test_reads_over_tcp_by_primary_and_by_secondary_address(self):
        target = self.simulate(MODEL, "--mbus", "--tcp", "0", "--address", "17", *SETS)
        self.assertTrue(target.startswith("mbus+tcp://127.0.0.1:"))
        self.check_all_ways(target)
        self.check_all_ways(target, "--mbus")

    def test_a_new_meter_is_read_without_an_address(self):
        target = self.simulate(MODEL, "--mbus", "--pty", *SETS)
        answer = self.read_json(MODEL, target, "--mbus")
        self.check(answer, 31)
        self.assertEqual(answer["unit"], 0)

    def test_reads_another_identification(self):
        target = self.simulate(MODEL, "--mbus", "--tcp", "0", "--id", "13070001", *SETS)
        self.check(self.read_json(MODEL, target, "--secondary", "13070001"), 31)
        result = run("read", MODEL, target, "--secondary", ID, "--timeout", "100", "--baud", "38400")
        self.assertEqual(result.returncode, 1)
        self.assertIn("no answer from meter %sFFFFFFFF at " % ID, result.stderr)

    def test_reads_groups_and_codes(self):
        target = self.simulate(MODEL, "--mbus", "--tcp", "0", *SETS)
        self.assertEqual(len(self.read_json(MODEL, target, "--group", "fast")["readings"]), 17)
        self.assertEqual(len(self.read_json(MODEL, target, "--group", "slow")["readings"]), 14)
        answer = self.read_json(MODEL, target, "--obis", "frequency", "--obis", "1-0:1.8.0")
        self.assertEqual([reading["obis"] for reading in answer["readings"]], ["1-0:1.8.0", "1-0:14.7.0"])

    def test_reads_both_currents_of_transformers(self):
        target = self.simulate(TRANSFORMERS, "--mbus", "--tcp", "0")
        answer = self.read_json(TRANSFORMERS, target)
        self.assertEqual(len(answer["readings"]), 33)
        for code in ("1-0:0.4.2", "1-0:0.4.5"):  # 5 A / 5 A
            self.assertEqual(values(answer)[code]["value"], 5)
            self.assertEqual(values(answer)[code]["unit"], "A")
            self.assertEqual(values(answer)[code]["source"], "#31")
            self.assertEqual(len(self.read_json(TRANSFORMERS, target, "--obis", code)["readings"]), 1)

    def test_prints_a_table(self):
        target = self.simulate(MODEL, "--mbus", "--pty", "--address", "1", *SETS)
        result = run("read", MODEL, target, "--mbus", "--address", "1")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("address 1 at %s, 2400 8E1" % target, result.stdout)
        self.assertRegex(result.stdout, r"(?m)^active_energy_import +15062\.03 +kWh +1-0:1\.8\.0$")
        self.assertRegex(result.stdout, r"(?m)^active_power_l2 +-0\.232 +kW +1-0:56\.7\.0$")
        self.assertRegex(result.stdout, r"(?m)^power_factor +0\.3 ")
        self.assertRegex(result.stdout, r"\n31 values, 1 telegram, [0-9.]+ ms\n$")

    def test_traces_the_bytes(self):
        target = self.simulate(MODEL, "--mbus", "--pty", "--address", "1")
        result = run("read", MODEL, target, "--mbus", "--address", "1", "--trace")
        self.assertEqual(result.returncode, 0)
        lines = [line.split(" us ")[1] for line in result.stderr.splitlines()]
        self.assertEqual(lines[0], "> 10 40 01 41 16")  # SND_NKE
        self.assertEqual(lines[1], "< E5")
        self.assertEqual(lines[2], "> 10 7B 01 7C 16")  # REQ_UD2 with the frame count bit
        self.assertTrue(lines[3].startswith("< 68 "))
        result = run("read", MODEL, target, "--mbus", "--secondary", ID, "--trace")
        sent = re.findall(r"> ([0-9A-F ]+)", result.stderr)
        self.assertIn("10 7B FD 78 16", sent)
        self.assertTrue(any(" FD 52 46 02 02 19 FF FF FF FF " in line for line in sent))


class BothWays(ToolTest):
    def check(self, model, sets, expected):
        modbus = self.read_json(model, self.simulate(model, "--tcp", "0", *sets))
        mbus = self.read_json(model, self.simulate(model, "--mbus", "--tcp", "0", *sets))
        registers = values(modbus)
        self.assertEqual(len(values(mbus)), expected)
        for reading in mbus["readings"]:
            code = reading["obis"]
            with self.subTest(code=code):
                self.assertIn(code, registers)
                self.assertEqual(reading["name"], registers[code]["name"])
                self.assertEqual(reading["unit"], registers[code]["unit"])
                self.assertEqual((reading["quality"], registers[code]["quality"]), ("good", "good"))
                digit = decimal.Decimal(RECORD_DIGIT.get(code, RECORD_DIGIT.get(reading["unit"], "1")))
                self.assertEqual(reading["value"], registers[code]["value"].quantize(digit, decimal.ROUND_HALF_UP))
                if code in VALUES:
                    self.assertEqual(registers[code]["value"], decimal.Decimal(VALUES[code]))

    def test_the_same_meter_says_the_same_by_modbus_and_by_mbus(self):
        self.check(MODEL, SETS, 31)
        self.check("wago-879-3020", SETS, 31)
        self.check(TRANSFORMERS, SETS, 33)

    def test_every_value_was_set(self):
        target = self.simulate(MODEL, "--mbus", "--tcp", "0")
        self.assertEqual(set(values(self.read_json(MODEL, target))), set(VALUES))


class ReadAny(ToolTest):
    def test_reads_a_meter_without_its_model(self):
        target = self.simulate(MODEL, "--mbus", "--tcp", "0", "--address", "5", *SETS)
        for who in (["--address", "5"], ["--secondary", ID]):
            result = run("read", "mbus", target, *who)
            self.assertEqual((result.returncode, result.stderr), (0, ""))
            self.assertIn("Meter 19020246, manufacturer INM, version 1, medium electricity (02)", result.stdout)
            self.assertRegex(result.stdout, r"(?m)^ +0 +- +energy +15062\.03 kWh +1-0:1\.8\.0 +04 03 ")
            self.assertRegex(result.stdout, r"(?m)^ +13 +- +voltage +234\.3 V +1-0:32\.7\.0 .* phase l1$")

    def test_prints_json(self):
        target = self.simulate(MODEL, "--mbus", "--pty", "--address", "5", *SETS)
        result = run("read", "mbus", target, "--address", "5", "--json")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertEqual(len(result.stdout.splitlines()), 1)
        answer = parse(result.stdout)
        self.assertEqual((answer["address"], answer["ci"], answer["more_records"]), (5, 0x72, False))
        self.assertEqual((answer["header"]["id"], answer["header"]["manufacturer"]), (ID, "INM"))
        self.assertEqual(len(answer["records"]), 31)
        self.assertEqual(answer["records"][22]["value"], -492)
        self.assertEqual(answer["records"][22]["obis"], "1-0:76.7.0")
        self.assertEqual(answer["records"][28]["value"], 30)  # without the model nothing says that this is 0.30

    def test_prints_every_telegram(self):
        telegrams = [frame(0x08, 1, ENERGY + "1F"), frame(0x08, 1, ENERGY.replace("01 02 04", "01 02 05"))]
        bus = Bus(self, lambda address: telegrams[len(bus.heard) - 2])
        result = run("read", "mbus", bus.target, "--address", "1", "--json")
        self.assertEqual(result.returncode, 0, result.stderr)
        answers = [parse(line) for line in result.stdout.splitlines()]
        self.assertEqual([answer["more_records"] for answer in answers], [True, False])
        self.assertEqual([answer["header"]["access"] for answer in answers], [4, 5])
        self.assertEqual(bus.heard, [bytes.fromhex(asked) for asked in ("1040014116", "107B017C16", "105B015C16")])

    def test_shows_what_stands_before_damage_and_fails(self):
        bus = Bus(self, lambda address: frame(0x08, address, ENERGY + "04 83 3C 01 02"))
        result = run("read", "mbus", bus.target, "--address", "1", "--json")
        self.assertEqual(result.returncode, 1)
        lines = [parse(line) for line in result.stdout.splitlines()]
        self.assertEqual(lines[0]["records"][0]["value"], 123456789)
        self.assertEqual(set(lines[-1]), {"error", "offset"})


class Write(ToolTest):
    """Frames of A2.3, as a master of one's own sends them."""

    def tell(self, target, *frames):
        host, port = re.fullmatch(r"mbus\+tcp://(.*):(\d+)", target).groups()
        with socket.create_connection((host, int(port)), timeout=10) as connection:
            for request in frames:
                connection.sendall(bytes.fromhex(request))
                self.assertEqual(connection.recv(100), b"\xE5")

    def test_the_tariff(self):
        target = self.simulate(MODEL, "--mbus", "--tcp", "0", "--address", "1")
        tariff = ["--address", "1", "--obis", "active_tariff"]
        self.assertEqual(values(self.read_json(MODEL, target, *tariff))["0-0:96.14.0"]["value"], 1)
        self.tell(target, "1040014116", "6808086853015109 7C015402 8116")
        self.assertEqual(values(self.read_json(MODEL, target, *tariff))["0-0:96.14.0"]["value"], 2)

    def test_the_primary_address(self):
        target = self.simulate(MODEL, "--mbus", "--tcp", "0", "--address", "1")
        # 53 + 01 + 51 + 01 + 7A + 05 = 125
        self.tell(target, "6806066853015101 7A05 2516")
        self.read_json(MODEL, target, "--address", "5")
        result = run("read", MODEL, target, "--address", "1", "--timeout", "100", "--baud", "38400")
        self.assertEqual(result.returncode, 1)
        self.assertIn("no answer from address 1 at ", result.stderr)

    def test_the_identification(self):
        target = self.simulate(MODEL, "--mbus", "--tcp", "0", "--address", "1")
        self.tell(target, "680909685301510C 79 45230115 A816")
        self.assertEqual(len(self.read_json(MODEL, target, "--secondary", "15012345")["readings"]), 31)

    def test_the_resettable_energy(self):
        target = self.simulate(MODEL, "--mbus", "--tcp", "0", "--address", "1")
        self.tell(target, "680909685301510C 04 00000000 B516")
        energy = values(self.read_json(MODEL, target, "--address", "1"))["1-0:129.8.0"]["value"]
        self.assertIn(energy, range(0, 20))  # of some seconds with 4.4 kW

    def test_what_the_meter_does_not_know_is_told_by_the_next_readout(self):
        target = self.simulate(MODEL, "--mbus", "--tcp", "0", "--address", "1")
        self.tell(target, frame(0x53, 1, "51 04 03 01000000").hex())
        result = run("read", MODEL, target, "--address", "1")
        self.assertEqual(result.returncode, 1)
        self.assertIn("answered with application error 0", result.stderr)
        self.read_json(MODEL, target, "--address", "1")


class Scan(ToolTest):
    FAST = ["--baud", "38400", "--timeout", "100"]  # answers come at once, so silence need not be long

    def test_finds_a_meter_by_its_secondary_address(self):
        for target in (self.simulate(MODEL, "--mbus", "--tcp", "0", "--address", "7"),
                       self.simulate(MODEL, "--mbus", "--pty", "--address", "7")):
            result = run("scan", target, "--mbus", "--secondary", *self.FAST)
            self.assertEqual((result.returncode, result.stderr), (0, ""))
            self.assertRegex(result.stdout, r"^address +id +manufacturer +version +medium\n"
                                            r"7 +19020246 +INM +1 +electricity\n1 found\n$")

    def test_prints_json_of_each_meter(self):
        target = self.simulate(MODEL, "--mbus", "--tcp", "0", "--address", "7", "--id", "13070001")
        result = run("scan", target, "--range", "1307FFFF", "--json", *self.FAST)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertEqual(parse(result.stdout), {
            "address": 7, "id": "13070001", "manufacturer": "INM", "version": 1, "medium": 2,
            "medium_name": "electricity", "secondary": "13070001CD250102"})

    def test_tries_speed_after_speed(self):
        """A pseudo-terminal has every speed, so that the first would do."""
        target = self.simulate(MODEL, "--mbus", "--pty", "--address", "7")
        scan = ["scan", target, "--mbus", "--secondary", "--repeats", "0", "--bauds", "9600,4800"]
        result = run(*scan)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertEqual(result.stdout.splitlines()[-1], "1 found at 9600; the speeds after it were not searched "
                                                         "(--all does)")
        result = run(*scan, "--all", "--json")
        self.assertEqual([(meter["baud"], meter["id"]) for meter in map(parse, result.stdout.splitlines())],
                         [(9600, ID), (4800, ID)])

    def test_finds_nothing(self):
        target = self.simulate(MODEL, "--mbus", "--tcp", "0", "--id", "13070001")
        for arguments in (["--range", "2FFFFFFF"], ["--range", "1307000174520102", "--json"]):
            result = run("scan", target, *arguments, *self.FAST)
            self.assertEqual((result.returncode, result.stdout), (1, ""))
            self.assertIn("no meter answered at %s: check baud rate, the two wires" % target, result.stderr)

    def primary(self, *arguments):
        """All addresses, of which 7 is silent and two meters answer at 9."""
        def readout(address):
            return b"\x68\x13\x13\x00" * 5 if address == 9 else frame(0x08, address, ENERGY)
        bus = Bus(self, readout, silent=[7])
        result = run("scan", bus.target, "--repeats", "0", *self.FAST, *arguments, timeout=100)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertRegex(result.stderr, r"^meterwire: address 9: .*: perhaps several meters; 'meterwire scan "
                                        r"--secondary' tells them apart\n$")
        return result.stdout.splitlines()

    def test_finds_meters_by_their_primary_addresses(self):
        lines = self.primary()
        self.assertEqual(lines[-1], "249 found")
        self.assertEqual([int(line.split()[0]) for line in lines[1:-1]],
                         [address for address in range(251) if address not in (7, 9)])
        self.assertEqual({tuple(line.split()[1:]) for line in lines[1:-1]}, {(ID, "INM", "1", "electricity")})

    def test_prints_json_of_primary_addresses(self):
        found = [parse(line) for line in self.primary("--json")]
        self.assertEqual([meter["address"] for meter in found], [a for a in range(251) if a not in (7, 9)])
        self.assertEqual(found[0]["secondary"], "19020246CD250102")

    def interrupt(self, found, *arguments):
        process = self.start(TOOL, "scan", *arguments)
        if found > 0:
            process.stdout.readline()
            process.stdout.readline()
        else:
            self.wait_for(lambda: self.bus.heard, "the scan asks nothing")
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(5), 1)
        self.assertEqual(process.stderr.read(), "meterwire: interrupted; %d found so far\n" % found)

    def test_is_ended_by_ctrl_c(self):
        self.bus = Bus(self)
        self.interrupt(0, self.bus.target)
        self.bus = Bus(self)
        self.interrupt(0, self.bus.target, "--secondary")
        self.interrupt(1, self.simulate(MODEL, "--mbus", "--pty"), "--mbus")

    def test_a_gateway_that_hangs_up(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            def hang_up():
                connection, _ = listener.accept()
                connection.recv(100)
                connection.close()
            for arguments in ([], ["--secondary"]):
                thread = threading.Thread(target=hang_up)
                thread.start()
                target = "mbus+tcp://127.0.0.1:%d" % listener.getsockname()[1]
                result = run("scan", target, *arguments)
                thread.join()
                self.assertEqual((result.returncode, result.stdout), (1, ""))
                self.assertEqual(result.stderr, "meterwire: %s: the other side has hung up\n" % target)


class Errors(ToolTest):
    def expect(self, result, code, *texts):
        self.assertEqual(result.returncode, code, result.stderr)
        self.assertEqual(result.stdout, "")
        for text in texts:
            self.assertIn(text, result.stderr)

    def test_no_answer_says_what_to_check(self):
        target = self.simulate(MODEL, "--mbus", "--pty")
        result = run("read", MODEL, target, "--mbus", "--address", "2", "--baud", "9600", "--timeout", "150")
        self.expect(result, 1, "no answer from address 2 at %s, 9600 8E1 within 150 ms: check address, baud rate, the "
                               "two wires, and the power of the level converter" % target)
        result = run("read", "mbus", target, "--address", "2", "--baud", "9600")
        self.expect(result, 1, "within 184 ms")  # 330 bits and 50 ms, and 100 ms

    def test_a_meter_of_another_kind(self):
        bus = Bus(self, lambda address: frame(0x08, address, OTHER))
        self.expect(run("read", MODEL, bus.target, "--address", "3"), 1,
                    "the meter that answered at %s is not address 3, or no %s; 'meterwire read mbus' reads every meter" %
                    (bus.target, MODEL))

    def test_an_application_error(self):
        bus = Bus(self, lambda address: frame(0x08, address, "70 08"))
        self.expect(run("read", MODEL, bus.target, "--address", "3"), 1,
                    "address 3 at %s answered with application error 8, " % bus.target)
        bus = Bus(self, lambda address: frame(0x08, address, "70 08"))
        self.expect(run("read", "mbus", bus.target, "--address", "3"), 1, "answered with application error 8, ")

    def test_a_damaged_answer(self):
        bus = Bus(self, lambda address: frame(0x08, address, ENERGY)[:-2] + b"\x00\x16")
        self.expect(run("read", MODEL, bus.target, "--address", "3", "--baud", "38400"), 1, "wrong check sum",
                    "and baud rate, parity and wires behind the gateway")

    def test_a_port_that_is_not_there(self):
        for command in (["read", MODEL], ["read", "mbus"], ["scan"]):
            who = ["--address", "1"] if command[0] == "read" else []
            self.expect(run(*command, "/dev/does-not-exist", "--mbus", *who), 1,
                        "cannot open /dev/does-not-exist: No such file")

    def test_nobody_listens(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        for command in (["read", MODEL], ["scan"]):
            self.expect(run(*command, "mbus+tcp://127.0.0.1:%d" % port), 1, "Connection refused")

    def test_is_ended_by_ctrl_c(self):
        bus = Bus(self)
        process = self.start(TOOL, "read", MODEL, bus.target, "--timeout", "60000")
        self.wait_for(lambda: bus.heard, "it asks nothing")
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(5), 1)
        self.assertEqual(process.stderr.read(), "meterwire: interrupted\n")

    def test_wrong_usage(self):
        for arguments, text in (
                (["read", MODEL, "x", "--mbus", "--unit", "1"], "--unit is for Modbus"),
                (["read", "mbus", "x", "--unit", "1"], "--unit is for Modbus"),
                (["read", MODEL, "mbus+tcp://h:1", "--unit", "1"], "--unit is for Modbus"),
                (["read", MODEL, "x", "--address", "1"], "--address and --secondary are for --mbus"),
                (["read", MODEL, "x", "--secondary", ID], "--address and --secondary are for --mbus"),
                (["read", MODEL, "x", "--mbus", "--address", "1", "--secondary", ID], "either --address or --secondary"),
                (["read", MODEL, "x", "--mbus", "--address", "251"], "--address needs a number from 0 to 250"),
                (["read", MODEL, "x", "--mbus", "--address", "252"], "--address needs a number"),
                (["read", MODEL, "x", "--mbus", "--address", "255"], "--address needs a number"),
                (["read", MODEL, "x", "--mbus", "--address", "-1"], "--address needs a number"),
                (["read", MODEL, "x", "--mbus", "--secondary", "1902024"], "--secondary needs 8 or 16 digits"),
                (["read", MODEL, "x", "--mbus", "--secondary", "1902024G"], "--secondary needs 8 or 16 digits"),
                (["read", MODEL, "x", "--mbus", "--secondary", ""], "--secondary needs 8 or 16 digits"),
                (["read", MODEL, "tcp://127.0.0.1:1", "--mbus"], "M-Bus over TCP is mbus+tcp://HOST:PORT"),
                (["read", MODEL, "rtu+tcp://127.0.0.1:1", "--mbus"], "M-Bus over TCP is mbus+tcp://HOST:PORT"),
                (["read", "mbus", "tcp://127.0.0.1:1", "--address", "1"], "M-Bus over TCP is mbus+tcp://HOST:PORT"),
                (["read", MODEL, "mbus+tcp://127.0.0.1"], "cannot open mbus+tcp://127.0.0.1"),
                (["read", "mbus", "x"], "which meter?"),
                (["read", "mbus", "x", "--address", "1", "--group", "fast"], "--group and --obis need a model"),
                (["read", "mbus", "x", "--address", "1", "--obis", "1-0:1.8.0"], "--group and --obis need a model"),
                (["read", MODEL, "x", "--mbus", "--obis", "voltage_l1_l2"], "on M-Bus"),
                (["read", MODEL, "x", "--mbus", "--obis", "1-0:0.4.2"], "on M-Bus"),
                (["read", MODEL, "x", "--mbus", "--baud", "1234"], "no such baud rate"),
                (["read", MODEL, "x", "--mbus=1"], "--mbus takes no value"),
                (["scan"], "one TARGET is needed"),
                (["scan", "x", "y", "--mbus"], "one TARGET is needed"),
                (["scan", "x", "--secondary"], "--secondary and --range are for M-Bus: --mbus"),
                (["scan", "tcp://127.0.0.1:1", "--range", "1902FFFF"], "--secondary and --range are for M-Bus"),
                (["scan", "x", "--mbus", "--units", "1"], "--units and --parities are for Modbus"),
                (["scan", "x", "--mbus", "--parities", "even,none"], "--units and --parities are for Modbus"),
                (["scan", "mbus+tcp://127.0.0.1:1", "--bauds", "300,2400"], "behind a gateway"),
                (["scan", "tcp://127.0.0.1:1", "--mbus"], "M-Bus over TCP is mbus+tcp://HOST:PORT"),
                (["scan", "x", "--mbus", "--range", "12345"], "--range needs 8 or 16 digits"),
                (["scan", "x", "--mbus", "--repeats", "21"], "--repeats needs a number from 0 to 20"),
                (["scan", "x", "--mbus", "--timeout", "0"], "--timeout needs milliseconds from 1 to 300000"),
                (["scan", "x", "--mbus", "--jsno"], "there is no option --jsno"),
                (["simulate", MODEL, "--mbus"], "either --pty or --tcp is needed"),
                (["simulate", MODEL, "--mbus", "--pty", "--unit", "1"], "--unit is for Modbus"),
                (["simulate", MODEL, "--pty", "--address", "1"], "--address is for M-Bus"),
                (["simulate", MODEL, "--mbus", "--pty", "--address", "251"], "--address needs a number from 0 to 250"),
                (["simulate", MODEL, "--mbus", "--pty", "--id", "1902024"], "--id needs eight digits"),
                (["simulate", MODEL, "--mbus", "--pty", "--id", "190202466"], "--id needs eight digits"),
                (["simulate", MODEL, "--mbus", "--pty", "--id", "0x020246"], "--id needs eight digits"),
        ):
            with self.subTest(arguments=arguments):
                self.expect(run(*arguments), 2, text)


if __name__ == "__main__":
    unittest.main()
