# SPDX-License-Identifier: MIT
"""The tool as a user meets it: reading, against its own simulator."""

import decimal
import os
import re
import signal
import socket
import subprocess
import threading
import time
import unittest

from meterwire_test import TOOL, ToolTest, parse, run, values

MODEL = "wago-879-3000"
SIGNAL_BEFORE_POLL = os.environ.get("METERWIRE_SIGNAL_BEFORE_POLL", "")


class Read(ToolTest):
    def test_reads_everything_over_a_serial_line(self):
        target = self.simulate(MODEL, "--pty")
        answer = self.read_json(MODEL, target)
        self.assertEqual(answer["model"], MODEL)
        self.assertEqual(answer["protocol"], "modbus-rtu")
        self.assertEqual(answer["unit"], 1)
        self.assertEqual(len(answer["readings"]), 133)
        self.assertLessEqual(answer["requests"], 7)
        for reading in answer["readings"]:
            self.assertEqual(set(reading), {"obis", "name", "value", "unit", "quality", "source"})
            self.assertRegex(reading["source"], r"^0x[0-9A-F]{4}$")
            self.assertEqual(reading["value"] is None, reading["quality"] != "good")

    def test_reads_the_measurements_in_3_requests(self):
        target = self.simulate(MODEL, "--tcp", "0")
        answer = self.read_json(MODEL, target, "--group", "fast", "--group", "slow")
        self.assertEqual(answer["protocol"], "modbus-tcp")
        self.assertEqual((answer["requests"], answer["registers"], len(answer["readings"])), (3, 201, 101))

    def test_gives_exact_values_in_base_units(self):
        fixed = {
            "active_energy_import": ("1-0:1.8.0", "15062030", "Wh"),
            "1-0:2.8.0": ("1-0:2.8.0", "20257910", "Wh"),
            "voltage_l1": ("1-0:32.7.0", "234.3", "V"),
            "active_power_l2": ("1-0:56.7.0", "-232", "W"),
            "reactive_power": ("1-0:3.7.0", "-569", "var"),
            "power_factor": ("1-0:13.7.0", "0.29", ""),
            "frequency": ("1-0:14.7.0", "49.98", "Hz"),
            "1-0:71.7.0": ("1-0:71.7.0", "-2.15", "A"),
            "pulse_constant": ("1-0:0.3.3", "0.01", "1/Wh"),
        }
        sets = [word for code, (_, value, _) in fixed.items() for word in ("--set", code + "=" + value)]
        target = self.simulate(MODEL, "--tcp", "0", *sets)
        readings = values(self.read_json(MODEL, target))
        for obis, value, unit in fixed.values():
            self.assertEqual(readings[obis]["value"], decimal.Decimal(value), obis)
            self.assertEqual(readings[obis]["unit"], unit)
            self.assertEqual(readings[obis]["quality"], "good")

    def test_gives_texts_as_texts(self):
        target = self.simulate(MODEL, "--tcp", "0", "--set", "serial_number=00012345", "--set", "firmware_version=1.18")
        readings = values(self.read_json(MODEL, target, "--group", "once"))
        self.assertEqual(readings["0-0:96.1.0"]["value"], "00012345")
        self.assertEqual(readings["1-0:0.2.0"]["value"], "1.18")
        self.assertEqual(readings["0-0:96.1.4"]["value"], "1111")
        self.assertEqual(readings["1-0:151.7.0"]["value"], "1F")

    def test_reads_only_the_codes_asked_for(self):
        target = self.simulate(MODEL, "--tcp", "0", "--set", "active_power=4321")
        answer = self.read_json(MODEL, target, "--obis", "1-0:1.8.0", "--obis", "voltage_l1", "--obis", "15.7.0")
        self.assertEqual([r["obis"] for r in answer["readings"]], ["1-0:32.7.0", "1-0:16.7.0", "1-0:1.8.0"])
        self.assertEqual(values(answer)["1-0:16.7.0"]["value"], 4321)

    def test_marks_what_the_meter_does_not_provide(self):
        target = self.simulate(MODEL, "--tcp", "0")
        reading = values(self.read_json(MODEL, target, "--obis", "12.7.0"))["1-0:12.7.0"]
        self.assertEqual((reading["value"], reading["quality"]), (None, "not_available"))

    def test_prints_an_aligned_table_in_the_units_of_the_display(self):
        target = self.simulate(MODEL, "--pty", "--set", "1-0:1.8.0=15062030", "--set", "active_power=-175")
        result = run("read", MODEL, target)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertRegex(result.stdout, r"(?m)^active_energy_import +15062\.03 +kWh +1-0:1\.8\.0$")
        self.assertRegex(result.stdout, r"(?m)^active_power +-0\.175 +kW +1-0:16\.7\.0$")
        self.assertRegex(result.stdout, r"(?m)^frequency +(50|49)[0-9.]* +Hz ")
        self.assertIn("unit 1 at %s, 9600 8E1" % target, result.stdout)
        codes = {match.start() for match in re.finditer(r"1-0:", result.stdout)}
        columns = {position - result.stdout.rfind("\n", 0, position) for position in codes}
        self.assertEqual(len(columns), 1, "the codes stand in different columns")
        points = {len(line.split(".")[0]) for line in result.stdout.splitlines()
                  if re.search(r"[0-9]\.[0-9]+ +(k|V|A|Hz)", line)}
        self.assertEqual(len(points), 1, "the decimal points stand in different columns")

    def test_reads_another_unit_through_a_serial_gateway(self):
        terminal = self.simulate(MODEL, "--pty", "--unit", "7", "--set", "voltage_l1=231.25")
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
            thread = threading.Thread(target=gateway, args=(listener, terminal), daemon=True)
            thread.start()
            answer = self.read_json(MODEL, "rtu+tcp://127.0.0.1:%d" % port, "--unit", "7", "--obis", "voltage_l1")
            thread.join(10)
        self.assertEqual(values(answer)["1-0:32.7.0"]["value"], decimal.Decimal("231.25"))
        self.assertEqual(answer["protocol"], "modbus-rtu")

    def test_traces_the_bytes(self):
        target = self.simulate(MODEL, "--pty", "--set", "voltage_l1=232.07")
        result = run("read", MODEL, target, "--obis", "voltage_l1", "--trace")
        self.assertEqual(result.returncode, 0)
        self.assertRegex(result.stderr, r"(?m)^ *[0-9]+ us > 01 03 50 02 00 02 74 CB$")
        received = "".join(re.findall(r"< ([0-9A-F ]+)", result.stderr))
        self.assertTrue(received.replace(" ", "").startswith("0103044368")), received  # 232.07 is 43 68 11 EC


