# SPDX-License-Identifier: MIT
"""What 'meterwire read --format' prints, read by parsers that take nothing but what the formats allow."""

import csv
import datetime
import decimal
import io
import re
import subprocess
import time
import unittest

from meterwire_test import FakeMbus, TOOL, ToolTest, have, parse, run

MODEL = "wago-879-3000"
E44 = "socomec-countis-e44"
# By code: name, value as set, and unit.
FIXED = {
    "1-0:1.8.0": ("active_energy_import", "15062030", "Wh"),
    "1-0:22.8.0": ("active_energy_export_l1", "20257910", "Wh"),
    "1-0:1.8.1": ("active_energy_import_t1", "4000000", "Wh"),
    "1-0:15.8.0": ("active_energy_total", "35000000", "Wh"),
    "1-0:32.7.0": ("voltage_l1", "234.3", "V"),
    "1-0:56.7.0": ("active_power_l2", "-232", "W"),
    "1-0:16.7.0": ("active_power", "1502", "W"),
    "1-0:14.7.0": ("frequency", "49.98", "Hz"),
}
SETS = [word for code, (_, value, _) in FIXED.items() for word in ("--set", code + "=" + value)]
CODES = [word for code in (*FIXED, "serial_number", "status_word", "voltage") for word in ("--obis", code)]

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"'
SAMPLE = re.compile(r"(%s)\{(%s(?:,%s)*)\} (-?[0-9]+(?:\.[0-9]+)?)" % (NAME, LABEL, LABEL))


def parse_influx(line):
    """A line of the line protocol: measurement, tags, fields, timestamp; None when it is none."""
    key = r"(?:[^,= \\\n]|\\[,= ])+"
    value = r'(?:-?[0-9]+i|-?[0-9]+(?:\.[0-9]+)?|"(?:[^"\\]|\\["\\])*")'
    match = re.fullmatch(r"(%s)((?:,%s=%s)*) (%s=%s(?:,%s=%s)*) ([0-9]+)" % ((key,) * 4 + (value, key, value)), line)
    if match is None:
        return None
    fields = {}
    for name, text in re.findall(r"(%s)=(%s)" % (key, value), match.group(3)):
        assert name not in fields, name
        if text[0] == '"':
            fields[name] = re.sub(r'\\(["\\])', r"\1", text[1:-1])
        else:
            fields[name] = int(text[:-1]) if text[-1] == "i" else decimal.Decimal(text)
    return match.group(1), dict(tag.split("=") for tag in match.group(2)[1:].split(",")), fields, int(match.group(4))


def parse_prometheus(text):
    """An exposition as metrics by name: (type, {labels: value}). Raises when it is none."""
    metrics = {}
    name = kind = None
    helped = set()
    assert text.endswith("\n")
    for line in text[:-1].split("\n"):
        if line.startswith("# HELP "):
            name, words = line[7:].split(" ", 1)
            assert re.fullmatch(NAME, name) and words and name not in helped, line
            helped.add(name)
            kind = None
        elif line.startswith("# TYPE "):
            same, kind = line[7:].split(" ")
            assert same == name and kind in ("counter", "gauge") and name not in metrics, line
            metrics[name] = (kind, {})
        else:
            match = SAMPLE.fullmatch(line)
            assert match is not None, line
            assert match.group(1) == name and kind is not None, "not in its group: " + line
            pairs = [pair.split("=", 1) for pair in re.findall(LABEL, match.group(2))]
            labels = frozenset((key, re.sub(r"\\(.)", lambda m: "\n" if m.group(1) == "n" else m.group(1), value[1:-1]))
                               for key, value in pairs)
            assert len(dict(labels)) == len(pairs) and labels not in metrics[name][1], line
            metrics[name][1][labels] = decimal.Decimal(match.group(3))
    assert helped == set(metrics)
    return metrics


