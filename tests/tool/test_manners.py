# SPDX-License-Identifier: MIT
"""How the tool behaves towards people and scripts: what it says of mistakes, and how it ends."""

import glob
import grp
import os
import pty
import re
import shlex
import signal
import socket
import subprocess
import tempfile
import tty
import unittest

from meterwire_test import TOOL, ToolTest, run

MODEL = "wago-879-3000"
FORM = "a target is the path of a serial port, tcp://HOST[:PORT]"


def commands():
    section = re.search(r"Commands:\n(.*?)\n\n", run("--help").stdout, re.S).group(1)
    return re.findall(r"(?m)^  ([a-z]+) ", section)


def crc(frame):
    """That of Modbus RTU, by its definition."""
    value = 0xFFFF
    for byte in frame:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0xA001 if value & 1 else 0)
    return frame + value.to_bytes(2, "little")


class Names(ToolTest):
    def check(self, table, code=2):
        for arguments, text in table:
            with self.subTest(arguments=arguments):
                result = run(*arguments)
                self.assertEqual((result.returncode, result.stdout), (code, ""))
                self.assertIn("meterwire: " + text + "\n", result.stderr)
                self.assertEqual("Try '" in result.stderr, "did you mean" not in text and "lists" not in text)

    def test_commands(self):
        self.check([
            (["raed"], "there is no command 'raed'; did you mean read?"),
            (["help", "simulat"], "there is no command 'simulat'; did you mean simulate?"),
            (["MODELS"], "there is no command 'MODELS'; did you mean models?"),
            (["xyzzy"], "there is no command 'xyzzy'; 'meterwire --help' lists them"),
        ])

    def test_models(self):
        wago = "did you mean wago-879-3000, wago-879-3020 or wago-879-3040?"
        self.check([
            (["read", "wago-879-300", "x"], "no model is named 'wago-879-300'; " + wago),
            (["simulate", "wago", "--pty"], "no model is named 'wago'; " + wago),
            (["models", "Wago-879-3020"], "no model is named 'Wago-879-3020'; did you mean wago-879-3020?"),
            (["monitor", "x", "--model", "countis-e44"],
             "no model is named 'countis-e44'; did you mean socomec-countis-e44?"),
            (["read", "mbsu", "x"], "no model is named 'mbsu'; did you mean mbus?"),
            (["models", "mbsu"], "no model is named 'mbsu'; 'meterwire models' lists them"),
            (["read", "", "x"], "no model is named ''; 'meterwire models' lists them"),
            (["read", "w" * 500, "x"], "no model is named '%s'; 'meterwire models' lists them" % ("w" * 500)),
        ])

    def test_options(self):
        self.check([
            (["read", MODEL, "x", "--jsno"], "there is no option --jsno; did you mean --json?"),
            (["read", MODEL, "x", "--secundary=5"], "there is no option --secundary; did you mean --secondary?"),
            (["read", MODEL, "x", "--t"], "--t may be --trace or --timeout"),
            (["decode", "--xml"], "there is no option --xml"),
        ])

    def test_words(self):
        self.check([
            (["read", MODEL, "x", "--group", "slwo"],
             "--group is fast, slow, once or extra, not 'slwo'; did you mean slow?"),
            (["read", MODEL, "x", "--parity", "evne"], "--parity is even, none or odd, not 'evne'; did you mean even?"),
            (["read", MODEL, "x", "--parity", "mark"], "--parity is even, none or odd, not 'mark'"),
            (["modbus", "read", "x", "--address", "1", "--order", "abcd"],
             "--order is ABCD, BADC, CDAB or DCBA, not 'abcd'; did you mean ABCD?"),
            (["modbus", "wirte", "x"], "read, write or id, not 'wirte'; did you mean write?"),
            (["decode", "mbsu", "E5"], "the protocol is mbus, not 'mbsu'"),
        ])

    def test_values(self):
        voltages = "did you mean voltage_l1, voltage_l2 or voltage_l3?"
        lists = "'meterwire models %s' lists what it has" % MODEL
        self.check([
            (["read", MODEL, "x", "--obis", "voltage_l4"],
             "'voltage_l4' is no OBIS code and no name of one; " + voltages),
            (["simulate", MODEL, "--pty", "--set", "voltage_l4=1"],
             "'voltage_l4' is no OBIS code and no name of one; " + voltages),
            (["read", MODEL, "x", "--obis", "active_enrgy_import"],
             "'active_enrgy_import' is no OBIS code and no name of one; did you mean active_energy_import?"),
            (["read", MODEL, "x", "--obis", "1-0:32.7.1"], MODEL + " has no 1-0:32.7.1; did you mean 1-0:32.7.0?"),
            (["read", MODEL, "x", "--obis", "7-0:3.0.0"], MODEL + " has no 7-0:3.0.0; " + lists),
            (["read", MODEL, "x", "--obis", "xyzzy"], "'xyzzy' is no OBIS code and no name of one; " + lists),
        ])

    def test_values_are_those_of_the_model(self):
        # A name of the code, but nothing that this model has: what is near is.
        names = set(re.findall(r"(?m) ([a-z][a-z0-9_]+) +\d+-\d+:", run("models", MODEL).stdout))
        for typed in ("voltage", "energy", "currant_l1", "power_facto", "tarif", "partial_activ_import"):
            result = run("read", MODEL, "x", "--obis", typed)
            match = re.search(r"did you mean (.*)\?\n", result.stderr)
            if match:
                self.assertLessEqual(set(re.split(", | or ", match.group(1))), names, typed)


