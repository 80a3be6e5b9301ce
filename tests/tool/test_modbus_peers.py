# SPDX-License-Identifier: MIT
"""Every function of Modbus between ours and real counterparts: mbpoll, libmodbus, modbus-serial and jsmodbus as clients
of our server and as servers of our client, and tshark as the judge of what is on the wire."""

import os
import re
import subprocess
import tempfile
import unittest

from meterwire_test import TOOL, ToolTest, have

CLIENT = os.environ["METERWIRE_CLIENT"]
LIBMODBUS_SERVER = os.environ.get("METERWIRE_LIBMODBUS_SERVER", "")
LIBMODBUS_CLIENT = os.environ.get("METERWIRE_LIBMODBUS_CLIENT", "")
NODE_MODULES = os.environ.get("METERWIRE_NODE_MODBUS", "")
HERE = os.path.dirname(os.path.abspath(__file__))
NODE_MODBUS = os.path.join(HERE, "..", "peers", "node_modbus.js")

BASIC = ["1", "2", "3", "4", "5", "6", "15", "16"]

# The registers of tests/peers/peers.h.
REGISTERS = "\n".join([
    "holding 0 u16 " + " ".join(str(1000 + i) for i in range(300)),
    "input 0 u16 " + " ".join(str(2000 + i) for i in range(300)),
    "coil 0 " + " ".join(str(int(i % 3 == 0)) for i in range(1000)),
    "coil 1000 " + " ".join(str(int(i % 3 == 0)) for i in range(1000, 2000)),
    "discrete 0 " + " ".join(str(i % 2) for i in range(1000)),
    "discrete 1000 " + " ".join(str(i % 2) for i in range(1000, 2000)),
    'id 0 "Maker"', 'id 1 "Code"', 'id 2 "1.0"', ""])


