# SPDX-License-Identifier: MIT
"""What the tests of the tool share: running it, and simulators that end with the test."""

import decimal
import json
import os
import re
import shutil
import socket
import subprocess
import threading
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


class FakeMbus:
    """A meter on mbus+tcp that sends the same telegram to everyone who asks."""

    def __init__(self, body, ci=0x72, medium=2):
        header = bytes.fromhex("78563412 C525 01") + bytes([medium, 0, 0, 0, 0]) if ci == 0x72 else b""
        data = bytes([0x08, 5, ci]) + header + body
        self.telegram = bytes([0x68, len(data), len(data), 0x68]) + data + bytes([sum(data) & 0xFF, 0x16])
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.target = "mbus+tcp://127.0.0.1:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        try:
            while True:
                connection, _ = self.listener.accept()
                with connection:
                    while request := connection.recv(100):
                        connection.sendall(self.telegram if request[1] & 0x0F == 0x0B else b"\xE5")
        except OSError:
            pass

    def close(self):
        self.listener.close()


def values(answer):
    """The readings of an answer by code."""
    return {reading["obis"]: reading for reading in answer["readings"]}
