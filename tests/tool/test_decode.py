# SPDX-License-Identifier: MIT
"""The tool as a user meets it: explaining frames of M-Bus."""

import decimal
import subprocess
import unittest

from meterwire_test import TOOL, parse, run

# Records of a WAGO 879-3000 in the order of its manual, with its identification.
HEADER = "46 02 02 19 CD 25 01 02 04 00 00 00"
WAGO_RECORDS = """
    04 03 15 CD 5B 07  84 10 03 15 CD 5B 07  84 20 03 15 CD 5B 07  84 30 03 15 CD 5B 07  84 80 10 03 15 CD 5B 07
    04 83 3C 15 CD 5B 07  84 10 83 3C 15 CD 5B 07  84 20 83 3C 15 CD 5B 07  84 30 83 3C 15 CD 5B 07
    84 80 10 83 3C 15 CD 5B 07  04 83 FC 10 15 CD 5B 07  04 FB 82 73 15 CD 5B 07  04 FB 82 F3 3C 15 CD 5B 07
    02 FD C7 FC 01 E4 59  02 FD C7 FC 02 E4 59  02 FD C7 FC 03 E4 59
    03 FD D9 FC 01 1B 87 01  03 FD D9 FC 02 1B 87 01  03 FD D9 FC 03 1B 87 01
    03 2B 87 D6 12  03 AB FC 01 87 D6 12  03 AB FC 02 87 D6 12  03 AB FC 03 79 29 ED
    03 FB 14 87 D6 12  03 FB 94 FC 01 87 D6 12  03 FB 94 FC 02 87 D6 12  03 FB 94 FC 03 87 D6 12
    03 FB 34 87 D6 12  0A FD 3A 00 01  03 FB 2C 37 C7 00  09 7C 01 54 01"""
WAGO_TRANSFORMER = "0B FD 3A 05 95 99"
WAGO_TRANSFORMER_AS_PRINTED = "0A FD 3A 05 95 99"

EXPORT = "negative_contributions_only"
MILLI = "multiplied_by_1e-3"
# DIF, VIF, tariff, quantity, value, unit, OBIS code, modifiers.
WAGO = [
    ("04", "03", 0, "energy", "123456789", "Wh", "1-0:1.8.0", []),
    ("8410", "03", 1, "energy", "123456789", "Wh", "1-0:1.8.1", []),
    ("8420", "03", 2, "energy", "123456789", "Wh", "1-0:1.8.2", []),
    ("8430", "03", 3, "energy", "123456789", "Wh", "1-0:1.8.3", []),
    ("848010", "03", 4, "energy", "123456789", "Wh", "1-0:1.8.4", []),
    ("04", "833c", 0, "energy", "123456789", "Wh", "1-0:2.8.0", [EXPORT]),
    ("8410", "833c", 1, "energy", "123456789", "Wh", "1-0:2.8.1", [EXPORT]),
    ("8420", "833c", 2, "energy", "123456789", "Wh", "1-0:2.8.2", [EXPORT]),
    ("8430", "833c", 3, "energy", "123456789", "Wh", "1-0:2.8.3", [EXPORT]),
    ("848010", "833c", 4, "energy", "123456789", "Wh", "1-0:2.8.4", [EXPORT]),
    ("04", "83fc10", 0, "energy", "123456789", "Wh", "1-0:15.8.0", ["absolute_sum"]),
    ("04", "fb8273", 0, "reactive_energy", "123456789", "varh", "1-0:3.8.0", [MILLI]),
    ("04", "fb82f33c", 0, "reactive_energy", "123456789", "varh", "1-0:4.8.0", [MILLI, EXPORT]),
    ("02", "fdc7fc01", 0, "voltage", "230.12", "V", "1-0:32.7.0", ["phase_l1"]),
    ("02", "fdc7fc02", 0, "voltage", "230.12", "V", "1-0:52.7.0", ["phase_l2"]),
    ("02", "fdc7fc03", 0, "voltage", "230.12", "V", "1-0:72.7.0", ["phase_l3"]),
    ("03", "fdd9fc01", 0, "current", "100.123", "A", "1-0:31.7.0", ["phase_l1"]),
    ("03", "fdd9fc02", 0, "current", "100.123", "A", "1-0:51.7.0", ["phase_l2"]),
    ("03", "fdd9fc03", 0, "current", "100.123", "A", "1-0:71.7.0", ["phase_l3"]),
    ("03", "2b", 0, "power", "1234567", "W", "1-0:16.7.0", []),
    ("03", "abfc01", 0, "power", "1234567", "W", "1-0:36.7.0", ["phase_l1"]),
    ("03", "abfc02", 0, "power", "1234567", "W", "1-0:56.7.0", ["phase_l2"]),
    ("03", "abfc03", 0, "power", "-1234567", "W", "1-0:76.7.0", ["phase_l3"]),
    ("03", "fb14", 0, "reactive_power", "1234567", "var", "1-0:3.7.0", []),
    ("03", "fb94fc01", 0, "reactive_power", "1234567", "var", "1-0:23.7.0", ["phase_l1"]),
    ("03", "fb94fc02", 0, "reactive_power", "1234567", "var", "1-0:43.7.0", ["phase_l2"]),
    ("03", "fb94fc03", 0, "reactive_power", "1234567", "var", "1-0:63.7.0", ["phase_l3"]),
    ("03", "fb34", 0, "apparent_power", "1234567", "VA", "1-0:9.7.0", []),
    ("0a", "fd3a", 0, "dimensionless", "100", "", None, []),
    ("03", "fb2c", 0, "frequency", "50.999", "Hz", "1-0:14.7.0", []),
    ("09", "7c0154", 0, "plain_text", "1", "T", None, []),
    ("0b", "fd3a", 0, "dimensionless", "999505", "", None, []),
]


