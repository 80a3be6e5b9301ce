# SPDX-License-Identifier: MIT
"""What 'identify' tells, of simulated meters and of devices made here."""

import signal
import socket
import unittest

from meterwire_test import TOOL, ToolTest, parse, run
from modbus_bus import Bus, Gateway, countis, no_meter, wago
from test_mbus import OTHER, Bus as MeterBus, frame

# Meter codes of the WAGO manual, A3.2; names as the Countis say them. Those in networks have unit 5 (Socomec 545881).
MODELS = {
    "wago-879-3000": "1111", "wago-879-3020": "1112", "wago-879-3040": "1113",
    "socomec-countis-e23": "COUNTIS E23", "socomec-countis-e24": "COUNTIS E24", "socomec-countis-e27": "COUNTIS E27",
    "socomec-countis-e28": "COUNTIS E28", "socomec-countis-e43": "COUNTIS E43", "socomec-countis-e44": "COUNTIS E44",
}


class IdentifyTest(ToolTest):
    def identify(self, *arguments):
        """What it prints, line by line, of a model that is known."""
        result = run("identify", *arguments)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return result.stdout.splitlines()

    def identify_json(self, *arguments):
        return parse("\n".join(self.identify(*arguments, "--json")))

    def expect(self, arguments, code, *texts, stdout=""):
        result = run("identify", *arguments)
        self.assertEqual((result.returncode, result.stdout), (code, stdout), result.stderr)
        for text in texts:
            self.assertIn(text, result.stderr)


