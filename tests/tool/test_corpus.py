# SPDX-License-Identifier: MIT
"""Frames recorded from real meters, against the values another library reads from them.

METERWIRE_FRAMES names the folder: test-frames/NAME.hex with NAME.norm.xml, error-frames, unsupported-frames. It is not
part of this project; without it nothing is tested. Where the expected values are wrong by EN 13757-3, its README says
so, and the tables below correct them."""

import decimal
import glob
import json
import os
import subprocess
import sys
import unittest
import xml.etree.ElementTree

TOOL = os.environ["METERWIRE_TOOL"]
FRAMES = os.environ.get("METERWIRE_FRAMES", "")

UNITS = {"Wh": "Wh", "J": "J", "W": "W", "m^3": "m3", "m^3/h": "m3/h", "\N{DEGREE SIGN}C": "degC", "K": "K", "V": "V",
         "A": "A", "s": "s"}
FUNCTIONS = {"Instantaneous value": "instantaneous", "Maximum value": "maximum", "Minimum value": "minimum",
             "Value during error state": "error", "Actual value": "instantaneous"}
QUANTITIES = {"Energy": "energy", "Volume": "volume", "Power": "power", "Volume flow": "volume_flow",
              "Flow temperature": "flow_temperature", "Return temperature": "return_temperature",
              "Temperature difference": "temperature_difference", "External temperature": "external_temperature",
              "On time": "on_time", "Operating time": "operating_time", "Averaging Duration": "averaging_duration",
              "Actuality Duration": "actuality_duration", "Time point (date)": "date",
              "Time point (date & time)": "date_time", "H.C.A.": "hca_units", "Fabrication No": "fabrication_number",
              "(Enhanced) Identification": "identification", "Voltage": "voltage", "Current": "current",
              "Medium": "device_type", "Model / Version": "model_version", "Error flags": "error_flags",
              "Firmware version": "firmware_version", "Software version": "software_version",
              "Digital Input": "digital_input", "Digital Output": "digital_output",
              "Customer location": "customer_location", "Parameter set identification": "parameter_set",
              "Dimensionless": "dimensionless", "Reset counter": "reset_counter",
              "Special supplier information": "supplier_information",
              "Manufacturer specific": "manufacturer_specific"}
TEXTS = {"%RH", "C", "c", "bat. time", "cust. ID"}  # of plain-text VIFs

T230 = "landis+gyr_ultraheat_t230"
EMU = "EMU_EMU-Professional-375-M-Bus"

# (frame, record): the value that is right; None for none.
VALUES = {
    ("ACW_Itron-BM-plus-m", 2): None,  # 0000 is no date
    ("itron_bm_+m", 2): None,
    ("abb_f95", 2): None,  # error digits
    ("abb_f95", 3): None,
    (T230, 19): None,  # 6F makes a date of them
    (T230, 20): None,
    (T230, 21): "2011-08-26T20:50:00",
    (T230, 22): "2011-08-09T11:43:00",
    (T230, 32): None,  # every year
    ("manual_frame2", 0): decimal.Decimal("0.001"),  # litres, not normalised
    ("manual_frame2", 1): decimal.Decimal("0.135"),
}

# (frame, records): the modifier that was dropped.
MODIFIERS = [
    (T230, range(19, 23), "date_of_end_of_last"),
    ("EFE_Engelmann-Elster-SensoStar-2", [24], "increment_per_input_pulse_0"),
    ("engelmann_sensostar2c", [13], "increment_per_input_pulse_0"),
    ("abb_f95", [10], "future_value"),
    ("els_tmpa_telegramm1", [4], "future_value"),
    ("ram_modularis", [4], "future_value"),
    ("rel_padpuls3", [4], "future_value"),
    ("EDC", [0, 2], "positive_contributions_only"),
    ("EDC", [1, 3], "negative_contributions_only"),
    ("itron_cf_51", [14], "negative_contributions_only"),
    (EMU, [5, 6, 7, 9, 10, 11, *range(13, 25)], "manufacturer_specific"),
    ("electricity-meter-1", [*range(4, 16), 17, 18], "manufacturer_specific"),
    ("itron_cyble_m-bus_v1.4_cold_water", [5], "manufacturer_specific"),
    ("itron_cyble_m-bus_v1.4_gas", [5], "manufacturer_specific"),
    ("nzr_dhz_5_63", [1], "manufacturer_specific"),
    ("THI_cma10", [1, 2, 3], "multiplied_by_1e-2"),  # not dropped
]

# Phases of VIFE FF + 00 to 03: the byte that tells them apart stays readable.
PHASES = {EMU: {5: "ff01", 6: "ff02", 7: "ff03", 22: "ff01", 23: "ff02", 24: "ff03"},
          "electricity-meter-1": {4: "ff01", 8: "ff02", 12: "ff03", 17: "ff00"}}