class Peers(ToolTest):
    def serve(self, *options):
        """Starts our server; the port number, or the path of its terminal."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = os.path.join(folder.name, "registers.txt")
        with open(path, "w", encoding="utf-8") as file:
            file.write(REGISTERS)
        process = self.start(TOOL, "serve", "modbus", path, *options)
        match = re.fullmatch(r"listening: (?:tcp://127\.0\.0\.1:)?(\S+)\n", process.stdout.readline())
        self.assertIsNotNone(match)
        return match.group(1)

    def good(self, count, *command, **more):
        """Runs a client to its end, which must have passed so many checks."""
        result = subprocess.run(command, capture_output=True, text=True, timeout=30, **more)
        self.assertEqual((result.stdout, result.stderr, result.returncode), ("%d passed, 0 failed\n" % count, "", 0))

    def ours(self, target, *functions):
        self.good(len(functions), CLIENT, target, *functions)


class Ours(Peers):
    """Both are ours: what the others are compared with."""

    ALL = BASIC + ["17", "22", "23", "43", "refuse"]

    def test_over_tcp(self):
        self.ours("tcp://127.0.0.1:" + self.serve("--tcp", "0"), *self.ALL)

    def test_over_a_pseudo_terminal(self):
        self.ours(self.serve("--pty"), *self.ALL)


@unittest.skipUnless(have("mbpoll"), "mbpoll is not installed")
class Mbpoll(Peers):
    def poll(self, where, kind, first, count):
        result = subprocess.run(["mbpoll", "-0", "-1", "-q", "-t", kind, "-r", str(first), "-c", str(count), *where],
                                capture_output=True, text=True, timeout=30)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        values = re.findall(r"(?m)^\[(\d+)\]:\s+(\d+)", result.stdout)
        self.assertEqual([int(address) for address, _ in values], list(range(first, first + count)))
        return [int(value) for _, value in values]

    def write(self, where, kind, first, values):
        result = subprocess.run(["mbpoll", "-0", "-1", "-q", "-t", kind, "-r", str(first), *where,
                                 *[str(value) for value in values]], capture_output=True, text=True, timeout=30)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertIn("Written %d references" % len(values), result.stdout)
        self.assertEqual(self.poll(where, kind, first, len(values)), values)

    def check(self, *where):
        self.assertEqual(self.poll(where, "0", 20, 100), [int(i % 3 == 0) for i in range(20, 120)])
        self.assertEqual(self.poll(where, "1", 20, 100), [i % 2 for i in range(20, 120)])
        self.assertEqual(self.poll(where, "3", 100, 125), [2000 + i for i in range(100, 225)])
        self.assertEqual(self.poll(where, "4", 100, 125), [1000 + i for i in range(100, 225)])
        self.write(where, "0", 50, [1])
        self.write(where, "0", 50, [0, 1, 1, 0, 1, 0, 0, 1, 1, 1, 0])
        self.write(where, "4", 50, [4711])
        self.write(where, "4", 50, list(range(30000, 30100)))

    def test_over_tcp(self):
        self.check("-m", "tcp", "-p", self.serve("--tcp", "0"), "-a", "1", "127.0.0.1")

    def test_over_a_pseudo_terminal(self):
        self.check("-m", "rtu", "-b", "9600", "-P", "even", "-a", "1", self.serve("--pty"))


@unittest.skipUnless(LIBMODBUS_CLIENT and LIBMODBUS_SERVER, "libmodbus is not installed")
class Libmodbus(Peers):
    FUNCTIONS = BASIC + ["17", "22", "23", "refuse"]

    def test_as_client_over_tcp(self):
        self.good(14, LIBMODBUS_CLIENT, "tcp", self.serve("--tcp", "0"))

    def test_as_client_over_a_pseudo_terminal(self):
        self.good(14, LIBMODBUS_CLIENT, "rtu", self.serve("--pty"))

    def test_as_server_over_tcp(self):
        port = self.start(LIBMODBUS_SERVER, "tcp", "peers").stdout.readline().strip()
        self.ours("tcp://127.0.0.1:" + port, *self.FUNCTIONS)

    @unittest.skipUnless(have("socat"), "socat is not installed")
    def test_as_server_over_a_pair_of_pseudo_terminals(self):
        with tempfile.TemporaryDirectory() as folder:
            ends = [os.path.join(folder, end) for end in "ab"]
            self.start("socat", *["pty,raw,echo=0,link=" + end for end in ends])
            self.wait_for(lambda: all(os.path.exists(end) for end in ends), "socat makes no terminals")
            server = self.start(LIBMODBUS_SERVER, "rtu", ends[0], "peers")
            self.assertEqual(server.stdout.readline(), "ready\n")
            self.ours(ends[1], *self.FUNCTIONS)


class Node(Peers):
    FUNCTIONS = {"modbus-serial": BASIC + ["43", "refuse"], "jsmodbus": BASIC}
    CHECKS = {"modbus-serial": 13, "jsmodbus": 10}

    def command(self, package, *arguments):
        if not have("node") or not os.path.isdir(os.path.join(NODE_MODULES, package)):
            self.skipTest("%s is not installed (tests/peers/node_modbus.sh)" % package)
        return ["node", NODE_MODBUS, package.replace("modbus-serial", "serial"), *arguments]

    def environment(self):
        return dict(os.environ, NODE_PATH=NODE_MODULES)

    def as_client(self, package):
        command = self.command(package, "client")
        self.good(self.CHECKS[package], *command, self.serve("--tcp", "0"), env=self.environment())

    def as_server(self, package):
        port = self.start(*self.command(package, "server"), env=self.environment()).stdout.readline().strip()
        self.ours("tcp://127.0.0.1:" + port, *self.FUNCTIONS[package])

    def test_modbus_serial_as_client(self):
        self.as_client("modbus-serial")

    def test_modbus_serial_as_server(self):
        self.as_server("modbus-serial")

    def test_jsmodbus_as_client(self):
        self.as_client("jsmodbus")

    def test_jsmodbus_as_server(self):
        self.as_server("jsmodbus")


@unittest.skipUnless(have("tshark"), "tshark is not installed")
class Tshark(Peers):
    """What it takes from the loopback port while ours talks to ours, which is what all others understood."""

    def capture(self, folder, port):
        """Starts capturing; the file. Skips the test where this is not allowed."""
        path = os.path.join(folder, "modbus.pcap")
        if os.geteuid() != 0:
            self.skipTest("capturing needs root")
        capture = subprocess.Popen(["tshark", "-q", "-i", "lo", "-f", "tcp port " + port, "-w", path],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.addCleanup(capture.stderr.close)
        self.addCleanup(capture.wait)
        self.addCleanup(capture.kill)
        said = ""
        while "Capturing on" not in said:
            line = capture.stderr.readline()
            if line == "":
                self.skipTest("tshark cannot capture here: " + said)
            said += line
        self.wait_for(lambda: os.path.exists(path) and os.path.getsize(path) > 0, "tshark writes no file")
        return capture, path

    def dissect(self, path, port, *arguments, whole=True):
        """The lines that tshark prints of a file, which may still grow unless it is whole."""
        result = subprocess.run(["tshark", "-r", path, "-d", "tcp.port==%s,mbtcp" % port, *arguments],
                                capture_output=True, text=True, timeout=60)
        if whole:
            self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout.splitlines()

    def test_nothing_is_malformed(self):
        port = self.serve("--tcp", "0")
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o777)
            capture, path = self.capture(folder, port)
            self.ours("tcp://127.0.0.1:" + port, *Ours.ALL)
            # What was captured comes late: it is all there when the connection's end is.
            self.wait_for(lambda: self.dissect(path, port, "-Y", "tcp.flags.fin==1", whole=False) != [],
                          "the end is not captured")
            capture.terminate()
            capture.wait(timeout=10)
            functions = self.dissect(path, port, "-Y", "mbtcp", "-T", "fields", "-e", "modbus.func_code")
            self.assertEqual({int(code) for line in functions for code in line.split(",")},
                             {int(code) for code in Ours.ALL if code != "refuse"})
            self.assertEqual(len(functions) % 2, 0)  # as many answers as requests
            self.assertEqual(len(self.dissect(path, port, "-Y", "modbus.exception_code == 2")), 2)
            self.assertEqual(self.dissect(path, port, "-Y", "_ws.malformed || _ws.expert.group == 0x07000000"), [])
            # Every payload is Modbus, with nothing left over.
            self.assertEqual(self.dissect(path, port, "-Y", "tcp.len > 0 && !modbus"), [])


if __name__ == "__main__":
    unittest.main()