def address_of(target):
    host, port = target[len("tcp://"):].split(":")
    return host, int(port)


def gateway(listener, terminal):
    """Passes bytes between one connection and a terminal, a few at a time, as a serial gateway does."""
    connection, _ = listener.accept()
    line = os.open(terminal, os.O_RDWR | os.O_NOCTTY)
    with connection:
        connection.settimeout(0.05)
        os.set_blocking(line, False)
        while True:
            try:
                data = connection.recv(3)
                if not data:
                    break
                os.write(line, data)
            except socket.timeout:
                pass
            try:
                while True:
                    connection.sendall(os.read(line, 5))
            except BlockingIOError:
                pass
    os.close(line)


class Countis(ToolTest):
    """The numbers of values and requests: tests/unit/test_plan.c and the maker's tables."""

    def test_reads_a_meter_on_a_serial_line(self):
        target = self.simulate("socomec-countis-e44", "--pty")
        answer = self.read_json("socomec-countis-e44", target)
        self.assertEqual(answer["protocol"], "modbus-rtu")
        self.assertEqual((answer["requests"], len(answer["readings"])), (31, 310))
        readings = values(answer)
        self.assertEqual(len(readings), 310)  # no code twice
        self.assertEqual({reading["quality"] for reading in readings.values()}, {"good"})
        self.assertEqual(readings["0-0:96.1.3"]["value"], "COUNTIS E44")
        self.assertTrue(45 < readings["1-0:14.7.0"]["value"] < 65)

    def test_reads_a_meter_on_tcp_with_its_factory_address(self):
        target = self.simulate("socomec-countis-e28", "--tcp", "0")
        answer = self.read_json("socomec-countis-e28", target)
        self.assertEqual((answer["protocol"], answer["unit"]), ("modbus-tcp", 5))
        self.assertEqual((answer["requests"], len(answer["readings"])), (27, 172))
        readings = values(answer)
        self.assertEqual(len(readings), 172)
        self.assertEqual({reading["quality"] for reading in readings.values()}, {"good"})
        self.assertTrue(45 < readings["1-0:14.7.0"]["value"] < 65)

    def test_all_of_the_family_are_served(self):
        for model in ("e23", "e24", "e27", "e43"):
            target = self.simulate("socomec-countis-" + model, "--tcp", "0")
            readings = values(self.read_json("socomec-countis-" + model, target))
            self.assertEqual({reading["quality"] for reading in readings.values()}, {"good"})

    def test_gives_the_finest_value_and_the_others_on_request(self):
        target = self.simulate("socomec-countis-e44", "--tcp", "0", "--set", "active_energy_import=123456777.7",
                               "--set", "active_energy_net=-1500.5")
        readings = values(self.read_json("socomec-countis-e44", target, "--obis", "active_energy_import",
                                         "--obis", "active_energy_net"))
        self.assertEqual(readings["1-0:1.8.0"]["source"], "0x6583")
        self.assertEqual(readings["1-0:1.8.0"]["value"], decimal.Decimal("123456777.7"))
        self.assertEqual(readings["1-0:16.8.0"]["value"], decimal.Decimal("-1500.5"))
        extra = self.read_json("socomec-countis-e44", target, "--group", "extra")["readings"]
        self.assertEqual([(reading["source"], reading["value"]) for reading in extra if reading["obis"] == "1-0:1.8.0"],
                         [("0xC652", 123457000), ("0xC702", 123456780)])

    def test_models_tell_what_is_only_written_and_what_is_dangerous(self):
        result = run("models", "socomec-countis-e44")
        for expected in (r"^0x9E21 +active_tariff .* write: 1 to 4 \(may be sent to all meters\)$",
                         r"^0xE000 +network_type .* read, write: 3P\+N \(only after the meter was identified\)$",
                         r"^0xC652 +active_energy_import .* read; on request$",
                         r"^0xE100 +clock .* write: 2000-01-01T00:00:00 to 2038-.* \(only while unlocked\)"):
            self.assertRegex(result.stdout, re.compile(expected, re.M))
        self.assertIn("unit 5 at 192.168.0.4", run("models", "socomec-countis-e28").stdout)
        self.assertIn("inferred", run("models", "socomec-countis-e27").stdout.split("address")[0])


