# SPDX-License-Identifier: MIT
"""The manual page: made of the help, so all of it stands there, and no formatter has a word to say about it."""

import functools
import os
import re
import subprocess
import unittest

from meterwire_test import TOOL, have, run

SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs", "man")


@functools.lru_cache(maxsize=1)
def page():
    return make_page()


def make_page():
    result = subprocess.run([SCRIPT, TOOL], capture_output=True, text=True, timeout=60)
    assert result.returncode == 0 and result.stderr == "", result.stderr
    return result.stdout


def words(text):
    return re.findall(r"\S+", text)


class Manual(unittest.TestCase):
    def test_sections(self):
        self.assertEqual(
            [title.strip('"') for title in re.findall(r"(?m)^\.SH (.*)$", page()) if "METERWIRE" not in title],
            ["NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "GETTING STARTED", "TARGET", "ENVIRONMENT", "EXIT STATUS",
             "SEE ALSO"])

    def test_has_every_command_and_every_option(self):
        sections = dict(re.findall(r'(?ms)^\.SH "METERWIRE ([A-Z]+)"\n(.*?)(?=^\.SH )', page()))
        listed = re.search(r"Commands:\n(.*?)\n\n", run("--help").stdout, re.S).group(1)
        commands = re.findall(r"(?m)^  ([a-z]+) ", listed)
        self.assertEqual([name.lower() for name in sections], commands)
        for command in commands:
            usage = run(command, "--help").stdout
            for option in re.findall(r"(?m)^  (--[a-z-]+)", usage):
                self.assertRegex(sections[command.upper()], r"(?m)^\.TP\n\\fB%s\b" % re.escape(option.replace("-", r"\-")))

    def test_has_no_date(self):
        self.assertEqual(make_page(), make_page())
        self.assertEqual(page().splitlines()[0],
                         '.TH METERWIRE 1 "" "%s" "User Commands"' % run("--version").stdout.strip().capitalize())

    @unittest.skipUnless(have("groff"), "there is no groff")
    def test_groff_says_what_the_help_says_and_nothing_else(self):
        result = subprocess.run(["groff", "-man", "-Tascii", "-ww", "-rHY=0", "-P-cbou"], input=page(),
                                capture_output=True, text=True, timeout=60)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        shown = set(words(result.stdout))
        for command in ("read", "modbus", "serve", "decode", "simulate"):
            text = re.sub(r"(?m)^Usage: ", "", run(command, "--help").stdout)
            self.assertEqual([word for word in words(text) if word not in shown], [], command)
        self.assertIn("    meterwire read mbus mbus+tcp://192.168.0.9:10001 --address 17\n", result.stdout)

    @unittest.skipUnless(have("mandoc"), "there is no mandoc")
    def test_mandoc_misses_only_the_date(self):
        result = subprocess.run(["mandoc", "-T", "lint", "-W", "warning"], input=page(), capture_output=True, text=True,
                                timeout=60)
        warnings = result.stdout.splitlines()
        self.assertEqual([line for line in warnings if "missing date" not in line], [])
        self.assertLessEqual(len(warnings), 1)


if __name__ == "__main__":
    unittest.main()