def parse(text):
    """All objects of the output, with exact numbers."""
    decoder = json.JSONDecoder(parse_float=decimal.Decimal)
    objects = []
    text = text.strip()
    while text:
        found, end = decoder.raw_decode(text)
        objects.append(found)
        text = text[end:].strip()
    return objects


def decode(text):
    """What the tool says to a frame in hexadecimal, and its exit code."""
    result = subprocess.run([TOOL, "decode", "mbus", "-", "--json"], input=text, capture_output=True, text=True,
                            timeout=30)
    return parse(result.stdout), result.returncode


def read(*path):
    with open(os.path.join(FRAMES, *path), encoding="ascii") as file:
        return file.read()


def read_xml(name):
    """The expected values; they say ISO 8859-1 and are UTF-8."""
    with open(os.path.join(FRAMES, "test-frames", name + ".norm.xml"), encoding="utf-8") as file:
        return file.read().split("?>", 1)[1]


def why_not():
    """Why nothing can be tested, or nothing."""
    if not os.path.isdir(os.path.join(FRAMES, "test-frames")):
        return "No recorded frames; METERWIRE_FRAMES names their folder."
    usage = subprocess.run([TOOL, "--help"], capture_output=True, text=True, timeout=30).stdout
    return "" if "decode" in usage else "This tool does not decode."


