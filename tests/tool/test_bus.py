# SPDX-License-Identifier: MIT
"""A bus of simulated meters: what its file may say, who answers, what collides, and at which speed."""

import datetime
import decimal
import os
import re
import signal
import socket
import struct
import subprocess
import tempfile
import termios
import unittest

from meterwire_test import TOOL, ToolTest, parse, run, values

MIXED = """# Modbus
wago-879-3000 unit 1 voltage_l1=229.5 1-0:1.8.0=12345678

wago-879-3040 unit 2   # without values
socomec-countis-e44 unit 3 voltage_l2=231.25
"""
MBUS = """wago-879-3000 address 1 id 13070001
wago-879-3040 address 2 id 19020247
wago-879-3020 address 2
wago-879-3000 id 13070002 1-0:1.8.0=4711
"""
QUICK = ["--timeout", "150"]
FAST = [*QUICK, "--baud", "38400"]  # M-Bus on lines without a speed: silence need not be long


def frame(*carried):
    """The long M-Bus frame around C field, address and what follows, by EN 13757-2."""
    carried = b"".join(bytes([part]) if isinstance(part, int) else bytes.fromhex(part) for part in carried)
    return bytes([0x68, len(carried), len(carried), 0x68]) + carried + bytes([sum(carried) & 0xFF, 0x16])


def short(c, address):
    return bytes([0x10, c, address, (c + address) & 0xFF, 0x16])


def crc(data):
    """That of Modbus RTU."""
    value = 0xFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0xA001 if value & 1 else 0)
    return value


def is_frame(answer):
    return len(answer) > 6 and answer == frame(answer[4:-2].hex())