def frame(ci, data, c=0x08, address=1):
    """A long frame, or a control frame without data, in hexadecimal."""
    body = bytes([c, address, ci]) + bytes.fromhex(data)
    return (bytes([0x68, len(body), len(body), 0x68]) + body + bytes([sum(body) & 0xFF, 0x16])).hex()


def readout(records):
    """What a meter sends."""
    return frame(0x72, HEADER + records)


def decode(*words, code=0, text=None):
    """The objects the tool prints with --json."""
    result = subprocess.run([TOOL, "decode", "mbus", "--json", *words], input=text, capture_output=True, text=True,
                            timeout=30)
    assert result.returncode == code, (result.returncode, result.stderr, result.stdout)
    assert result.stderr == "", result.stderr
    return [parse(line) for line in result.stdout.splitlines()]


class Wago(unittest.TestCase):
    def check(self, answer, rows):
        self.assertEqual(list(answer), ["frame", "c", "address", "ci", "header", "records", "more_records",
                                        "manufacturer_data"])
        self.assertEqual([answer[name] for name in ("frame", "c", "address", "ci")], ["long", 8, 1, 114])
        self.assertEqual(list(answer["header"].items()), [
            ("id", "19020246"), ("manufacturer", "INM"), ("version", 1), ("medium", 2), ("medium_name", "electricity"),
            ("access", 4), ("status", 0), ("signature", 0)])
        self.assertEqual((answer["more_records"], answer["manufacturer_data"]), (False, ""))
        self.assertEqual(len(answer["records"]), len(rows))
        for i, (record, row) in enumerate(zip(answer["records"], rows)):
            dif, vif, tariff, quantity, value, unit, obis, modifiers = row
            self.assertEqual(list(record), ["index", "function", "storage", "tariff", "subunit", "dif", "vif",
                                            "quantity", "unit", "value", "obis", "modifiers", "quality", "raw"])
            self.assertEqual((record["index"], record["function"], record["storage"], record["subunit"]),
                             (i, "instantaneous", 0, 0))
            self.assertEqual((record["dif"], record["vif"], record["tariff"]), (dif, vif, tariff), i)
            self.assertEqual((record["quantity"], record["value"], record["unit"]),
                             (quantity, decimal.Decimal(value), unit), i)
            self.assertEqual((record["obis"], record["modifiers"], record["quality"]), (obis, modifiers, "good"), i)

    def test_all_records_of_a_meter_without_transformers(self):
        text = readout(WAGO_RECORDS)
        self.assertEqual((len(text), text[-4:]), (2 * 244, "3716"))
        answers = decode(text)
        self.assertEqual(len(answers), 1)
        self.check(answers[0], WAGO[:31])

    def test_all_records_of_a_meter_with_transformers(self):
        text = readout(WAGO_RECORDS + WAGO_TRANSFORMER)
        self.assertEqual((len(text), text[-4:]), (2 * 250, "ac16"))
        answers = decode(text)
        self.check(answers[0], WAGO)
        self.assertEqual(answers[0]["records"][31]["raw"], "059599")

    def test_the_records_before_one_that_is_wrong_are_there(self):
        text = readout(WAGO_RECORDS + WAGO_TRANSFORMER_AS_PRINTED)
        self.assertEqual(text[-4:], "ab16")
        answer, error = decode(text, code=1)
        self.check(answer, WAGO[:31] + [("0a", "fd3a", 0, "dimensionless", "9505", "", None, [])])
        self.assertEqual(error, {"error": "end inside the DIFEs", "offset": 248})

    def test_a_record_is_the_sum_of_its_parts(self):
        for record in decode(readout(WAGO_RECORDS))[0]["records"]:
            self.assertTrue(WAGO_RECORDS.replace(" ", "").replace("\n", "").lower()
                            .find(record["dif"] + record["vif"] + record["raw"]) >= 0)


