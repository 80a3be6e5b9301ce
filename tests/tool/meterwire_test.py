# SPDX-License-Identifier: MIT
"""What the tests of the tool share: running it, and simulators that end with the test."""

import decimal
import json
import os
import re
import shutil
import subprocess
import time
import unittest

TOOL = os.environ["METERWIRE_TOOL"]


def run(*arguments, timeout=30):
    """Runs the tool to its end."""
    return subprocess.run([TOOL, *arguments], capture_output=True, text=True, timeout=timeout)


def parse(text):
    """JSON with exact numbers."""
    return json.loads(text, parse_float=decimal.Decimal, parse_int=decimal.Decimal)


def have(command):
    return shutil.which(command) is not None


class ToolTest(unittest.TestCase):
    def start(self, *command, **more):
        """Starts a program that ends with the test at the latest."""
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)

        def stop():
            if process.poll() is None:
                process.terminate()
            process.communicate(timeout=10)

        self.addCleanup(stop)
        return process

    def simulate(self, *arguments):
        """Starts a simulator; where it listens."""
        process = self.start(TOOL, "simulate", *arguments)
        line = process.stdout.readline()
        match = re.fullmatch(r"listening: (\S+)\n", line)
        self.assertIsNotNone(match, "the simulator said: %r" % line)
        self.simulator = process
        return match.group(1)

    def read_json(self, *arguments):
        """Reads with --json, which must succeed."""
        result = run("read", *arguments, "--json")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(result.stderr, "")
        return parse(result.stdout)

    def wait_for(self, condition, what, seconds=10):
        end = time.monotonic() + seconds
        while not condition():
            self.assertLess(time.monotonic(), end, what)
            time.sleep(0.01)


def values(answer):
    """The readings of an answer by code."""
    return {reading["obis"]: reading for reading in answer["readings"]}
