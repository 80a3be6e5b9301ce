# SPDX-License-Identifier: MIT
"""Frames of real meters, with the values another decoder reads from them, corrected where the standard says otherwise.
The frames are not part of this tree: METERWIRE_FRAMES says where they are."""

import decimal
import os
import re
import subprocess
import unittest
import xml.etree.ElementTree

from meterwire_test import TOOL, parse

FRAMES = os.environ.get("METERWIRE_FRAMES", "")

QUANTITIES = {
    "Actuality Duration": "actuality_duration",
    "Averaging Duration": "averaging_duration",
    "Current": "current",
    "Customer location": "customer_location",
    "Digital Input": "digital_input",
    "Digital Output": "digital_output",
    "Dimensionless": "dimensionless",
    "(Enhanced) Identification": "identification",
    "Energy": "energy",
    "Error flags": "error_flags",
    "External temperature": "external_temperature",
    "Fabrication No": "fabrication_number",
    "Firmware version": "firmware_version",
    "Flow temperature": "flow_temperature",
    "H.C.A.": "hca_units",
    "Manufacturer specific": "manufacturer_specific",
    "Medium": "device_type",
    "Model / Version": "model_version",
    "On time": "on_time",
    "Operating time": "operating_time",
    "Parameter set identification": "parameter_set",
    "Power": "power",
    "Reserved": "reserved",
    "Reset counter": "reset_counter",
    "Return temperature": "return_temperature",
    "Software version": "software_version",
    "Special supplier information": "supplier_information",
    "Temperature difference": "temperature_difference",
    "Time point (date & time)": "date_time",
    "Time point (date)": "date",
    "Voltage": "voltage",
    "Volume": "volume",
    "Volume flow": "volume_flow",
}
UNITS = {"": "", "-": "", "A": "A", "J": "J", "K": "K", "V": "V", "W": "W", "Wh": "Wh", "m^3": "m3", "m^3/h": "m3/h", "s": "s",
         "\u00b0C": "degC", "Units for H.C.A.": ""}
FUNCTIONS = {"Instantaneous value": "instantaneous", "Actual value": "instantaneous", "Maximum value": "maximum",
             "Minimum value": "minimum", "Value during error state": "error"}
MEDIA = {"Breaker: Electricity": "breaker", "Heat / Cooling load meter": "heat/cooling", "Heat: Inlet": "heat (inlet)",
         "Heat: Outlet": "heat (outlet)"}

INVALID = {"value": None, "quality": "invalid"}
# Where the expected values are not what the standard says: by frame and record.
CORRECTIONS = {
    # The date 0000 is none.
    ("ACW_Itron-BM-plus-m", 2): INVALID,
    ("itron_bm_+m", 2): INVALID,
    # The meter shows letters in place of digits.
    ("abb_f95", 2): INVALID,
    ("abb_f95", 3): INVALID,
    # The value is the time of the extreme.
    ("landis+gyr_ultraheat_t230", 19): {"unit": "", **INVALID},
    ("landis+gyr_ultraheat_t230", 20): {"unit": "", **INVALID},
    ("landis+gyr_ultraheat_t230", 21): {"unit": "", "value": "2011-08-26T20:50:00"},
    ("landis+gyr_ultraheat_t230", 22): {"unit": "", "value": "2011-08-09T11:43:00"},
    # The year 127 is every year: this is no point in time.
    ("landis+gyr_ultraheat_t230", 32): INVALID,
    # Litres; the second counter has the unit of the first, and is a stored value.
    ("manual_frame2", 0): {"quantity": "volume", "unit": "m3", "value": decimal.Decimal("0.001")},
    ("manual_frame2", 1): {"quantity": "volume", "unit": "m3", "value": decimal.Decimal("0.135")},
    # A reserved VIF has no unit that is known.
    ("siemens_rvd235", 3): {"unit": None},
    ("siemens_rvd235", 4): {"unit": None},
    ("siemens_rvd235", 5): {"unit": None},
}
# Modifiers that the expected values do not have, but for multipliers: the records in which they stand.
MODIFIERS = {
    "EFE_Engelmann-Elster-SensoStar-2": {"increment_per_input_pulse_0": [24]},
    "engelmann_sensostar2c": {"increment_per_input_pulse_0": [13]},
    "abb_f95": {"future_value": [10]},
    "els_tmpa_telegramm1": {"future_value": [4]},
    "ram_modularis": {"future_value": [4]},
    "rel_padpuls3": {"future_value": [4]},
    "EDC": {"positive_contributions_only": [0, 2], "negative_contributions_only": [1, 3]},
    "itron_cf_51": {"negative_contributions_only": [14]},
    "landis+gyr_ultraheat_t230": {"date_of_end_of_last": [19, 20, 21, 22]},
    # The phases, as these makers code them.
    "EMU_EMU-Professional-375-M-Bus": {"manufacturer_specific": [5, 6, 7, 9, 10, 11, *range(13, 25)]},
    "electricity-meter-1": {"manufacturer_specific": [*range(4, 16), 17, 18]},
    # VIFE 7F without anything behind it.
    "itron_cyble_m-bus_v1.4_cold_water": {"manufacturer_specific": [5]},
    "itron_cyble_m-bus_v1.4_gas": {"manufacturer_specific": [5]},
    "nzr_dhz_5_63": {"manufacturer_specific": [1]},
}