class Input(unittest.TestCase):
    def test_takes_digits_in_many_forms(self):
        for words in (["105b015c16"], ["10", "5B", "01", "5C", "16"], ["10 5b", "01 5c 16"], ["10:5B:01:5C:16"],
                      ["10,5B,01,5C,16"], ["10-5B-01-5C-16"], ["0x10, 0x5B, 0x01, 0x5C, 0x16"], ["0X105B015C16"]):
            self.assertEqual(decode(*words), [{"frame": "short", "c": 0x5B, "address": 1}], words)

    def test_reads_the_standard_input(self):
        self.assertEqual(decode(text="10 40 01\r\n41 16\n"), [{"frame": "short", "c": 0x40, "address": 1}])
        self.assertEqual(decode("-", text="\t0xE5\n"), [{"frame": "ack"}])

    def test_reads_more_than_a_line(self):
        self.assertEqual(len(decode("-", text="E5\n" * 30000)), 30000)

    def misuse(self, *words, text="", says):
        result = subprocess.run([TOOL, "decode", *words], input=text, capture_output=True, text=True, timeout=30)
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertEqual(result.stdout, "")
        self.assertIn(says, result.stderr)
        self.assertIn("Try 'meterwire decode --help'", result.stderr)

    def test_says_where_it_is_wrong(self):
        self.misuse("mbus", "10 5G", says="line 1, character 5: 'G' is no hexadecimal digit")
        self.misuse("mbus", "10", "zz", says="line 1, character 4: 'z' is no hexadecimal digit")
        self.misuse("mbus", text="10 5B\n01 5 16\n", says="line 2, character 4: '5' is half a byte")
        self.misuse("mbus", "105", says="character 3: '5' is half a byte")
        self.misuse("mbus", "0x", says="'x' has no hexadecimal digit behind it")
        self.misuse("mbus", "10x5", says="'x' is no hexadecimal digit")
        self.misuse("mbus", "-", text="10\x1b[2J", says="'\\x1b' is no hexadecimal digit")
        self.misuse("mbus", "-", text="10\0", says="'\\x00' is no hexadecimal digit")

    def test_needs_bytes(self):
        for words in ([], ["-"], [""], [" , "]):
            self.misuse("mbus", *words, says="there are no bytes to decode")

    def test_needs_a_protocol_it_knows(self):
        self.misuse(says="the protocol is needed: mbus")
        self.misuse("modbus", "E5", says="the protocol is mbus, not 'modbus'")
        self.misuse("mbus", "--xml", "E5", says="there is no option --xml")

    def test_explains_itself(self):
        result = run("decode", "--help")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        lines = result.stdout.splitlines()
        examples = [line.split() for line in lines if line.startswith("  meterwire decode mbus 68")]
        self.assertEqual(len(examples), 1)
        self.assertEqual(run(*examples[0][1:]).returncode, 0)


