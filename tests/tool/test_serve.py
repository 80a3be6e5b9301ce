# SPDX-License-Identifier: MIT
"""The general Modbus server: what its file may say, what it answers, and what writes change."""

import os
import socket
import struct
import tempfile
import unittest

from meterwire_test import TOOL, ToolTest, run


class ServeTest(ToolTest):
    def write(self, text):
        """A file of registers that ends with the test."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = os.path.join(folder.name, "registers.txt")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def serve(self, text, *options):
        """Starts a server over TCP and connects."""
        process = self.start(TOOL, "serve", "modbus", self.write(text), "--tcp", "0", *options)
        line = process.stdout.readline()
        self.assertRegex(line, r"^listening: tcp://127\.0\.0\.1:\d+\n$")
        connection = socket.create_connection(("127.0.0.1", int(line.rsplit(":", 1)[1])), timeout=10)
        self.addCleanup(connection.close)
        self.file = connection.makefile("rb")
        self.addCleanup(self.file.close)
        self.connection = connection
        self.number = 0
        return process

    def ask(self, pdu, unit=1):
        """The PDU of the answer, in hexadecimal."""
        pdu = bytes.fromhex(pdu)
        self.number += 1
        self.connection.sendall(struct.pack(">HHHB", self.number, 0, len(pdu) + 1, unit) + pdu)
        number, protocol, length, answered = struct.unpack(">HHHB", self.file.read(7))
        self.assertEqual((number, protocol, answered), (self.number, 0, unit))
        return self.file.read(length - 1).hex(" ")


class Values(ServeTest):
    def holding(self, line, count):
        self.serve("holding 0 " + line + "\n")
        answer = self.ask("03 0000 %04x" % count)
        self.assertTrue(answer.startswith("03 %02x " % (2 * count)), answer)
        beyond = self.ask("03 0000 %04x" % (count + 1))
        self.assertEqual(beyond, "83 02")  # and not one more
        return answer[6:]

    def test_types_and_orders(self):
        for line, expected in {
                "u16 1234": "04 d2", "u16 0xFFFF": "ff ff", "u16 DCBA 0x1234": "34 12", "u16 CDAB 0x1234": "12 34",
                "s16 -2": "ff fe", "s16 -32768": "80 00",
                "u32 0x11223344": "11 22 33 44", "u32 ABCD 0x11223344": "11 22 33 44",
                "u32 BADC 0x11223344": "22 11 44 33", "u32 CDAB 0x11223344": "33 44 11 22",
                "u32 DCBA 0x11223344": "44 33 22 11", "s32 -1": "ff ff ff ff",
                "u64 0x1122334455667788": "11 22 33 44 55 66 77 88",
                "u64 BADC 0x1122334455667788": "22 11 44 33 66 55 88 77",
                "u64 CDAB 0x1122334455667788": "77 88 55 66 33 44 11 22",
                "u64 DCBA 0x1122334455667788": "88 77 66 55 44 33 22 11",
                "s64 -9223372036854775808": "80 00 00 00 00 00 00 00",
                "f32 1.5": "3f c0 00 00", "f32 CDAB -230.5": "80 00 c3 66", "f64 1.5": "3f f8 00 00 00 00 00 00",
                'text "ABC"': "41 42 43 00", 'text BADC "ABCD"': "42 41 44 43", r'text "\"\\\x00#"': "22 5c 00 23",
                "bcd 12345": "00 01 23 45", "bcd 00001234": "00 00 12 34", "bcd CDAB 12345678": "56 78 12 34",
                "u16 1 2 3  # three": "00 01 00 02 00 03", "u32 CDAB 1 2": "00 01 00 00 00 02 00 00"}.items():
            with self.subTest(line=line):
                self.assertEqual(self.holding(line, (len(expected) + 1) // 6), expected)

    def test_not_a_number(self):
        self.assertIn(self.holding("f32 nan", 2), ("7f c0 00 00", "ff c0 00 00"))

    def test_areas_are_apart(self):
        self.serve("# all four\n\nholding 5 u16 1\ninput 5 u16 2\ncoil 5 1\ndiscrete 5 0 1\n")
        self.assertEqual(self.ask("03 0005 0001"), "03 02 00 01")
        self.assertEqual(self.ask("04 0005 0001"), "04 02 00 02")
        self.assertEqual(self.ask("01 0005 0001"), "01 01 01")
        self.assertEqual(self.ask("02 0005 0002"), "02 01 02")
        self.assertEqual(self.ask("01 0005 0002"), "81 02")
        self.assertEqual(self.ask("04 0004 0002"), "84 02")

    def test_the_last_address(self):
        self.serve("holding 65534 u32 1\ncoil 0xFFFF 1\n")
        self.assertEqual(self.ask("03 fffe 0002"), "03 04 00 00 00 01")
        self.assertEqual(self.ask("01 ffff 0001"), "01 01 01")


class Writes(ServeTest):
    FILE = "holding 10 u16 1 2 3 4\ncoil 100 0 0 0 0 0 0 0 0 0 0\ninput 10 u16 7\ndiscrete 100 1\n"

    def setUp(self):
        super().setUp()
        self.serve(self.FILE)

    def test_registers(self):
        self.assertEqual(self.ask("06 000a 1234"), "06 00 0a 12 34")
        self.assertEqual(self.ask("10 000b 0002 04 5555 6666"), "10 00 0b 00 02")
        self.assertEqual(self.ask("16 000d 00f2 0025"), "16 00 0d 00 f2 00 25")
        self.assertEqual(self.ask("03 000a 0004"), "03 08 12 34 55 55 66 66 00 05")
        self.assertEqual(self.ask("17 000a 0002 000a 0001 02 abcd"), "17 04 ab cd 55 55")
        self.assertEqual(self.ask("04 000a 0001"), "04 02 00 07")

    def test_bits(self):
        self.assertEqual(self.ask("05 0064 ff00"), "05 00 64 ff 00")
        self.assertEqual(self.ask("0f 0066 0008 01 55"), "0f 00 66 00 08")
        self.assertEqual(self.ask("01 0064 000a"), "01 02 55 01")
        self.assertEqual(self.ask("05 0064 0000"), "05 00 64 00 00")
        self.assertEqual(self.ask("01 0064 000a"), "01 02 54 01")
        self.assertEqual(self.ask("02 0064 0001"), "02 01 01")

    def test_what_is_refused_changes_nothing(self):
        self.assertEqual(self.ask("10 000c 0003 06 0000 0000 0000"), "90 02")
        self.assertEqual(self.ask("0f 0069 0008 01 ff"), "8f 02")
        self.assertEqual(self.ask("06 0009 0000"), "86 02")
        self.assertEqual(self.ask("17 0000 0001 000a 0001 02 abcd"), "97 02")
        self.assertEqual(self.ask("03 000a 0004"), "03 08 00 01 00 02 00 03 00 04")
        self.assertEqual(self.ask("01 0064 000a"), "01 02 00 00")

    def test_limits(self):
        self.assertEqual(self.ask("03 000a 007e"), "83 03")
        self.assertEqual(self.ask("05 0064 1234"), "85 03")
        self.assertEqual(self.ask("2b 0e 01 00"), "ab 01")
        self.assertEqual(self.ask("14 07 06 0001 0000 0001"), "94 01")
        self.assertEqual(self.ask("41"), "c1 01")


class Others(ServeTest):
    def test_identification(self):
        self.serve('id 0 "Maker"\nid 1 "M1"\nid 2 "1.0"\nid 0x80 "own"\n')
        self.assertEqual(self.ask("2b 0e 01 00"), "2b 0e 01 83 00 00 03 00 05 4d 61 6b 65 72 01 02 4d 31 02 03 31 2e 30")
        self.assertEqual(self.ask("2b 0e 04 80"), "2b 0e 04 83 00 00 01 80 03 6f 77 6e")
        self.assertEqual(self.ask("2b 0e 04 03"), "ab 02")

    def test_the_rest(self):
        self.serve('status 0x5A\nserver-id "\\x07\\xFFme"\nfifo 0x4DE 440 4740\nholding 0 u16 1\n')
        self.assertEqual(self.ask("07"), "07 5a")
        self.assertEqual(self.ask("11"), "11 04 07 ff 6d 65")
        self.assertEqual(self.ask("18 04de"), "18 00 06 00 02 01 b8 12 84")
        self.assertEqual(self.ask("18 04df"), "98 02")
        self.assertEqual(self.ask("08 0000 a537"), "08 00 00 a5 37")
        self.assertEqual(self.ask("0b"), "0b 00 00 00 04")  # without the refusal
        self.assertEqual(self.ask("0c"), "0c 06 00 00 00 04 00 07")
        self.assertEqual(self.ask("08 000a 0000"), "08 00 0a 00 00")
        self.assertEqual(self.ask("08 000b 0000"), "08 00 0b 00 01")
        self.assertEqual(self.ask("08 0004 0000"), "88 01")
        for asked in "000a", "000b", "000e":  # which have one register of data (AP 6.8)
            self.assertEqual(self.ask(f"08 {asked} 0000 0000"), "88 03")

    def test_units(self):
        process = self.serve("holding 0 u16 1\nunit 7\nholding 0 u16 70\nunit 0\nholding 0 u16 9\n",
                             "--unit", "2", "--unit", "255")
        self.assertEqual(process.stdout.readline(), "Modbus TCP, unit 0, 2, 7, 255; stop with Ctrl-C\n")
        self.assertEqual(self.ask("06 0000 0005", 2), "06 00 00 00 05")
        self.assertEqual([self.ask("03 0000 0001", unit)[-2:] for unit in (0, 2, 7, 255)], ["09", "05", "46", "01"])
        self.connection.sendall(bytes.fromhex("0063 0000 0006 03 03 0000 0001"))  # nobody is unit 3
        self.assertEqual(self.ask("03 0000 0001", 7), "03 02 00 46")


class Line(ServeTest):
    """Modbus RTU on a pseudo-terminal."""

    @staticmethod
    def frame(text):
        crc = 0xFFFF
        for byte in bytes.fromhex(text):
            crc ^= byte
            for _ in range(8):
                crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
        return bytes.fromhex(text) + struct.pack("<H", crc)

    def test_a_broadcast_is_for_all_units_and_unanswered(self):
        process = self.start(TOOL, "serve", "modbus", self.write("holding 0 u16 1 2\nunit 9\nholding 1 u16 3\n"), "--pty",
                             "--unit", "1", "--unit", "2")
        path = process.stdout.readline().split()[1]
        self.assertEqual(process.stdout.readline(), "Modbus RTU, unit 1, 2, 9; stop with Ctrl-C\n")
        with open(path, "r+b", buffering=0) as line:
            line.write(self.frame("00 06 0001 0007"))
            line.write(self.frame("00 06 0000 0005"))  # unit 9 has no such register
            line.write(self.frame("00 16 0001 0000 ffff"))  # nothing says which unit's bits would stay
            for unit, registers in ("01", "0005 0007"), ("02", "0005 0007"), ("09", "0007"):
                count = len(bytes.fromhex(registers))
                line.write(self.frame(unit + " 03 %04x %04x" % (2 - count // 2, count // 2)))
                answer = self.frame(unit + " 03 %02x" % count + registers)
                came = b""
                while len(came) < len(answer):
                    came += line.read(len(answer) - len(came))
                self.assertEqual(came, answer)


class Mistakes(ServeTest):
    def refused(self, text, *options, code=1):
        result = run("serve", "modbus", self.write(text), *(options or ("--tcp", "0")))
        self.assertEqual(result.returncode, code, result.stderr)
        self.assertEqual(result.stdout, "")
        return result.stderr

    def test_they_name_the_line(self):
        for line, expected in {
                "register 0 u16 1": "a line begins with coil, discrete", "holding": "the address is missing",
                "holding 65536 u16 1": "the address is a number from 0 to 65535, not '65536'",
                "holding -1 u16 1": "not '-1'", "holding 0": "the type is missing", "holding 0 u8 1": "not 'u8'",
                "holding 0 u16": "the value is missing", "holding 0 u16 ABCD": "the value is missing",
                "holding 0 u16 65536": "'65536' is no u16", "holding 0 u16 -1": "'-1' is no u16",
                "holding 0 s16 -32769": "no s16", "holding 0 s16 32768": "no s16", "holding 0 u32 4294967296": "no u32",
                "holding 0 u64 18446744073709551616": "no u64", "holding 0 s64 9223372036854775808": "no s64",
                "holding 0 u16 1x": "'1x' is no u16", "holding 0 f32 1.5V": "no f32", "holding 0 f32 1e99": "no f32",
                "holding 0 bcd 12A": "no bcd", 'holding 0 text "AB': "the text has no end",
                'holding 0 text "\\n"': "a text has", 'holding 0 text ""': "no text", 'holding 0 u16 "1"': "no u16",
                "holding 65535 u32 1": "beyond address 65535", "input 1 u16 1": "address 1 (0x0001) has a value already",
                "coil 1 2": "a bit is 0 or 1, not '2'", "coil 1": "the value is missing",
                "unit 256": "the unit is a number from 0 to 255", "unit 1 2": "'2' is too much",
                "id 256 \"x\"": "the object is a number", "id 1": "the text is missing",
                "id 1 \"%s\"" % ("x" * 245): "244 bytes at most", "status 256": "the status is a number",
                "fifo 1 " + "1 " * 32: "31 registers at most", "fifo 1 x": "no u16",
                "holding 0 text \"%s\"" % ("x" * 5000): "too long"}.items():
            with self.subTest(line=line[:40]):
                error = self.refused("# one\ninput 0 u32 5\n" + line + "\n")
                self.assertRegex(error, r"^meterwire: \S+registers\.txt:3: ")
                self.assertIn(expected, error)

    def test_of_usage(self):
        self.assertIn("either --pty or --tcp", self.refused("coil 0 1\n", "--pty", "--tcp", "0", code=2))
        self.assertIn("1 to 247", self.refused("coil 0 1\n", "--pty", "--unit", "0", code=2))
        self.assertIn("0 to 255", self.refused("coil 0 1\n", "--tcp", "0", "--unit", "256", code=2))
        self.assertIn("nothing for --unit 3", self.refused("unit 1\ncoil 0 1\n", "--tcp", "0", "--unit", "3", code=2))
        self.assertIn("[HOST:]PORT", self.refused("coil 0 1\n", "--tcp", "x", code=2))
        self.assertIn("a unit on a serial line is 1 to 247", self.refused("unit 250\n", "--pty"))
        self.assertIn("has no registers", self.refused("# nothing\n"))
        self.assertEqual(run("serve", "modbus", "/nonexistent", "--pty").returncode, 1)
        self.assertEqual(run("serve", "mbus", "x", "--pty").returncode, 2)
        self.assertEqual(run("serve", "modbus", "--pty").returncode, 2)
        self.assertIn("Examples:", run("serve", "--help").stdout)


if __name__ == "__main__":
    unittest.main()