class BusTest(ToolTest):
    def write(self, text):
        """A file that ends with the test."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = os.path.join(folder.name, "bus.txt")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def bus(self, text, *options):
        return self.simulate("--bus", self.write(text), *options)

    def connect(self, target):
        host, port = re.fullmatch(r"(?:mbus\+)?tcp://(.*):(\d+)", target).groups()
        connection = socket.create_connection((host, int(port)), timeout=10)
        self.addCleanup(connection.close)
        return connection

    def register(self, target, unit, address, *more):
        """What a register says, or None when nobody answers."""
        result = run("modbus", "read", target, "--unit", str(unit), "--address", address, "--json", *QUICK, *more)
        if result.returncode != 0:
            self.assertIn("no answer from unit %d " % unit, result.stderr)
            return None
        return int(parse(result.stdout)["values"][0])

    def change(self, target, unit, address, value, *more):
        result = run("modbus", "write", target, "--unit", str(unit), "--address", address, str(value), *QUICK, *more)
        self.assertEqual(result.returncode, 0, result.stderr)


class Modbus(BusTest):
    def check(self, target):
        first = values(self.read_json("wago-879-3000", target, "--unit", "1"))
        self.assertEqual(first["1-0:32.7.0"]["value"], decimal.Decimal("229.5"))
        self.assertEqual(first["1-0:1.8.0"]["value"], 12345678)
        self.assertEqual(first["0-0:96.1.0"]["value"], "19020246")
        second = values(self.read_json("wago-879-3040", target, "--unit", "2"))
        self.assertEqual(second["0-0:96.1.0"]["value"], "19020247")
        self.assertEqual(second["0-0:96.1.4"]["value"], "1113")  # the meter code of the 2PU CT
        third = values(self.read_json("socomec-countis-e44", target, "--unit", "3"))
        self.assertEqual(third["1-0:52.7.0"]["value"], decimal.Decimal("231.25"))
        self.assertTrue(third["0-0:96.1.3"]["value"].startswith("COUNTIS E44"))
        self.assertIsNone(self.register(target, 4, "0x4000"))

    def test_every_meter_is_read_on_a_line_and_over_tcp(self):
        self.check(self.bus(MIXED, "--pty"))
        self.check(self.bus(MIXED, "--tcp", "0"))

    def test_the_file_may_be_the_standard_input(self):
        process = self.start(TOOL, "simulate", "--bus", "-", "--tcp", "0", stdin=subprocess.PIPE)
        process.stdin.write(MIXED)
        process.stdin.close()
        process.stdin = None
        self.check(process.stdout.readline().split()[1])
        self.assertEqual([line.rsplit(", ", 1)[1] for line in (process.stdout.readline() for _ in range(3))],
                         ["unit 1\n", "unit 2\n", "unit 3; stop with Ctrl-C\n"])

    def test_no_two_meters_say_the_same(self):
        codes = "1-0:1.8.0", "1-0:2.8.0", "1-0:16.7.0", "1-0:31.7.0", "1-0:32.7.0"
        words = [word for code in codes for word in ("--obis", code)]
        target = self.bus("".join("wago-879-3000 unit %d\n" % unit for unit in range(1, 9)), "--tcp", "0")
        meters = [values(self.read_json("wago-879-3000", target, "--unit", str(unit), *words)) for unit in range(1, 9)]
        for code in codes:
            self.assertEqual(len({meter[code]["value"] for meter in meters}), 8, code)
        target = self.bus("socomec-countis-e44 unit 1\nsocomec-countis-e44 unit 2\n", "--tcp", "0")
        self.assertNotEqual(self.register(target, 1, "0xC35A"), self.register(target, 2, "0xC35A"))  # serial_order

    def test_a_serial_number_of_ones_own(self):
        target = self.bus("wago-879-3000 id 13070001\nwago-879-3020 unit 2\n", "--tcp", "0")
        self.assertEqual(self.register(target, 1, "0x4000", "--type", "u32"), 0x13070001)
        self.assertEqual(self.register(target, 2, "0x4000", "--type", "u32"), 0x19020247)
        target = self.simulate("wago-879-3000", "--tcp", "0", "--id", "13070001")
        self.assertEqual(self.register(target, 1, "0x4000", "--type", "u32"), 0x13070001)

    def test_a_broadcast_is_for_all_and_unanswered(self):
        target = self.bus(MIXED + "wago-879-3020 unit 7 active_tariff=4\n", "--pty")
        result = run("modbus", "write", target, "--unit", "0", "--address", "0x6048", "3", "--trace")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertNotIn("<", result.stderr)  # nothing was received
        self.assertEqual([self.register(target, unit, "0x6048") for unit in (1, 2, 7)], [3, 3, 3])

    def test_a_meter_answers_at_its_new_unit(self):
        for kind in ["--pty"], ["--tcp", "0"]:
            target = self.bus(MIXED, *kind)
            self.change(target, 2, "0x4003", 9)
            self.assertIsNone(self.register(target, 2, "0x4003"))
            self.assertEqual(self.register(target, 9, "0x4003"), 9)
            self.change(target, 3, "0xE400", 2)  # a Countis
            self.assertEqual(self.register(target, 2, "0xE400"), 2)
            self.assertIsNone(self.register(target, 3, "0xE400"))

    def test_two_meters_with_one_unit_collide(self):
        for kind, what in (["--pty"], "wrong check sum"), (["--tcp", "0"], "no answer from unit 1"):
            target = self.bus(MIXED, *kind)
            self.change(target, 2, "0x4003", 1)
            result = run("modbus", "read", target, "--address", "0x4000", "--count", "2", *QUICK)
            self.assertEqual(result.returncode, 1)
            self.assertIn(what, result.stderr)

    def test_what_differs_in_one_bit_is_no_good_frame_either(self):
        """Two serial numbers for which the conjunction of both answers is the one answer, whole."""
        one, other = (crc(bytes.fromhex("01 03 02" + digits)) for digits in ("0082", "0083"))
        self.assertEqual(one & other, one)
        target = self.bus("wago-879-3000 id 10000082\nwago-879-3000 unit 2 id 10000083\n", "--pty")
        self.change(target, 2, "0x4003", 1)
        self.assertEqual(self.register(target, 1, "0x4000"), 0x1000)  # the same bytes are one answer
        result = run("modbus", "read", target, "--address", "0x4001", *QUICK)
        self.assertEqual(result.returncode, 1)
        self.assertIn("wrong check sum", result.stderr)

    def test_what_is_written_is_kept_also_over_a_fixed_value(self):
        target = self.bus("wago-879-3000 active_tariff=2 combinations_code=1\n", "--tcp", "0")
        self.assertEqual([self.register(target, 1, address) for address in ("0x6048", "0x400F")], [2, 1])
        self.change(target, 1, "0x6048", 3)
        self.change(target, 1, "0x400F", 4)
        self.assertEqual([self.register(target, 1, address) for address in ("0x6048", "0x400F")], [3, 4])


class MBus(BusTest):
    IDS = {"13070001": 1, "19020247": 2, "19020248": 2, "13070002": 0}  # the third is counted up

    def test_a_secondary_scan_finds_them_all(self):
        for kind in ["--pty"], ["--tcp", "0"]:
            target = self.bus(MBUS, "--mbus", *kind)
            result = run("scan", target, "--mbus", "--secondary", "--json", *FAST, timeout=60)
            self.assertEqual((result.returncode, result.stderr), (0, ""))
            found = [parse(line) for line in result.stdout.splitlines()]
            self.assertEqual(len(found), 4)
            self.assertEqual({meter["id"]: meter["address"] for meter in found}, self.IDS)
        for secondary, model in (("19020247", "wago-879-3040"), ("19020248", "wago-879-3020")):
            answer = self.read_json(model, target, "--secondary", secondary)
            self.assertEqual(len(answer["readings"]), 33 if model == "wago-879-3040" else 31)
        energy = self.read_json("wago-879-3000", target, "--secondary", "13070002", "--obis", "1-0:1.8.0")
        self.assertEqual(values(energy)["1-0:1.8.0"]["value"], 4711)

    def test_a_primary_scan_tells_a_collision(self):
        target = self.bus(MBUS, "--mbus", "--tcp", "0")
        process = self.start(TOOL, "scan", target, *FAST)
        self.assertRegex(process.stderr.readline(), r"^meterwire: address 2: .*: perhaps several meters; 'meterwire scan "
                                                    r"--secondary' tells them apart\n$")
        process.send_signal(signal.SIGINT)
        self.assertEqual([line.split()[:2] for line in process.stdout.read().splitlines()[1:]],
                         [["0", "13070002"], ["1", "13070001"]])

    def ask(self, request, length=None):
        self.connection.sendall(request)
        answer = b""
        while length is None or len(answer) < length:
            part = self.connection.recv(300)
            self.assertNotEqual(part, b"")
            answer += part
            if length is None:
                length = answer[1] + 6 if answer[0] == 0x68 else 1
        self.assertEqual(len(answer), length)
        return answer

    def readout(self, address):
        self.assertEqual(self.ask(short(0x40, address)), b"\xE5")
        return self.ask(short(0x7B, address))

    def test_all_answer_at_254_and_to_a_selection_that_fits_all(self):
        self.connection = self.connect(self.bus("wago-879-3000 address 1 id 13070001\nwago-879-3020 address 6 id 19020247\n",
                                                "--mbus", "--tcp", "0"))
        one, other = self.readout(1), self.readout(6)
        self.assertTrue(is_frame(one) and is_frame(other))
        self.assertEqual((one[7:11].hex(), other[7:11].hex()), ("01000713", "47020219"))
        both = self.readout(0xFE)
        self.assertEqual(len(both), len(one))  # records of one kind
        self.assertFalse(is_frame(both))
        self.assertEqual(both[5:11].hex(), "00" + "72" + "01000211")  # 1 & 6 is 0, and the identifications likewise
        self.assertEqual(self.ask(frame(0x53, 0xFD, "52 FFFFFFFF FFFF FF FF")), b"\xE5")
        self.assertFalse(is_frame(self.ask(short(0x7B, 0xFD))))
        self.assertEqual(self.ask(frame(0x53, 0xFD, "52 01000713 FFFF FF FF")), b"\xE5")
        self.assertTrue(is_frame(self.ask(short(0x7B, 0xFD))))

    def test_identifications_that_differ_in_one_bit_make_no_good_frame(self):
        """All records the same. In one of both cases the checksums differ in one bit, too: the conjunction is the frame
        of one of them."""
        fixed = " ".join("%s=1" % code for code in values(self.read_json(
            "wago-879-3000", self.simulate("wago-879-3000", "--mbus", "--tcp", "0"))))
        for digit in range(2):
            text = "".join("wago-879-3000 id 10000%d0%d %s\n" % (digit, last, fixed) for last in (0, 1))
            self.connection = self.connect(self.bus(text, "--mbus", "--tcp", "0"))
            self.assertFalse(is_frame(self.readout(0)), digit)

    def test_a_broadcast_is_for_all_and_unanswered(self):
        target = self.bus(MBUS, "--mbus", "--tcp", "0")
        self.connection = self.connect(target)
        self.connection.sendall(frame(0x53, 0xFF, "51 09 7C 01 54 02"))
        self.assertEqual(self.ask(short(0x40, 1)), b"\xE5")  # the first that comes, and it is one
        for secondary in self.IDS:
            answer = self.read_json("wago-879-3000", target, "--secondary", secondary, "--obis", "active_tariff")
            self.assertEqual(values(answer)["0-0:96.14.0"]["value"], 2)

    def test_a_meter_answers_at_its_new_address(self):
        self.connection = self.connect(self.bus(MBUS, "--mbus", "--tcp", "0"))
        self.assertEqual(self.ask(frame(0x53, 1, "51 01 7A 09")), b"\xE5")
        self.assertEqual(self.readout(9)[7:11].hex(), "01000713")
        self.connection.sendall(short(0x40, 1))
        self.assertEqual(self.readout(9)[5], 9)  # what came in between was silence


class Speed(BusTest):
    def test_only_the_right_speed_is_answered(self):
        target = self.bus(MIXED + "wago-879-3020 unit 4 baud 19200\n", "--pty", "--baud", "4800")
        for baud, answers in ("4800", [5, 5, 5, None]), ("19200", [None, None, None, 7]), ("9600", [None] * 4):
            got = [self.register(target, unit, "0x4004" if unit != 3 else "0xE000", "--baud", baud)
                   for unit in (1, 2, 3, 4)]
            self.assertEqual(got, answers, baud)  # 5: 4800, 7: 19200; the network of a Countis is 5

    def test_a_speed_that_is_written_counts_from_then_on(self):
        target = self.bus(MIXED, "--pty")
        self.assertEqual([self.register(target, 1, "0x4004", "--baud", baud) for baud in ("300", "115200")], [6, 6])
        self.change(target, 1, "0x4004", 7, "--baud", "9600")  # is answered
        self.assertIsNone(self.register(target, 1, "0x4004", "--baud", "9600"))
        self.assertEqual(self.register(target, 1, "0x4004", "--baud", "19200"), 7)
        self.assertEqual(self.register(target, 2, "0x4004", "--baud", "9600"), 6)
        self.change(target, 1, "0x4004", 6, "--baud", "19200")
        self.assertEqual(self.register(target, 1, "0x4004", "--baud", "9600"), 6)

    def test_a_countis_has_other_codes(self):
        target = self.simulate("socomec-countis-e23", "--pty", "--baud", "1200", "--parity", "odd")
        self.assertEqual(self.register(target, 1, "0xE001", "--baud", "1200"), 0)
        self.assertEqual(self.register(target, 1, "0xE003", "--baud", "1200"), 1)
        self.change(target, 1, "0xE001", 7, "--baud", "1200")
        self.assertIsNone(self.register(target, 1, "0xE001", "--baud", "1200"))
        self.assertEqual(self.register(target, 1, "0xE001", "--baud", "115200"), 7)

    def test_the_parity_is_remembered(self):
        for parity, code in ("even", 1), ("none", 2), ("odd", 3):
            target = self.simulate("wago-879-3000", "--pty", "--parity", parity)
            self.assertEqual(self.register(target, 1, "0x4011"), code)

    def test_over_tcp_there_is_no_speed(self):
        target = self.bus("wago-879-3000 baud 19200\n", "--tcp", "0")
        self.assertEqual(self.register(target, 1, "0x4004"), 7)
        self.change(target, 1, "0x4004", 1)
        self.assertEqual(self.register(target, 1, "0x4004"), 1)

    def heard(self, target, baud):
        return run("read", "mbus", target, "--mbus", "--address", "1", "--baud", baud, *QUICK).returncode == 0

    def test_on_mbus(self):
        target = self.bus(MBUS, "--mbus", "--pty", "--baud", "2400")
        self.assertTrue(self.heard(target, "2400"))
        self.assertFalse(self.heard(target, "9600"))
        with open(target, "r+b", buffering=0) as line:
            settings = termios.tcgetattr(line)
            settings[4:6] = [termios.B2400] * 2
            termios.tcsetattr(line, termios.TCSANOW, settings)
            line.write(frame(0x53, 1, 0xBD))  # 9600
            self.assertEqual(line.read(1), b"\xE5")
        self.assertFalse(self.heard(target, "2400"))
        self.assertTrue(self.heard(target, "9600"))


class Settings(BusTest):
    """Every setting of every model can be written, with the function that its table says, and is read back."""

    TIME, RATIO, ACTION = 1, 2, 4  # kinds
    WRITTEN = 16
    INTEGERS = (0x4026, 2)  # the simulator sends floats only

    def ask(self, pdu):
        self.connection.sendall(struct.pack(">HHHB", 1, 0, len(pdu) + 1, self.unit) + pdu)
        head = self.connection.recv(7, socket.MSG_WAITALL)
        return self.connection.recv(struct.unpack(">HHHB", head)[2] - 1, socket.MSG_WAITALL)

    def tables(self, model):
        lines = [line.split() for line in subprocess.run([os.environ["METERWIRE_MODEL_ROWS"], model], check=True,
                                                         capture_output=True, text=True).stdout.splitlines()]
        rows = {int(words[1]): words for words in lines if words[0] == "row"}
        choices = {}
        for words in lines:
            if words[0] == "choice":
                choices.setdefault(int(words[1]), []).append(int(words[2]))
        settings = [list(map(int, words[1:8])) for words in lines if words[0] == "setting"]
        return rows, choices, settings

    def encode(self, kind, n, regs):
        if kind == "clock":
            t = datetime.datetime.fromtimestamp(n, datetime.timezone.utc)
            return struct.pack(">6H", t.day, t.month, t.year, t.hour, t.minute, t.second)
        if kind == "ct_ratio":  # packed decimal, which a number above 9999 tells
            return struct.pack(">2H", 0x9995, n)
        if kind == "float":
            return struct.pack(">f", n / 1000)
        if kind == "bcd":
            return bytes.fromhex("%0*d" % (4 * regs, n))
        return n.to_bytes(2 * regs, "big")

    def check_setting(self, setting, n, row):
        address, regs, function, kind = *setting[:3], setting[6]
        data = self.encode(row[2], n, regs)
        head = struct.pack(">BH", function, address)
        answer = self.ask(head + data if function == 6 else head + struct.pack(">HB", regs, 2 * regs) + data)
        if (address, n) == self.INTEGERS:
            self.assertEqual(answer.hex(), "8604")
            return
        self.assertEqual(answer, head + data if function == 6 else head + struct.pack(">H", regs))
        if row[6] == "modbus_address":
            self.unit = n
        if kind != self.ACTION and int(row[7]) != self.WRITTEN:
            self.assertEqual(self.ask(struct.pack(">BHH", 3, address, regs))[2:], data)

    def test_all(self):
        count = 0
        for model in [line.split()[0] for line in run("models").stdout.splitlines() if "-" in line.split()[0]]:
            rows, choices, settings = self.tables(model)
            self.connection = self.connect(self.simulate(model, "--tcp", "0", "--unit", "1"))
            self.unit = 1
            for setting in settings:
                row = rows[setting[0]]
                for n in choices.get(setting[0]) or sorted({setting[4], setting[5]}):
                    with self.subTest(model=model, name=row[6], n=n):
                        self.check_setting(setting, n, row)
                        count += 1
        self.assertGreater(count, 200)


class Mistakes(BusTest):
    def test_they_name_the_line(self):
        for line, expected in {
                "wago": "no model is named 'wago'", "unit 1": "no model is named 'unit'",
                "wago-879-3000": "unit 1 is another meter's already", "wago-879-3040 unit 1": "unit 1 is another meter's",
                "wago-879-3000 unit 0": "unit needs a number from 1 to 247, not '0'",
                "wago-879-3000 unit 248": "not '248'", "wago-879-3000 unit": "unit is missing",
                "wago-879-3000 address 1": "address is for M-Bus",
                "wago-879-3000 unit 2 id 1902": "id needs eight digits, not '1902'",
                "socomec-countis-e44 unit 2 id 19020246": "socomec-countis-e44 has no serial number",
                "wago-879-3000 unit 2 baud 14400": "baud needs a speed from 300 to 115200, not '14400'",
                "socomec-countis-e23 unit 2 baud 600": "baud cannot be 600: socomec-countis-e23 has no such speed",
                "wago-879-3000 unit 2 voltage_l1=high": "voltage_l1 cannot be 'high'",
                "wago-879-3000 unit 2 voltage_l1=": "voltage_l1 cannot be ''",
                "wago-879-3000 unit 2 nothing=1": "'nothing' is no OBIS code",
                "wago-879-3000 unit 2 7-0:3.0.0=1": "wago-879-3000 has no 7-0:3.0.0",
                "wago-879-3000 unit 2 data_type=2": "the simulator sends floats only",
                "wago-879-3000 unit 2 parity odd": "a meter has unit, address, id, baud and OBIS=VALUE, not 'parity'",
                "wago-879-3000 unit 2 \"voltage_l1=2": "the text has no end",
                "wago-879-3000 unit 2 " + "voltage_l1=230 " * 400: "the line is too long"}.items():
            with self.subTest(line=line[:50]):
                result = run("simulate", "--bus", self.write("# one\nwago-879-3000 unit 1\n" + line + "\n"), "--tcp", "0")
                self.assertEqual((result.returncode, result.stdout), (1, ""))
                self.assertRegex(result.stderr, r"^meterwire: \S+bus\.txt:3: ")
                self.assertIn(expected, result.stderr)

    def test_of_mbus_name_the_line(self):
        for line, expected in {"socomec-countis-e44": "socomec-countis-e44 has no M-Bus",
                               "wago-879-3000 unit 1": "unit is for Modbus",
                               "wago-879-3000 address 251": "address needs a number from 0 to 250, not '251'",
                               "wago-879-3000 baud 19200": "wago-879-3000 has no such speed"}.items():
            with self.subTest(line=line):
                result = run("simulate", "--mbus", "--bus", self.write(line + "\n"), "--pty")
                self.assertEqual((result.returncode, result.stdout), (1, ""))
                self.assertRegex(result.stderr, r"^meterwire: \S+bus\.txt:1: .*" + re.escape(expected))

    def test_of_the_whole(self):
        self.assertRegex(run("simulate", "--bus", self.write("# nobody\n"), "--pty").stderr, "bus.txt has no meters\n$")
        result = run("simulate", "--bus", "/nonexistent", "--pty")
        self.assertEqual((result.returncode, result.stderr),
                         (1, "meterwire: cannot open /nonexistent: No such file or directory\n"))
        result = run("simulate", "--bus", self.write("socomec-countis-e23\n"), "--pty", "--baud", "600")
        self.assertRegex(result.stderr, "bus.txt:1: baud cannot be 600: socomec-countis-e23 has no such speed\n$")

    def test_of_usage(self):
        path = self.write(MIXED)
        for arguments, expected in (
                (["--bus", path, "--pty", "wago-879-3000"], "--bus comes without MODEL"),
                (["--bus", path, "--pty", "--unit", "1"], "--bus comes without MODEL"),
                (["--bus", path, "--pty", "--mbus", "--address", "1"], "--bus comes without MODEL"),
                (["--bus", path, "--pty", "--id", "19020246"], "--bus comes without MODEL"),
                (["--bus", path, "--pty", "--set", "voltage_l1=1"], "--bus comes without MODEL"),
                (["--bus", path], "either --pty or --tcp"),
                (["--bus"], "--bus needs a value"),
                (["--bus", path, "--tcp", "0", "--baud", "9600"], "--baud and --parity are for --pty"),
                (["wago-879-3000", "--tcp", "0", "--parity", "odd"], "--baud and --parity are for --pty"),
                (["wago-879-3000", "--pty", "--mbus", "--parity", "even"], "--parity is for Modbus"),
                (["wago-879-3000", "--pty", "--parity", "mark"], "--parity is even, none or odd, not 'mark'"),
                (["wago-879-3000", "--pty", "--baud", "9601"], "--baud needs a speed from 300 to 115200, not '9601'"),
                (["wago-879-3000", "--pty", "--mbus", "--baud", "19200"], "wago-879-3000 has no such speed"),
                (["socomec-countis-e44", "--pty", "--id", "19020246"], "--id cannot be set"),
        ):
            with self.subTest(arguments=arguments):
                result = run("simulate", *arguments)
                self.assertEqual((result.returncode, result.stdout), (2, ""))
                self.assertIn(expected, result.stderr)


if __name__ == "__main__":
    unittest.main()