class Errors(ToolTest):
    def expect(self, result, code, *texts):
        self.assertEqual(result.returncode, code, result.stderr)
        self.assertEqual(result.stdout, "")
        for text in texts:
            self.assertIn(text, result.stderr)

    def test_no_answer_says_what_to_check(self):
        target = self.simulate(MODEL, "--pty")
        result = run("read", MODEL, target, "--unit", "2", "--timeout", "50")
        self.expect(result, 1, "no answer from unit 2 at %s, 9600 8E1 within 50 ms: check address, baud rate, parity, "
                               "A/B wires" % target)

    def test_no_answer_over_tcp_does_not_speak_of_parity(self):
        target = self.simulate(MODEL, "--tcp", "0")
        result = run("read", MODEL, target, "--unit", "2", "--timeout", "50")
        self.expect(result, 1, "no answer from unit 2 at %s within 50 ms" % target)
        self.assertNotIn("parity", result.stderr)

    def damaged(self, scheme):
        """Reads from something that answers with other bytes."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            process = self.start(TOOL, "read", MODEL, "%s://127.0.0.1:%d" % (scheme, listener.getsockname()[1]),
                                 "--obis", "voltage_l1", "--timeout", "300")
            connection, _ = listener.accept()
            with connection:
                while connection.recv(100):
                    connection.sendall(b"\x01\x03\x04\x00\x00\x00\x00\x00\x00")
            self.assertEqual(process.wait(10), 1)
            return process.stderr.read()

    def test_a_damaged_answer_says_what_to_check(self):
        serial = "baud rate, parity and wires behind the gateway"
        message = self.damaged("rtu+tcp")
        self.assertIn("wrong check sum", message)
        self.assertIn("check that the other side speaks this protocol, and %s" % serial, message)
        message = self.damaged("tcp")
        self.assertIn("check that the other side speaks this protocol", message)
        self.assertNotIn("baud rate", message)

    def test_a_port_that_is_not_there(self):
        self.expect(run("read", MODEL, "/dev/does-not-exist"), 1, "cannot open /dev/does-not-exist: No such file")

    def test_a_file_that_is_no_port(self):
        self.expect(run("read", MODEL, "/dev/null"), 1, "not a serial port")

    def test_nobody_listens(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        self.expect(run("read", MODEL, "tcp://127.0.0.1:%d" % port), 1, "Connection refused")

    def test_a_peer_that_hangs_up(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            def hang_up():
                connection, _ = listener.accept()
                connection.recv(100)
                connection.close()
            thread = threading.Thread(target=hang_up)
            thread.start()
            result = run("read", MODEL, "tcp://127.0.0.1:%d" % listener.getsockname()[1])
            thread.join()
        self.expect(result, 1, "the other side has hung up")

    def test_a_peer_that_is_no_meter(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            def talk():
                connection, _ = listener.accept()
                connection.sendall(b"SSH-2.0-nothing of the kind\r\n" * 5)
                connection.recv(1000)
                connection.close()
            thread = threading.Thread(target=talk)
            thread.start()
            result = run("read", MODEL, "tcp://127.0.0.1:%d" % listener.getsockname()[1], "--timeout", "200")
            thread.join()
        self.assertEqual(result.returncode, 1)
        self.assertEqual(result.stdout, "")

    def test_wrong_usage(self):
        for arguments, text in (
                ([], "Usage: meterwire COMMAND"),
                (["raed"], "there is no command 'raed'"),
                (["help", "raed"], "there is no command 'raed'"),
                (["read"], "MODEL and TARGET are needed"),
                (["read", MODEL], "MODEL and TARGET are needed"),
                (["read", MODEL, "x", "y"], "what is 'y'?"),
                (["read", "wago", "x"], "no model is named 'wago'"),
                (["read", "wago", "x"], "wago-879-3020"),
                (["read", MODEL, "x", "--unit", "0"], "--unit needs a number from 1 to 255"),
                (["read", MODEL, "x", "--unit", "256"], "--unit needs a number"),
                (["read", MODEL, "x", "--unit", "1x"], "--unit needs a number"),
                (["read", MODEL, "x", "--unit"], "--unit needs a value"),
                (["read", MODEL, "x", "--baud", "1234"], "no such baud rate"),
                (["read", MODEL, "x", "--parity", "mark"], "even, none or odd"),
                (["read", MODEL, "x", "--group", "slwo"], "fast, slow, once or extra"),
                (["read", MODEL, "x", "--obis", "bogus"], "'bogus' is no OBIS code"),
                (["read", MODEL, "x", "--obis", "7-0:3.0.0"], "has no 7-0:3.0.0"),
                (["read", MODEL, "x", "--timeout", "-5"], "--timeout needs milliseconds"),
                (["read", MODEL, "x", "--timeout", "300001"], "--timeout needs milliseconds from 1 to 300000"),
                (["read", MODEL, "x", "--jsno"], "there is no option --jsno; did you mean --json?\n"),
                (["read", MODEL, "x", "--jsno=1"], "there is no option --jsno; did you mean --json?\n"),
                (["read", MODEL, "x", "-j"], "there is no option -j\n"),
                (["read", MODEL, "-jx", "x"], "there is no option -j\n"),
                (["read", "-j", MODEL, "x"], "there is no option -j\n"),
                (["read", MODEL, "x", "-\u00fc"], "there is no option -\\xC3\n"),
                (["read", MODEL, "x", "--t"], "--t may be --trace or --timeout\n"),
                (["read", MODEL, "x", "--t=5"], "--t may be --trace or --timeout\n"),
                (["read", MODEL, "x", "--json=yes"], "--json takes no value\n"),
                (["read", MODEL, "x", "--js=yes"], "--json takes no value\n"),
                (["read", MODEL, "x", "--uni"], "--unit needs a value\n"),
                (["simulate", MODEL, "--pty=1"], "--pty takes no value\n"),
                (["simulate", MODEL, "-pty"], "there is no option -p\n"),
                (["read", MODEL, "tcp://"], "expected HOST"),
                (["models", "nothing"], "no model is named 'nothing'"),
                (["models", MODEL, MODEL], "at most the name of a model"),
                (["simulate"], "one MODEL is needed"),
                (["simulate", MODEL], "either --pty or --tcp"),
                (["simulate", MODEL, "--pty", "--tcp", "0"], "either --pty or --tcp"),
                (["simulate", MODEL, "--tcp", "99999"], "[HOST:]PORT"),
                (["simulate", MODEL, "--pty", "--unit", "248"], "--unit needs a number from 1 to 247"),
                (["simulate", MODEL, "--pty", "--set", "voltage_l1"], "OBIS=VALUE"),
                (["simulate", MODEL, "--pty", "--set", "voltage_l1=high"], "cannot be 'high'"),
                (["simulate", MODEL, "--pty", "--set", "voltage_l1="], "cannot be ''"),
                (["simulate", MODEL, "--pty", "--set", "data_type=2"], "data_type cannot be '2': the simulator sends "
                 "floats only"),
                (["simulate", MODEL, "--pty", "--set", "nothing=1"], "'nothing' is no OBIS code"),
                (["simulate", MODEL, "--pty", "--set", "active_tariff=1.5"], "cannot be '1.5'"),
                (["simulate", MODEL, "--pty", "--set", "7-0:3.0.0=1"], "has no 7-0:3.0.0"),
        ):
            with self.subTest(arguments=arguments):
                self.expect(run(*arguments), 2, text)

    def test_a_full_disk_is_an_error(self):
        with open("/dev/full", "w") as full:
            result = subprocess.run([TOOL, "models"], stdout=full, stderr=subprocess.PIPE, text=True)
        self.assertEqual(result.returncode, 1)
        self.assertIn("cannot write the output", result.stderr)

    def test_is_ended_by_ctrl_c_while_it_waits(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            process = self.start(TOOL, "read", MODEL, "tcp://127.0.0.1:%d" % listener.getsockname()[1],
                                 "--timeout", "60000")
            connection, _ = listener.accept()
            connection.recv(1)
            process.send_signal(signal.SIGINT)
            self.assertEqual(process.wait(5), 1)
            self.assertIn("interrupted", process.stderr.read())
            connection.close()

    def test_says_that_it_was_interrupted_while_it_connected(self):
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen(0)
            full = [socket.socket() for _ in range(3)]  # nobody takes them from the queue
            for connection in full:
                connection.setblocking(False)
                connection.connect_ex(listener.getsockname())
            process = self.start(TOOL, "read", MODEL, "tcp://127.0.0.1:%d" % listener.getsockname()[1])
            time.sleep(0.5)
            process.send_signal(signal.SIGINT)
            self.assertEqual(process.wait(10), 1)
            self.assertEqual(process.stderr.read(), "meterwire: interrupted\n")
            for connection in full:
                connection.close()


@unittest.skipUnless(SIGNAL_BEFORE_POLL, "there is nothing to preload")
class SignalBeforeWaiting(ToolTest):
    """A signal that comes just before the tool begins to wait does not wake it up, but is not forgotten either."""

    def check(self, code, *arguments):
        # The sanitizers want to be the first to be loaded.
        process = self.start(TOOL, *arguments, env={**os.environ, "LD_PRELOAD": SIGNAL_BEFORE_POLL,
                                                    "ASAN_OPTIONS": "verify_asan_link_order=0"})
        try:
            self.assertEqual(process.wait(5), code)
        except subprocess.TimeoutExpired:
            process.kill()
            self.fail("it waits on")
        return process.stderr.read()

    def test_ends_the_simulator(self):
        self.check(0, "simulate", MODEL, "--tcp", "0")
        self.check(0, "simulate", MODEL, "--pty")

    def test_ends_reading(self):
        target = self.simulate(MODEL, "--pty")
        self.assertIn("interrupted", self.check(1, "read", MODEL, target, "--unit", "2", "--timeout", "60000"))


class Help(unittest.TestCase):
    def test_every_command_explains_itself(self):
        overview = run("--help")
        self.assertEqual(overview.returncode, 0)
        commands = re.search(r"Commands:\n(.*?)\n\n", overview.stdout, re.S).group(1)
        for command in re.findall(r"(?m)^  ([a-z]+) ", commands):
            for arguments in ([command, "--help"], ["help", command]):
                result = run(*arguments)
                self.assertEqual(result.returncode, 0)
                self.assertTrue(result.stdout.startswith("Usage: meterwire %s" % command))
                self.assertIn("Example", result.stdout)

    def test_version(self):
        self.assertRegex(run("--version").stdout, r"^meterwire [0-9]+\.[0-9]+\.[0-9]+\n$")

    def test_models_are_listed(self):
        result = run("models")
        self.assertEqual([line.split()[0] for line in result.stdout.splitlines()],
                         ["socomec-countis-e23", "socomec-countis-e24", "socomec-countis-e27",
                          "socomec-countis-e28", "socomec-countis-e43", "socomec-countis-e44",
                          "wago-879-3000", "wago-879-3020", "wago-879-3040"])

    def test_a_model_shows_its_table(self):
        result = run("models", MODEL)
        self.assertEqual(result.returncode, 0)
        for expected in (r"^0x4000 +serial_number +0-0:96\.1\.0 +- +digits32 +read$",
                         r"^0x5002 +voltage_l1 +1-0:32\.7\.0 +V +f32 +read$",
                         r"^0x600C +active_energy_import +1-0:1\.8\.0 +kWh +f32 +read$",
                         r"^0x6048 +active_tariff +0-0:96\.14\.0 +- +u16 +read, write: 1 to 4 \(may be sent to all .*",
                         r"^0x4021 +s0_pulse_width +\S+ +ms +bcd16 +read, write: 2 to 99 ms$",
                         r"^0x5000 +voltage .*0: not provided$",
                         r"^0x4015 +error_code .*inferred$",
                         r"^0x6049 +command reset_day_register"):
            self.assertRegex(result.stdout, "(?m)" + expected)
        self.assertNotIn("ct_history", result.stdout)
        self.assertIn("ct_history", run("models", "wago-879-3040").stdout)


class Simulate(ToolTest):
    def test_values_move_and_energies_grow(self):
        target = self.simulate(MODEL, "--tcp", "0")
        codes = ["--obis", "active_power", "--obis", "active_energy_import", "--obis", "active_energy_import_t1"]
        first = values(self.read_json(MODEL, target, *codes))
        # 4.4 kW add 1 Wh in 0.8 s.
        time.sleep(2.5)
        second = values(self.read_json(MODEL, target, *codes))
        self.assertNotEqual(first["1-0:16.7.0"]["value"], second["1-0:16.7.0"]["value"])
        for code in ("1-0:1.8.0", "1-0:1.8.1"):
            self.assertIn(second[code]["value"] - first[code]["value"], range(2, 6))

    def test_sums_are_those_of_the_phases(self):
        target = self.simulate(MODEL, "--tcp", "0")
        readings = values(self.read_json(MODEL, target))
        for total, phases in (("1-0:16.7.0", ("1-0:36.7.0", "1-0:56.7.0", "1-0:76.7.0")),
                              ("1-0:1.8.0", ("1-0:21.8.0", "1-0:41.8.0", "1-0:61.8.0")),
                              ("1-0:1.8.0", ("1-0:1.8.1", "1-0:1.8.2", "1-0:1.8.3", "1-0:1.8.4")),
                              ("1-0:15.8.0", ("1-0:1.8.0", "1-0:2.8.0"))):
            difference = readings[total]["value"] - sum(readings[phase]["value"] for phase in phases)
            self.assertLessEqual(abs(difference), 4, total)  # rounding, and time between requests

    def test_ends_cleanly_on_signals(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            for kind in (["--pty"], ["--tcp", "0"]):
                self.simulate(MODEL, *kind)
                self.simulator.send_signal(number)
                self.assertEqual(self.simulator.wait(5), 0)

    def test_goes_on_when_a_reader_leaves(self):
        for kind in (["--pty"], ["--tcp", "0"]):
            target = self.simulate(MODEL, *kind)
            for _ in range(3):
                self.read_json(MODEL, target, "--obis", "frequency")

    def test_serves_several_connections(self):
        target = self.simulate(MODEL, "--tcp", "0")
        idle = [socket.create_connection(address_of(target)) for _ in range(5)]
        self.read_json(MODEL, target, "--obis", "frequency")
        for connection in idle:
            connection.close()
        self.read_json(MODEL, target, "--obis", "frequency")

    def test_waits_for_the_rest_of_a_request(self):
        target = self.simulate(MODEL, "--tcp", "0", "--set", "voltage_l1=230.5")
        with socket.create_connection(address_of(target), timeout=10) as connection:
            request = bytes.fromhex("0001 0000 0006 01 03 5002 0002")
            connection.sendall(request[:7])
            time.sleep(0.3)
            connection.sendall(request[7:])
            self.assertEqual(connection.recv(100).hex(), "00010000000701030443668000")

    def test_drops_a_client_that_does_not_read(self):
        target = self.simulate(MODEL, "--tcp", "0")
        with socket.socket() as deaf:
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            deaf.connect(address_of(target))
            deaf.setblocking(False)
            requests = bytes.fromhex("0001 0000 0006 01 03 6000 007D") * 100

            def is_dropped():
                try:
                    deaf.send(requests)
                except BlockingIOError:
                    pass
                except ConnectionError:
                    return True
                return False

            self.wait_for(is_dropped, "the simulator keeps a client that does not read")
            self.read_json(MODEL, target, "--obis", "frequency")
        self.simulator.send_signal(signal.SIGTERM)
        self.assertEqual(self.simulator.wait(5), 0)

    def test_stays_with_floats(self):
        target = self.simulate(MODEL, "--tcp", "0", "--set", "data_type=1")
        with socket.create_connection(address_of(target), timeout=10) as connection:
            for value, answer in ((2, "0001 0000 0003 01 86 04"), (1, "0001 0000 0006 01 06 4026 0001")):
                connection.sendall(bytes.fromhex("0001 0000 0006 01 06 4026") + bytes([0, value]))
                self.assertEqual(connection.recv(100), bytes.fromhex(answer))
        readings = values(self.read_json(MODEL, target, "--obis", "data_type", "--obis", "frequency"))
        self.assertEqual(readings["0-0:129.4.0"]["value"], 1)
        self.assertEqual(readings["1-0:14.7.0"]["quality"], "good")

    def test_listens_at_ipv6(self):
        try:
            socket.create_server(("::1", 0), family=socket.AF_INET6).close()
        except OSError:
            self.skipTest("no IPv6 loopback address here")
        target = self.simulate(MODEL, "--tcp", "[::1]:0")
        self.assertTrue(target.startswith("tcp://[::1]:"))
        self.read_json(MODEL, target, "--obis", "frequency")

    def test_a_port_in_use_is_an_error(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            result = run("simulate", MODEL, "--tcp", str(listener.getsockname()[1]))
        self.assertEqual(result.returncode, 1)
        self.assertIn("Address already in use", result.stderr)


if __name__ == "__main__":
    unittest.main()
