# SPDX-License-Identifier: MIT
"""Finding devices on a Modbus of which nothing is known."""

import collections
import os
import pty
import shlex
import signal
import socket
import subprocess
import threading
import unittest

from meterwire_test import TOOL, ToolTest, parse, run
from modbus_bus import Bus, Gateway, countis, no_meter, wago
from test_identify import MODELS

SPEEDS = [9600, 19200, 38400, 115200, 57600, 4800, 2400, 1200]
FAST = ["--timeout", "30"]
HEADER = "unit  line         model                 serial number"


class ScanTest(ToolTest):
    def scan(self, *arguments, stderr=""):
        """The lines it prints when it finds something."""
        result = run("scan", *arguments, timeout=60)
        self.assertEqual((result.returncode, result.stderr), (0, stderr))
        return result.stdout.splitlines()

    def scan_json(self, *arguments, stderr=""):
        return [parse(line) for line in self.scan(*arguments, "--json", stderr=stderr)]

    def expect(self, arguments, code, *texts):
        result = run("scan", *arguments, timeout=60)
        self.assertEqual(result.returncode, code, result.stderr)
        for text in texts:
            self.assertIn(text, result.stderr)
        return result


class Finding(ScanTest):
    def test_every_model_through_tcp_and_on_a_line(self):
        for model in MODELS:
            with self.subTest(model=model):
                target = self.simulate(model, "--tcp", "0", "--unit", "3")
                (found,) = self.scan_json(target, "--units", "2-4", *FAST)
                self.assertEqual((found["unit"], found["model"]), (3, model))
                self.assertNotIn("baud", found)
        target = self.simulate("wago-879-3040", "--pty", "--unit", "40")
        (found,) = self.scan_json(target, "--units", "39-41,200", "--bauds", "9600", *FAST)
        self.assertEqual(found, {
            "unit": 40, "baud": 9600, "parity": "even", "model": "wago-879-3040",
            "title": "WAGO 879-3040 (2PU CT), three phases, current transformers", "name": "1113",
            "serial": "19020246", "firmware": "1.04", "checksum": "59811839", "checksum_listed": True, "mid": True})

    def test_meters_and_unknown_devices_at_a_speed_nobody_knows(self):
        bus = Bus(self, {33: wago(), 34: countis(), 35: countis("COUNTIS E34"), 36: no_meter}, baud=19200)
        command = bus.target + " --unit %d --baud 19200"
        lines = self.scan(bus.target, "--units", "1-5,31-36", *FAST)
        self.assertRegex(lines[0], r"^units 1-5,31-36 at 8 combinations of speed and parity: \d+ s at most$")
        self.assertEqual(lines[1:], [
            HEADER,
            "33    19200 8E1    wago-879-3000         22091039",
            "34    19200 8E1    socomec-countis-e44   1947-11-4711",
            "35    19200 8E1    unknown device        says 'COUNTIS E34', refuses with exception 2, illegal data "
            "address",
            "36    19200 8E1    unknown device        refuses with exception 1, illegal function",
            "4 found at 19200 8E1; a bus has one speed, so the others were not searched (--all does)", "",
            "meterwire read wago-879-3000 " + command % 33, "meterwire read socomec-countis-e44 " + command % 34 + " --parity even",
            "meterwire modbus id " + command % 35, "meterwire modbus id " + command % 36])
        # First the factory addresses at every speed, then speed after speed, and of what is silent nothing twice.
        first = [(speed, unit) for speed, unit, _ in bus.asked[:2 * 2 * len(SPEEDS):2]]
        self.assertEqual(first, [(speed, unit) for speed in SPEEDS for unit in (1, 5)])
        self.assertEqual([speed for speed, _, _ in bus.asked[2 * 2 * len(SPEEDS):]],
                         sorted(speed for speed, _, _ in bus.asked[2 * 2 * len(SPEEDS):]))
        self.assertEqual({count for (_, unit, _), count in collections.Counter(bus.asked).items() if unit < 33}, {1})
        self.assertEqual({unit for speed, unit, _ in bus.asked if speed == 9600}, {1, 2, 3, 4, 5, 31, 32, 33, 34, 35, 36})

    def test_a_factory_address_tells_the_speed_at_once(self):
        bus = Bus(self, {1: wago(), 30: wago("1112", "2209 1040")}, baud=4800)
        lines = self.scan(bus.target, "--units", "1-8,30", *FAST)
        self.assertEqual([line.split()[0] for line in lines[2:4]], ["1", "30"])
        self.assertEqual([speed for speed, unit, _ in bus.asked if unit not in (1, 5)], [4800] * 2 * 7)
        self.assertNotIn(2400, [speed for speed, _, _ in bus.asked])

    def test_goes_on_when_all_is_wanted(self):
        bus = Bus(self, {1: wago(), 4: no_meter})
        found = self.scan_json(bus.target, "--units", "1-6", "--bauds", "9600,38400", "--parities", "none,odd",
                               "--all", *FAST)
        self.assertEqual(sorted((one["unit"], one["baud"], one["parity"]) for one in found),
                         sorted((unit, baud, parity) for unit in (1, 4) for baud in (9600, 38400)
                                for parity in ("none", "odd")))
        self.assertEqual([one.get("exception") for one in found], [1 if one["unit"] == 4 else None for one in found])
        self.assertEqual(self.scan(bus.target, "--units", "1-6", "--baud", "9600", "--parity", "odd", *FAST)[4:5],
                         ["2 found"])

    def test_meters_that_are_slow(self):
        """150 and 250 ms are more than the 112 there are, so the answers come when something else is asked."""
        bus = Bus(self, {8: wago(), 9: wago("1112", "2209 1040"), 11: countis()}, late={8: 0.25, 9: 0.15, 11: 0.25})
        found = self.scan_json(bus.target, "--units", "7-9,11,12", "--bauds", "9600")
        self.assertEqual([(one["unit"], one["model"]) for one in found],
                         [(8, "wago-879-3000"), (9, "wago-879-3020"), (11, "socomec-countis-e44")])

    def test_damage_is_told_once(self):
        bus = Bus(self, {6: wago()}, damaged=(3, 4, 7))
        found = self.scan_json(bus.target, "--units", "1-9", "--bauds", "9600", *FAST, stderr="meterwire: unit 3 at "
                               "9600 8E1: damaged answers: perhaps two devices with one address, or another speed or "
                               "parity\n")
        self.assertEqual([one["unit"] for one in found], [6])

    def test_damage_at_a_factory_address_is_a_reason_to_search_there(self):
        bus = Bus(self, {}, damaged=(1,))
        self.expect([bus.target, "--units", "1-3", "--bauds", "9600,19200", *FAST], 1, "unit 1 at 9600 8E1: damaged",
                    "unit 1 at 19200 8E1: damaged", "no device answered at %s: check A/B wires" % bus.target)
        speeds = [speed for speed, _, _ in bus.asked]
        self.assertEqual(speeds, sorted(speeds))
        self.assertEqual(speeds.count(9600), speeds.count(19200))

    def test_a_gateway_says_that_nobody_answers(self):
        for exception in (10, 11):
            gateway = Gateway(self, {4: wago(), 250: no_meter}, exception)
            lines = self.scan(gateway.target, "--units", "1-10,248-255")
            self.assertEqual(lines, [
                "units 1-10,248-255: 36 s at most", "unit  model                 serial number",
                "4     wago-879-3000         22091039",
                "250   unknown device        refuses with exception 1, illegal function", "2 found", "",
                "meterwire read wago-879-3000 %s --unit 4" % gateway.target,
                "meterwire modbus id %s --unit 250" % gateway.target])

    def test_a_simulated_line_with_a_speed(self):
        if "--baud" not in run("simulate", "--help").stdout:
            self.skipTest("the simulator has no --baud yet")
        target = self.simulate("wago-879-3000", "--pty", "--unit", "33", "--baud", "19200")
        lines = self.scan(target, "--units", "1-40", *FAST)
        self.assertEqual(lines[1:3], [HEADER, "33    19200 8E1    wago-879-3000         19020246"])
        self.assertEqual(run(*lines[-1].split()[1:], "--obis", "frequency").returncode, 0)


