# SPDX-License-Identifier: MIT
"""'meterwire read --watch': periods, meters and lines that come and go, and the picture on a terminal."""

import csv
import fcntl
import os
import pty
import re
import select
import signal
import socket
import struct
import subprocess
import tempfile
import termios
import threading
import time
import unittest

from meterwire_test import FakeMbus, TOOL, ToolTest, parse, run

MODEL = "wago-879-3000"
ENTER = "\033[?1049h\033[?25l"
LEAVE = "\033[?25h\033[?1049l"


class FakeModbus:
    """Modbus TCP that answers every request for registers with zeros, after a while; it may hang up then."""

    def __init__(self, seconds=0.0, hang_up=False):
        self.seconds = seconds
        self.hang_up = hang_up
        self.times = []  # of request and answer
        self.connections = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.target = "tcp://127.0.0.1:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        try:
            while True:
                connection, _ = self.listener.accept()
                self.connections += 1
                with connection:
                    while request := connection.recv(100):
                        begin = time.monotonic()
                        time.sleep(self.seconds)
                        count = 2 * request[11]
                        connection.sendall(request[:4] + bytes([0, 3 + count, request[6], 3, count]) + bytes(count))
                        self.times.append((begin, time.monotonic()))
                        if self.hang_up:
                            break
        except OSError:
            pass

    def close(self):
        self.listener.close()


class WatchTest(ToolTest):
    def watch(self, *arguments, period="0.1", **more):
        return self.start(TOOL, "read", *arguments, "--watch", period, **more)

    def lines(self, process, count):
        """The next lines, which must come."""
        timer = threading.Timer(20, process.kill)
        timer.start()
        lines = [process.stdout.readline() for _ in range(count)]
        timer.cancel()
        self.assertNotIn("", lines, "it ended: %r" % lines)
        return lines

    def end(self, process, code=0, number=signal.SIGINT):
        """Ends it, and gives the rest of what it said."""
        process.send_signal(number)
        out, errors = process.communicate(timeout=10)
        self.assertEqual(process.returncode, code, errors)
        return out, errors

    def until(self, process, condition, what):
        """Lines until one that fulfils the condition."""
        end = time.monotonic() + 20
        lines = []
        while not lines or not condition(lines[-1]):
            self.assertLess(time.monotonic(), end, what)
            lines += self.lines(process, 1)
        return lines

    def fake(self, *arguments, **more):
        fake = FakeModbus(*arguments, **more)
        self.addCleanup(fake.close)
        return fake

    def vanish(self):
        self.simulator.terminate()
        self.simulator.communicate(timeout=10)