class Targets(ToolTest):
    def fail(self, code, *texts, target, options=(), model=MODEL):
        result = run("read", model, target, *options)
        self.assertEqual((result.returncode, result.stdout), (code, ""), result.stderr)
        for text in texts:
            self.assertIn(text, result.stderr)
        return result.stderr

    def test_what_looks_like_a_host(self):
        for target, meant in (("tpc://192.168.0.9", "tcp://192.168.0.9"), ("http://192.168.0.9/", "tcp://192.168.0.9"),
                              ("tcp:/meter:1502", "tcp://meter:1502"), ("tcp:meter", "tcp://meter"),
                              ("tcp//meter", "tcp://meter"), ("192.168.0.9", "tcp://192.168.0.9"),
                              ("192.168.0.9:502", "tcp://192.168.0.9:502"), ("rtu://meter", "rtu+tcp://meter"),
                              ("rtu+tpc://meter", "rtu+tcp://meter"), ("modbus+tcp://meter", "tcp://meter"),
                              ("mbus://meter:10001", "mbus+tcp://meter:10001"), ("localhost", "tcp://localhost")):
            with self.subTest(target=target):
                self.fail(2, "cannot open %s: %s" % (target, FORM), "; did you mean %s?\n" % meant, target=target)
        self.fail(2, "; did you mean mbus+tcp://192.168.0.9:PORT?\n", target="192.168.0.9", options=["--mbus"])
        self.assertIn("; did you mean rtu+tcp://192.168.0.9?\n", run("monitor", "192.168.0.9").stderr)

    def test_what_looks_like_nothing(self):
        for target in ("nowhere", "COM3", "", "foo://"):
            with self.subTest(target=target):
                self.assertNotIn("did you mean", self.fail(2, FORM, target=target))

    def test_a_path_that_is_not_there(self):
        ports = [path for end in ("ttyUSB", "ttyACM", "ttyAMA", "serial/by-id/", "ttyS[0-9]")
                 for path in glob.glob("/dev/%s*" % end)]
        missing = "cannot open /dev/does-not-exist: No such file or directory; "
        if not ports:
            self.fail(1, missing + "there is no serial port on this computer\n", target="/dev/does-not-exist")
            self.skipTest("there is no serial port to be named")
        self.fail(1, missing + "the serial port", sorted(ports)[0] if len(ports) == 1 else "here are ",
                  target="/dev/does-not-exist")
        for port in ports[:4]:
            if not os.path.exists(port + "x"):
                self.assertRegex(self.fail(1, "did you mean ", target=port + "x"), re.escape(port) + r"[?, ]")

    def test_a_port_of_others(self):
        if os.geteuid() != 0 or subprocess.run(["true"], user=65534, group=65534).returncode != 0:
            self.skipTest("only root can be somebody else")
        folder = tempfile.TemporaryDirectory(prefix="meterwire-port-")
        self.addCleanup(folder.cleanup)
        os.chmod(folder.name, 0o755)
        path = os.path.join(folder.name, "port")
        group = [entry for entry in grp.getgrall() if entry.gr_gid not in (0, 65534)][0]
        for mode, text in ((0o660, "it is for the group %s: 'sudo usermod -a -G %s $USER'" % ((group.gr_name,) * 2)),
                           (0o600, "only its owner may use it")):
            with open(path, "w"):
                os.chown(path, 0, group.gr_gid)
                os.chmod(path, mode)
            try:
                result = subprocess.run([TOOL, "read", MODEL, path], user=65534, group=65534, extra_groups=[],
                                        capture_output=True, text=True, timeout=30)
            except PermissionError:
                self.skipTest("nobody may run the tool")
            self.assertEqual((result.returncode, result.stdout), (1, ""))
            self.assertIn("cannot open %s: Permission denied; %s" % (path, text), result.stderr)

    def test_a_port_in_use(self):
        master, slave = pty.openpty()
        self.addCleanup(os.close, master)
        self.addCleanup(os.close, slave)
        path = os.ttyname(slave)
        waiting = self.start(TOOL, "read", MODEL, path, "--timeout", "60000", "--trace")
        self.assertIn(" us > ", waiting.stderr.readline())
        self.fail(1, "cannot open %s: in use by another program\n" % path, target=path)