class Ends(ScanTest):
    def test_nobody_is_there(self):
        bus = Bus(self, {})
        result = self.expect([bus.target, "--units", "1-3", "--bauds", "9600,19200", *FAST], 1,
                             "no device answered at %s: check A/B wires" % bus.target, "a longer --timeout")
        self.assertRegex(result.stdout, r"\Aunits 1-3 at 2 combinations of speed and parity: 1 s at most\n\Z")
        self.assertEqual(set(collections.Counter(bus.asked).values()), {1})
        gateway = Gateway(self, {})
        result = self.expect([gateway.target, "--units", "2", "--json"], 1, "check the wires behind a gateway")
        self.assertEqual(result.stdout, "")

    def interrupt(self, bus, ready, *arguments):
        """Interrupts a scan when it is ready; what it said on standard output, and the command line to go on."""
        process = self.start(TOOL, "scan", bus.target, *arguments)
        self.wait_for(lambda: ready(bus.asked), "it does not get there")
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=10)
        self.assertEqual(process.returncode, 1)
        return stdout, stderr

    def test_ctrl_c_before_anything_is_found(self):
        bus = Bus(self, {9: wago()}, baud=38400)
        stdout, stderr = self.interrupt(bus, lambda asked: (9600, 3, 0x4000) in asked, "--bauds", "19200,9600,38400",
                                        "--units", "1-12", "--parities", "none", "--repeats", "1", "--timeout", "20")
        self.assertEqual(stdout.count("\n"), 1)
        self.assertEqual(stderr, "meterwire: interrupted; 0 found so far\nTo go on: meterwire scan %s --units 1-12 "
                                 "--bauds 9600,38400 --parities none --timeout 20 --repeats 1\n" % bus.target)
        lines = self.scan(*shlex.split(stderr.splitlines()[1])[5:])
        self.assertEqual(lines[2], "9     38400 8N1    wago-879-3000         22091039")

    def test_ctrl_c_in_the_first_pass(self):
        bus = Bus(self, {})
        _, stderr = self.interrupt(bus, lambda asked: 19200 in [speed for speed, _, _ in asked],
                                   "--bauds", "9600,19200,4800", "--units", "1,7-9")
        self.assertIn("To go on: meterwire scan %s --units 1,7-9 --bauds 19200,4800,9600 --parities even\n" %
                      bus.target, stderr)

    def test_ctrl_c_when_the_speed_is_known(self):
        bus = Bus(self, {1: wago(), 30: countis()}, baud=9600)
        stdout, stderr = self.interrupt(bus, lambda asked: 9 in [unit for _, unit, _ in asked])
        lines = stdout.splitlines()
        self.assertEqual(lines[1:3], [HEADER, "1     9600 8E1     wago-879-3000         22091039"])
        self.assertEqual(lines[-1], "meterwire read wago-879-3000 %s --unit 1" % bus.target)
        self.assertRegex(stderr, r"\Ameterwire: interrupted; 1 found so far\nTo go on: meterwire scan %s "
                                 r"--units (9|1\d)-247 --bauds 9600 --parities even\n\Z" % bus.target)
        lines = self.scan(*shlex.split(stderr.splitlines()[1].replace("247", "32"))[5:], *FAST)
        self.assertEqual(lines[2], "30    9600 8E1     socomec-countis-e44   1947-11-4711")

    def test_a_line_that_breaks(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            def hang_up():
                connection, _ = listener.accept()
                connection.recv(100)
                connection.close()
            thread = threading.Thread(target=hang_up)
            thread.start()
            target = "tcp://127.0.0.1:%d" % listener.getsockname()[1]
            self.expect([target, "--units", "1-9"], 1, "meterwire: %s: the other side has hung up\n" % target)
            thread.join()
        self.expect(["/dev/does-not-exist"], 1, "cannot open /dev/does-not-exist: No such file")

    def test_progress_on_a_terminal(self):
        bus = Bus(self, {3: wago()})
        scan = [TOOL, "scan", bus.target, "--units", "1-8", "--bauds", "9600", *FAST]
        self.assertEqual(self.scan(*scan[2:])[-3], "1 found")  # nothing on the error output where it is no terminal
        master, slave = pty.openpty()
        result = subprocess.run(scan, stdout=subprocess.PIPE, stderr=slave, text=True, timeout=30)
        os.close(slave)
        shown = b""
        try:
            while data := os.read(master, 4096):
                shown += data
        except OSError:  # all was read
            pass
        os.close(master)
        shown = shown.decode()
        self.assertEqual(result.returncode, 0)
        self.assertIn("1 found\n", result.stdout)
        self.assertRegex(shown, r"\A\r\x1b\[K  0\.0 %  9600 8E1, unit 1  0 found  at most 0:00 left\r\x1b\[K")
        self.assertIn(" 87.5 %  9600 8E1, unit 8  1 found  at most 0:00 left", shown)  # seven of eight
        self.assertTrue(shown.endswith("\r\x1b[K"))

    def test_wrong_usage(self):
        for arguments, text in (
                ([], "one TARGET is needed"), (["x", "y"], "one TARGET is needed"),
                (["x", "--units", "0"], "--units needs numbers and ranges such as 1-10,50,247, not '0'"),
                (["x", "--units", "1-"], "--units needs"), (["x", "--units", "9-3"], "--units needs"),
                (["x", "--units", "1,,2"], "--units needs"), (["x", "--units", "1,"], "--units needs"),
                (["x", "--units", ""], "--units needs"), (["x", "--units", "256"], "--units needs"),
                (["x", "--units", "1-248"], "units of a serial line are 1 to 247, not 248"),
                (["x", "--bauds", "9600,1234"], "--bauds needs speeds of 300, 600, 1200 ... 115200"),
                (["x", "--baud", "fast"], "--bauds needs speeds"),
                (["x", "--parities", "even,mark"], "--parities needs some of even,none,odd, not 'even,mark'"),
                (["x", "--timeout", "0"], "--timeout needs milliseconds from 1 to 300000"),
                (["x", "--repeats", "21"], "--repeats needs a number from 0 to 20"),
                (["x", "--secondary"], "--secondary and --range are for M-Bus: --mbus"),
                (["tcp://h", "--bauds", "9600"], "those the gateway is set to"),
                (["rtu+tcp://h:1", "--parities", "even"], "those the gateway is set to"),
                (["x", "--units"], "--units needs a value"), (["x", "--sped"], "there is no option --sped")):
            with self.subTest(arguments=arguments):
                result = self.expect(arguments, 2, text, "Try 'meterwire scan --help'.")
                self.assertEqual(result.stdout, "")


if __name__ == "__main__":
    unittest.main()
