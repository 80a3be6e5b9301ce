# SPDX-License-Identifier: MIT
"""Completion in bash: the words are laid out as bash does it, and what the function offers is looked at."""

import glob
import os
import re
import shlex
import shutil
import subprocess
import tempfile
import unittest

from meterwire_test import TOOL, have, run

SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "examples", "meterwire", "meterwire.bash")
MODEL = "wago-879-3000"
MODELS = {line.split()[0] for line in run("models").stdout.splitlines()}
SCHEMES = {"tcp://", "rtu+tcp://", "ascii+tcp://", "mbus+tcp://"}


def commands():
    section = re.search(r"Commands:\n(.*?)\n\n", run("--help").stdout, re.S).group(1)
    return re.findall(r"(?m)^  ([a-z]+) ", section)


def complete(*words):
    """What is offered for the last word."""
    program = ". %s; COMP_WORDS=(%s); COMP_CWORD=%d; _meterwire; printf '%%s\\n' \"${COMPREPLY[@]}\"" % (
        shlex.quote(SCRIPT), shlex.join([TOOL, *words]), len(words))
    # As someone has it who sets nothing else; errors would come on the terminal of the user.
    result = subprocess.run(["bash", "--norc", "-c", program], capture_output=True, text=True, timeout=60)
    assert result.returncode == 0 and result.stderr == "", result.stderr
    return {line for line in result.stdout.split("\n") if line}


@unittest.skipUnless(have("bash"), "there is no bash")
class Completion(unittest.TestCase):
    def test_commands(self):
        self.assertEqual(complete(""), {*commands(), "--help", "--version"})
        self.assertEqual(complete("mo"), {"models", "modbus", "monitor"})
        self.assertEqual(complete("help", "mo"), {"models", "modbus", "monitor"})
        self.assertEqual(complete("nothing", ""), set())

    def test_options_are_those_of_the_help(self):
        for command in commands():
            options = set(re.findall(r"(?m)^  (--[a-z-]+)", run(command, "--help").stdout))
            self.assertEqual(complete(command, "--"), {*options, "--help"}, command)

    def test_models(self):
        self.assertGreater(len(MODELS), 8)
        self.assertEqual(complete("read", ""), {*MODELS, "mbus"})
        self.assertEqual(complete("read", "--unit", "3", "wago-879-30"), {name for name in MODELS if "wago" in name})
        self.assertEqual(complete("models", "so"), {name for name in MODELS if name.startswith("so")})
        self.assertEqual(complete("monitor", "x", "--model", "wago-879-304"), {"wago-879-3040"})

    def test_words_that_stand_in_the_usage(self):
        self.assertEqual(complete("modbus", ""), {"read", "write", "id"})
        self.assertEqual(complete("serve", ""), {"modbus"})
        self.assertEqual(complete("decode", ""), {"mbus"})
        self.assertEqual(complete("decode", "mbus", ""), set())

    def test_targets(self):
        ports = {path for end in ("ttyUSB", "ttyACM", "ttyAMA", "serial/by-id/", "ttyS")
                 for path in glob.glob("/dev/%s*" % end)}
        for words in (["read", MODEL], ["read", "mbus"], ["scan"], ["modbus", "write"],
                      ["monitor", "--model", MODEL], ["read", MODEL, "--json", "--group=fast"]):
            self.assertEqual(complete(*words, ""), ports | SCHEMES, words)
        self.assertEqual(complete("read", MODEL, "mb"), {"mbus+tcp://"})
        self.assertIn("/dev/null", complete("read", MODEL, "/dev/nul"))

    def test_behind_a_colon_places_are_counted_right(self):
        # As bash splits tcp://127.0.0.1:502.
        target = ["tcp", ":", "//127.0.0.1", ":", "502"]
        self.assertEqual(complete("read", MODEL, *target, "--par"), {"--parity"})
        self.assertEqual(complete("read", MODEL, *target, "--parity", "o"), {"odd"})
        self.assertEqual(complete("modbus", "read", *target, ""), set())
        self.assertEqual(complete("read", MODEL, "rtu+tcp", ":"), {"//"})

    def test_words_of_options(self):
        self.assertEqual(complete("read", MODEL, "x", "--parity", ""), {"even", "none", "odd"})
        self.assertEqual(complete("read", MODEL, "x", "--group", "=", "s"), {"slow"})
        self.assertEqual(complete("read", MODEL, "x", "--group", "="), {"fast", "slow", "once", "extra"})
        self.assertEqual(complete("modbus", "read", "x", "--type", "bcd"), {"bcd", "bcd32", "bcd64"})
        self.assertEqual(complete("read", MODEL, "x", "--baud", ""), set())

    def test_names_of_values(self):
        self.assertEqual(complete("read", MODEL, "x", "--obis", "active_power"),
                         {"active_power", "active_power_l1", "active_power_l2", "active_power_l3"})
        self.assertEqual(complete("simulate", MODEL, "--set", "current_l"),
                         {"current_l1=", "current_l2=", "current_l3="})
        self.assertEqual(complete("read", "nothing", "x", "--obis", ""), set())

    def test_names_of_settings_and_commands(self):
        self.assertEqual(complete("get", MODEL, "x", "s0"), {"s0_pulse_width", "s0_pulse_type"})
        self.assertEqual(complete("set", MODEL, "x", "modbus_"),
                         {"modbus_address", "modbus_baud_rate", "modbus_parity"})
        self.assertEqual(complete("set", MODEL, "x", "--mbus", "mbus_"), {"mbus_address", "mbus_id", "mbus_baud_rate"})
        self.assertEqual(complete("set", MODEL, "mbus+tcp", ":", "//h", ":", "1", "modbus"), set())
        self.assertEqual(complete("command", MODEL, "x", ""), {"reset_power_down_counter", "reset_day_register"})
        self.assertEqual(complete("set", "nothing", "x", ""), set())

    def test_values_of_settings_and_commands(self):
        self.assertEqual(complete("set", MODEL, "x", "modbus_parity", ""), {"even", "none", "odd"})
        self.assertEqual(complete("set", MODEL, "x", "--unit", "3", "modbus_baud_rate", "1"),
                         {"1200", "19200", "115200"})
        self.assertEqual(complete("set", MODEL, "x", "active_tariff", ""), set())
        self.assertEqual(complete("set", MODEL, "x", "nothing", ""), set())
        self.assertEqual(complete("command", "socomec-countis-e44", "x", "reset_partial", "active"),
                         {"active\\ import", "active\\ export"})

    def test_words_of_formats(self):
        self.assertEqual(complete("read", MODEL, "x", "--format", "j"), {"json", "jsonl"})

    def test_files(self):
        folder = tempfile.mkdtemp(prefix="meterwire-completion-")
        self.addCleanup(shutil.rmtree, folder)
        for name in ("a registers.txt", "another.txt"):
            with open(os.path.join(folder, name), "w"):
                pass
        self.assertEqual(complete("serve", "modbus", folder + "/a"),
                         {folder + "/a registers.txt", folder + "/another.txt"})

    def test_is_loaded_for_the_name_of_the_tool(self):
        result = subprocess.run(["bash", "--norc", "-c", ". %s; complete -p meterwire" % shlex.quote(SCRIPT)],
                                capture_output=True, text=True)
        self.assertEqual((result.stdout, result.stderr), ("complete -F _meterwire meterwire\n", ""))


if __name__ == "__main__":
    unittest.main()