class Formats(ToolTest):
    def read(self, *arguments):
        result = subprocess.run([TOOL, "read", *arguments], capture_output=True, timeout=30)
        self.assertEqual((result.returncode, result.stderr), (0, b""))
        return result.stdout.decode()

    def check_time(self, text):
        """Now, in UTC."""
        self.assertRegex(text, r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$")
        then = datetime.datetime.fromisoformat(text[:-1] + "+00:00").timestamp()
        self.assertLess(abs(time.time() - then), 30)

    def test_json_is_the_short_form(self):
        target = self.simulate(MODEL, "--tcp", "0", *SETS)
        short, long = (parse(self.read(MODEL, target, *CODES, *option)) for option in (["--json"], ["--format=json"]))
        for answer in (short, long):
            self.assertEqual(list(answer),
                             ["model", "protocol", "unit", "requests", "registers", "elapsed_us", "readings"])
            answer.pop("elapsed_us")
        self.assertEqual(short, long)

    def test_jsonl(self):
        target = self.simulate(MODEL, "--tcp", "0", "--unit", "7", *SETS)
        output = self.read(MODEL, target, "--unit", "7", *CODES, "--format", "jsonl")
        self.assertTrue(output.endswith("}\n"))
        lines = [parse(line) for line in output.splitlines()]
        self.assertEqual(len(lines), len(FIXED) + 3)
        self.assertEqual(len({line["time"] for line in lines}), 1)
        self.check_time(lines[0]["time"])
        for line in lines:
            self.assertEqual(list(line),
                             ["time", "model", "address", "obis", "name", "value", "unit", "quality", "source"])
            self.assertEqual((line["model"], line["address"]), (MODEL, 7))
            if line["obis"] in FIXED:
                name, value, unit = FIXED[line["obis"]]
                self.assertEqual((line["name"], line["value"], line["unit"], line["quality"]),
                                 (name, decimal.Decimal(value), unit, "good"))
        values = {line["name"]: line["value"] for line in lines}
        self.assertEqual((values["voltage"], values["serial_number"]), (None, "19020246"))

    def test_csv(self):
        target = self.simulate(MODEL, "--tcp", "0", *SETS)
        output = self.read(MODEL, target, *CODES, "--format", "csv")
        self.assertEqual(output.count("\n"), output.count("\r\n"))
        rows = list(csv.reader(io.StringIO(output, newline=""), strict=True))
        self.assertEqual(rows[0],
                         ["time", "model", "address", "obis", "name", "value", "unit", "quality", "source"])
        self.assertEqual(len(rows), 1 + len(FIXED) + 3)
        self.assertEqual({len(row) for row in rows}, {9})
        for row in rows[1:]:
            self.check_time(row[0])
            self.assertEqual(row[1:3], [MODEL, "1"])
            if row[3] in FIXED:
                self.assertEqual((row[4], decimal.Decimal(row[5]), row[6], row[7]),
                                 (FIXED[row[3]][0], decimal.Decimal(FIXED[row[3]][1]), FIXED[row[3]][2], "good"))
                self.assertRegex(row[8], "^0x[0-9A-F]{4}$")
        rows = {row[4]: row for row in rows}
        self.assertEqual(rows["voltage"][5:8], ["", "V", "not_available"])
        self.assertEqual(rows["status_word"][5], "0")

    def test_influx(self):
        target = self.simulate(MODEL, "--tcp", "0", *SETS, "--set", "status_word=273")
        output = self.read(MODEL, target, *CODES, "--format", "influx")
        self.assertEqual(output.count("\n"), 1)
        measurement, tags, fields, stamp = parse_influx(output[:-1])
        self.assertEqual((measurement, tags), ("meterwire", {"model": MODEL, "unit": "1"}))
        self.assertLess(abs(time.time() - stamp / 1e9), 30)
        expected = {name: decimal.Decimal(value) for name, value, _ in FIXED.values()}
        expected.update(serial_number="19020246", status_word=273)  # 'voltage' is not available
        self.assertEqual(fields, expected)
        self.assertIsInstance(fields["status_word"], int)
        nothing = self.read(MODEL, target, "--obis", "voltage", "--format", "influx")
        self.assertEqual(nothing, "")

    def test_prometheus(self):
        target = self.simulate(MODEL, "--tcp", "0", *SETS)
        metrics = parse_prometheus(self.read(MODEL, target, *CODES, "--format", "prometheus"))
        who = {"model": MODEL, "unit": "1"}
        expected = (
            ("meterwire_up", "gauge", {}, "1"),
            ("meterwire_active_energy_watthours_total", "counter", {"direction": "import"}, "15062030"),
            ("meterwire_active_energy_watthours_total", "counter", {"direction": "export", "phase": "l1"}, "20257910"),
            ("meterwire_active_energy_watthours_total", "counter", {"direction": "import", "tariff": "1"}, "4000000"),
            ("meterwire_active_energy_total_watthours", "gauge", {}, "35000000"),
            ("meterwire_voltage_volts", "gauge", {"phase": "l1"}, "234.3"),
            ("meterwire_active_power_watts", "gauge", {"phase": "l2"}, "-232"),
            ("meterwire_active_power_watts", "gauge", {}, "1502"),
            ("meterwire_frequency_hertz", "gauge", {}, "49.98"),
            ("meterwire_status_word", "gauge", {}, "0"),
            ("meterwire_info", "gauge", {"serial_number": "19020246"}, "1"),
        )
        for name, kind, labels, value in expected:
            self.assertEqual(metrics[name][0], kind, name)
            self.assertEqual(metrics[name][1][frozenset({**who, **labels}.items())], decimal.Decimal(value), name)
        self.assertEqual(sum(len(samples) for _, samples in metrics.values()), len(expected))

    def test_prometheus_has_every_value_of_every_model(self):
        for model, arguments in ((MODEL, []), (E44, []), (E44, ["--group", "extra"]), ("socomec-countis-e28", [])):
            with self.subTest(model=model):
                target = self.simulate(model, "--tcp", "0")
                metrics = parse_prometheus(self.read(model, target, *arguments, "--format", "prometheus"))
                answer = self.read_json(model, target, *arguments)["readings"]
                good = {reading["name"]: reading for reading in answer if reading["quality"] == "good"}
                texts = [name for name, reading in good.items() if isinstance(reading["value"], str)
                         and not re.fullmatch(r"[0-9]{4}-[0-9-]+T[0-9:]+", reading["value"])]
                samples = sum(len(samples) for _, samples in metrics.values())
                self.assertEqual(samples, 1 + len(good) - len(texts) + (1 if texts else 0))
                for name, (kind, _) in metrics.items():
                    self.assertEqual(kind == "counter", name.endswith("_total"), name)
                if texts:
                    labels, = metrics["meterwire_info"][1]
                    self.assertEqual({name for name, _ in labels}, {"model", "unit", *texts})

    @unittest.skipUnless(have("promtool"), "promtool (Debian: prometheus) is not here")
    def test_promtool_takes_it(self):
        for model in (MODEL, E44):
            target = self.simulate(model, "--tcp", "0")
            output = self.read(model, target, "--format", "prometheus")
            result = subprocess.run(["promtool", "check", "metrics"], input=output, capture_output=True, text=True)
            # It complains of words in names that are those of the meters, and of hours.
            self.assertIn(result.returncode, (0, 3), result.stderr)
            for line in result.stderr.splitlines():
                self.assertRegex(line, r"_count |counter|operating_time_hours")

    def test_only_the_finest_of_values_with_one_code(self):
        target = self.simulate(E44, "--tcp", "0", "--set", "active_energy_import=123456777.7")
        arguments = (E44, target, "--group", "extra", "--format")
        fields = parse_influx(self.read(*arguments, "influx")[:-1])[2]
        self.assertEqual(fields["active_energy_import"], 123456780)  # in 10 Wh; the other one in kWh
        samples = parse_prometheus(self.read(*arguments, "prometheus"))["meterwire_active_energy_watthours_total"][1]
        who = {"model": E44, "unit": "1", "direction": "import"}
        self.assertEqual(samples[frozenset(who.items())], 123456780)

    def test_models_on_mbus(self):
        target = self.simulate(MODEL, "--mbus", "--tcp", "0", "--address", "17", "--set", "1-0:1.8.0=15062030",
                               "--set", "active_power=-175")
        who = ["--address", "17"]
        rows = {row["name"]: row for row in map(parse, self.read(MODEL, target, *who, "--format=jsonl").splitlines())}
        self.assertEqual((rows["active_energy_import"]["value"], rows["active_energy_import"]["address"]),
                         (15062030, 17))
        self.assertRegex(rows["active_energy_import"]["source"], "^#[0-9]+$")
        _, tags, fields, _ = parse_influx(self.read(MODEL, target, *who, "--format", "influx")[:-1])
        self.assertEqual((tags, fields["active_power"]), ({"model": MODEL, "address": "17"}, -175))
        # By its secondary address.
        who = ["--secondary", "19020246"]
        output = self.read(MODEL, target, *who, "--obis", "active_power", "--format", "csv")
        self.assertIn(",%s,19020246FFFFFFFF,1-0:16.7.0,active_power,-175,W,good,#" % MODEL, output)
        line = parse(self.read(MODEL, target, *who, "--obis", "active_power", "--format", "jsonl"))
        self.assertEqual(line["secondary"], "19020246FFFFFFFF")
        metrics = parse_prometheus(self.read(MODEL, target, *who, "--format", "prometheus"))
        labels = frozenset({"model": MODEL, "secondary": "19020246FFFFFFFF"}.items())
        self.assertEqual(metrics["meterwire_active_power_watts"][1][labels], -175)

    def test_long_names_keep_the_columns(self):
        target = self.simulate(E44, "--tcp", "0")
        output = self.read(E44, target, "--group", "slow", "--group", "fast", "--group", "once", "--group", "extra")
        columns = {match.start() for match in re.finditer(r"(?<= )[0-9]+-[0-9]+:[0-9.]+$", output, re.M)}
        columns = {position - output.rfind("\n", 0, position) for position in columns}
        self.assertEqual(len(columns), 1)


class AnyMeter(ToolTest):
    """A heat meter with records that have no code, or one code twice (EN 13757-3)."""

    RECORDS = bytes.fromhex(
        "0C 06 78 56 34 12"        # 12345678 kWh
        "0C 06 99 00 00 00"        # 99 kWh: heat energy once more
        "4C 06 21 43 65 00"        # 654321 kWh, storage 1
        "9C 10 14 11 00 00 00"     # 11 * 0.01 m3, maximum, tariff 1
        "0A 5A AA AA"              # flow temperature, no BCD
        "02 7C 03 48 52 25 2A 00"  # 42 %RH, the unit in words
    ) + b"\x0D\xFD\x11\x06" + b'a"b,\\='[::-1] + b"\x0D\xFD\x10\x19" + b"A text of 25 characters :"[::-1]

    def meter(self):
        meter = FakeMbus(self.RECORDS, medium=4)
        self.addCleanup(meter.close)
        return meter.target

    def read(self, form):
        result = subprocess.run([TOOL, "read", "mbus", self.meter(), "--address", "5", "--format", form],
                                capture_output=True, timeout=30)
        self.assertEqual((result.returncode, result.stderr), (0, b""))
        return result.stdout.decode()

    def test_csv(self):
        output = self.read("csv")
        rows = list(csv.reader(io.StringIO(output, newline=""), strict=True))
        self.assertEqual([row[1:] for row in rows[1:]], [
            ["mbus", "5", "6-0:1.0.0", "heat_energy", "12345678000", "Wh", "good", "#0"],
            ["mbus", "5", "6-0:1.0.0", "heat_energy_2", "99000", "Wh", "good", "#1"],
            ["mbus", "5", "", "energy_storage_1", "654321000", "Wh", "good", "#2"],
            ["mbus", "5", "", "volume_maximum_tariff_1", "0.11", "m3", "good", "#3"],
            ["mbus", "5", "6-0:10.0.0", "heat_flow_temperature", "", "degC", "invalid", "#4"],
            ["mbus", "5", "", "plain_text", "42", "%RH", "good", "#5"],
            ["mbus", "5", "", "customer", 'a"b,\\=', "", "good", "#6"],
            ["mbus", "5", "", "customer_location", "", "", "truncated", "#7"],
        ])
        self.assertIn(',customer,"a""b,\\=",,good', output)

    def test_jsonl(self):
        lines = [parse(line) for line in self.read("jsonl").splitlines()]
        self.assertEqual([line["value"] for line in lines],
                         [12345678000, 99000, 654321000, decimal.Decimal("0.11"), None, 42, 'a"b,\\=', None])
        self.assertEqual((lines[5]["name"], lines[5]["unit"], lines[5]["obis"]), ("plain_text", "%RH", None))

    def test_influx(self):
        _, tags, fields, _ = parse_influx(self.read("influx")[:-1])
        self.assertEqual(tags, {"model": "mbus", "address": "5"})
        self.assertEqual(fields, {"heat_energy": 12345678000, "heat_energy_2": 99000, "energy_storage_1": 654321000,
                                  "volume_maximum_tariff_1": decimal.Decimal("0.11"), "plain_text": 42,
                                  "customer": 'a"b,\\='})

    def test_prometheus(self):
        metrics = parse_prometheus(self.read("prometheus"))
        who = {"model": "mbus", "address": "5"}
        self.assertEqual(metrics["meterwire_heat_energy_watthours_total"],
                         ("counter", {frozenset(who.items()): 12345678000}))
        self.assertEqual(metrics["meterwire_energy_storage_1_watthours"][0], "gauge")
        self.assertEqual(metrics["meterwire_volume_maximum_tariff_1_cubic_meters"][1][frozenset(who.items())],
                         decimal.Decimal("0.11"))
        self.assertEqual(list(metrics["meterwire_info"][1]), [frozenset({**who, "customer": 'a"b,\\='}.items())])

    def test_what_is_no_readout(self):
        meter = FakeMbus(b"\x08", ci=0x70)  # application error 8, too busy
        self.addCleanup(meter.close)
        for form in ("csv", "influx"):
            result = run("read", "mbus", meter.target, "--address", "5", "--format", form)
            self.assertEqual((result.returncode, result.stdout), (1, ""))
            self.assertIn("application error 8", result.stderr)
        meter = FakeMbus(b"\x01", ci=0x71)  # an alarm
        self.addCleanup(meter.close)
        result = run("read", "mbus", meter.target, "--address", "5", "--format", "csv")
        self.assertEqual((result.returncode, result.stdout), (1, ""))
        self.assertIn("no readout", result.stderr)

    def test_records_that_cannot_be_taken_apart(self):
        meter = FakeMbus(self.RECORDS[:6] + b"\x0C\x06\x01")  # the last record ends too early
        self.addCleanup(meter.close)
        result = run("read", "mbus", meter.target, "--address", "5", "--format", "jsonl")
        self.assertEqual(result.returncode, 1)
        self.assertEqual(parse(result.stdout)["value"], 12345678000)
        self.assertIn("cannot be taken apart", result.stderr)


class Failures(ToolTest):
    def test_a_meter_that_does_not_answer(self):
        target = self.simulate(MODEL, "--tcp", "0")
        for form, expected in (("csv", ""), ("jsonl", ""), ("influx", ""), ("json", ""), ("table", "")):
            result = run("read", MODEL, target, "--unit", "2", "--timeout", "50", "--format", form)
            self.assertEqual((result.returncode, result.stdout), (1, expected), form)
            self.assertIn("no answer from unit 2", result.stderr)

    def test_prometheus_says_that_it_is_down(self):
        target = self.simulate(MODEL, "--tcp", "0")
        down = ("gauge", {frozenset({"model": MODEL, "unit": "2"}.items()): 0})
        for arguments in ((target, "--timeout", "50"), ("/dev/does-not-exist",)):
            result = run("read", MODEL, *arguments, "--unit", "2", "--format", "prometheus")
            self.assertEqual(result.returncode, 1)
            self.assertEqual(parse_prometheus(result.stdout), {"meterwire_up": down})
        result = run("read", "mbus", "/dev/does-not-exist", "--address", "2", "--format", "prometheus")
        self.assertEqual(list(parse_prometheus(result.stdout)["meterwire_up"][1].values()), [0])

    def test_wrong_usage(self):
        for arguments, text in ((["--format", "xml"], "--format is table, json, jsonl, csv, influx or prometheus"),
                                (["--format"], "--format needs a value"),
                                *((["--watch", value], "--watch needs seconds from 0.1 to 86400, not '%s'" % value)
                                  for value in ("0", "0.09", "86400.1", "-1", "1s", "", "nan", "0.12345"))):
            with self.subTest(arguments=arguments):
                result = run("read", MODEL, "x", *arguments)
                self.assertEqual((result.returncode, result.stdout), (2, ""))
                self.assertIn(text, result.stderr)

    def test_a_full_disk_is_an_error(self):
        target = self.simulate(MODEL, "--tcp", "0")
        for form in ("table", "json", "jsonl", "csv", "influx", "prometheus"):
            with open("/dev/full", "w") as full:
                result = subprocess.run([TOOL, "read", MODEL, target, "--format", form], stdout=full,
                                        stderr=subprocess.PIPE, text=True)
            self.assertEqual((result.returncode, result.stderr), (1, "meterwire: cannot write the output\n"), form)


if __name__ == "__main__":
    unittest.main()