class Modbus(IdentifyTest):
    def test_every_model_is_known_without_its_address(self):
        for model, name in MODELS.items():
            with self.subTest(model=model):
                answer = self.identify_json(self.simulate(model, "--tcp", "0"), "--timeout", "100")
                self.assertEqual((answer["model"], answer["name"]), (model, name))
                self.assertEqual(answer["unit"], 5 if model[-2:] in ("27", "28") else 1)
                self.assertNotIn("baud", answer)

    def test_a_wago_tells_all_of_itself(self):
        bus = Bus(self, {7: wago()})
        self.assertEqual(self.identify(bus.target, "--unit", "7", "--baud", "19200", "--parity", "none"), [
            "WAGO 879-3000 (4PU), three phases, direct, 65 A", "unit 7 at %s, 19200 8N1" % bus.target, "",
            "model            wago-879-3000", "says it is       1111", "serial number    22091039",
            "software         1.34, check sum 59268366 as the manual lists it",
            "MID              yes, by the declaration of conformity of the type", "",
            "meterwire read wago-879-3000 %s --unit 7 --baud 19200 --parity none" % bus.target,
            "meterwire get wago-879-3000 %s --unit 7 --baud 19200 --parity none" % bus.target])
        self.assertEqual(self.identify_json(bus.target, "--unit", "7"), {
            "unit": 7, "baud": 9600, "parity": "even", "model": "wago-879-3000",
            "title": "WAGO 879-3000 (4PU), three phases, direct, 65 A", "name": "1111", "serial": "22091039",
            "firmware": "1.34", "checksum": "59268366", "checksum_listed": True, "mid": True})

    def test_the_commands_it_ends_with_work(self):
        target = self.simulate("wago-879-3020", "--pty", "--unit", "9")
        command = self.identify(target, "--unit", "9")[-2].split()
        self.assertEqual(command[:2], ["meterwire", "read"])
        self.assertEqual(run(*command[1:], "--obis", "frequency").returncode, 0)

    def test_check_sums_that_are_not_those_of_the_manual(self):
        """4.3 of the manual; 2.18 it does not list."""
        for version, checksum, verdict, text in (
                ("3FAB 851F", "5926 8367", False, "1.34, check sum 59268367, NOT the one the manual lists"),
                ("400B 851F", "1234 5678", None, "2.18, check sum 12345678; version not in the manual's list")):
            bus = Bus(self, {1: wago(version=version, checksum=checksum)})
            self.assertIn("software         " + text, self.identify(bus.target))
            self.assertEqual(self.identify_json(bus.target)["checksum_listed"], verdict)

    def test_a_countis_says_whether_it_is_of_mid(self):
        for mid, verdict, text in ((1, True, "yes, by its register"), (0, False, "no, by its register"),
                                   (0xFFFF, None, "unknown")):
            bus = Bus(self, {1: countis(mid=mid)})
            lines = self.identify(bus.target)
            self.assertIn("MID              " + text, lines)
            self.assertIn("serial number    1947-11-4711", lines)
            self.assertIn("software         1.02", lines)
            answer = self.identify_json(bus.target)
            self.assertEqual(answer["mid"], verdict)
            self.assertNotIn("checksum_listed", answer)

    def test_an_unknown_device_is_told_with_what_it_says(self):
        bus = Bus(self, {1: countis("COUNTIS E34"), 2: no_meter})
        command = "%s --unit 1" % bus.target
        self.expect([bus.target], 1, "unit 1 at %s, 9600 8E1 is none of the models" % bus.target,
                    "it says 'COUNTIS E34', refuses with exception 2, illegal data address",
                    "'meterwire modbus id %s'" % command)
        self.expect([bus.target, "--unit", "2"], 1, "it refuses with exception 1, illegal function;")
        result = run("identify", bus.target, "--json")
        self.assertEqual(result.returncode, 1)
        self.assertEqual(parse(result.stdout), {
            "unit": 1, "baud": 9600, "parity": "even", "model": None, "name": "COUNTIS E34", "serial": "1947-11-4711",
            "firmware": "1.02", "exception": 2})

    def test_registers_from_a_file_are_no_meter(self):
        process = self.start(TOOL, "serve", "modbus", "-", "--tcp", "0", stdin=-1)
        process.stdin.write("holding 0 u16 1 2 3\n")
        process.stdin.close()
        process.stdin = None
        target = process.stdout.readline().split()[1]
        self.expect([target], 1, "unit 1 at %s is none of the models" % target, "refuses with exception 2",
                    "'meterwire modbus id %s --unit 1'" % target)

    def test_nobody_answers(self):
        bus = Bus(self, {9: wago()})
        self.expect([bus.target, "--timeout", "30"], 1,
                    "no answer from the factory addresses 1, 5 at %s, 9600 8E1 within 30 ms" % bus.target,
                    "To find out what is on the line: meterwire scan %s\n" % bus.target)
        self.assertEqual({unit for _, unit, _ in bus.asked}, {1, 5})
        self.expect([bus.target, "--unit", "8", "--timeout", "30"], 1, "no answer from unit 8 at", "meterwire scan")

    def test_a_gateway_that_gets_no_answer(self):
        for exception in (10, 11):
            gateway = Gateway(self, {5: countis("COUNTIS E28")}, exception)
            self.assertEqual(self.identify(gateway.target)[1], "unit 5 at %s" % gateway.target)
            self.expect([gateway.target, "--unit", "1"], 1, "no answer from unit 1 at %s" % gateway.target)

    def test_damaged_answers(self):
        bus = Bus(self, {}, damaged=(1,))
        self.expect([bus.target, "--timeout", "30"], 1, "damaged answer from unit 1 at %s" % bus.target,
                    "whether two devices have the same address", "meterwire scan")

    def test_is_ended_by_ctrl_c(self):
        bus = Bus(self, {})
        process = self.start(TOOL, "identify", bus.target, "--timeout", "60000")
        self.wait_for(lambda: bus.asked, "it asks nothing")
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(5), 1)
        self.assertEqual(process.stderr.read(), "meterwire: interrupted\n")

    def test_a_line_that_is_not_there(self):
        self.expect(["/dev/does-not-exist"], 1, "cannot open /dev/does-not-exist: No such file")
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        self.expect(["tcp://127.0.0.1:%d" % port], 1, "Connection refused")

    def test_wrong_usage(self):
        for arguments, text in (
                ([], "one TARGET is needed"), (["x", "y"], "one TARGET is needed"),
                (["x", "--unit", "0"], "--unit needs a number from 1 to 255"),
                (["x", "--timeout", "0"], "--timeout needs milliseconds from 1 to 300000"),
                (["x", "--address", "1"], "--address and --secondary are for --mbus"),
                (["x", "--mbus"], "which meter? give --address or --secondary"),
                (["x", "--mbus", "--unit", "1"], "--unit is for Modbus"),
                (["x", "--mbus", "--address", "1", "--secondary", "19020246"], "either --address or --secondary"),
                (["x", "--mbus", "--address", "251"], "--address needs a number"),
                (["x", "--mbus", "--secondary", "1"], "--secondary needs 8 or 16 digits"),
                (["x", "--stop-bits", "3"], "--stop-bits is 1 or 2"), (["x", "--parity", "some"], "--parity is even, none or odd"),
                (["x", "--nuit", "1"], "there is no option --nuit")):
            with self.subTest(arguments=arguments):
                self.expect(arguments, 2, text)


