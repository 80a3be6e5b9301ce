# SPDX-License-Identifier: MIT
"""The tool as a user meets it: showing and changing settings, against its own simulator and a server made here."""

import datetime
import decimal
import os
import re
import shlex
import socket
import struct
import threading
import unittest
import unittest.mock

from meterwire_test import ToolTest, parse, run, values

MODEL = "wago-879-3000"
NOWHERE = "/dev/does-not-exist"
FAR = datetime.timezone(datetime.timedelta(hours=5, minutes=30))


class FakeMeter:
    """A server of Modbus TCP with bare registers, and faults."""

    def __init__(self, registers, locked=False, refusal=0, deaf_from=None, others=()):
        self.registers = dict(registers)
        self.locked = locked  # acknowledges writes, but keeps what it has
        self.refusal = refusal  # exception of every write
        self.deaf_from = deaf_from  # answers nothing from this request on, but obeys
        self.others = others  # further units that answer
        self.requests = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.target = "tcp://127.0.0.1:%d" % self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection:
                while True:
                    header = connection.recv(7, socket.MSG_WAITALL)
                    if len(header) < 7:
                        break
                    transaction, _, length, unit = struct.unpack(">HHHB", header)
                    pdu = connection.recv(length - 1, socket.MSG_WAITALL)
                    self.requests.append(pdu)
                    answer = self.answer(unit, pdu)
                    mute = self.deaf_from is not None and len(self.requests) >= self.deaf_from
                    if answer and not mute:
                        connection.sendall(struct.pack(">HHHB", transaction, 0, len(answer) + 1, unit) + answer)

    def answer(self, unit, pdu):
        function, address, count = struct.unpack(">BHH", pdu[:5])
        if unit != 1 and unit not in self.others:
            return bytes([function | 0x80, 0x0B])  # as a gateway does
        if function == 3:
            words = [self.registers.get(address + i, 0) for i in range(count)]
            return struct.pack(">BB%dH" % count, 3, 2 * count, *words)
        if self.refusal:
            return bytes([function | 0x80, self.refusal])
        if not self.locked:
            data = pdu[3:5] if function == 6 else pdu[6:]
            for i in range(len(data) // 2):
                self.registers[address + i] = struct.unpack_from(">H", data, 2 * i)[0]
        return pdu[:5]

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(10)


class SetTest(ToolTest):
    def good(self, *arguments):
        result = run(*arguments)
        self.assertEqual((result.returncode, result.stderr), (0, ""), arguments)
        return result.stdout

    def bad(self, code, *arguments):
        result = run(*arguments)
        self.assertEqual(result.returncode, code, arguments)
        return result.stderr

    def fake(self, registers, **more):
        meter = FakeMeter(registers, **more)
        self.addCleanup(meter.close)
        return meter

    def reached(self, output):
        """Runs the command line that a change has printed, with --json."""
        line = re.search(r"(?m)^it is reached so now: meterwire (.*)$", output)
        self.assertIsNotNone(line, output)
        result = run(*shlex.split(line.group(1)), "--json")
        self.assertEqual(result.returncode, 0, result.stderr)
        return parse(result.stdout)


class Get(SetTest):
    def test_shows_present_and_allowed_values_in_words_and_display_units(self):
        target = self.simulate(MODEL, "--pty")
        output = self.good("get", MODEL, target)
        for line in (r"modbus_address +1 +1 to 247", r"modbus_baud_rate +9600 +300, 600, 1200, .*, 115200",
                     r"modbus_parity +even +even, none, odd", r"s0_pulse_width +30 ms +2 to 99 ms",
                     r"pulse_constant +1000 imp/kWh +10000, 2000, 1000, 100, 10, 1, 0\.1, 0\.01 imp/kWh",
                     r"lcd_rolling_time +10 s +1 to 30 s", r"combinations_code +import\+export +import, export, .*",
                     r"active_tariff +1 +1 to 4", r"reset_day_register +day register"):
            self.assertRegex(output, "(?m)^%s$" % line)
        self.assertIn("(changes how the meter is reached)", output)
        self.assertIn("(import-export (10) cannot be undone;", output)
        self.assertIn("unit 1 at %s, 9600 8E1" % target, output)

    def test_gives_data(self):
        target = self.simulate(MODEL, "--tcp", "0", "--set", "s0_pulse_width=0.05")
        answer = parse(self.good("get", MODEL, target, "s0_pulse_width", "1-0:0.3.3", "reset_day_register", "--json"))
        width, constant, reset = answer["settings"]
        self.assertEqual((answer["model"], answer["protocol"], answer["unit"]), (MODEL, "modbus-tcp", 1))
        self.assertEqual((width["value"], width["unit"], width["text"]), (decimal.Decimal("0.05"), "s", "50 ms"))
        self.assertEqual(width["allowed"], {"least": decimal.Decimal("0.002"), "most": decimal.Decimal("0.099")})
        self.assertEqual((constant["value"], constant["unit"], constant["kind"]), (1, "1/Wh", "number"))
        per_kwh = ("10000", "2000", "1000", "100", "10", "1", "0.1", "0.01")
        self.assertEqual([c["value"] for c in constant["allowed"]["choices"]],
                         [decimal.Decimal(v) / 1000 for v in per_kwh])
        self.assertEqual(reset["kind"], "command")
        self.assertNotIn("value", reset)

    def test_lists_settings_without_a_meter(self):
        output = self.good("get", "wago-879-3040")
        self.assertRegex(output, r"(?m)^ct_primary +P/S: P from 1 to 9999 A and a multiple of S; S 1 A or 5 A$")
        self.assertIn("seven times in the meter's life", output)
        self.assertNotIn("mbus_address", output)
        self.assertIn("mbus_address", self.good("get", "wago-879-3040", "--mbus"))
        settings = parse(self.good("get", "wago-879-3040", "--json"))["settings"]
        ratio = [s for s in settings if s["name"] == "ct_primary"][0]
        self.assertEqual((ratio["kind"], ratio["flags"]), ("ratio", ["irreversible", "unproven"]))
        self.assertNotIn("value", ratio)

    def test_says_what_cannot_be_read(self):
        target = self.simulate(MODEL, "--pty", "--mbus")
        output = self.good("get", MODEL, target, "--mbus")
        self.assertRegex(output, r"(?m)^mbus_id +cannot be read +eight digits$")
        self.assertRegex(output, r"(?m)^active_tariff +1 +1 to 4$")
        settings = parse(self.good("get", MODEL, target, "--mbus", "mbus_id", "--json"))["settings"]
        self.assertIsNone(settings[0]["value"])

    def test_a_silent_meter_is_asked_once(self):
        target = self.simulate(MODEL, "--pty")
        self.assertIn("no answer from unit 9", self.bad(1, "get", MODEL, target, "--unit", "9", "--timeout", "50"))

    def test_what_is_wrong_is_said(self):
        self.assertIn("no setting 'voltage_l1'", self.bad(2, "get", MODEL, NOWHERE, "voltage_l1"))
        self.assertIn("MODEL is needed", self.bad(2, "get"))
        self.assertIn("no model is named 'x'", self.bad(2, "get", "x"))
        self.assertIn("has no M-Bus", self.bad(2, "get", "socomec-countis-e44", "--mbus"))


class Set(SetTest):
    def test_writes_the_frame_of_the_manual_once_and_reads_it_back(self):
        target = self.simulate(MODEL, "--pty")
        result = run("set", MODEL, target, "active_tariff", "2", "--trace")
        self.assertEqual((result.returncode, result.stdout), (0, "active_tariff: 1 -> 2 (read back)\n"))
        writes = re.findall(r"> (01 06 [0-9A-F ]+)", result.stderr)
        self.assertEqual(writes, ["01 06 60 48 00 02 96 1D"])
        self.assertEqual(values(self.read_json(MODEL, target, "--obis", "active_tariff"))["0-0:96.14.0"]["value"], 2)

    def test_takes_values_as_people_write_them(self):
        target = self.simulate(MODEL, "--pty")
        for setting, texts, n in (("s0_pulse_width", ("50", "50ms", "50 ms", "0.05 s", "0.05s"), "0.05"),
                                  ("pulse_constant", ("10", "10imp/kWh", "10 imp/kWh", "10/kWh", "0.01 1/Wh"), "0.01"),
                                  ("lcd_rolling_time", ("25", "25 s", "25000ms"), "25"),
                                  ("s0_pulse_type", ("import+export", "2", "Import + Export"), "2"),
                                  ("obis_display", ("off", "0"), "0"),
                                  ("0-0:129.5.0", ("rotated", "1"), "1")):
            before = self.read_json(MODEL, target, "--obis", setting)["readings"][0]["value"]
            for text in texts:
                self.good("set", MODEL, target, setting, text)
                value = self.read_json(MODEL, target, "--obis", setting)["readings"][0]["value"]
                self.assertEqual(value, decimal.Decimal(n), text)
            self.assertNotEqual(before, value)

    def test_refuses_before_the_port_is_opened(self):
        for setting, value, text in (
                ("active_tariff", "5", "active_tariff can be 1 to 4, not '5'"), ("active_tariff", "2.5", "1 to 4"),
                ("active_tariff", "2 A", "1 to 4"), ("active_tariff", "", "1 to 4"), ("active_tariff", "2x", "1 to 4"),
                ("s0_pulse_width", "0.1 s", "2 to 99 ms, not '0.1 s'"), ("s0_pulse_width", "1", "2 to 99 ms"),
                ("s0_pulse_width", "2.5", "2 to 99 ms"), ("pulse_constant", "20", "0.01 imp/kWh, not '20'"),
                ("modbus_parity", "evne", "even, none, odd, not 'evne'; did you mean even?"),
                ("modbus_baud_rate", "19201", "did you mean 19200?"), ("modbus_baud_rate", "11", "57600, 115200"),
                ("reset_day_register", "1", "is a command: 'meterwire command'"),
                ("active_tarif", "1", "has no setting 'active_tarif'; did you mean active_tariff?"),
                ("nothing", "1", "has no setting 'nothing'; 'meterwire get %s' lists" % MODEL), ("mbus_address", "1", "has no setting 'mbus_address'")):
            error = self.bad(2, "set", MODEL, NOWHERE, setting, value)
            self.assertIn(text, error, (setting, value))
        self.assertIn("which value?", self.bad(2, "set", MODEL, NOWHERE, "active_tariff"))
        self.assertIn("has no command 'reset_dya_register'; did you mean reset_day_register?",
                      self.bad(2, "command", MODEL, NOWHERE, "reset_dya_register"))
        self.assertIn("did you mean 0-0:96.14.0?", self.bad(2, "get", MODEL, NOWHERE, "0-0:96.14.1"))
        self.assertIn("what is '3'?", self.bad(2, "set", MODEL, NOWHERE, "active_tariff", "2", "3"))
        self.assertIn("SETTING are needed", self.bad(2, "set", MODEL, NOWHERE))
        self.assertIn("cannot open", self.bad(1, "set", MODEL, NOWHERE, "active_tariff", "4"))
        for value in ("1501234", "150123456", "1501234A"):
            self.assertIn("eight digits", self.bad(2, "set", MODEL, NOWHERE, "mbus_id", value, "--mbus"))

    def test_what_cannot_be_undone_is_asked_for(self):
        target = self.simulate(MODEL, "--pty")
        for value in ("5", "import-export (10)"):
            error = self.bad(2, "set", MODEL, NOWHERE, "combinations_code", value)
            self.assertIn("not written without --yes-irreversible: on the meter's predecessor", error)
        self.assertIn("(read back)", self.good("set", MODEL, target, "combinations_code", "5", "--yes-irreversible"))

    def test_gives_data(self):
        target = self.simulate(MODEL, "--tcp", "0")
        answer = parse(self.good("set", MODEL, target, "s0_pulse_width", "40", "--json"))
        self.assertEqual((answer["before"], answer["before_text"]), (decimal.Decimal("0.03"), "30 ms"))
        self.assertEqual((answer["value"], answer["text"], answer["unit"]), (decimal.Decimal("0.04"), "40 ms", "s"))
        self.assertEqual((answer["outcome"], answer["status"], answer["broadcast"]), ("new", "ok", False))

    def test_a_meter_that_moves_is_followed(self):
        target = self.simulate(MODEL, "--pty")
        output = self.good("set", MODEL, target, "modbus_address", "10")
        self.assertIn("modbus_address: 1 -> 10 (read back)\n", output)
        self.assertEqual(self.reached(output)["unit"], 10)
        output = self.good("set", MODEL, target, "modbus_baud_rate", "19200", "--unit", "10")
        self.assertIn("modbus_baud_rate: 9600 -> 19200 (read back)\n", output)
        self.assertIn("--unit 10 --baud 19200\n", output)
        self.reached(output)
        settings = self.good("get", MODEL, target, "--unit", "10", "--baud", "19200", "modbus_baud_rate")
        self.assertRegex(settings, r"(?m)^modbus_baud_rate +19200 ")

    def test_stop_bits_are_followed(self):
        model = "socomec-countis-e23"
        target = self.simulate(model, "--pty")
        output = self.good("set", model, target, "modbus_stop_bits", "2")
        self.assertIn("modbus_stop_bits: 1 -> 2 (read back)\n", output)
        self.assertIn("--stop-bits 2\n", output)
        self.reached(output)

    def test_a_gateway_is_to_be_set_by_hand(self):
        target = self.simulate(MODEL, "--tcp", "0")
        output = self.good("set", MODEL, target, "modbus_baud_rate", "19200")
        self.assertIn("acknowledged by the meter; now the gateway has to be set so by hand", output)

    def test_broadcasts(self):
        target = self.simulate(MODEL, "--pty", "--unit", "7")
        self.assertEqual(self.good("set", MODEL, target, "active_tariff", "3", "--broadcast"),
                         "active_tariff: 3 (sent to all meters; nobody answers a broadcast)\n")
        self.assertRegex(self.good("get", MODEL, target, "--unit", "7", "active_tariff"), r"(?m)^active_tariff +3 ")
        self.assertIn("cannot be sent to all meters",
                      self.bad(2, "set", MODEL, NOWHERE, "obis_display", "on", "--broadcast"))
        self.assertIn("not for one",
                      self.bad(2, "set", MODEL, NOWHERE, "active_tariff", "3", "--broadcast", "--unit", "7"))
        self.assertIn("no broadcast on Modbus TCP",
                      self.bad(2, "set", MODEL, "tcp://127.0.0.1:1", "active_tariff", "3", "--broadcast"))

    def test_a_ratio_whose_coding_is_not_seen_is_not_written(self):
        model = "wago-879-3040"
        target = self.simulate(model, "--pty")
        error = self.bad(2, "set", model, NOWHERE, "ct_primary", "250/5")
        self.assertIn("seven times in the meter's life", error)
        error = self.bad(1, "set", model, target, "ct_primary", "250/5", "--yes-irreversible")
        self.assertIn("ct_primary is not changed", error)
        self.assertIn("its present ratio (5/5 A) does not show it", error)
        self.assertIn("can be set at the meter itself", error)
        for value in ("251/5", "250/2", "250", "250/", "/5", "10000/5", "250/5 V"):
            self.bad(2, "set", model, NOWHERE, "ct_primary", value, "--yes-irreversible")

    def test_a_ratio_is_written_where_the_coding_is_seen(self):
        model = "wago-879-3040"
        target = self.simulate(model, "--pty", "--set", "ct_primary=9995")
        self.assertEqual(self.good("set", model, target, "ct_primary", "250/5", "--yes-irreversible"),
                         "ct_primary: 9995/5 A -> 250/5 A (read back)\n")
        self.assertRegex(self.good("get", model, target, "ct_primary"), r"(?m)^ct_primary +250/5 A ")

    def test_a_clock_is_set(self):
        model = "socomec-countis-e44"
        target = self.simulate(model, "--pty")
        result = run("set", model, target, "clock", "2026-11-28T10:17:54", "--trace")
        self.assertEqual(result.stdout, "clock: 2026-11-28T10:17:54 (acknowledged by the meter, cannot be read back)\n")
        # Day, month, year, hour, minute, second, each binary.
        self.assertIn("> 01 10 E1 00 00 06 0C 00 1C 00 0B 07 EA 00 0A 00 11 00 36 ", result.stderr)
        before = datetime.datetime.now(FAR).replace(microsecond=0)
        with unittest.mock.patch.dict(os.environ, TZ="FAR-5:30"):  # that is 5:30 east
            said = re.match(r"clock: (\S+) ", self.good("set", model, target, "clock", "now")).group(1)
        said = datetime.datetime.fromisoformat(said).replace(tzinfo=FAR)
        self.assertTrue(before <= said <= datetime.datetime.now(FAR))
        for value in ("2026-02-30T10:17:54", "2026-11-28", "2026-11-28T24:00:00", "1999-12-31T23:59:59", "Now",
                      "2040-01-01T00:00:00", "2026-11-28T10:17:54Z"):
            self.assertIn("2000-01-01T00:00:00 to 2038-01-19T03:14:07",
                          self.bad(2, "set", model, NOWHERE, "clock", value))

    def test_numbers_with_a_unit_and_a_list(self):
        model = "socomec-countis-e44"
        target = self.simulate(model, "--pty")
        self.assertIn("averaging_period: 900 s -> 600 s", self.good("set", model, target, "averaging_period", "10 min"))
        self.assertIn("averaging_period: 600 s -> 300 s", self.good("set", model, target, "averaging_period", "300"))
        self.assertIn("ct_primary: 5 A -> 250 A", self.good("set", model, target, "ct_primary", "250 A"))

    def test_another_model_is_not_written(self):
        target = self.simulate("socomec-countis-e44", "--pty")
        error = self.bad(1, "set", "socomec-countis-e43", target, "ct_primary", "250")
        self.assertIn("ct_primary is not changed: the meter says that it is 'COUNTIS E44', which is no "
                      "socomec-countis-e43", error)


class Faults(SetTest):
    TARIFF = {0x6048: 1, 0x4003: 1}

    def test_a_locked_meter(self):
        meter = self.fake(self.TARIFF, locked=True)
        error = self.bad(1, "set", MODEL, meter.target, "active_tariff", "2")
        self.assertIn("acknowledged active_tariff, but kept the old value (1): it may be locked", error)
        self.assertEqual(sum(pdu[0] == 6 for pdu in meter.requests), 1)

    def test_a_refusal(self):
        meter = self.fake(self.TARIFF, refusal=3)
        error = self.bad(1, "set", MODEL, meter.target, "active_tariff", "2")
        self.assertIn("active_tariff is not changed: unit 1 refused with exception 3", error)

    def test_no_answer_at_all(self):
        meter = self.fake(self.TARIFF, deaf_from=1)
        result = run("set", MODEL, meter.target, "active_tariff", "2", "--timeout", "50", "--json")
        self.assertEqual(result.returncode, 1)
        self.assertIn("active_tariff is not changed", result.stderr)
        self.assertEqual(parse(result.stdout)["outcome"], "old")
        self.assertFalse(any(pdu[0] == 6 for pdu in meter.requests))

    def test_an_unknown_outcome(self):
        meter = self.fake(self.TARIFF, deaf_from=2)
        error = self.bad(1, "set", MODEL, meter.target, "active_tariff", "2", "--timeout", "50")
        self.assertIn("it is not known whether active_tariff is 2 now", error)
        self.assertIn("read it with 'meterwire get %s %s active_tariff --unit 1'" % (MODEL, meter.target), error)

    def test_an_acknowledgement_that_cannot_be_read_back(self):
        meter = self.fake(self.TARIFF, deaf_from=3)
        result = run("set", MODEL, meter.target, "active_tariff", "2", "--timeout", "50", "--json")
        self.assertEqual(result.returncode, 1)
        self.assertIn("the meter acknowledged active_tariff 2, but it could not be read back", result.stderr)
        self.assertEqual(parse(result.stdout)["outcome"], "acknowledged")

    def test_an_address_that_is_taken(self):
        meter = self.fake(self.TARIFF, others=(10,))
        error = self.bad(1, "set", MODEL, meter.target, "modbus_address", "10")
        self.assertIn("modbus_address is not changed: somebody else answers at unit 10 already", error)
        self.assertEqual(meter.registers[0x4003], 1)

    def test_an_unknown_address(self):
        meter = self.fake(self.TARIFF, deaf_from=3)
        error = self.bad(1, "set", MODEL, meter.target, "modbus_address", "10", "--timeout", "50")
        self.assertIn("--unit 10' or 'meterwire read %s %s --unit 1'" % (MODEL, meter.target), error)


class Command(SetTest):
    def test_resets_a_counter_once(self):
        target = self.simulate(MODEL, "--pty")
        result = run("command", MODEL, target, "reset_power_down_counter", "--trace")
        self.assertEqual((result.returncode, result.stdout),
                         (0, "reset_power_down_counter: power-down counter: done (seen at its counter)\n"))
        self.assertEqual(re.findall(r"> (01 06 [0-9A-F ]+)", result.stderr), ["01 06 40 16 00 00 7D CE"])
        reading = self.read_json(MODEL, target, "--obis", "power_down_counter")["readings"][0]
        self.assertEqual(reading["value"], 0)

    def test_choices_by_name_and_number(self):
        model = "socomec-countis-e44"
        target = self.simulate(model, "--pty")
        for value in ("active import", "1", "0x01"):
            self.assertIn("reset_partial: active import: done",
                          self.good("command", model, target, "reset_partial", value))
        self.assertIn("maximum of the power: done (acknowledged by the meter, cannot be read back)",
                      self.good("command", model, target, "reset_counters", "maximum of the power"))
        self.assertIn("which value? reset_partial can be active import, reactive import",
                      self.bad(2, "command", model, NOWHERE, "reset_partial"))
        self.assertIn("did you mean tariff 3, tariff 1 or tariff 2?",
                      self.bad(2, "command", model, NOWHERE, "reset_partial_tariffs", "tarif 3"))

    def test_settings_are_no_commands(self):
        self.assertIn("is a setting: 'meterwire set'", self.bad(2, "command", MODEL, NOWHERE, "active_tariff", "1"))
        self.assertIn("COMMAND are needed", self.bad(2, "command", MODEL, NOWHERE))
        self.assertIn("cannot be sent to all meters",
                      self.bad(2, "command", MODEL, NOWHERE, "reset_day_register", "--broadcast"))

    def test_a_command_whose_counter_stays(self):
        meter = self.fake({0x4016: 12}, locked=True)
        error = self.bad(1, "command", MODEL, meter.target, "reset_power_down_counter")
        self.assertIn("its counter was not reset", error)

    def test_a_command_of_which_nothing_is_known(self):
        meter = self.fake({0x4016: 12}, deaf_from=2)
        error = self.bad(1, "command", MODEL, meter.target, "reset_power_down_counter", "--timeout", "50")
        self.assertIn("it is not known whether reset_power_down_counter was done", error)
        self.assertEqual(sum(pdu[0] == 6 for pdu in meter.requests), 1)


class Mbus(SetTest):
    def test_a_tariff_is_read_back(self):
        target = self.simulate(MODEL, "--pty", "--mbus")
        result = run("set", MODEL, target, "--mbus", "active_tariff", "2", "--trace")
        self.assertEqual((result.returncode, result.stdout), (0, "active_tariff: 1 -> 2 (read back)\n"))
        # The manual's frame, 81 for address 1, with address 0.
        self.assertEqual(re.findall(r"> (68 08 [0-9A-F ]+)", result.stderr),
                         ["68 08 08 68 53 00 51 09 7C 01 54 02 80 16"])

    def test_what_cannot_be_read_back_is_said_to_be_acknowledged(self):
        target = self.simulate(MODEL, "--pty", "--mbus")
        self.assertEqual(self.good("set", MODEL, target, "--mbus", "combinations_code", "import"),
                         "combinations_code: import (acknowledged by the meter, cannot be read back)\n")
        self.assertIn("done (acknowledged",
                      self.good("command", MODEL, target, "--mbus", "reset_day_register"))

    def test_a_meter_that_moves_is_followed(self):
        target = self.simulate(MODEL, "--pty", "--mbus")
        output = self.good("set", MODEL, target, "--mbus", "mbus_address", "17")
        self.assertIn("mbus_address: 17 (the meter answers so)\n", output)
        self.assertEqual(self.reached(output)["unit"], 17)
        output = self.good("set", MODEL, target, "--mbus", "mbus_address", "20", "--secondary", "19020246")
        self.reached(output)
        output = self.good("set", MODEL, target, "--mbus", "--address", "20", "mbus_baud_rate", "9600")
        self.assertIn("--mbus --address 20 --baud 9600\n", output)
        self.reached(output)

    def test_the_new_secondary_address_is_said(self):
        target = self.simulate(MODEL, "--pty", "--mbus")
        output = self.good("set", MODEL, target, "--mbus", "mbus_id", "15012345", "--secondary", "19020246CD250102")
        self.assertIn("mbus_id: 15012345 (read back)\n", output)
        self.assertIn("--secondary 15012345CD250102\n", output)
        self.assertEqual(self.reached(output)["secondary"], "15012345CD250102")

    def test_broadcasts(self):
        target = self.simulate(MODEL, "--pty", "--mbus", "--address", "9")
        self.assertIn("nobody answers a broadcast",
                      self.good("set", MODEL, target, "--mbus", "active_tariff", "4", "--broadcast"))
        self.assertRegex(self.good("get", MODEL, target, "--mbus", "--address", "9", "active_tariff"),
                         r"(?m)^active_tariff +4 ")

    def test_a_silent_meter_is_not_changed(self):
        target = self.simulate(MODEL, "--pty", "--mbus")
        for setting, value in (("active_tariff", "2"), ("mbus_id", "15012345")):
            error = self.bad(1, "set", MODEL, target, "--mbus", setting, value, "--address", "5", "--timeout", "160")
            self.assertIn("%s is not changed" % setting, error)


if __name__ == "__main__":
    unittest.main()
