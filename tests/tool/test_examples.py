# SPDX-License-Identifier: MIT
"""The examples, each built alone against the installed library through pkg-config, and run."""

import os
import re
import shlex
import shutil
import socket
import subprocess
import tempfile
import unittest

from meterwire_test import ToolTest, run

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
EXAMPLES = os.path.join(SOURCE, "examples")
BUILD = os.environ["METERWIRE_BUILD"]
CC = os.environ.get("CC", "cc")
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wsign-conversion", "-Wshadow", "-Wcast-align", "-Werror"]
LINES_MAX = 160


def call(*command, **more):
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, **more)
    if result.returncode != 0:
        raise AssertionError("%s\n%s%s" % (shlex.join(command), result.stdout, result.stderr))
    return result.stdout


class Examples(ToolTest):
    @classmethod
    def setUpClass(cls):
        """Installs what was built, and builds every example."""
        cls.folder = tempfile.mkdtemp(prefix="meterwire-examples-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        prefix = os.path.join(cls.folder, "installed")
        call("cmake", "--install", BUILD, "--prefix", prefix)
        packages = [folder for folder, _, files in os.walk(prefix) if "meterwire.pc" in files]
        flags = call("pkg-config", "--cflags", "--libs", "meterwire",
                     env={**os.environ, "PKG_CONFIG_PATH": packages[0]})
        cls.environment = {**os.environ, "LD_LIBRARY_PATH": os.path.dirname(packages[0])}
        cls.names = sorted(name[:-2] for name in os.listdir(EXAMPLES) if name.endswith(".c"))
        for name in cls.names:
            call(CC, "-std=c99", *WARNINGS, *shlex.split(os.environ.get("CFLAGS", "")),
                 os.path.join(EXAMPLES, name + ".c"), *shlex.split(flags), "-o", os.path.join(cls.folder, name))

    def example(self, name, *arguments):
        return subprocess.run([os.path.join(self.folder, name), *arguments], capture_output=True, text=True,
                              timeout=60, env=self.environment)

    def output(self, name, *arguments):
        """What an example prints that must succeed."""
        result = self.example(name, *arguments)
        self.assertEqual((result.returncode, result.stderr), (0, ""), result.stdout)
        return result.stdout

    def simulated(self, *arguments):
        """The example that is a meter; where it listens."""
        process = self.start(os.path.join(self.folder, "simulated_meter"), "0", env=self.environment)
        match = re.fullmatch(r"listening: (\S+)\n", process.stdout.readline())
        self.assertIsNotNone(match)
        return process, match.group(1)

    def test_each_is_small_says_how_to_build_it_and_has_a_test(self):
        for name in self.names:
            with open(os.path.join(EXAMPLES, name + ".c")) as file:
                text = file.read()
            self.assertLessEqual(text.count("\n"), LINES_MAX, name)
            self.assertIn("cc -std=c99 %s.c $(pkg-config --cflags --libs meterwire) -o %s" % (name, name), text)
            self.assertTrue(hasattr(self, "test_" + name), name)

    def test_read_meter(self):
        target = self.simulate("wago-879-3000", "--pty", "--set", "active_power=4387", "--set", "voltage_l1=230.1",
                               "--set", "serial_number=20123456")
        lines = [line.split() for line in self.output("read_meter", "wago-879-3000", target).splitlines()]
        self.assertIn(["1-0:16.7.0", "active_power", "4387", "W"], lines)
        self.assertIn(["1-0:32.7.0", "voltage_l1", "230.100", "V"], lines)
        self.assertIn(["0-0:96.1.0", "serial_number", "20123456"], lines)
        self.assertEqual(lines[-1], "133 values in 6 requests".split())

    def test_read_meter_says_what_is_wrong(self):
        target = self.simulate("wago-879-3000", "--tcp", "0", "--unit", "2")
        result = self.example("read_meter", "wago-879-3000", target, "3")
        self.assertEqual((result.returncode, result.stderr), (1, "no answer\n"))
        self.assertEqual(result.stdout.count("(not_read)"), 133)
        result = self.example("read_meter", "wago", target)
        self.assertEqual(result.returncode, 1)
        self.assertIn("wago-879-3000", result.stderr)
        result = self.example("read_meter", "wago-879-3000", "tcp://127.0.0.1:1")
        self.assertEqual((result.returncode, result.stderr), (1, "tcp://127.0.0.1:1: Connection refused\n"))

    def test_superloop(self):
        lines = [line.split() for line in self.output("superloop").splitlines()]
        self.assertEqual([line[2:] for line in lines[:4]],
                         [["1-0:32.7.0", "230.100", "V"], ["1-0:16.7.0", "4387", "W"], ["1-0:1.8.0", "12345678", "Wh"],
                          ["ok,", "2", "requests"]])
        self.assertEqual(lines[4][2:], lines[0][2:])
        # Two requests of 18 and 2 registers at 9600 baud, 20 ms each: what is on the wire is what takes the time.
        characters = 2 * (8 + 5 + 3.5) + 2 * (18 + 2)
        self.assertAlmostEqual(int(lines[3][0]), characters * 11e6 / 9600 + 40000, delta=4000)

    def test_many_meters(self):
        buses = [self.simulate("wago-879-3000", "--tcp", "0", "--unit", "1", "--set", "active_power=%d" % (100 + i))
                 for i in range(4)]
        buses.append(self.simulate("wago-879-3000", "--pty", "--set", "active_power=999"))
        silent = self.simulate("wago-879-3000", "--tcp", "0", "--unit", "2", "--set", "active_power=7")
        output = self.output("many_meters", "1", *buses, silent, "tcp://127.0.0.1:1")
        expected = ["%s unit 1: %d W" % (bus, 100 + i) for i, bus in enumerate(buses[:4])]
        expected += ["%s unit 1: 999 W" % buses[4], "%s unit 1: no answer" % silent,
                     "tcp://127.0.0.1:1: Connection refused"]
        self.assertEqual(sorted(output.splitlines()), sorted(expected))
        self.assertEqual(self.output("many_meters", "2", silent),
                         "%s unit 1: no answer\n%s unit 2: 7 W\n" % (silent, silent))

    def test_many_meters_when_one_hangs_up(self):
        good = self.simulate("wago-879-3000", "--tcp", "0", "--set", "active_power=1")
        with socket.create_server(("127.0.0.1", 0)) as server:
            target = "tcp://127.0.0.1:%d" % server.getsockname()[1]
            process = self.start(os.path.join(self.folder, "many_meters"), "1", target, good, env=self.environment)
            connection, _ = server.accept()
            self.assertEqual(len(connection.recv(100)), 12)
            connection.close()
            self.assertEqual(sorted(process.communicate(timeout=10)[0].splitlines()),
                             sorted(["%s unit 1: 1 W" % good, "%s: the other side has hung up" % target]))

    def test_set_tariff(self):
        target = self.simulate("socomec-countis-e28", "--tcp", "0", "--unit", "9")
        self.assertEqual(self.output("set_tariff", target, "9", "2").splitlines(),
                         ["Socomec Countis E28, three phases, direct, 80 A, Ethernet, MID, serial number 1947-11-4711",
                          "tariff 1", "tariff 2: done"])
        self.assertEqual(self.output("set_tariff", target, "9", "2").splitlines()[1:], ["tariff 2", "tariff 2: done"])
        for arguments, error in (((target, "9", "3"), "this meter has tariffs 1 to 2\n"),
                                 ((target, "8", "1"), "unit 8: no answer\n"),
                                 (("tcp://127.0.0.1:1", "8", "1"), "tcp://127.0.0.1:1: Connection refused\n")):
            result = self.example("set_tariff", *arguments)
            self.assertEqual((result.returncode, result.stderr), (1, error))

    def test_own_meter(self):
        self.assertEqual([line.split() for line in self.output("own_meter").splitlines()],
                         [["serial_number", "A1234567"], ["voltage_l1", "230.1", "V"], ["current_l1", "1.042", "A"],
                          ["active_power", "-240", "W"], ["active_energy_import", "50000000000", "Wh"],
                          ["ok,", "3", "requests"]])

    def test_decode_frame(self):
        lines = self.output("decode_frame").splitlines()
        self.assertEqual(lines[0], "PAD 12345678, water, address 2")
        self.assertEqual([line.split(": ")[1] for line in lines[1:]], ["12.565 m3", "0.113 m3/h", "218370 Wh"])

    def test_simulated_meter(self):
        process, target = self.simulated()
        read = run("read", "wago-879-3000", target)
        self.assertEqual((read.returncode, read.stderr), (0, ""))
        self.assertNotIn("(", read.stdout.replace("(4PU)", ""))
        answer = self.read_json("wago-879-3000", target, "--obis", "active_power", "--obis", "active_energy_import")
        self.assertEqual([(reading["name"], reading["value"]) for reading in answer["readings"]],
                         [("active_power", 3600), ("active_energy_import", 1234567 + 6 + 2)])


if __name__ == "__main__":
    unittest.main()