class Periods(WatchTest):
    def test_ends_by_ctrl_c_and_sigterm(self):
        target = self.simulate(MODEL, "--tcp", "0")
        for number in (signal.SIGINT, signal.SIGTERM):
            for period in ("0.1", "3600"):
                process = self.watch(MODEL, target, "--obis", "frequency", "--format=jsonl", period=period)
                self.lines(process, 1)
                self.assertEqual(self.end(process, number=number)[1], "")

    def test_ends_by_ctrl_c_in_the_middle_of_a_read(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            process = self.watch(MODEL, "tcp://127.0.0.1:%d" % listener.getsockname()[1], "--timeout", "60000",
                                 "--format", "csv")
            connection, _ = listener.accept()
            with connection:
                connection.recv(1)
                self.assertEqual(self.end(process), ("time,model,address,obis,name,value,unit,quality,source\n", ""))

    def test_keeps_the_period(self):
        meter = self.fake(0.12)
        process = self.watch(MODEL, meter.target, "--obis", "frequency", "--format", "jsonl", period="0.2")
        self.lines(process, 8)
        self.end(process)
        starts = [begin for begin, _ in meter.times[:8]]
        # 7 periods of 0.2 s; 2.24 s if the time of reading came on top of them.
        self.assertGreater(starts[-1] - starts[0], 1.35)
        self.assertLess(starts[-1] - starts[0], 1.9)

    def test_begins_at_once_when_a_read_took_too_long(self):
        meter = self.fake(0.3)
        process = self.watch(MODEL, meter.target, "--obis", "frequency", "--format", "jsonl", period="0.2")
        self.lines(process, 5)
        self.end(process)
        pauses = [after[0] - before[1] for before, after in zip(meter.times, meter.times[1:])]
        self.assertGreaterEqual(min(pauses), -0.01)  # never two at once
        self.assertLess(min(pauses), 0.08)
        self.assertEqual(meter.connections, 1)

    def test_every_format_goes_on(self):
        target = self.simulate(MODEL, "--tcp", "0", "--set", "voltage_l1=231.5")
        one = (MODEL, target, "--obis", "voltage_l1", "--format")
        process = self.watch(*one, "csv")
        rows = list(csv.reader(self.lines(process, 4)))
        self.end(process)
        self.assertEqual([row[5] for row in rows], ["value", "231.500", "231.500", "231.500"])
        self.assertEqual(len({row[0] for row in rows}), 4)
        process = self.watch(*one, "json")
        self.assertEqual([parse(line)["readings"][0]["quality"] for line in self.lines(process, 3)], ["good"] * 3)
        self.end(process)
        process = self.watch(*one, "influx")
        stamps = [int(line.split()[-1]) for line in self.lines(process, 3)]
        self.end(process)
        self.assertTrue(stamps[0] < stamps[1] < stamps[2])
        process = self.watch(*one, "prometheus")
        lines = self.lines(process, 14)
        self.end(process)
        self.assertEqual(lines[:7], lines[7:])
        self.assertEqual(lines[5:7], ['meterwire_voltage_volts{model="%s",unit="1",phase="l1"} 231.500\n' % MODEL, "\n"])
        process = self.watch(*one, "table")
        lines = self.lines(process, 18)
        self.end(process)
        self.assertEqual([line[:11] for line in lines if line.startswith("voltage_l1")], ["voltage_l1 "] * 2)
        self.assertRegex(lines[0], "^[0-9-]{10} [0-9:]{8}\n$")
        self.assertRegex(lines[9], "^[0-9-]{10} [0-9:]{8}\n$")

    def test_any_meter_goes_on(self):
        meter = FakeMbus(bytes.fromhex("0C 06 78 56 34 12"), medium=4)
        self.addCleanup(meter.close)
        one = ("mbus", meter.target, "--address", "5", "--format")
        process = self.watch(*one, "jsonl")
        self.assertEqual([parse(line)["value"] for line in self.lines(process, 3)], [12345678000] * 3)
        self.end(process)
        process = self.watch(*one, "json")
        self.assertEqual([parse(line)["records"][0]["value"] for line in self.lines(process, 2)], [12345678000] * 2)
        self.end(process)
        process = self.watch(*one, "table")
        lines = self.until(process, lambda line: "12345678" in line, "no table")
        self.assertRegex(lines[0], "^[0-9-]{10} [0-9:]{8}\n$")
        self.end(process)


class Comings(WatchTest):
    def test_a_server_that_restarts(self):
        target = self.simulate(MODEL, "--tcp", "0", "--set", "voltage_l1=231.5")
        process = self.watch(MODEL, target, "--obis", "voltage_l1", "--format", "csv")
        self.assertIn(",231.500,V,good,0x5002", self.lines(process, 2)[1])
        self.vanish()
        gone = self.until(process, lambda line: "not_read" in line, "it does not notice")
        gone += self.until(process, lambda line: "not_read" in line, "it does not notice")
        self.assertIn(",voltage_l1,,V,not_read,0x5002", gone[-1])
        self.simulate(MODEL, "--tcp", target.rsplit(":", 1)[1], "--set", "voltage_l1=232.25")
        back = self.until(process, lambda line: "good" in line, "it does not come back")
        self.assertIn(",232.250,V,good,", back[-1])
        self.assertEqual({line.split(",", 5)[5] for line in back[:-1]} - {",V,not_read,0x5002\n"}, set())
        errors = self.end(process)[1].splitlines()
        self.assertEqual(errors[-2:], ["meterwire: cannot open %s: Connection refused" % target,
                                       "meterwire: unit 1 answers again"])
        self.assertEqual(len(errors), len(set(errors)))

    def test_what_the_other_formats_say_of_a_meter_that_is_gone(self):
        target = self.simulate(MODEL, "--tcp", "0")
        one = (MODEL, target, "--obis", "voltage_l1", "--format")
        watched = {form: self.watch(*one, form) for form in ("jsonl", "influx", "prometheus", "json", "table")}
        for process in watched.values():
            self.lines(process, 1)
        self.vanish()
        vanished_ns = time.time_ns()
        for form, condition in (("jsonl", lambda line: '"value":null,"unit":"V","quality":"not_read"' in line),
                                ("prometheus", lambda line: re.search(r"^meterwire_up\{.*\} 0$", line)),
                                ("json", lambda line: '"value":null' in line and "not_read" in line),
                                ("table", lambda line: re.search("^gone since .*: cannot open", line))):
            self.until(watched[form], condition, form)
        following = self.lines(watched["prometheus"], 4)
        self.assertEqual(following[0], "\n")
        self.assertRegex(following[3], r"^meterwire_up\{.*\} 0\n$")
        time.sleep(0.5)
        for form, process in watched.items():
            out, errors = self.end(process)
            self.assertEqual(errors.count("Connection refused"), 1, form)
            if form == "influx":
                stamps = [int(line.split(" ")[-1]) for line in out.splitlines()]
                self.assertLess(max(stamps, default=0), vanished_ns)
            else:
                self.assertNotIn("good", out)

    def test_a_meter_that_is_not_there_at_the_beginning(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        target = "tcp://127.0.0.1:%d" % port
        process = self.watch(MODEL, target, "--obis", "voltage_l1", "--format", "jsonl")
        self.assertEqual([parse(line)["quality"] for line in self.lines(process, 3)], ["not_read"] * 3)
        json = self.watch(MODEL, target, "--obis", "voltage_l1", "--json")
        answer = parse(self.lines(json, 1)[0])
        self.end(json)
        self.assertEqual((answer["protocol"], [reading["value"] for reading in answer["readings"]]),
                         ("modbus-tcp", [None]))
        self.simulate(MODEL, "--tcp", str(port))
        self.until(process, lambda line: '"good"' in line, "it does not find the meter")
        self.assertEqual(self.end(process)[1], "meterwire: cannot open %s: Connection refused\n"
                                               "meterwire: unit 1 answers again\n" % target)

    def test_tells_when_the_reason_changes(self):
        target = self.simulate(MODEL, "--tcp", "0", "--unit", "2")
        process = self.watch(MODEL, target, "--obis", "voltage_l1", "--timeout", "20", "--format", "jsonl")
        self.lines(process, 3)
        self.vanish()
        reasons = [process.stderr.readline() for _ in range(2)]
        while "refused" not in reasons[-1]:  # it may see the end of the connection first
            reasons.append(process.stderr.readline())
        self.assertIn("no answer from unit 1", reasons[0])
        self.assertIn("cannot open", reasons[-1])
        self.assertLessEqual(len(reasons), 3)
        self.end(process)

    def test_an_adapter_that_is_pulled_and_plugged(self):
        with tempfile.TemporaryDirectory() as folder:
            port = os.path.join(folder, "ttyUSB0")
            os.symlink(self.simulate(MODEL, "--pty", "--set", "voltage_l1=231.5"), port)
            process = self.watch(MODEL, port, "--obis", "voltage_l1", "--format", "jsonl")
            self.assertEqual(parse(self.lines(process, 1)[0])["quality"], "good")
            self.vanish()
            os.unlink(port)
            self.until(process, lambda line: "not_read" in line, "it does not notice")
            os.symlink(self.simulate(MODEL, "--pty", "--set", "voltage_l1=232.25"), port)
            self.until(process, lambda line: '"value":232.250,' in line, "it does not come back")
            self.end(process)

    def test_any_meter_and_models_on_mbus(self):
        target = self.simulate(MODEL, "--mbus", "--tcp", "0", "--address", "1", "--set", "active_power=1234")
        both = [self.watch(name, target, "--address", "1", "--format", "jsonl") for name in (MODEL, "mbus")]
        for process in both:
            self.until(process, lambda line: '"value":1234,' in line, "no power")
        self.vanish()
        for process in both:
            lines = self.until(process, lambda line: "active_power" in line and "not_read" in line, "not gone")
            self.assertIn('"value":null', lines[-1])
        self.simulate(MODEL, "--mbus", "--tcp", target.rsplit(":", 1)[1], "--address", "1", "--set", "active_power=77")
        for process in both:
            self.until(process, lambda line: '"value":77,' in line, "it does not come back")
            self.end(process)

    def test_a_server_that_hangs_up_between_reads(self):
        meter = self.fake(hang_up=True)
        process = self.watch(MODEL, meter.target, "--obis", "frequency", "--format", "jsonl")
        self.assertEqual({parse(line)["quality"] for line in self.lines(process, 5)}, {"good"})
        self.assertEqual(self.end(process)[1], "")
        self.assertGreaterEqual(meter.connections, 5)

    def test_a_target_that_never_can_be_opened(self):
        result = run("read", MODEL, "tcp://", "--watch", "0.1")
        self.assertEqual((result.returncode, result.stdout), (2, ""))
        self.assertIn("expected HOST", result.stderr)


class Output(WatchTest):
    def test_ends_when_the_output_cannot_be_written(self):
        target = self.simulate(MODEL, "--tcp", "0")
        for form in ("table", "json", "jsonl", "csv", "influx", "prometheus"):
            with open("/dev/full", "w") as full:
                result = subprocess.run([TOOL, "read", MODEL, target, "--watch", "0.1", "--format", form], stdout=full,
                                        stderr=subprocess.PIPE, text=True, timeout=10)
            self.assertEqual((result.returncode, result.stderr), (1, "meterwire: cannot write the output\n"), form)

    def test_ends_when_the_pipe_is_closed(self):
        target = self.simulate(MODEL, "--tcp", "0")
        process = self.watch(MODEL, target, "--format", "csv")
        self.lines(process, 2)
        process.stdout.close()
        self.assertEqual(process.wait(10), 1)
        self.assertEqual(process.stderr.read(), "meterwire: cannot write the output\n")
        process.stdout = None


class Terminal:
    """A pseudo-terminal with the tool on it."""

    def __init__(self, *arguments, width=80, height=24, **environment):
        self.master, slave = pty.openpty()
        self.resize(width, height)
        clean = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "LANG", "LC_CTYPE")}
        self.process = subprocess.Popen(
            [TOOL, "read", *arguments], stdin=slave, stdout=slave, stderr=subprocess.PIPE, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
            env={**clean, "TERM": "xterm", "LC_ALL": "C.UTF-8", "TZ": "UTC", **environment})
        os.close(slave)
        self.output = ""

    def resize(self, width, height):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))

    def type(self, text):
        os.write(self.master, text.encode())

    def read(self, seconds):
        """Takes what comes; whether there may be more."""
        if not select.select([self.master], [], [], seconds)[0]:
            return True
        try:
            data = os.read(self.master, 65536)
        except OSError:  # the other side is closed
            return False
        self.output += data.decode()
        return bool(data)

    def pictures(self, colours=False):
        """Everything that was drawn, whole, as lists of lines."""
        parts = self.output.split("\033[H")[1:]
        parts = [part for part in parts if "Ctrl-C ends" in part]
        return [re.sub(r"\033\[[KJ]" if colours else r"\033\[[0-9;]*[KJm]", "", part).split(LEAVE)[0].split("\r\n")
                for part in parts]

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()
        os.close(self.master)