class HelpFirst(unittest.TestCase):
    def test_every_way_to_ask(self):
        for command in commands():
            text = run("help", command).stdout
            self.assertTrue(text.startswith("Usage: meterwire %s" % command))
            for arguments in (["--help"], ["-h"], ["--nothing", "--help"], ["x", "y", "z", "-h"], ["--unit", "--help"]):
                result = run(command, *arguments)
                self.assertEqual((result.returncode, result.stdout, result.stderr), (0, text, ""), [command, *arguments])

    def test_overview(self):
        text = run("help").stdout
        for arguments in (["--help"], ["-h"], ["--nothing", "-h"], ["--version", "--help"]):
            result = run(*arguments)
            self.assertEqual((result.returncode, result.stdout, result.stderr), (0, text, ""), arguments)
        result = run()
        self.assertEqual((result.returncode, result.stdout, result.stderr), (2, "", text))

    def test_lines_fit_a_page(self):
        for name in commands():
            for line in run("help", name).stdout.splitlines():
                self.assertLessEqual(len(line), 100, line)
        for line in run("help").stdout.splitlines():
            self.assertLessEqual(len(line), 100, line)

    def test_its_examples_are_good_usage(self):
        """Those that want a line: nothing but the line is wrong with them here."""
        nobody = socket.socket()
        self.addCleanup(nobody.close)
        nobody.bind(("127.0.0.1", 0))
        for command in commands():
            for example in re.findall(r"(?m)^  meterwire (.*(?:/dev/|://).*)$",
                                      run("help").stdout + run("help", command).stdout):
                example = example.replace("/dev/ttyUSB0", "/dev/does-not-exist").split(" > ")[0]
                example = re.sub(r" --watch \d+", "", example)  # which waits for the line
                example = re.sub(r"192\.168\.0\.\d+(:\d+)?", "127.0.0.1:%d" % nobody.getsockname()[1], example)
                self.assertEqual(run(*shlex.split(example, comments=True)).returncode, 1, example)

    def test_the_frame_of_the_overview_is_one(self):
        words = re.search(r"(?m)^  meterwire (decode mbus[ 0-9A-F]+)", run("help").stdout).group(1).split()
        result = run(*words)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertRegex(result.stdout, r"power +0\.1 kW +02 2b 6400")  # 0x64 W


class Output(ToolTest):
    """A disk that is full, and a pipe that nobody reads from any more."""

    def outputs(self):
        yield os.open("/dev/full", os.O_WRONLY)
        end, pipe = os.pipe()
        os.close(end)
        yield pipe

    def cannot_write(self, *arguments, text=None, feed=None):
        for output in self.outputs():
            with self.subTest(arguments=arguments):
                process = subprocess.Popen([TOOL, *arguments], stdin=subprocess.PIPE, stdout=output,
                                           stderr=subprocess.PIPE, text=True)
                os.close(output)
                self.addCleanup(process.kill)
                if feed:
                    feed()
                _, errors = process.communicate(text, timeout=20)
                self.assertEqual(process.returncode, 1, errors)
                self.assertEqual(errors.splitlines()[-1], "meterwire: cannot write the output")
                self.assertEqual(errors.count("cannot write the output"), 1)

    def test_what_needs_no_meter(self):
        for arguments in (["--version"], ["--help"], ["help"], ["help", "read"], ["read", "--help"], ["models"],
                          ["models", MODEL], ["decode", "mbus", "E5"], ["decode", "mbus", "--json", "E5"]):
            self.cannot_write(*arguments)
        self.cannot_write("decode", "mbus", text="E5\n" * 100000)

    def test_reading(self):
        target = self.simulate(MODEL, "--tcp", "0")
        for arguments in (["read", MODEL, target], ["read", MODEL, target, "--json"],
                          ["modbus", "read", target, "--address", "0x5000"],
                          ["modbus", "read", target, "--address", "0x5000", "--json"]):
            self.cannot_write(*arguments)
        target = self.simulate(MODEL, "--pty", "--mbus", "--address", "0")
        for arguments in (["read", MODEL, target, "--mbus", "--address", "0"],
                          ["read", "mbus", target, "--address", "0"],
                          ["read", "mbus", target, "--address", "0", "--json"]):
            self.cannot_write(*arguments)

    def test_scanning_ends_with_the_first_meter(self):
        # All addresses would take minutes.
        target = self.simulate(MODEL, "--pty", "--mbus", "--address", "0")
        for more in ([], ["--json"], ["--secondary"]):
            self.cannot_write("scan", target, "--mbus", *more)

    def test_monitor_ends_with_the_first_pair(self):
        for more in ([], ["--json"]):
            with socket.create_server(("127.0.0.1", 0)) as listener:
                def feed():
                    connection, _ = listener.accept()
                    self.addCleanup(connection.close)
                    connection.sendall(crc(bytes.fromhex("05 03 00 00 00 01")) + crc(bytes.fromhex("05 03 02 00 01")))
                self.cannot_write("monitor", "rtu+tcp://127.0.0.1:%d" % listener.getsockname()[1], *more, feed=feed)

    def test_servers_that_cannot_say_where_they_listen(self):
        for where in (["--pty"], ["--tcp", "0"]):
            self.cannot_write("simulate", MODEL, *where)
            self.cannot_write("serve", "modbus", "-", *where, text="holding 0 u16 1\n")