class MBus(IdentifyTest):
    def test_direct_meters_send_the_same(self):
        for arguments in (["--pty"], ["--tcp", "0"]):
            target = self.simulate("wago-879-3020", "--mbus", *arguments, "--address", "5", "--id", "13070001")
            line = " --mbus" if arguments[0] == "--pty" else ""
            for option, text in (("--address", "5"), ("--secondary", "13070001FFFFFFFF")):
                lines = self.identify(target, "--mbus", option, text)
                self.assertEqual(lines[3:], [
                    "model            wago-879-3000",
                    "or               wago-879-3020, which sends the same over M-Bus",
                    "manufacturer     INM", "version          1", "medium           electricity",
                    "serial number    13070001",
                    "MID              yes, by the declaration of conformity of the type", "",
                    "meterwire read wago-879-3000 %s%s %s %s" % (target, line, option, text),
                    "meterwire get wago-879-3000 %s%s %s %s" % (target, line, option, text)])
                self.assertEqual(run(*lines[-2].split()[1:]).returncode, 0)

    def test_prints_json(self):
        target = self.simulate("wago-879-3040", "--mbus", "--tcp", "0", "--address", "5")
        self.assertEqual(self.identify_json(target, "--address", "5"), {
            "address": 5, "model": "wago-879-3040",
            "title": "WAGO 879-3040 (2PU CT), three phases, current transformers", "serial": "19020246", "mid": True,
            "manufacturer": "INM", "version": 1, "medium": 2, "medium_name": "electricity", "or": []})

    def test_an_unknown_meter_is_told_with_what_it_sends(self):
        bus = MeterBus(self, lambda address: frame(0x08, address, OTHER))
        self.expect([bus.target, "--address", "3"], 1, "address 3 at %s is none of the models" % bus.target,
                    "'meterwire read mbus %s --address 3' shows what it sends" % bus.target,
                    stdout="manufacturer     TST\nversion          199\nmedium           electricity\n")
        bus = MeterBus(self, lambda address: frame(0x08, address, OTHER))
        result = run("identify", bus.target, "--address", "3", "--json")
        self.assertEqual(result.returncode, 1)
        self.assertEqual(parse(result.stdout), {
            "address": 3, "model": None, "serial": "12345678", "manufacturer": "TST", "version": 199, "medium": 2,
            "medium_name": "electricity"})

    def test_an_application_error(self):
        bus = MeterBus(self, lambda address: frame(0x08, address, "70 08"))
        self.expect([bus.target, "--address", "3"], 1, "answered with application error 8")

    def test_nobody_answers(self):
        target = self.simulate("wago-879-3040", "--mbus", "--pty", "--address", "5")
        self.expect([target, "--mbus", "--address", "6", "--timeout", "50", "--baud", "9600"], 1,
                    "no answer from address 6 at %s" % target,
                    "meterwire scan %s --mbus --secondary\n" % target)


if __name__ == "__main__":
    unittest.main()