class Frames(unittest.TestCase):
    def test_several_frames_one_after_the_other(self):
        answers = decode("E5", "1040014116", readout("01 7A 05"), "E5 E5")
        self.assertEqual([answer["frame"] for answer in answers], ["ack", "short", "long", "ack", "ack"])

    def test_a_second_frame_behind_a_damaged_one(self):
        damaged = readout("04 03 15 CD 5B 07")
        damaged = damaged[:-4] + "%02x16" % (int(damaged[-4:-2], 16) ^ 1)
        answers = decode(damaged, readout("02 2B 64 00"), code=1)
        self.assertEqual(answers[0], {"error": "wrong checksum", "offset": len(damaged) // 2 - 2})
        self.assertEqual([record["value"] for record in answers[1]["records"]], [100])
        self.assertEqual(len(answers), 2)

    def test_a_second_damaged_frame_with_its_place_in_the_input(self):
        answers = decode("E5", "10 5B 01 5D 16", "E5", frame(0x72, "00"), "68 03 03 68 08 01 70 7A 16", code=1)
        self.assertEqual(answers, [
            {"frame": "ack"}, {"error": "wrong checksum", "offset": 4}, {"frame": "ack"},
            {"frame": "long", "c": 8, "address": 1, "ci": 0x72, "data": "00"},
            {"error": "end inside the header", "offset": 15}, {"error": "wrong checksum", "offset": 24}])

    def test_stops_where_nobody_knows_the_next_frame(self):
        for text, error, offset in (("68 04 05 68 08 01 70 00 79 16 E5", "length fields differ", 2),
                                    ("68 04 04 68 08 01", "end inside the frame", 6),
                                    ("AA E5", "no frame begins with this byte", 0), ("68", "end inside the frame", 1)):
            self.assertEqual(decode("E5", text, code=1),
                             [{"frame": "ack"}, {"error": error, "offset": 1 + offset}], text)

    def test_goes_on_behind_a_frame_whose_length_is_known(self):
        for text, error, offset in (("68 04 04 69 08 01 70 00 79 16", "second start byte is not 68", 3),
                                    ("68 04 04 68 08 01 70 00 79 17", "stop byte is not 16", 9),
                                    ("68 01 01 68 08 08 16", "length field below 3", 1)):
            self.assertEqual(decode(text, "E5", code=1), [{"error": error, "offset": offset}, {"frame": "ack"}], text)

    def test_every_prefix_of_a_frame_is_an_error(self):
        text = readout("01 7A 05")
        for i in range(2, len(text), 2):
            answer = decode(text[:i], code=1)
            self.assertEqual(answer, [{"error": "end inside the frame", "offset": i // 2}])

    def test_application_errors_are_answers(self):
        for data, expected in (("", {"code": None, "text": "no code"}),
                               ("01", {"code": 1, "text": "CI field not implemented"}),
                               ("08", {"code": 8, "text": "application busy"}),
                               ("77", {"code": 0x77, "text": "unknown application error"})):
            answer = decode(frame(0x70, data))[0]
            self.assertEqual(answer, {"frame": "long" if data else "control", "c": 8, "address": 1, "ci": 0x70,
                                      "application_error": expected})
        answer = decode(frame(0x6F, HEADER + "02"))[0]
        self.assertEqual((answer["header"]["id"], answer["application_error"]["code"]), ("19020246", 2))

    def test_headers_have_what_the_frame_has(self):
        short = decode(frame(0x7A, "2A 10 00 00 01 7A 05"))[0]
        self.assertEqual(short["header"], {"access": 42, "status": 16, "signature": 0})
        none = decode(frame(0x78, "01 7A 05"))[0]
        self.assertNotIn("header", none)
        fixed = decode(frame(0x73, "78 56 34 12 0A 00 E9 7E 01 00 00 00 35 01 00 00"))[0]
        self.assertEqual(fixed["header"],
                         {"id": "12345678", "medium": 7, "medium_name": "water", "access": 10, "status": 0})
        self.assertEqual([tuple(record[name] for name in ("dif", "vif", "raw", "value", "unit", "storage"))
                          for record in fixed["records"]],
                         [("", "", "01000000", decimal.Decimal("0.001"), "m3", 0),
                          ("", "", "35010000", decimal.Decimal("0.135"), "m3", 1)])

    def test_alarms_commands_and_what_cannot_be_read(self):
        def last(answer):
            return {name: answer[name] for name in list(answer)[4:] if name != "header"}

        self.assertEqual(last(decode(frame(0x71, "05"))[0]), {"alarm": {"code": 5}})
        self.assertEqual(last(decode(frame(0x74, "00 00 00 00"))[0]), {"alarm": {"code": None}})
        self.assertEqual(last(decode(frame(0x52, "46 02 02 19 FF FF FF FF", c=0x73, address=253))[0]),
                         {"data": "46020219ffffffff"})
        self.assertEqual(last(decode(frame(0xB2, "0102"))[0]), {"data": "0102"})
        self.assertEqual(last(decode(frame(0x7B, "01 00 00 00 11 22"))[0]), {"compact": True, "data": "1122"})
        secret = "c5a0" * 16
        self.assertEqual(last(decode(frame(0x7A, "01 00 20 05" + secret))[0]),
                         {"encryption": {"mode": 5}, "data": secret})
        self.assertEqual(last(decode(frame(0x51, "7F", c=0x53))[0]),
                         {"records": [], "more_records": False, "global_readout": True, "manufacturer_data": ""})

    def test_a_ci_field_that_is_not_known(self):
        self.assertEqual(decode(frame(0x80, "0102"), code=1),
                         [{"frame": "long", "c": 8, "address": 1, "ci": 128, "data": "0102"},
                          {"error": "CI field not supported", "offset": 6}])

    def test_the_manufacturers_data_and_more_telegrams(self):
        answer = decode(readout("01 7A 05 1F CA FE"))[0]
        self.assertEqual((answer["more_records"], answer["manufacturer_data"]), (True, "cafe"))
        answer = decode(readout("01 7A 05 0F"))[0]
        self.assertEqual((answer["more_records"], answer["manufacturer_data"]), (False, ""))


class Records(unittest.TestCase):
    def record(self, data):
        records = decode(readout(data))[0]["records"]
        self.assertEqual(len(records), 1)
        return records[0]

    def value(self, data):
        record = self.record(data)
        return record["value"], record["unit"], record["quality"]

    def test_functions(self):
        self.assertEqual([self.record("%X1 2B 05" % i)["function"] for i in range(4)],
                         ["instantaneous", "maximum", "minimum", "error"])

    def test_wide_storage_tariff_and_subunit(self):
        record = self.record("C1" + "FF" * 9 + "7F 2B 05")
        self.assertEqual((record["storage"], record["tariff"], record["subunit"]), (2**41 - 1, 2**20 - 1, 2**10 - 1))

    def test_numbers_are_exact(self):
        self.assertEqual(self.value("07 FD 47 FF FF FF FF FF FF FF 7F"),
                         (decimal.Decimal("92233720368547758.07"), "V", "good"))
        self.assertEqual(self.value("0E 03 99 99 99 99 99 F9"), (-99999999999, "Wh", "good"))
        self.assertEqual(self.value("07 FD 17 FF FF FF FF FF FF FF FF"), (2**64 - 1, "", "good"))

    def test_times_have_no_zone(self):
        self.assertEqual(self.value("04 6D 22 10 8D 11"), ("2012-01-13T16:34:00", "", "good"))
        self.assertEqual(self.value("02 6C 8D 11"), ("2012-01-13", "", "good"))
        self.assertEqual(self.value("03 6D 38 22 0C"), ("12:34:56", "", "good"))

    def test_values_that_must_not_be_used(self):
        for data in ("02 6C FF FF", "0C 2B BD EB DD DD", "04 2B 00 00 00 80", "05 2B 00 00 C0 7F", "05 2B FF FF 7F 7F",
                     "04 AB 15 01 00 00 00", "04 AB 18 01 00 00 00", "04 AB 16 01 00 00 00"):
            value, _, quality = self.value(data)
            self.assertEqual((value, quality), (None, "invalid"), data)

    def test_values_nothing_is_known_of(self):
        for data in ("00 2B", "08 2B", "02 7F 01 02", "02 FF 15 01 02", "0D FD 3B 03 01 02 03",
                     "0D 2B EB " + "11" * 11):
            value, _, quality = self.value(data)
            self.assertEqual((value, quality), (None, "unknown"), data)

    def test_units_that_are_not_known(self):
        self.assertEqual(self.value("01 6F 05"), (5, None, "good"))
        self.assertEqual(self.value("02 7F 01 02"), (None, None, "unknown"))

    def test_texts(self):
        self.assertEqual(self.value("0D FD 11 05 E9 66 61 43 20"), (" Caf\u00e9", "", "good"))
        self.assertEqual(self.value("0D FD 11 00"), ("", "", "good"))

    def test_a_text_as_unit_with_modifiers_in_both_layouts(self):
        field, standard = decode(readout("02 FC 03 48 52 25 74 D4 11"), readout("02 FC 74 03 48 52 25 D4 11"))
        for answer, vif in ((field, "fc0348522574"), (standard, "fc7403485225")):
            record = answer["records"][0]
            self.assertEqual((record["vif"], record["value"], record["unit"], record["quantity"], record["modifiers"]),
                             (vif, decimal.Decimal("45.64"), "%RH", "plain_text", ["multiplied_by_1e-2"]))

    def test_the_length_of_data_is_part_of_raw(self):
        record = self.record("0D 13 C2 34 12")
        self.assertEqual((record["raw"], record["value"]), ("c23412", decimal.Decimal("1.234")))

    def test_what_stands_behind_the_vif_of_the_maker_is_his(self):
        record = self.record("02 FF BC 3B 01 02")
        self.assertEqual((record["vif"], record["modifiers"]), ("ffbc3b", []))
        self.assertEqual(self.record("01 AB FF 01 05")["modifiers"], ["manufacturer_specific"])

    def test_a_record_with_too_many_difes_does_not_lose_the_next(self):
        answer, error = decode(readout("84" + "80" * 10 + "00 03 15 CD 5B 07 01 7A 05"), code=1)
        self.assertEqual([(record["index"], record["value"]) for record in answer["records"]], [(1, 5)])
        self.assertEqual(error["error"], "more than 10 DIFEs")

    def test_many_records_with_errors(self):
        answers = decode(readout(("80" + "80" * 10 + "00 13") * 17), code=1)
        self.assertEqual((len(answers), answers[0]["records"]), (18, []))


class Table(unittest.TestCase):
    def table(self, *words, code=0):
        result = run("decode", "mbus", *words)
        self.assertEqual(result.returncode, code, result.stderr)
        self.assertTrue(code != 0 or result.stderr == "", result.stderr)
        return result.stdout

    def test_a_readout(self):
        lines = self.table(readout(WAGO_RECORDS + WAGO_TRANSFORMER)).splitlines()
        self.assertEqual(lines[:4], [
            "Long frame: C 08 RSP_UD, address 1, CI 72 variable data",
            "Meter 19020246, manufacturer INM, version 1, medium electricity (02), access number 4",
            "Status 00: no error; not encrypted", ""])
        self.assertEqual(lines[4].split(), ["#", "S/T/U", "quantity", "value", "OBIS", "bytes", "notes"])
        self.assertRegex(lines[6], r"^  1 +0/1/0 +energy +123456\.789 kWh +1-0:1\.8\.1 +8410 03 15cd5b07$")
        self.assertRegex(lines[28], r"^ 23 +- +reactive power +1234\.567 kvar +1-0:3\.7\.0 +03 fb14 87d612$")
        self.assertRegex(lines[18], r"230\.12 V .* phase l1$")
        self.assertEqual(len(lines), 5 + 32)
        self.assertLessEqual(max(map(len, lines)), 120)
        points = {line.index(".") for line in lines[5:] if " kWh" in line or " V " in line or " A " in line}
        self.assertEqual(len(points), 1, "points do not stand below each other")

    def test_words_for_what_is_coded(self):
        self.assertIn("C 38 RSP_UD, ACD (urgent data), DFC (busy)", self.table(frame(0x78, "01 7A 05", c=0x38)))
        self.assertIn("C 7b REQ_UD2, FCB 1, address 253 (the selected meter)", self.table("10 7B FD 78 16"))
        self.assertIn("Single character e5", self.table("E5"))
        text = self.table(frame(0x72, "46 02 02 19 CD 25 01 02 04 FF 10 05" + "C5" * 16))
        self.assertIn("Status ff: abnormal condition, power low, permanent error, temporary error, "
                      "manufacturer's bits e0; encrypted, mode 5 (AES-CBC)", text)
        self.assertIn("Application error 8: application busy", self.table(frame(0x70, "08")))
        self.assertIn("Application error without a code", self.table(frame(0x70, "")))
        self.assertIn("Alarm state 05", self.table(frame(0x71, "05")))
        self.assertIn("More records follow", self.table(readout("1F")))
        self.assertIn("No records", self.table(readout("")))
        self.assertRegex(self.table(readout("32 FD C7 FC 01 00 80")), r"error +voltage +- .* phase l1, invalid\n")
        self.assertRegex(self.table(readout("02 AB 15 00 00")), r"no data available, not available\n")
        self.assertRegex(self.table(readout("02 26 18 00")), r" 1 d +")

    def test_no_terminal_acts_on_a_text(self):
        text = self.table(readout("0D FD 11 08 9B 7F 5C 0A 4A 32 5B 1B 01 7C 02 07 41 05"))
        self.assertIn('"\\x1b[2J\\x0a\\x5c\\x7f\\x9b"', text)
        self.assertIn("5 A\\x07", text)
        self.assertFalse(set(text) & {chr(c) for c in (*range(10), *range(11, 32), *range(127, 160))})

    def test_no_terminal_acts_on_a_text_in_json_either(self):
        result = run("decode", "mbus", "--json", readout("0D FD 11 07 E9 9B 7F 4A 32 5B 1B"))
        self.assertIn('"\\u001b[2J\\u007f\\u009bé"', result.stdout)
        self.assertEqual(parse(result.stdout)["records"][0]["value"], "\x1b[2J\x7f\x9bé")

    def test_long_data_go_on_below(self):
        lines = self.table(readout("0D FD 3B E0" + "01 7A 05" + "0D FD 3B BF" + "AB" * 191)).splitlines()
        self.assertLessEqual(max(map(len, lines)), 120)
        self.assertIn("ab" * 50, lines[-2])

    def test_errors_go_to_the_error_output(self):
        result = run("decode", "mbus", "E5", readout("01 7A 05 04 03 15"), "AA", "BB")
        self.assertEqual(result.returncode, 1)
        self.assertIn("bus address", result.stdout)
        self.assertEqual(result.stderr.splitlines()[:2], [
            "meterwire: offset 26: end inside the data", "meterwire: offset 28: no frame begins with this byte"])

    def test_the_longest_texts_fit(self):
        text = self.table(readout("0D FC BF" + "80" * 191 + "74 0A" + "80" * 10))
        self.assertIn("\\x80" * 191, text)


if __name__ == "__main__":
    unittest.main()
