# SPDX-License-Identifier: MIT
"""A master that is not ours reads our meter: node-mbus, around libmbus. tests/peers/node.sh installs it."""

import json
import os
import subprocess
import sys
import unittest

from meterwire_test import ToolTest, have

MODEL = "wago-879-3000"
MODULES = os.environ.get("METERWIRE_NODE_MODULES", "")
SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "peers", "node_mbus.js")

# What each record is to be, by its index in the readout: the value set, and how libmbus says it. It knows no records of
# VIF table FB (reactive energy, reactive and apparent power, frequency: 11, 12, 23 to 27, 29); their numbers are right,
# but it has no unit for them.
RECORDS = {
    0: ("1-0:1.8.0", "15062030", "Energy (Wh)", 15062030),
    1: ("1-0:1.8.1", "10001001", "Energy (Wh)", 10001001),
    2: ("1-0:1.8.2", "5061029", "Energy (Wh)", 5061029),
    3: ("1-0:1.8.3", "12345", "Energy (Wh)", 12345),
    4: ("1-0:1.8.4", "7", "Energy (Wh)", 7),
    5: ("1-0:2.8.0", "2025791", "Energy (Wh)", 2025791),
    6: ("1-0:2.8.1", "1000002", "Energy (Wh)", 1000002),
    7: ("1-0:2.8.2", "1025789", "Energy (Wh)", 1025789),
    8: ("1-0:2.8.3", "321", "Energy (Wh)", 321),
    9: ("1-0:2.8.4", "0", "Energy (Wh)", 0),
    10: ("1-0:129.8.0", "1505617", "Energy (Wh)", 1505617),
    13: ("1-0:32.7.0", "234.3", "1e-2  V", 23430),
    14: ("1-0:52.7.0", "233.45", "1e-2  V", 23345),
    15: ("1-0:72.7.0", "234.41", "1e-2  V", 23441),
    16: ("1-0:31.7.0", "4.056", "m A", 4056),
    17: ("1-0:51.7.0", "-1.623", "m A", -1623),
    18: ("1-0:71.7.0", "65", "m A", 65000),
    19: ("1-0:16.7.0", "175", "Power (W)", 175),
    20: ("1-0:36.7.0", "900", "Power (W)", 900),
    21: ("1-0:56.7.0", "-232", "Power (W)", -232),
    22: ("1-0:76.7.0", "-492", "Power (W)", -492),
    28: ("1-0:13.7.0", "0.29", "dimensionless / no VIF", 29),  # hundredths, which the record does not say
    30: ("0-0:96.14.0", "3", "T", 3),
}
NUMBERS = {11: ("1-0:3.8.0", "4321098", 4321098), 12: ("1-0:4.8.0", "123456", 123456), 23: ("1-0:3.7.0", "-569", -569),
           27: ("1-0:9.7.0", "1777", 1777), 29: ("1-0:14.7.0", "49.987", 49987)}
SETS = [word for code, value, *_ in [*RECORDS.values(), *NUMBERS.values()] for word in ("--set", code + "=" + value)]
TARIFFS = {1: 1, 2: 2, 3: 3, 4: 4, 6: 1, 7: 2, 8: 3, 9: 4}

ID = "13070001"
# Identification, manufacturer word with its low byte first, version, medium.
SECONDARY = ID + "CD250102"


# It gives up at the first answer that comes later than it waits, which a busy machine makes happen.
ATTEMPTS = 3


class NodeMbus(ToolTest):
    def run_jobs(self, target, *jobs):
        for attempt in range(ATTEMPTS):
            answers = self.run_once(target, *jobs)
            if all("error" not in answer for answer in answers):
                break
        for job, answer in zip(jobs, answers):
            self.assertNotIn("error", answer, job)
        return [answer["result"] for answer in answers]

    def run_once(self, target, *jobs):
        result = subprocess.run(["node", SCRIPT, target.rsplit(":", 1)[1], *jobs], capture_output=True, text=True,
                                timeout=100, env={**os.environ, "NODE_PATH": MODULES})
        self.assertEqual(result.returncode, 0, result.stderr)
        answers = [json.loads(line) for line in result.stdout.splitlines()]
        self.assertEqual(len(answers), len(jobs), result.stdout + result.stderr)
        return answers

    def check_readout(self, readout):
        slave = readout["SlaveInformation"]
        self.assertEqual((str(slave["Id"]), slave["Manufacturer"], slave["Version"], slave["Medium"], slave["Status"]),
                         (ID, "INM", 1, "Electricity", 0))
        records = readout["DataRecord"]
        self.assertEqual([record["id"] for record in records], list(range(31)))
        for i, (code, _, unit, value) in RECORDS.items():
            self.assertEqual((records[i]["Unit"], records[i]["Value"]), (unit, value), code)
            self.assertEqual((records[i]["Function"], records[i]["StorageNumber"]), ("Instantaneous value", 0), code)
            self.assertEqual(records[i].get("Tariff", 0), TARIFFS.get(i, 0), code)
        for i, (code, _, value) in NUMBERS.items():
            self.assertEqual(records[i]["Value"], value, code)

    def simulate_meter(self):
        return self.simulate(MODEL, "--mbus", "--tcp", "0", "--address", "1", "--id", ID, *SETS)

    def test_reads_by_primary_and_by_secondary_address(self):
        for readout in self.run_jobs(self.simulate_meter(), "get:1", "get:" + SECONDARY, "get:" + ID + "FFFFFFFF"):
            self.check_readout(readout)

    def test_finds_the_meter_by_its_secondary_address(self):
        self.assertEqual(self.run_jobs(self.simulate_meter(), "scan"), [[SECONDARY]])

    def test_sets_the_primary_address(self):
        target = self.simulate_meter()
        readout = self.run_jobs(target, "set:1:9", "get:9")[1]
        self.check_readout(readout)
        self.assertEqual(self.read_json(MODEL, target, "--address", "9")["unit"], 9)
        self.check_readout(self.run_jobs(target, "set:%s:5" % SECONDARY, "get:5")[1])


def is_installed():
    return have("node") and subprocess.run(["node", "-e", "require('node-mbus')"], capture_output=True,
                                           env={**os.environ, "NODE_PATH": MODULES}).returncode == 0


if __name__ == "__main__":
    if not is_installed():
        print("node-mbus is not in '%s'; tests/peers/node.sh installs it" % MODULES)
        sys.exit(77)
    unittest.main()
