# SPDX-License-Identifier: MIT
"""Real counterparts: mbpoll reads our simulator, and the tool reads a server of libmodbus."""

import decimal
import os
import re
import subprocess
import tempfile
import unittest

from meterwire_test import ToolTest, have, values

MODEL = "wago-879-3000"
SERVER = os.environ.get("METERWIRE_LIBMODBUS_SERVER", "")


@unittest.skipUnless(have("mbpoll"), "mbpoll is not installed")
class Mbpoll(ToolTest):
    """mbpoll counts registers from 1 unless told -0, and shows floats of swapped words with -B."""

    def poll(self, *arguments):
        result = subprocess.run(["mbpoll", "-0", "-1", "-q", "-t", "4:float", "-B", *arguments], capture_output=True,
                                text=True, timeout=30)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        return {int(address): decimal.Decimal(value)
                for address, value in re.findall(r"(?m)^\[(\d+)\]:\s+(\S+)", result.stdout)}

    SETS = ["--set", "voltage_l1=231.5", "--set", "frequency=49.875", "--set", "active_power=-1250",
            "--set", "active_energy_import=15062000"]

    def check(self, *arguments):
        block = self.poll(*arguments, "-r", str(0x5000), "-c", "28")
        self.assertEqual(len(block), 28)
        self.assertEqual(block[0x5002], decimal.Decimal("231.5"))
        self.assertEqual(block[0x5008], decimal.Decimal("49.875"))
        self.assertEqual(block[0x5012], decimal.Decimal("-1.25"))  # kW
        energies = self.poll(*arguments, "-r", str(0x600C), "-c", "1")
        self.assertEqual(energies[0x600C], decimal.Decimal("15062"))  # kWh

    def test_reads_the_simulator_over_a_pseudo_terminal(self):
        target = self.simulate(MODEL, "--pty", *self.SETS)
        self.check("-m", "rtu", "-b", "9600", "-P", "even", "-a", "1", target)

    def test_reads_the_simulator_over_tcp(self):
        target = self.simulate(MODEL, "--tcp", "0", *self.SETS)
        host, port = re.fullmatch(r"tcp://(.*):(\d+)", target).groups()
        self.check("-m", "tcp", "-p", port, "-a", "1", host)

    def test_is_refused_what_the_meter_does_not_have(self):
        target = self.simulate(MODEL, "--tcp", "0")
        host, port = re.fullmatch(r"tcp://(.*):(\d+)", target).groups()
        result = subprocess.run(["mbpoll", "-0", "-1", "-q", "-t", "4", "-m", "tcp", "-p", port, "-r", str(0x5038), "-c",
                                 "1", host], capture_output=True, text=True, timeout=30)
        self.assertIn("Illegal data address", result.stdout + result.stderr)


@unittest.skipUnless(SERVER, "libmodbus is not installed")
class Libmodbus(ToolTest):
    # What the publication of the snapshot says, in the units of the meter's registers.
    EXPECTED = {
        "0-0:96.1.0": "22091039", "1-0:0.2.0": "2.18", "0-0:130.0.0": "3.20", "0-0:130.1.0": "1.32",
        "0-0:130.3.0": 100, "0-0:129.0.0": 1, "0-0:129.1.0": 10, "0-0:128.2.0": 1, "1-0:0.3.3": 1,
        "1-0:32.7.0": "234.3", "1-0:52.7.0": "233.4", "1-0:72.7.0": "234.4", "1-0:14.7.0": "49.98",
        "1-0:31.7.0": "4.05", "1-0:51.7.0": "-1.62", "1-0:71.7.0": "-2.15",
        "1-0:16.7.0": 175, "1-0:36.7.0": 900, "1-0:56.7.0": -232, "1-0:76.7.0": -492,
        "1-0:3.7.0": -569, "1-0:23.7.0": -244, "1-0:43.7.0": -258, "1-0:63.7.0": -66,
        "1-0:9.7.0": 1777, "1-0:29.7.0": 932, "1-0:49.7.0": 347, "1-0:69.7.0": 497,
        "1-0:13.7.0": "0.29", "1-0:33.7.0": "0.97", "1-0:53.7.0": "0.67", "1-0:73.7.0": "0.99",
        "1-0:1.8.0": 15062030, "1-0:2.8.0": 20257910, "0-0:96.14.0": 1, "1-0:129.8.0": 15056170,
    }
    TEXTS = {"0-0:96.1.0", "1-0:0.2.0", "0-0:130.0.0", "0-0:130.1.0"}

    def check(self, target):
        readings = values(self.read_json(MODEL, target))
        for code, expected in self.EXPECTED.items():
            if code not in self.TEXTS:
                expected = decimal.Decimal(expected)
            self.assertEqual(readings[code]["value"], expected, code)

    def test_the_tool_reads_its_registers_over_tcp(self):
        port = self.start(SERVER, "tcp").stdout.readline().strip()
        self.check("tcp://127.0.0.1:%s" % port)

    @unittest.skipUnless(have("socat"), "socat is not installed")
    def test_the_tool_reads_its_registers_over_a_pair_of_pseudo_terminals(self):
        with tempfile.TemporaryDirectory() as folder:
            ends = [os.path.join(folder, end) for end in "ab"]
            self.start("socat", *["pty,raw,echo=0,link=" + end for end in ends])
            self.wait_for(lambda: all(os.path.exists(end) for end in ends), "socat makes no terminals")
            server = self.start(SERVER, "rtu", ends[0])
            self.assertEqual(server.stdout.readline(), "ready\n")
            self.check(ends[1])


if __name__ == "__main__":
    unittest.main()
