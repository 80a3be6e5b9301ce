# SPDX-License-Identifier: MIT
"""The tool as a client of any Modbus device, and as a listener on a bus: against its own simulator and against a device
made here, byte by byte."""

import decimal
import os
import re
import signal
import socket
import socketserver
import struct
import termios
import threading
import time
import tty
import unittest

from meterwire_test import TOOL, ToolTest, parse, run

MODEL = "wago-879-3000"


def registers(data):
    return bytes([len(data)]) + data


class Device(socketserver.ThreadingTCPServer):
    """A Modbus TCP device with 65536 holding registers and coils, which remembers what it was asked. What `answers` has
    for a function is its answer, or is called with the data of the request: the data of the answer, or an exception."""
    daemon_threads = True

    def __init__(self, test, answers=None):
        super().__init__(("127.0.0.1", 0), Handler)
        self.holding = [0] * 65536
        self.coils = [0] * 65536
        self.answers = answers or {}
        self.asked = []
        self.target = "tcp://127.0.0.1:%d" % self.server_address[1]
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        test.addCleanup(self.server_close)
        test.addCleanup(self.shutdown)

    def put(self, address, data):
        """Registers, from the bytes they have on the wire."""
        words = struct.unpack(">%dH" % (len(data) // 2), data)
        self.holding[address:address + len(words)] = words

    def answer(self, function, data):
        self.asked.append((function, data))
        if function in self.answers:
            given = self.answers[function]
            return given(data) if callable(given) else given
        address, count = struct.unpack(">HH", data[:4])
        if function in (1, 2):
            bits = self.coils[address:address + count]
            packed = [sum(bit << i for i, bit in enumerate(bits[begin:begin + 8])) for begin in range(0, count, 8)]
            return registers(bytes(packed))
        if function in (3, 4):
            return registers(struct.pack(">%dH" % count, *self.holding[address:address + count]))
        if function == 5:
            self.coils[address] = 1 if count == 0xFF00 else 0
        elif function == 6:
            self.holding[address] = count
        elif function == 15:
            for i in range(count):
                self.coils[address + i] = data[5 + i // 8] >> i % 8 & 1
        elif function == 16:
            self.put(address, data[5:])
        else:
            return 1
        return data[:4]


class Handler(socketserver.BaseRequestHandler):
    def exactly(self, count):
        data = b""
        while len(data) < count:
            more = self.request.recv(count - len(data))
            if not more:
                return None
            data += more
        return data

    def handle(self):
        while True:
            head = self.exactly(7)
            if head is None:
                return
            pdu = self.exactly(struct.unpack(">H", head[4:6])[0] - 1)
            answer = self.server.answer(pdu[0], pdu[1:])
            if answer is None:
                continue
            if isinstance(answer, int):
                answer = bytes([pdu[0] | 0x80, answer])
            else:
                answer = pdu[:1] + answer
            self.request.sendall(head[:4] + struct.pack(">H", len(answer) + 1) + head[6:] + answer)


def crc(data):
    """The frame of RTU around unit and PDU."""
    value = 0xFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0xA001 if value & 1 else 0)
    return data + struct.pack("<H", value)


def rtu(text):
    return crc(bytes.fromhex(text))


class Gateway:
    """The other end of a line behind a gateway: gives one answer to all that comes, or none."""

    def __init__(self, test, scheme, answer):
        self.heard = b""
        self.answer = answer
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.target = "%s://127.0.0.1:%d" % (scheme, self.listener.getsockname()[1])
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()
        test.addCleanup(self.listener.close)

    def serve(self):
        connection, _ = self.listener.accept()
        with connection:
            while True:
                data = connection.recv(1000)
                if not data:
                    return
                self.heard += data
                connection.sendall(self.answer)


class Modbus(ToolTest):
    def good(self, *arguments):
        result = run("modbus", *arguments)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(result.stderr, "")
        return result.stdout

    def json(self, *arguments):
        return parse(self.good(*arguments, "--json"))

    def expect(self, code, text, *arguments):
        result = run("modbus", *arguments)
        self.assertEqual(result.returncode, code, result.stderr)
        self.assertEqual(result.stdout, "")
        self.assertIn(text, result.stderr)


class Read(Modbus):
    def test_a_simulated_meter(self):
        for where in (["--pty"], ["--tcp", "0"]):
            target = self.simulate(MODEL, *where, "--unit", "7", "--set", "voltage_l1=229.5", "--set",
                                   "voltage_l2=12.25")
            with self.subTest(target=target):
                floats = ["read", target, "--unit", "7", "--address", "0x5002", "--type", "f32"]
                answer = self.json(*floats, "--count", "2")
                self.assertEqual(answer, {"unit": 7, "function": 3, "address": 0x5002, "type": "f32",
                                          "values": [decimal.Decimal("229.5"), decimal.Decimal("12.25")]})
                self.assertEqual(self.good(*floats), "0x5002 20482  229.5\n")
                self.assertEqual(self.good("read", target, "--unit", "7", "--address", "0x5002", "--count", "2"),
                                 "0x5002 20482  17253\n0x5003 20483  32768\n")

    def test_all_types_in_all_orders(self):
        device = Device(self)
        orders = {"ABCD": "01234567", "BADC": "10325476", "CDAB": "67452301", "DCBA": "76543210"}
        cases = (
            ("u16", "H", 65535), ("s16", "h", -32768), ("u32", "I", 4294967295), ("s32", "i", -2147483648),
            ("u64", "Q", 18446744073709551615), ("s64", "q", -9223372036854775808), ("u64", "Q", 0x0123456789ABCDEF),
            ("s32", "i", 0x01234567), ("f32", "f", decimal.Decimal("0.1")), ("f32", "f", decimal.Decimal("-1E+30")),
            ("f64", "d", decimal.Decimal("0.1")), ("f64", "d", decimal.Decimal("-1.7976931348623157e308")),
        )
        for name, code, value in cases:
            for order, places in orders.items():
                with self.subTest(type=name, order=order, value=value):
                    plain = struct.pack(">" + code, float(value) if code in "fd" else value)
                    # Of n bytes each order has the last n of the pattern's places, or the first.
                    count = len(plain)
                    places_here = [int(p) for p in places if int(p) < count]
                    wire = bytes(plain[p] for p in places_here)
                    device.put(100, wire)
                    answer = self.json("read", device.target, "--address", "100", "--type", name, "--order", order)
                    self.assertEqual(answer["values"], [value])
                    self.good("write", device.target, "--address", "200", "--type", name, "--order", order,
                              "--value=%s" % value)
                    self.assertEqual(struct.pack(">4H", *device.holding[200:204])[:count], wire)

    def test_decimal_digits(self):
        device = Device(self)
        device.put(0, bytes.fromhex("1234 5678 0000 0012 12AB"))
        read = ["read", device.target, "--address", "0"]
        self.assertEqual(self.json(*read, "--type", "bcd", "--count", "2")["values"], [1234, 5678])
        self.assertEqual(self.json(*read, "--type", "bcd32", "--order", "CDAB")["values"], [56781234])
        self.assertEqual(self.json(*read, "--type", "bcd64")["values"], [1234567800000012])
        self.assertEqual(self.json(*read, "--type", "bcd", "--count", "5")["values"][4], None)
        self.assertIn("0x12AB (not decimal)", self.good(*read, "--type", "bcd", "--count", "5"))

    def test_other_framings(self):
        read = ["--unit", "9", "--function", "4", "--address", "1"]
        gateway = Gateway(self, "rtu+tcp", rtu("09 04 02 1234"))
        self.assertEqual(self.json("read", gateway.target, *read)["values"], [0x1234])
        self.assertEqual(gateway.heard, rtu("09 04 0001 0001"))
        gateway = Gateway(self, "ascii+tcp", b":0904021234AB\r\n")
        self.assertEqual(self.json("read", gateway.target, *read)["values"], [0x1234])
        self.assertEqual(gateway.heard, b":090400010001F1\r\n")

    def test_ascii_on_a_serial_line(self):
        master, slave = os.openpty()
        tty.setraw(slave)
        self.addCleanup(os.close, slave)
        self.addCleanup(os.close, master)
        process = self.start(TOOL, "modbus", "read", os.ttyname(slave), "--ascii", "--unit", "9", "--function", "4",
                             "--address", "1")
        self.assertEqual(os.read(master, 100), b":090400010001F1\r\n")
        os.write(master, b":0904021234AB\r\n")
        self.assertEqual(process.communicate(timeout=5), ("0x0001     1  4660\n", ""))

    def test_a_meter_on_modbus_ascii(self):
        gateway = Gateway(self, "ascii+tcp", b":01030443658000D0\r\n")
        answer = self.read_json(MODEL, gateway.target, "--obis", "voltage_l1")
        self.assertEqual(answer["protocol"], "modbus-ascii")
        self.assertEqual(answer["readings"][0]["value"], decimal.Decimal("229.5"))

    def test_floats_that_are_no_number(self):
        device = Device(self)
        device.put(0, bytes.fromhex("7FC00000 FF800000"))
        self.assertEqual(self.json("read", device.target, "--address", "0", "--type", "f32", "--count", "2")["values"],
                         [None, None])
        self.assertIn("inf", self.good("read", device.target, "--address", "0", "--type", "f32", "--count", "2"))

    def test_text(self):
        device = Device(self)
        device.put(0, b"Z\xe4hler \x1b5  \0\0x")
        read = ["read", device.target, "--address", "0", "--type", "text", "--count", "7"]
        self.assertEqual(self.json(*read)["values"], ["Z\u00e4hler \x1b5"])
        self.assertEqual(self.good(*read), '0x0000     0  "Z\u00e4hler \\x1B5"\n')
        device.put(0, b"aMkrre21")
        self.assertEqual(self.json(*read[:-1], "4", "--order", "BADC")["values"], ["Marker12"])
        self.expect(2, "text has no word order", *read, "--order", "CDAB")

    def test_more_than_one_request_holds(self):
        device = Device(self)
        device.holding = list(range(65536))
        device.coils = [i % 3 % 2 for i in range(65536)]
        self.assertEqual(self.json("read", device.target, "--address", "0", "--count", "65536")["values"],
                         list(range(65536)))
        device.asked.clear()
        answer = self.json("read", device.target, "--address", "10", "--count", "100", "--type", "u64")
        self.assertEqual(answer["values"][31], 0x00860087_00880089)
        self.assertEqual([struct.unpack(">HH", data) for _, data in device.asked],
                         [(10, 124), (134, 124), (258, 124), (382, 28)])
        device.asked.clear()
        for function in ("1", "2"):
            answer = self.json("read", device.target, "--function", function, "--address", "3", "--count", "4001")
            self.assertEqual((answer["type"], answer["values"]), ("bit", device.coils[3:4004]))
        self.assertEqual([struct.unpack(">HH", data) for _, data in device.asked],
                         2 * [(3, 2000), (2003, 2000), (4003, 1)])

    def test_refusals_say_what_to_check(self):
        for exception, text in ((1, "illegal function: check --function"),
                                (2, "check --address (on the wire it is one less"), (3, "check --count"),
                                (4, "exception 4, "), (0x55, "exception 85, unknown exception")):
            device = Device(self, {3: exception})
            self.expect(1, text, "read", device.target, "--address", "9", "--count", "2")
            self.expect(1, "unit 1 at %s refused function 3, 2 from address 9 (0x0009)" % device.target, "read",
                        device.target, "--address", "9", "--count", "2")

    def test_no_answer_says_what_to_check(self):
        device = Device(self, {3: None})
        hurry = ["--address", "1", "--timeout", "50"]
        self.expect(1, "no answer from unit 9 at %s within 50 ms: check the unit number, and the wires behind a "
                    "gateway" % device.target, "read", device.target, "--unit", "9", *hurry)
        target = self.simulate(MODEL, "--pty")
        self.expect(1, "no answer from unit 2 at %s, 19200 8E1 within 50 ms: check address, baud rate, parity, A/B "
                    "wires" % target, "read", target, "--unit", "2", "--baud", "19200", *hurry)
        self.expect(1, "cannot open /dev/does-not-exist", "read", "/dev/does-not-exist", "--address", "1")


class Write(Modbus):
    def test_a_simulated_meter_refuses(self):
        target = self.simulate(MODEL, "--pty")
        before = self.json("read", target, "--address", "0x4006")["values"]
        self.expect(1, "refused function 16, 1 from address 65535", "write", target, "--address", "0xFFFF",
                    "--function", "16", str(before[0]))

    def test_chooses_the_function(self):
        device = Device(self)
        for arguments, function, data in (
                (["--address", "5", "7"], 6, "0005 0007"),
                (["--address", "5", "--type", "s16", "--value", "-2"], 6, "0005 FFFE"),
                (["--address", "5", "--function", "16", "7"], 16, "0005 0001 02 0007"),
                (["--address", "0x10", "1", "0xFF", "--value", "3"], 16, "0010 0003 06 0003 0001 00FF"),
                (["--address", "5", "--type", "u32", "7"], 16, "0005 0002 04 0000 0007"),
                (["--address", "5", "--function", "5", "on"], 5, "0005 FF00"),
                (["--address", "5", "--function", "5", "0"], 5, "0005 0000"),
                (["--address", "5", "--function", "15", "1", "0", "1", "on", "0", "0", "0", "0", "1"], 15,
                 "0005 0009 02 0D01"),
                (["--address", "1", "--type", "text", "abc"], 16, "0001 0002 04 61626300"),
                (["--address", "1", "--type", "text", "--order", "BADC", "abc"], 16, "0001 0002 04 62610063"),
                (["--address", "1", "--type", "text", "--count", "3", "ab"], 16, "0001 0003 06 616200000000"),
                (["--address", "1", "--type", "bcd", "9876"], 6, "0001 9876"),
                (["--address", "1", "--type", "bcd32", "12"], 16, "0001 0002 04 0000 0012"),
        ):
            with self.subTest(arguments=arguments):
                device.asked.clear()
                self.good("write", device.target, *arguments)
                self.assertEqual(device.asked, [(function, bytes.fromhex(data))])

    def test_prints_what_was_written(self):
        device = Device(self)
        self.assertEqual(self.good("write", device.target, "--address", "5", "7", "8"),
                         "0x0005     5  7\n0x0006     6  8\n")
        self.assertEqual(self.json("write", device.target, "--address", "5", "--type", "f32", "0.5"),
                         {"unit": 1, "function": 16, "address": 5, "type": "f32", "values": [decimal.Decimal("0.5")]})

    def test_to_all_units(self):
        gateway = Gateway(self, "rtu+tcp", b"")
        self.assertEqual(self.good("write", gateway.target, "--unit", "0", "--address", "1", "2"), "0x0001     1  2\n")
        gateway.thread.join(5)
        self.assertEqual(gateway.heard, rtu("00 06 0001 0002"))

    def test_is_sent_once(self):
        device = Device(self, {6: None})
        self.expect(1, "no answer", "write", device.target, "--address", "1", "2", "--timeout", "50")
        self.assertEqual(len(device.asked), 1)

    def test_nothing_is_sent_when_something_is_wrong(self):
        device = Device(self)
        for arguments, text in (
                (["1", "65536"], "'65536' is out of the range of u16"),
                (["--value", "-1"], "'-1' is out of the range of u16"),
                (["-1"], "a negative value needs --value in front"),
                (["--type", "s16", "32768"], "out of the range of s16"),
                (["--type", "s16", "--value", "-32769"], "out of the range of s16"),
                (["--type", "u64", "18446744073709551616"], "out of the range of u64"),
                (["--type", "s64", "9223372036854775808"], "out of the range of s64"),
                (["--type", "bcd", "10000"], "out of the range of bcd"),
                (["--type", "f32", "1e39"], "out of the range of f32"),
                (["--type", "f64", "1e309"], "out of the range of f64"),
                (["--type", "f32", "nan"], "'nan' is no value of type f32"),
                (["--type", "f64", "0.5x"], "'0.5x' is no value of type f64"),
                (["1.5"], "'1.5' is no value of type u16"),
                ([""], "'' is no value of type u16"),
                (["--function", "5", "2"], "'2' is out of the range of bit"),
                (["--function", "5", "1", "1"], "function 5 writes one bit; for 2 it is --function 15"),
                (["--function", "6", "1", "1"], "function 6 writes one register; for 2 it is --function 16"),
                (["--function", "3", "1"], "--function to write is 5, 6, 15 or 16, not 3"),
                (["--function", "15", "--type", "u16", "1"], "function 15 is about bits"),
                (["--count", "3", "1", "2"], "--count is 3, but there are 2 values"),
                (["--type", "text", "a", "b"], "one text is written at a time"),
                (["--type", "text", "--count", "1", "abc"], "a text of 3 bytes does not fit into 1 registers"),
                (["--type", "text", 247 * "x"], "one request writes 123 registers at most, not 124"),
                (["--type", "text", 5000 * "x"], "does not fit"),
                (124 * ["1"], "one request writes 123 registers at most, not 124"),
                (1969 * ["1"], "one request writes 1968 values at most"),
                ([], "what is to be written?"),
        ):
            with self.subTest(arguments=arguments[:5]):
                self.expect(2, text, "write", device.target, "--address", "1", *arguments)
        self.expect(2, "go beyond 65535", "write", device.target, "--address", "65535", "1", "2")
        self.assertEqual(device.asked, [])


def identification(objects, conformity=0x83, per_reply=10):
    """Answers function 43/14 with so many objects at a time."""
    def answer(data):
        access, first = data[1], data[2]
        left = sorted(i for i in objects if i >= first)
        some = left[:per_reply]
        more = left[per_reply:]
        return bytes([14, access, conformity, 0xFF if more else 0, more[0] if more else 0, len(some)]) + b"".join(
            bytes([i, len(objects[i])]) + objects[i] for i in some)
    return answer


class Id(Modbus):
    OBJECTS = {0: b"Meterwire", 1: b"M-1", 2: b"1.0", 4: b"Test", 0x80: b"\x01\x02"}
    NAMED = [(0, "vendor", "Meterwire"), (1, "product code", "M-1"), (2, "revision", "1.0"), (4, "product", "Test"),
             (0x80, "object 0x80", "0102")]

    def test_all_objects(self):
        for per_reply in (10, 2, 1):
            device = Device(self, {43: identification(self.OBJECTS, per_reply=per_reply)})
            answer = self.json("id", device.target, "--unit", "3")
            self.assertEqual(answer, {"unit": 3, "function": 43, "objects": [
                {"id": i, "name": name, "value": value} for i, name, value in self.NAMED]})
            self.assertEqual(len(device.asked), -(-5 // per_reply))
        self.assertEqual(self.good("id", device.target).splitlines()[:2],
                         ['vendor         "Meterwire"', 'product code   "M-1"'])

    def test_a_device_that_knows_basic_only(self):
        basic = identification({i: self.OBJECTS[i] for i in range(3)}, 1)
        device = Device(self, {43: lambda data: basic(data) if data[1] == 1 else 3})
        self.assertEqual(len(self.json("id", device.target)["objects"]), 3)
        self.assertEqual([data[1] for _, data in device.asked], [3, 2, 1])

    def test_server_id_where_it_is_refused(self):
        device = Device(self, {43: 1, 17: b"\x06\x42\xffPM5\0"})
        self.assertEqual(self.json("id", device.target),
                         {"unit": 1, "function": 17, "server_id": "42FF504D3500", "text": "BPM5"})
        self.assertEqual(self.good("id", device.target), 'server id      42FF504D3500 "BPM5"\n')

    def test_nothing_of_both(self):
        device = Device(self)
        device.answers = {43: 1, 17: 1}
        self.expect(1, "refused to say what it is: exception 1, illegal function", "id", device.target)

    def test_a_device_that_never_ends(self):
        device = Device(self, {43: lambda data: bytes([14, 3, 0x83, 0xFF, 0, 1, 0, 1]) + b"x"})
        result = run("modbus", "id", device.target)
        self.assertEqual(result.returncode, 1)
        self.assertIn("damaged answer from unit 1", result.stderr)
        self.assertEqual(len(device.asked), 1)


class Usage(Modbus):
    def test_wrong_usage(self):
        for arguments, text in (
                ([], "read, write or id, and TARGET are needed"),
                (["read"], "read, write or id, and TARGET are needed"),
                (["reed", "x"], "read, write or id, not 'reed'"),
                (["read", "x"], "--address is needed"),
                (["read", "x", "--address", "1", "5"], "only 'meterwire modbus write' takes values; what is '5'?"),
                (["read", "x", "--address", "1", "--value", "5"], "takes values; what is '5'?"),
                (["read", "x", "--address", "65536"], "--address needs a number from 0 to 65535"),
                (["read", "x", "--address", "1", "--count", "0"], "--count needs a number from 1 to 65536"),
                (["read", "x", "--address", "65535", "--count", "2"], "go beyond 65535"),
                (["read", "x", "--address", "1", "--function", "5"], "--function to read is 1, 2, 3 or 4, not 5"),
                (["read", "x", "--address", "1", "--function", "1", "--type", "u16"], "function 1 is about bits"),
                (["read", "x", "--address", "1", "--type", "u8"], "--type is u16, s16"),
                (["read", "x", "--address", "1", "--order", "abcd"], "--order is ABCD, BADC, CDAB or DCBA"),
                (["read", "x", "--address", "1", "--unit", "0"], "--unit 0 is for all units"),
                (["read", "x", "--address", "1", "--unit", "248"], "--unit on a serial line is 1 to 247, not 248"),
                (["read", "x", "--address", "1", "--unit", "256"], "--unit needs a number from 0 to 255"),
                (["read", "x", "--address", "1", "--timeout", "0"], "--timeout needs milliseconds"),
                (["read", "x", "--address", "1", "--mbus"], "this is for Modbus"),
                (["read", "mbus+tcp://h:1", "--address", "1"], "this is for Modbus"),
                (["read", "x", "--address", "1", "--data-bits", "9"], "--data-bits is 7 or 8"),
                (["read", "foo://x", "--address", "1"], "cannot open foo://x"),
                (["id", "x", "--address", "1"], "'meterwire modbus id' takes no"),
                (["read", "x", "--adress", "1"], "there is no option --adress"),
        ):
            with self.subTest(arguments=arguments):
                self.expect(2, text, *arguments)


class Monitor(ToolTest):
    """What is on the bus comes from here; the tool only listens."""
    FLOATS = "43658000 41440000"  # 229.5 and 12.25

    def listen(self, *arguments, pty=False):
        """Starts the monitor; what it hears is sent with hear()."""
        if pty:
            master, slave = os.openpty()
            tty.setraw(slave)
            self.addCleanup(os.close, master)
            self.monitor = self.start(TOOL, "monitor", os.ttyname(slave), *arguments)
            # Until the tool has set the line, what is sent could be thrown away.
            self.wait_for(lambda: termios.tcgetattr(slave)[4] == termios.B19200, "the tool does not open the line")
            os.close(slave)
            time.sleep(0.1)
            self.hear = lambda data: os.write(master, data)
            return
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)
        self.monitor = self.start(TOOL, "monitor", "rtu+tcp://127.0.0.1:%d" % listener.getsockname()[1], *arguments)
        self.connection, _ = listener.accept()
        self.addCleanup(self.connection.close)
        self.hear = self.connection.sendall

    def line(self):
        """A line without its time."""
        line = self.monitor.stdout.readline()
        match = re.fullmatch(r"\d\d:\d\d:\d\d\.\d{3}  (.*)\n", line)
        self.assertIsNotNone(match, line)
        return re.sub(r"\d+\.\d{3} ms", "? ms", match.group(1))

    def json_line(self):
        answer = parse(self.monitor.stdout.readline())
        self.assertRegex(answer.pop("time"), r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
        return answer

    def stop(self, summary, stream):
        self.monitor.send_signal(signal.SIGINT)
        self.assertEqual(self.monitor.wait(5), 0)
        self.assertEqual(stream.read(), summary)

    def check_pairs(self):
        for request, reply, line in (
                ("05 03 5002 0004", "05 03 08" + self.FLOATS,
                 "read holding registers 0x5002-0x5005: 4365 8000 4144 0000 (? ms)"),
                ("05 04 0010 0001", "05 04 02 00FF", "read input registers 0x0010: 00FF (? ms)"),
                ("05 03 5002 0004", "05 83 02", "read holding registers 0x5002-0x5005: exception 2, "
                                                "illegal data address (? ms)"),
                ("05 01 0000 000A", "05 01 02 0502", "read coils 0x0000-0x0009: 1 0 1 0 0 0 0 0 0 1 (? ms)"),
                ("05 05 0007 FF00", "05 05 0007 FF00", "write coil 0x0007: 1 (? ms)"),
                ("05 06 0007 1234", "05 06 0007 1234", "write register 0x0007: 1234 (? ms)"),
                ("05 06 0007 1234", "05 86 03", "write register 0x0007: 1234: exception 3, illegal data value (? ms)"),
                ("05 0F 0000 0003 01 05", "05 0F 0000 0003", "write coils 0x0000-0x0002: 1 0 1 (? ms)"),
                ("05 10 0001 0002 04 0001 0002", "05 10 0001 0002", "write registers 0x0001-0x0002: 0001 0002 (? ms)"),
                ("05 17 0001 0001 0005 0001 02 ABCD", "05 17 02 1234",
                 "write and read registers 0x0001 (00 01 00 01 00 05 00 01 02 AB CD): 1234 (? ms)"),
                ("05 11", "05 11 02 42FF", "report server id: 02 42 FF (? ms)"),
        ):
            self.hear(rtu(request))
            time.sleep(0.02)
            self.hear(rtu(reply))
            self.assertEqual(self.line(), "unit 5  " + line)
        self.hear(rtu("00 06 0001 0002"))
        self.assertEqual(self.line(), "unit 0  write register 0x0001: 0002 (to all units)")

    def test_pairs(self):
        self.listen()
        self.check_pairs()
        self.stop("12 requests: 9 answered, 2 refused, 0 without answer, 1 to all units; 0 stray replies, "
                  "0 bytes of noise\n", self.monitor.stdout)

    def test_on_a_serial_line(self):
        self.listen("--baud", "19200", pty=True)
        self.check_pairs()
        self.stop("12 requests: 9 answered, 2 refused, 0 without answer, 1 to all units; 0 stray replies, "
                  "0 bytes of noise\n", self.monitor.stdout)

    def test_what_goes_wrong_on_a_bus(self):
        self.listen("--timeout", "100")
        self.hear(rtu("05 03 5002 0001"))
        self.assertEqual(self.line(), "unit 5  read holding registers 0x5002: no answer")
        self.hear(rtu("05 06 0002 0001") + rtu("06 06 0002 0001"))
        self.assertEqual(self.line(), "unit 5  write register 0x0002: 0001: no answer")
        self.assertEqual(self.line(), "unit 6  write register 0x0002: 0001: no answer")
        self.hear(b"\x12\x34\x56" + rtu("05 03 5002 0001"))
        self.hear(rtu("05 03 02 0009"))
        self.assertEqual(self.line(), "unit 5  read holding registers 0x5002: 0009 (? ms) [3 bytes of noise]")
        self.hear(rtu("05 03 04 0009 0008"))
        self.assertEqual(self.line(), "unit 5  read holding registers: 04 00 09 00 08 (a reply without a request)")
        self.hear(rtu("05 03 02 0009")[:-1] + b"\0")
        time.sleep(0.3)
        self.stop("4 requests: 1 answered, 0 refused, 3 without answer, 0 to all units; 1 stray replies, "
                  "10 bytes of noise\n", self.monitor.stdout)

    def test_names_of_a_model(self):
        self.listen("--model", MODEL)
        # A register more in front, and half a value behind.
        self.hear(rtu("05 03 5001 0006"))
        self.hear(rtu("05 03 0C 0000" + self.FLOATS + "4144"))
        self.assertEqual(self.line(),
                         "unit 5  read holding registers 0x5001-0x5006: 0000 4365 8000 4144 0000 4144 (? ms)")
        rows = [self.monitor.stdout.readline().split() for _ in range(2)]
        self.assertEqual([row[:1] + row[-2:] for row in rows], [["0x5002", "229.5", "V"], ["0x5004", "12.25", "V"]])
        self.hear(rtu("05 04 5002 0004"))
        self.hear(rtu("05 04 08" + self.FLOATS))
        self.assertIn("read input registers", self.line())  # which this model does not have
        self.stop("2 requests: 2 answered, 0 refused, 0 without answer, 0 to all units; 0 stray replies, "
                  "0 bytes of noise\n", self.monitor.stdout)

    def test_json(self):
        self.listen("--model", MODEL, "--json")
        self.hear(rtu("05 03 5002 0002") + rtu("05 03 04 43658000"))
        answer = self.json_line()
        self.assertLess(answer.pop("delay_us"), 1000000)
        self.assertEqual(answer, {
            "unit": 5, "function": 3, "name": "read holding registers", "result": "good", "address": 0x5002, "count": 2,
            "values": [0x4365, 0x8000], "noise_bytes": 0, "request": "0350020002", "reply": "030443658000",
            "readings": [{"obis": "1-0:32.7.0", "name": "voltage_l1", "value": decimal.Decimal("229.5"), "unit": "V",
                          "quality": "good", "source": "0x5002"}]})
        self.hear(rtu("05 41 0102") + rtu("05 C1 01"))
        answer = self.json_line()
        self.assertLess(answer.pop("delay_us"), 1000000)
        self.assertEqual(answer, {
            "unit": 5, "function": 0x41, "name": "function", "result": "exception", "exception": 1,
            "exception_text": "illegal function", "noise_bytes": 0, "request": "410102", "reply": "C101",
            "readings": []})
        self.hear(rtu("05 02 0001 0003"))
        time.sleep(0.2)
        self.monitor.send_signal(signal.SIGINT)
        answer = self.json_line()
        self.assertEqual((answer["result"], answer["count"], "values" in answer), ("no_answer", 3, False))
        self.stop("meterwire: 3 requests: 1 answered, 1 refused, 1 without answer, 0 to all units; 0 stray replies, "
                  "0 bytes of noise\n", self.monitor.stderr)

    def test_only_noise(self):
        self.listen()
        self.hear(300 * b"\xf8")
        self.assertIn(" bytes so far, but no frame of Modbus: check baud rate", self.monitor.stderr.readline())
        self.connection.close()
        self.assertEqual(self.monitor.wait(5), 1)
        self.assertIn("300 bytes of noise", self.monitor.stdout.read())
        self.assertIn("the other side has hung up", self.monitor.stderr.read())

    def test_our_own_traffic(self):
        """What a gateway passes that sees 'meterwire read' and its meter."""
        target = self.simulate(MODEL, "--pty")
        trace = run("read", MODEL, target, "--trace").stderr
        self.listen("--json")
        frames = re.findall(r"us [<>]((?: [0-9A-F]{2})+)", trace)
        for frame in frames:
            self.hear(bytes.fromhex(frame))
        answers = [self.json_line() for _ in range(trace.count("us >"))]
        self.assertGreater(len(answers), 3)
        self.assertEqual({answer["result"] for answer in answers}, {"good"})

    def test_wrong_usage(self):
        for arguments, text in (
                ([], "one TARGET is needed"),
                (["x", "y"], "one TARGET is needed"),
                (["tcp://h"], "Modbus TCP has no bus to listen to"),
                (["mbus+tcp://h:1"], "this is for Modbus"),
                (["x", "--mbus"], "this is for Modbus"),
                (["x", "--model", "y"], "no model is named 'y'"),
                (["x", "--timeout", "0"], "--timeout needs milliseconds"),
                (["x", "--jsn"], "there is no option --jsn"),
        ):
            with self.subTest(arguments=arguments):
                result = run("monitor", *arguments)
                self.assertEqual((result.returncode, result.stdout), (2, ""))
                self.assertIn(text, result.stderr)
        self.assertEqual(run("monitor", "/dev/does-not-exist").returncode, 1)


if __name__ == "__main__":
    unittest.main()