def rows_of(lines):
    """The lines of a picture by their first word; the first with that word."""
    return {line.split()[0]: line for line in reversed(lines) if line.strip()}


POWERS = ("--set", "active_power_l1=1234", "--set", "active_power_l2=-232", "--set", "active_power_l3=0",
          "--set", "active_power=1002", "--set", "voltage_l1=230.5")


class Screen(WatchTest):
    def open(self, *arguments, **more):
        terminal = Terminal(*arguments, **more)
        self.addCleanup(terminal.close)
        return terminal

    def wait(self, terminal, condition):
        end = time.monotonic() + 20
        while not condition(terminal):
            self.assertLess(time.monotonic(), end, terminal.output[-1000:])
            self.assertTrue(terminal.read(0.1), terminal.output[-1000:])

    def picture(self, terminal, text):
        """The first picture with that text."""
        found = []

        def search(terminal):
            found.extend(lines for lines in terminal.pictures() if text in "\n".join(lines))
            return found

        self.wait(terminal, search)
        return found[0]

    def finish(self, terminal, code=0):
        while terminal.read(10):
            pass
        self.assertEqual(terminal.process.wait(10), code)
        return terminal.process.stderr.read().decode()

    def check_restored(self, terminal):
        self.assertEqual(terminal.output.count(ENTER), terminal.output.count(LEAVE))
        self.assertTrue(terminal.output.endswith(LEAVE), repr(terminal.output[-80:]))
        self.assertEqual(terminal.output.count("\033[?25l"), terminal.output.count("\033[?25h"))

    def test_draws_arrows_and_bars(self):
        target = self.simulate(MODEL, "--tcp", "0", *POWERS)
        terminal = self.open(MODEL, target, "--watch", "0.1")
        lines = self.picture(terminal, "L1")
        rows = rows_of(lines)
        # 55 columns are 2 kW: 1234 W are 33.9 of them, 232 W are 6.4.
        self.assertEqual(rows["L1"], "L1  \u2192      1.234 kW     " + "\u2588" * 33 + "\u2589")
        self.assertEqual(rows["L2"], "L2  \u2190     -0.232 kW     " + "\u2588" * 6 + "\u258D")
        self.assertEqual(rows["L3"].rstrip(), "L3         0.000 kW")
        self.assertEqual(rows["all"].split(), ["all", "\u2192", "1.002", "kW", "import"])
        self.assertIn("Full bar: 2 kW, the largest so far rounded up", lines)
        self.assertRegex(rows["voltage"], r"^voltage +230\.500 +[0-9.]+ +[0-9.]+ +- V$")
        self.assertRegex(lines[-1], "^Last reading [0-9-]{10} [0-9:]{8}, every 0.1 s; Ctrl-C ends$")
        self.assertNotIn("active_energy", "\n".join(lines))
        self.wait(terminal, lambda terminal: len(terminal.pictures()) >= 3)
        terminal.type("\x03")
        self.assertEqual(self.finish(terminal), "")
        self.check_restored(terminal)
        self.assertEqual(terminal.output.count(ENTER), 1)

    def test_ascii_without_utf_8(self):
        target = self.simulate(MODEL, "--tcp", "0", *POWERS)
        terminal = self.open(MODEL, target, "--watch", "0.1", LC_ALL="C")
        rows = rows_of(self.picture(terminal, "L1"))
        self.assertEqual(rows["L1"], "L1  >      1.234 kW     " + "#" * 34)
        self.assertEqual(rows["L2"], "L2  <     -0.232 kW     " + "#" * 6)
        self.assertTrue(terminal.output.isascii())

    def test_colours_only_where_they_are_wanted(self):
        target = self.simulate(MODEL, "--tcp", "0", *POWERS)
        for environment, coloured in (({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True)):
            terminal = self.open(MODEL, target, "--watch", "0.1", **environment)
            self.picture(terminal, "L1")
            self.assertEqual(re.search(r"\033\[[0-9;]*m", terminal.output) is not None, coloured, environment)
        self.assertIn("\033[33m\u2192\033[0m", terminal.output)
        self.assertIn("\033[32m\u2190\033[0m", terminal.output)

    def test_a_dumb_terminal_gets_tables(self):
        target = self.simulate(MODEL, "--tcp", "0", *POWERS)
        terminal = self.open(MODEL, target, "--watch", "0.1", "--obis", "voltage_l1", TERM="dumb")
        self.wait(terminal, lambda terminal: terminal.output.count("voltage_l1 ") > 2)
        terminal.type("\x03")
        self.finish(terminal)
        self.assertNotIn("\033", terminal.output)

    def test_other_formats_are_not_drawn(self):
        target = self.simulate(MODEL, "--tcp", "0")
        terminal = self.open(MODEL, target, "--watch", "0.1", "--obis", "voltage_l1", "--format", "jsonl")
        self.wait(terminal, lambda terminal: terminal.output.count("\n") > 2)
        self.assertNotIn("\033", terminal.output)

    def test_fits_the_terminal(self):
        target = self.simulate(MODEL, "--tcp", "0", *POWERS)
        terminal = self.open(MODEL, target, "--watch", "3600", width=60, height=12)
        lines = self.picture(terminal, "L1")
        self.assertEqual(len(lines), 12)
        self.assertLessEqual(max(map(len, lines)), 60)
        self.assertRegex(lines[-2], r"^\.\.\. [0-9]+ more lines in a larger window$")
        hidden = int(lines[-2].split()[1])
        # A larger window is drawn at once, and then has them.
        terminal.resize(120, 40)
        larger = self.picture(terminal, "voltage_l2_l3")
        self.assertEqual(len(larger), 12 + hidden - 1)
        self.assertNotIn("more lines", "\n".join(larger))
        bar = next(line for line in larger if line.startswith("L1")).split()[-1]
        self.assertEqual(bar, "\u2588" * 37)  # 60 columns at most are 2 kW: 37.02
        for width, height in ((1, 1), (7, 2), (20, 3)):
            count = len(terminal.output)
            terminal.resize(width, height)
            self.wait(terminal, lambda terminal, count=count: terminal.output.count("\033[H", count) > 0)
            length = 0
            while length < len(terminal.output):
                length = len(terminal.output)
                terminal.read(0.3)
            lines = re.sub(r"\033\[[0-9;]*[HKJm]", "", terminal.output[count:]).split("\r\n")
            self.assertLessEqual(len(lines), height)
            self.assertLessEqual(max(map(len, lines)), width)

    def test_energies_when_they_are_selected(self):
        target = self.simulate(MODEL, "--tcp", "0", "--set", "1-0:1.8.0=15062030")
        terminal = self.open(MODEL, target, "--watch", "0.1", "--group", "slow", height=60)
        lines = self.picture(terminal, "active_energy_import")
        self.assertTrue(any(re.fullmatch(r"active_energy_import .* 15062\.030 kWh", line) for line in lines), lines)
        self.assertNotIn("Full bar", "\n".join(lines))

    def test_a_meter_that_is_gone(self):
        target = self.simulate(MODEL, "--tcp", "0", *POWERS)
        terminal = self.open(MODEL, target, "--watch", "0.1")
        self.picture(terminal, "L1")
        self.vanish()
        lines = self.picture(terminal, "refused")
        text = "\n".join(lines)
        self.assertRegex(text, "(?m)^gone since [0-9-]{10} [0-9:]{8}: cannot open")
        for old in ("L1", "1.234", "230.5", "voltage"):
            self.assertNotIn(old, text)
        self.assertRegex(lines[-1], "^Last reading [0-9-]{10} [0-9:]{8}, ")
        terminal.output = ""
        self.simulate(MODEL, "--tcp", target.rsplit(":", 1)[1], *POWERS)
        self.assertNotIn("gone", "\n".join(self.picture(terminal, "L1")))
        terminal.process.terminate()
        self.assertEqual(self.finish(terminal), "")  # the picture said it all
        self.assertTrue(terminal.output.endswith(LEAVE))

    def test_any_meter(self):
        meter = FakeMbus(bytes.fromhex("0C 06 78 56 34 12 02 7C 03 48 52 25 2A 00") + b"\x0D\xFD\x11\x06" + b"a\033[31m"[::-1][:6], medium=4)
        self.addCleanup(meter.close)
        terminal = self.open("mbus", meter.target, "--address", "5", "--watch", "0.1")
        lines = self.picture(terminal, "heat_energy")
        self.assertTrue(any(re.fullmatch("heat_energy +12345678 kWh", line) for line in lines), lines)
        self.assertTrue(any(re.fullmatch("plain_text +42 %RH", line) for line in lines), lines)
        self.assertTrue(any(re.fullmatch(r"customer +a\?\[31m", line) for line in lines), lines)

    def test_a_meter_that_is_not_there(self):
        terminal = self.open(MODEL, "/dev/does-not-exist", "--watch", "0.1")
        lines = self.picture(terminal, "gone since")
        self.assertIn("cannot open /dev/does-not-exist: No such file", " ".join(lines))
        self.assertEqual(lines[-1], "No reading yet, every 0.1 s; Ctrl-C ends")
        terminal.type("\x03")
        self.finish(terminal)
        self.check_restored(terminal)

    def test_is_restored_by_every_end(self):
        target = self.simulate(MODEL, "--tcp", "0", *POWERS)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT, signal.SIGHUP):
            terminal = self.open(MODEL, target, "--watch", "0.1")
            self.picture(terminal, "L1")
            terminal.process.send_signal(number)
            self.finish(terminal)
            self.check_restored(terminal)

    def test_ctrl_z_gives_the_terminal_back_for_a_while(self):
        target = self.simulate(MODEL, "--tcp", "0", *POWERS)
        terminal = self.open(MODEL, target, "--watch", "0.1")
        self.picture(terminal, "L1")
        terminal.process.send_signal(signal.SIGTSTP)
        self.wait(terminal, lambda terminal: LEAVE in terminal.output)
        os.waitid(os.P_PID, terminal.process.pid, os.WSTOPPED)
        terminal.output = ""
        terminal.process.send_signal(signal.SIGCONT)
        self.picture(terminal, "L1")
        self.assertIn(ENTER, terminal.output)
        terminal.process.terminate()
        self.finish(terminal)
        self.check_restored(terminal)

    def test_bytes_are_traced_below_tables(self):
        target = self.simulate(MODEL, "--tcp", "0")
        terminal = self.open(MODEL, target, "--watch", "0.1", "--obis", "frequency", "--trace")
        self.wait(terminal, lambda terminal: terminal.output.count("frequency") > 1)
        self.assertNotIn("\033", terminal.output)


if __name__ == "__main__":
    unittest.main()
