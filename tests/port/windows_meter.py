#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Reads a simulated meter of this machine with a program of Windows, over TCP and over COM7:
windows_meter.py TOOL READ_METER. The last line is the verdict."""
import os
import subprocess
import sys

from com_peer import link_com7

TOOL, PROGRAM = sys.argv[1:]
# What the simulator is told, as the program has to print it.
SET = {"voltage_l1=229.5": "1-0:32.7.0     voltage_l1                           229.500 V",
       "active_energy_import=12345678": "1-0:1.8.0      active_energy_import                 12345678 Wh",
       "frequency=49.98": "1-0:14.7.0     frequency                            49.980 Hz"}


def read(where, unit, targets_of):
    """Whether everything is printed and nothing is missing, read from `simulate WHERE`."""
    command = [TOOL, "simulate", "wago-879-3000", *where, "--unit", str(unit)]
    for setting in SET:
        command += ["--set", setting]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as simulator:
        try:
            target = targets_of(simulator.stdout.readline().split()[1])
            result = subprocess.run([*os.environ["WINE"].split(), PROGRAM, "wago-879-3000", target, str(unit)], stdin=subprocess.DEVNULL,
                                    stdout=subprocess.PIPE, text=True, timeout=60, check=False)
        finally:
            simulator.terminate()
    lines = result.stdout.splitlines()
    good = (result.returncode == 0 and all(line in lines for line in SET.values())
            and lines[-1] == f"{len(lines) - 1} values in 6 requests" and not any("(not read)" in line for line in lines))
    if not good:
        print(target, result.returncode, result.stdout)
    return good


def com7(terminal):
    link_com7(os.path.realpath(terminal))
    return "COM7"


passed = [read(["--tcp", "0"], 7, lambda target: target), read(["--pty"], 9, com7)]
print(f"{passed.count(True)} passed, {passed.count(False)} failed")