APPLICATION_ERRORS = {"error": None, "unimplemented_ci": 1, "buffer_too_long": 2, "too_many_difes": 5,
                      "application_busy": 8}
# What is wrong behind the records that are there.
RECORD_ERRORS = {"premature_end_of_dif1": (2, "end inside the DIFEs"), "premature_end_of_vif1": (2, "end inside VIF or VIFEs"),
                 "premature_end_of_data1": (2, "end inside the data"), "too_many_dife": (2, "more than 10 DIFEs"),
                 "too_long_var_vif": (3, "end inside the text of a VIF")}


def decode(folder, name, repair=lambda text: text):
    """What the tool says, and its exit code."""
    with open(os.path.join(FRAMES, folder, name + ".hex"), encoding="ascii") as file:
        text = repair(file.read())
    result = subprocess.run([TOOL, "decode", "mbus", "--json", "-"], input=text, capture_output=True, text=True,
                            timeout=30)
    return [parse(line) for line in result.stdout.splitlines()], result.returncode


def names(folder):
    path = os.path.join(FRAMES, folder)
    return sorted(name[:-4] for name in os.listdir(path) if name.endswith(".hex"))


@unittest.skipUnless(os.path.isdir(FRAMES), "no frames of real meters at '%s'" % FRAMES)
class Corpus(unittest.TestCase):
    def expected(self, name):
        with open(os.path.join(FRAMES, "test-frames", name + ".norm.xml"), encoding="utf-8") as file:
            return xml.etree.ElementTree.fromstring(re.sub(r"<\?xml.*?\?>", "", file.read()))

    def check_value(self, record, text):
        if isinstance(record["value"], str):
            self.assertEqual(record["value"], text.strip().rstrip("Z") if "date" in record["quantity"] else text)
            return
        self.assertIsNotNone(record["value"])
        # Expected values have six digits behind the point, or all digits of a double.
        real = int(record["dif"][:2], 16) & 0xF == 5
        room = decimal.Decimal("0.0000005") + (abs(record["value"]) / 2**24 if real else 0)
        self.assertLessEqual(abs(record["value"] - decimal.Decimal(text)), room)

    def check_record(self, record, expected, correction):
        self.assertEqual(record["function"], FUNCTIONS[expected.findtext("Function")])
        self.assertEqual(record["storage"], int(expected.findtext("StorageNumber", record["storage"])))
        self.assertEqual(record["tariff"], int(expected.findtext("Tariff", "0")))
        self.assertEqual(record["subunit"], int(expected.findtext("Device", "0")))
        quantity = expected.findtext("Quantity")
        # The text of a plain-text VIF is the expected quantity.
        self.assertEqual(record["quantity"], correction.get("quantity", QUANTITIES.get(quantity, "plain_text")))
        if record["quantity"] == "manufacturer_specific":
            self.assertEqual((record["value"], record["unit"], record["quality"]), (None, None, "unknown"))
            return
        unit = quantity if record["quantity"] == "plain_text" else UNITS.get(expected.findtext("Unit"))
        self.assertEqual(record["unit"], correction.get("unit", unit))
        self.assertEqual(record["quality"], correction.get("quality", "good"))
        if "value" in correction:
            self.assertEqual(record["value"], correction["value"])
        else:
            self.check_value(record, expected.findtext("Value"))

    def check_header(self, header, expected):
        self.assertEqual(header["id"], expected.findtext("Id").upper().rjust(8, "0"))
        self.assertEqual(header.get("manufacturer"), expected.findtext("Manufacturer"))
        version = expected.findtext("Version")
        self.assertEqual(header.get("version"), None if version is None else int(version))
        medium = expected.findtext("Medium")
        self.assertEqual(header["medium_name"], MEDIA.get(medium, medium.lower()))
        self.assertEqual(header["access"], int(expected.findtext("AccessNumber")))
        self.assertEqual(header["status"], int(expected.findtext("Status"), 16))
        signature = expected.findtext("Signature")
        self.assertEqual(header.get("signature"), None if signature is None else int(signature, 16))

    def check_end(self, answer, expected):
        """The manufacturer's block, which the expected values have as a last record."""
        functions = [record.findtext("Function") for record in expected]
        self.assertEqual(answer["more_records"], "More records follow" in functions)
        data = expected[0].findtext("Value") if expected else ""
        self.assertEqual(answer["manufacturer_data"], (data or "").replace(" ", "").lower())

    def test_the_readouts(self):
        self.assertEqual(len(names("test-frames")), 38)
        for name in names("test-frames"):
            with self.subTest(frame=name):
                answers, code = decode("test-frames", name)
                self.assertEqual((len(answers), code), (1, 0))
                expected = self.expected(name)
                records = expected.findall("DataRecord")
                count = len([record for record in records if record.findtext("Function") in FUNCTIONS])
                self.assertEqual(len(answers[0]["records"]), count)
                self.check_header(answers[0]["header"], expected.find("SlaveInformation"))
                self.check_end(answers[0], records[count:])
            for i in range(count):
                with self.subTest(frame=name, record=i):
                    self.check_record(answers[0]["records"][i], records[i], CORRECTIONS.get((name, i), {}))

    def test_the_modifiers(self):
        for name in names("test-frames"):
            found = {}
            for i, record in enumerate(decode("test-frames", name)[0][0]["records"]):
                for modifier in record["modifiers"]:
                    if not modifier.startswith("multiplied_by"):
                        found.setdefault(modifier, []).append(i)
            self.assertEqual(found, MODIFIERS.get(name, {}), name)

    def test_the_application_errors(self):
        for name, expected in APPLICATION_ERRORS.items():
            answers, code = decode("error-frames", name)
            self.assertEqual((len(answers), code), (1, 0), name)
            self.assertEqual(answers[0]["application_error"]["code"], expected, name)

    def test_the_readouts_with_an_error(self):
        for name, (count, error) in RECORD_ERRORS.items():
            answers, code = decode("error-frames", name)
            self.assertEqual((len(answers), code), (2, 1), name)
            self.assertEqual(len(answers[0]["records"]), count, name)
            self.assertEqual(answers[1]["error"], error, name)

    def test_every_frame_with_an_error_has_a_line(self):
        self.assertEqual(set(names("error-frames")), set(APPLICATION_ERRORS) | set(RECORD_ERRORS))
        self.assertEqual(set(names("unsupported-frames")),
                         {"invalid_length", "manual_frame1", "manual_frame4", "svm_f22_telegram2"})

    def test_a_frame_whose_length_does_not_fit(self):
        self.assertEqual(decode("unsupported-frames", "invalid_length"),
                         ([{"error": "length field below 3", "offset": 1}], 1))

    def test_requests_of_a_master(self):
        # Its first byte is damaged.
        answers, code = decode("unsupported-frames", "manual_frame1", lambda text: "68" + text[text.index(" 04 04 68"):])
        self.assertEqual((answers, code),
                         ([{"frame": "long", "c": 0x53, "address": 254, "ci": 0x50, "data": "10"}], 0))
        answers, code = decode("unsupported-frames", "manual_frame4")
        self.assertEqual((len(answers), code), (1, 0))
        self.assertEqual((answers[0]["c"], answers[0]["ci"]), (0x53, 0x51))
        self.assertEqual([(record["quantity"], record["value"]) for record in answers[0]["records"]],
                         [("bus_address", 8)])

    def test_a_telegram_with_nothing_but_the_manufacturers_block(self):
        answers, code = decode("unsupported-frames", "svm_f22_telegram2")
        self.assertEqual((len(answers), code), (1, 0))
        self.assertEqual(answers[0]["records"], [])
        self.assertGreater(len(answers[0]["manufacturer_data"]), 2 * 100)


if __name__ == "__main__":
    unittest.main()