class Interrupted(ToolTest):
    def handles_signals(self, process):
        with open("/proc/%d/status" % process.pid) as status:
            return int(re.search(r"SigCgt:\s*([0-9a-f]+)", status.read()).group(1), 16) >> signal.SIGINT - 1 & 1

    def interrupt(self, code, message, *arguments, ready=None):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(arguments=arguments, signal=number):
                process = self.start(TOOL, *arguments, stdin=subprocess.PIPE)
                self.wait_for(lambda: self.handles_signals(process), "it does not handle signals")
                if ready:
                    ready(process)
                process.send_signal(number)
                self.assertEqual(process.wait(3), code)
                self.assertRegex(process.stderr.read(), message)

    def nobody(self):
        """A line on which nobody answers."""
        master, slave = pty.openpty()
        tty.setraw(slave)
        self.addCleanup(os.close, master)
        self.addCleanup(os.close, slave)
        return os.ttyname(slave)

    def test_reading_and_scanning(self):
        line = self.nobody()

        def sends(process):
            self.assertIn(" us > ", process.stderr.readline())

        for arguments in (["read", MODEL, line], ["read", MODEL, line, "--mbus"],
                          ["read", "mbus", line, "--address", "1"], ["modbus", "read", line, "--address", "1"],
                          ["modbus", "write", line, "--address", "1", "2"], ["modbus", "id", line],
                          ["scan", line, "--mbus"], ["scan", line, "--mbus", "--secondary"]):
            self.interrupt(1, r"(?m)^meterwire: interrupted(; 0 found so far)?$", *arguments, "--timeout", "60000",
                           "--trace", ready=sends)

    def test_connecting(self):
        # With one connection that waits to be taken the next ones are not answered.
        with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
            others = []
            while True:
                other = socket.socket()
                other.settimeout(0.3)
                others.append(other)
                try:
                    other.connect(listener.getsockname())
                except socket.timeout:
                    break
            self.interrupt(1, r"^meterwire: interrupted\n$", "read", MODEL,
                           "tcp://127.0.0.1:%d" % listener.getsockname()[1])
            for other in others:
                other.close()

    def test_waiting_for_input(self):
        self.interrupt(1, r"^meterwire: interrupted\n$", "decode", "mbus")
        self.interrupt(1, r"^meterwire: interrupted\n$", "decode", "mbus", "-")
        self.interrupt(1, r"^meterwire: interrupted\n$", "serve", "modbus", "-", "--pty")

    def test_what_runs_until_it_is_stopped(self):
        def listens(process):
            self.assertIn("listening: ", process.stdout.readline())
            self.assertIn("Ctrl-C", process.stdout.readline())

        for where in (["--pty"], ["--tcp", "0"], ["--pty", "--mbus"]):
            self.interrupt(0, r"^$", "simulate", MODEL, *where, ready=listens)
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
            file.write("holding 0 u16 1\n")
            file.flush()
            for where in (["--pty"], ["--tcp", "0"]):
                self.interrupt(0, r"^$", "serve", "modbus", file.name, *where, ready=listens)

    def test_monitor(self):
        for more in ([], ["--json"]):
            with socket.create_server(("127.0.0.1", 0)) as listener:
                def connects(process):
                    connection, _ = listener.accept()
                    self.addCleanup(connection.close)
                    connection.sendall(crc(bytes.fromhex("05 03 00 00 00 01")) + crc(bytes.fromhex("05 03 02 00 01")))
                    self.assertIn("holding", process.stdout.readline())
                self.interrupt(0, "^$" if not more else "^meterwire: 1 requests: 1 answered", "monitor",
                               "rtu+tcp://127.0.0.1:%d" % listener.getsockname()[1], *more, ready=connects)


if __name__ == "__main__":
    unittest.main()