class Corpus(unittest.TestCase):
    def frame(self, *path):
        """The only frame of a file, which must be good."""
        objects, code = decode(read(*path))
        self.assertEqual((code, len(objects)), (0, 1), objects[-1:])
        return objects[0]

    def check_header(self, header, information):
        self.assertEqual(header["id"], information.findtext("Id").strip().rjust(8, "0"))
        self.assertEqual(header["access"], int(information.findtext("AccessNumber")))
        self.assertEqual(header["status"], int(information.findtext("Status"), 16))
        if information.find("Manufacturer") is not None:
            self.assertEqual(header["manufacturer"], information.findtext("Manufacturer"))
            self.assertEqual(header["version"], int(information.findtext("Version")))
            self.assertEqual("%04X" % header["signature"], information.findtext("Signature"))

    def check_number(self, record, text):
        """The value as the other library prints it, with six digits, or as its raw text."""
        value, expected = record["value"], decimal.Decimal(text)
        value = decimal.Decimal(int(value, 0) if isinstance(value, str) else value)  # bits may be text
        if expected < 0 and record["vif"].startswith("fd") and record["quantity"] not in ("voltage", "current"):
            expected += 1 << len(record["raw"]) * 4  # unsigned
        # Singles are the shortest decimals here, and all their digits there: the same within half a step.
        step = decimal.Decimal("6e-8" if record["dif"][1] == "5" else "1e-9")
        self.assertLessEqual(abs(value - expected), max(decimal.Decimal("5e-7"), abs(expected) * step))

    def check_value(self, name, record, expected):
        text = expected.findtext("Value") or ""
        key = (name, record["index"])
        if key in VALUES:
            self.assertEqual(record["value"], VALUES[key])
            self.assertEqual(record["quality"] == "good", VALUES[key] is not None)
        elif record["quantity"] == "manufacturer_specific":
            self.assertIsNone(record["value"])
            self.assertEqual(record["quality"], "unknown")
        else:
            self.assertEqual(record["quality"], "good")
            if text.endswith("Z"):
                self.assertEqual(record["value"], text[:-1])
            elif isinstance(record["value"], str) and not record["value"].startswith("0x"):
                self.assertEqual(record["value"], text)
            else:
                self.check_number(record, text)

    def check_record(self, name, record, expected):
        self.assertEqual(record["function"], FUNCTIONS[expected.findtext("Function")])
        if expected.find("Quantity") is None:
            self.check_value(name, record, expected)  # fixed structure
            return
        self.assertEqual(record["storage"], int(expected.findtext("StorageNumber")))
        self.assertEqual(record["tariff"], int(expected.findtext("Tariff") or 0))
        self.assertEqual(record["subunit"], int(expected.findtext("Device") or 0))
        quantity = expected.findtext("Quantity")
        if quantity in QUANTITIES:
            self.assertEqual(record["quantity"], QUANTITIES[quantity])
        if quantity in TEXTS:
            self.assertEqual((record["quantity"], record["unit"]), ("plain_text", quantity))
        elif "date_of_end_of_last" not in record["modifiers"]:
            self.assertEqual(record["unit"] or "", UNITS.get(expected.findtext("Unit"), ""))
        self.check_value(name, record, expected)

    def check_frame(self, name):
        root = xml.etree.ElementTree.fromstring(read_xml(name))
        answer = self.frame("test-frames", name + ".hex")
        expected = root.findall("DataRecord")
        rest = None
        if expected[-1].findtext("Function") in ("Manufacturer specific", "More records follow"):
            rest = expected.pop()
        self.check_header(answer["header"], root.find("SlaveInformation"))
        self.assertEqual([r["index"] for r in answer["records"]], list(range(len(expected))))
        for record, what in zip(answer["records"], expected):
            with self.subTest(record=record["index"], raw=record["vif"] + " " + record["raw"]):
                self.check_record(name, record, what)
        more = rest is not None and rest.findtext("Function") == "More records follow"
        self.assertEqual(answer["more_records"], more)
        data = (rest.findtext("Value") or "") if rest is not None else ""
        self.assertEqual(answer.get("manufacturer_data") or "", data.replace(" ", "").lower())

    def test_readouts_have_the_values_of_the_other_library(self):
        names = sorted(os.path.basename(path)[:-4] for path in glob.glob(os.path.join(FRAMES, "test-frames", "*.hex")))
        self.assertEqual(len(names), 38)
        for name in names:
            with self.subTest(frame=name):
                self.check_frame(name)

    def test_no_modifier_is_dropped(self):
        expected = {}
        for name, records, modifier in MODIFIERS:
            for index in records:
                expected.setdefault(name, {})[index] = [modifier]
        for path in glob.glob(os.path.join(FRAMES, "test-frames", "*.hex")):
            name = os.path.basename(path)[:-4]
            found = {r["index"]: r["modifiers"] for r in self.frame("test-frames", name + ".hex")["records"]
                     if r["modifiers"] and r["quantity"] != "manufacturer_specific"}
            self.assertEqual(found, expected.get(name, {}), name)

    def test_phases_of_manufacturers_can_be_told_apart(self):
        for name, phases in PHASES.items():
            records = self.frame("test-frames", name + ".hex")["records"]
            for index, ending in phases.items():
                self.assertTrue(records[index]["vif"].endswith(ending), (name, index))

    def test_fixed_structure_with_a_historic_counter(self):
        answer = self.frame("test-frames", "manual_frame2.hex")
        self.assertEqual([(r["quantity"], r["unit"], r["storage"]) for r in answer["records"]],
                         [("volume", "m3", 0), ("volume", "m3", 1)])
        self.assertEqual(answer["header"]["medium_name"], "water")

    def test_application_errors_are_answers(self):
        for name in ("error", "unimplemented_ci", "buffer_too_long", "too_many_difes", "application_busy"):
            with self.subTest(frame=name):
                answer = self.frame("error-frames", name + ".hex")
                self.assertEqual(answer["ci"], 0x70)
                self.assertEqual(answer.get("records", []), [])

    def test_records_before_an_error_are_kept(self):
        for name, records, offset in (("premature_end_of_dif1", 2, 30), ("premature_end_of_vif1", 2, 31),
                                      ("premature_end_of_data1", 2, 32), ("too_long_var_vif", 3, 50),
                                      ("too_many_dife", 2, 40)):
            with self.subTest(frame=name):
                objects, code = decode(read("error-frames", name + ".hex"))
                self.assertEqual((code, len(objects)), (1, 2))
                self.assertEqual([r["quality"] for r in objects[0]["records"]], records * ["good"])
                self.assertEqual(set(objects[1]), {"error", "offset"})
                self.assertEqual(objects[1]["offset"], offset)

    def test_length_that_does_not_fit_is_an_error(self):
        objects, code = decode(read("unsupported-frames", "invalid_length.hex"))
        self.assertEqual((code, len(objects), objects[-1]["offset"]), (1, 1, 1))

    def test_requests_of_a_master(self):
        text = read("unsupported-frames", "manual_frame1.hex")
        self.assertTrue(text.startswith("D 04 04"))
        objects, code = decode("68" + text[1:])  # as it is meant
        self.assertEqual((code, len(objects)), (0, 1))
        self.assertEqual((objects[0]["c"], objects[0]["address"], objects[0]["ci"]), (0x53, 254, 0x50))
        self.assertEqual(objects[0].get("records", []), [])
        answer = self.frame("unsupported-frames", "manual_frame4.hex")
        self.assertEqual([(r["quantity"], r["value"]) for r in answer["records"]], [("bus_address", 8)])

    def test_block_of_a_manufacturer_stays_opaque(self):
        answer = self.frame("unsupported-frames", "svm_f22_telegram2.hex")
        self.assertEqual(answer["records"], [])
        self.assertTrue(answer["more_records"])
        self.assertEqual(len(answer["manufacturer_data"]), 2 * (0xDE - 3 - 12 - 1))


if __name__ == "__main__":
    if why_not():
        print(why_not(), "Skipped.")
        sys.exit(77)
    unittest.main()
