# SPDX-License-Identifier: MIT
"""Holds the tables of the Socomec Countis models, row by row, against the maker's.

Those are the two CSV files of the facts. tests/vectors/countis_*.txt are short copies of them, with the name that each
row must have, so that the tables are held where the files are not; this test compares the copies, too, where they are.
'test_countis.py --write' makes the copies anew.

METERWIRE_MODEL_ROWS is the program that prints a model's tables, METERWIRE_FACTS the folder of the CSV files.
"""
import csv
import os
import re
import subprocess
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
VECTORS = os.path.join(HERE, "..", "vectors")
FACTS = os.environ.get("METERWIRE_FACTS", os.path.join(HERE, "..", "..", "..", "shared", "facts"))
ROWS = os.environ.get("METERWIRE_MODEL_ROWS", "model_rows")
TABLES = {"countis_e44": ["socomec-countis-e43", "socomec-countis-e44"],
          "countis_e28": ["socomec-countis-e23", "socomec-countis-e24", "socomec-countis-e27", "socomec-countis-e28"]}
ETHERNET = ["socomec-countis-e27", "socomec-countis-e28"]
FAST, SLOW, ONCE, EXTRA, WRITTEN = 1, 2, 4, 8, 16
INFERRED, MOST_ABSENT = 8, 16
LINK, IDENTIFY, LOCKED = 4, 16, 32

ENERGY = {"Ea+": "active_energy_import", "Ea-": "active_energy_export", "Er+": "reactive_energy_import",
          "Er-": "reactive_energy_export", "Eap": "apparent_energy",
          "Er+ inductive (lagging)": "reactive_energy_q1", "Er+ capacitive (leading)": "reactive_energy_q2",
          "Er- inductive (lagging)": "reactive_energy_q3", "Er- capacitive (leading)": "reactive_energy_q4"}
METROLOGY = {"U12": "voltage_l1_l2", "U23": "voltage_l2_l3", "U31": "voltage_l3_l1", "V": "voltage", "I": "current",
             "P": "active_power", "Q": "reactive_power", "S": "apparent_power", "PF": "power_factor",
             "frequency F": "frequency", "neutral current In": "current_n", "I system": "current",
             "U system": "voltage_lines", "V system": "voltage"}
WITH_RATIO = ("I", "P", "Q", "S", "I system")  # what the ratio of the transformers touches
OTHERS = {
    "number of tariffs": "tariff_count", "tariff in progress": "active_tariff",
    "block: tariff in progress": "active_tariff", "tariff to apply": "active_tariff", "time stamp of last stored average": "last_mean_time",
    "last average P+": "secondary_power_last_mean", "meter roll-over value": "counter_rollover",
    "load curve P+ command": "load_curve_window", "record count in window": "load_curve_record_count",
    "record size in words": "load_curve_record_size", "integration period": "load_curve_period",
    "physical unit code": "load_curve_unit", "numerator of ratio": "load_curve_numerator",
    "denominator of ratio": "load_curve_denominator", "record: date": "load_curve_time",
    "record: 0 = full period": "load_curve_incomplete", "record: mean P+": "secondary_power_load_curve",
    "Modbus slave address": "modbus_address", "baud": "modbus_baud_rate", "stop bits": "modbus_stop_bits",
    "parity": "modbus_parity", "network type": "network_type", "CT secondary": "ct_secondary",
    "CT primary": "ct_primary", "averaging / synchronisation period": "averaging_period",
    "reset partial totals": "reset_partial", "reset partial tariff counters": "reset_partial_tariffs",
    "reset command": "reset_counters", "action": "system_action", "industrial mode": "industrial_mode",
    "MID status": "mid_status", "COM board id": "com_board_id", "phase sequence": "phase_sequence",
    "net active energy": "active_energy_net", "net reactive energy": "reactive_energy_net",
    "signature": "product_signature", "product family id": "product_family", "product id": "product_id",
    "JBUS/Modbus table version": "protocol_version", "product software version": "firmware_version",
    "serial number part: year": "serial_year_week", "serial number part: site": "serial_site_line",
    "serial number part: running": "serial_order", "serial number part: reserve": "serial_reserve",
    "product code field": "product_code", "customisation loaded flag": "customization_loaded",
    "product version, major": "product_version_major", "product version, minor": "product_version_minor",
    "product version, revision": "product_version_revision", "product version, build": "product_version_build",
    "product build date": "build_date", "software base version, major": "base_version_major",
    "software base version, minor": "base_version_minor",
    "software base version, revision": "base_version_revision",
    "COM-board software version, major": "com_board_version_major",
    "customisation version, minor": "customization_version_minor", "product VLO code": "product_vlo",
    "customisation VLO code": "customization_vlo", "software base VLO code": "base_vlo",
    "vendor name": "manufacturer", "product name": "product_name", "extended name": "product_model",
}
PRINTED_HUNDREDTHS = ("protocol_version", "firmware_version")  # 101 means 1.01
CLOCK = ("day", "month", "year", "hour", "minute", "second")


def energy_name(quantity):
    """The name of an energy, or None. Phases, tariffs and quadrants are in the words."""
    match = re.match(r"(?:(L[123]|Total|total|partial) )?(?:T([1-4]) )?(E(?:a[+-]|r[+-]|ap))"
                     r"( (?:inductive|capacitive) \((?:lagging|leading)\))?(?: residual)?$", quantity)
    if match is None:
        return None
    place, tariff, energy, quadrant = match.groups()
    name = ENERGY[energy + (quadrant or "")]
    name = "partial_" + name.replace("_energy", "") if place == "partial" else name
    name += "_" + place.lower() if place is not None and place[0] == "L" else ""
    return name + ("_t" + tariff if tariff is not None else "")


def counter_name(quantity, direct):
    """The name of what counts otherwise; of long names "energy" is left out."""
    match = re.match(r"overflow count (Ea|E(?:a[+-]|r[+-]|ap)) (total|T([1-4]))$", quantity)
    if match is not None:
        energy = ENERGY["Ea+" if match.group(1) == "Ea" else match.group(1)]
        return "rollovers_" + energy.replace("_energy", "") + ("_t" + match.group(3) if match.group(3) else "")
    match = re.match(r"(Ea[+-]) of (day|week|month) (previous|current)$", quantity)
    if match is not None:
        energy = ENERGY[match.group(1)].replace("_energy", "")
        return energy + ("_previous_" if match.group(3) == "previous" else "_") + match.group(2)
    match = re.match(r"total (E..) \(MWh-class counter\)$", quantity)
    if match is not None:
        energy = ENERGY[match.group(1)]
        return energy if direct else "secondary_" + energy.replace("_energy", "")
    match = re.match(r"T([1-4]) time counter", quantity)
    return "operating_time_t" + match.group(1) if match is not None else None


def metrology_name(quantity, secondary):
    quantity = re.sub(r" \(.*", "", quantity)
    match = re.match(r"(PF|[VIPQS])([123]| total)$", quantity)
    what = match.group(1) if match is not None else quantity
    if what not in METROLOGY:
        return None
    name = METROLOGY[what]
    name = "secondary_" + name if secondary and what in WITH_RATIO else name
    return name + ("_l" + match.group(2) if match is not None and match.group(2) in "123" else "")


def name_of(block, quantity, direct):
    """The name a row must have, from the words of the table; '+' for a residual, '=' for a further word of a value."""
    if quantity.endswith("residual"):
        return "+"
    if block.startswith("Date / time command"):
        return "clock" if quantity == CLOCK[0] else "="
    match = re.match(r"I([123]) at CT secondary$", quantity)
    if match is not None:
        return "secondary_current_l" + match.group(1)
    name = energy_name(quantity) or counter_name(quantity, direct)
    if name is None and block.startswith("Metrology"):
        name = metrology_name(quantity, "secondary" in block and not direct)
    if name is None:
        quantity = re.sub(r"^(L[123]|Total) block", "block", quantity)
        keys = [key for key in OTHERS if quantity.startswith(key)]
        name = OTHERS[max(keys, key=len)]
    return name


def read_csv(table):
    """The lines of the short copy, from the CSV file."""
    lines = []
    block = None
    with open(os.path.join(FACTS, table + ".csv"), newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["row"] == "block":
                block = row["quantity"]
                lines.append("block %s %s" % (row["address_hex"][2:], row["words"]))
                continue
            kind = {"ASCII, low byte of each word": "low", "ASCII, 2 chars/word": "text", "3-word date": "date",
                    "U32 s since 2000": "seconds"}.get(row["type"], row["type"])
            access = row["access"].replace(" [USER]", "!").replace(" [unlock]", "!")
            name = name_of(block, row["quantity"], table == "countis_e28")
            lines.append("%s %s %s %s %s %s %s" % (row["address_hex"][2:], row["words"], kind, row["factor"],
                                                  row["unit"], access, name))
    return lines


def read_vectors(table):
    with open(os.path.join(VECTORS, table + ".txt"), encoding="utf-8") as file:
        return [line.rstrip("\n") for line in file if not line.startswith("#")]


def write_vectors():
    for table in TABLES:
        with open(os.path.join(VECTORS, table + ".txt"), "w", encoding="utf-8") as file:
            file.write("# The maker's table, made by tests/tool/test_countis.py --write: address, words, type, factor,\n"
                       "# unit, access (! is locked), and the name of the row here; + is a residual, = a further word\n"
                       "# of the value above.\n")
            file.write("\n".join(read_csv(table)) + "\n")


class Table:
    """The maker's table as a model must have it: rows by address, blocks, settings by address."""

    def __init__(self, lines, ethernet):
        self.rows, self.blocks, self.access = {}, [], {}
        residual_of = None
        skip = False
        for line in lines:
            fields = line.split()
            if fields[0] == "block":
                skip = ethernet and fields[1] in ("E000", "E001")  # of RS-485
                if not skip:
                    self.blocks.append((int(fields[1], 16), int(fields[2])))
            elif not skip:
                residual_of = self.add(int(fields[0], 16), int(fields[1]), fields[2:], residual_of)
        self.find_extra()

    def add(self, address, words, fields, last):
        kind, factor, unit, access, name = fields
        if name == "+":
            row = self.rows[last]
            assert address == last + 2 and words == 1 and row["words"] == 2
            # A balance can be negative, also where V 103 prints it unsigned (verdict 7 of the facts).
            signed = kind == "S16" or row["name"].endswith("_net")
            row.update(type="sresidual" if signed else "residual", words=3, exp10=row["exp10"] - 4)
            return last
        if name == "=":
            row = self.rows[last]
            row["words"] += 1
            assert address == last + row["words"] - 1
            row["type"] = "clock"
            return last
        self.rows[address] = self.row(words, kind, factor, unit, name)
        self.access[address] = access
        return address

    @staticmethod
    def row(words, kind, factor, unit, name):
        exp10 = 0 if factor == "-" else {"0.001": -3, "0.01": -2, "0.1": -1, "1": 0, "10": 1}[factor]
        base = re.sub("^[kM]", "", unit)
        exp10 += {"k": 3, "M": 6}.get(unit[0], 0) if base != unit else 0
        if name == "reactive_energy_net":
            base = "varh"  # verdict 8: V 103 prints Wh
        if name in ("ct_secondary",):
            base = "A"  # of the words, 1 A or 5 A
        if name in PRINTED_HUNDREDTHS:
            exp10 = -2
        types = {"U8": "unsigned", "U16": "unsigned", "U32": "unsigned", "S16": "signed", "S32": "signed",
                 "U64": "digits", "low": "text_low", "text": "text", "date": "raw", "seconds": "seconds"}
        # Verdict 16: the same time stamp, printed as U32 in one of its two places.
        type_ = "seconds" if name in ("last_mean_time", "load_curve_time") else types[kind]
        return {"words": words, "type": type_, "exp10": exp10, "unit": base, "name": name, "signed": kind[0] == "S"}

    def find_extra(self):
        """Of rows of one name the finest is read, and only one."""
        finest = {}
        for address, row in self.rows.items():
            if self.access[address].startswith("R") and "load_curve" not in row["name"]:
                finest[row["name"]] = min(finest.get(row["name"], 99), row["exp10"])
        self.finest = finest


class Model:
    def __init__(self, name):
        self.rows, self.blocks, self.settings, self.choices = {}, [], {}, {}
        for line in subprocess.run([ROWS, name], check=True, capture_output=True, text=True).stdout.splitlines():
            fields = line.split()
            if fields[0] == "row":
                self.rows[int(fields[1])] = {
                    "type": fields[2], "words": int(fields[3]), "exp10": int(fields[4]), "unit": fields[5],
                    "name": fields[6], "group": int(fields[7]), "flags": int(fields[8])}
            elif fields[0] == "block":
                self.blocks.append((int(fields[1]), int(fields[2])))
            elif fields[0] == "setting":
                self.settings[int(fields[1])] = dict(zip(("words", "function", "flags", "least", "most", "kind"),
                                                         map(int, fields[2:8])), name=fields[8])
            else:
                self.choices.setdefault(int(fields[1]), []).append(int(fields[2]))


class Countis(unittest.TestCase):
    def setUp(self):
        self.pairs = []
        for table, models in TABLES.items():
            lines = read_vectors(table)
            for model in models:
                self.pairs.append((model, Table(lines, model in ETHERNET), Model(model)))

    @unittest.skipUnless(os.path.isdir(FACTS), "no facts at " + FACTS)
    def test_copies_are_the_tables_of_the_facts(self):
        for table in TABLES:
            self.assertEqual(read_vectors(table), read_csv(table))

    def test_every_row_is_there_and_no_other(self):
        for name, table, model in self.pairs:
            with self.subTest(name):
                self.assertEqual(sorted(model.rows), sorted(table.rows))

    def test_every_row_is_as_printed(self):
        for name, table, model in self.pairs:
            for address, row in table.rows.items():
                with self.subTest(name, address=hex(address)):
                    got = model.rows[address]
                    for key in ("words", "type", "exp10", "unit", "name"):
                        self.assertEqual(got[key], row[key], key)

    def test_numbers_have_a_pattern_for_not_available(self):
        for name, table, model in self.pairs:
            for address, row in model.rows.items():
                numbers = row["type"] in ("unsigned", "signed", "residual", "sresidual", "seconds")
                readable = row["group"] != WRITTEN
                with self.subTest(name, address=hex(address)):
                    self.assertEqual(row["flags"] & MOST_ABSENT != 0, numbers and readable)

    def test_of_a_quantity_only_the_finest_is_read_and_only_once(self):
        for name, table, model in self.pairs:
            read = [row["name"] for row in model.rows.values() if row["group"] in (FAST, SLOW, ONCE)]
            with self.subTest(name):
                self.assertEqual(sorted(read), sorted(table.finest))
            for address, row in model.rows.items():
                if row["group"] in (FAST, SLOW, ONCE):
                    with self.subTest(name, address=hex(address)):
                        self.assertEqual(row["exp10"], table.finest[row["name"]])

    def test_what_is_only_written_is_never_read(self):
        for name, table, model in self.pairs:
            for address, row in model.rows.items():
                with self.subTest(name, address=hex(address)):
                    self.assertEqual(row["group"] == WRITTEN, table.access[address].startswith("W"))

    def test_residuals_and_quadrants_are_marked_as_inferred(self):
        for name, table, model in self.pairs:
            for address, row in model.rows.items():
                if row["type"].endswith("residual") or re.search(r"_q[1-4]", row["name"]):
                    with self.subTest(name, address=hex(address)):
                        self.assertTrue(row["flags"] & INFERRED)

    def test_every_block_lies_in_one_of_the_table(self):
        for name, table, model in self.pairs:
            for address, words in model.blocks:
                with self.subTest(name, block=hex(address)):
                    if (address, words) != (0xF010, 6 + 29 * 4):  # header and records of the load curve
                        self.assertTrue(any(a <= address and address + words <= a + w for a, w in table.blocks))
                    self.assertLessEqual(words, 125)

    def test_every_block_that_is_read_is_there_whole(self):
        for name, table, model in self.pairs:
            inside = {a + i for a, w in model.blocks for i in range(w)}
            for address, words in table.blocks:
                with self.subTest(name, block=hex(address)):
                    read = [a for a in table.rows if address <= a < address + words and table.access[a][0] == "R"]
                    self.assertEqual(set(range(address, address + words)) <= inside, bool(read))

    def test_what_can_be_written_is_a_setting(self):
        for name, table, model in self.pairs:
            written = {a for a, access in table.access.items() if "W" in access}
            with self.subTest(name):
                self.assertEqual(sorted(model.settings), sorted(written))
            for address in written:
                with self.subTest(name, address=hex(address)):
                    setting = model.settings[address]
                    self.assertEqual(setting["name"], model.rows[address]["name"])
                    self.assertEqual(setting["words"], model.rows[address]["words"])
                    self.assertEqual(setting["flags"] & LOCKED != 0, table.access[address].endswith("!"))

    def test_where_families_differ_a_meter_has_to_be_identified_first(self):
        for name, table, model in self.pairs:
            for address, setting in model.settings.items():
                with self.subTest(name, address=hex(address)):
                    self.assertEqual(setting["flags"] & IDENTIFY != 0, 0xE000 <= address <= 0xE003 or address == 0xE200)

    @unittest.skipUnless(os.path.isdir(FACTS), "no facts at " + FACTS)
    def test_commands_have_the_values_of_the_table(self):
        for table, models in TABLES.items():
            values = {}
            with open(os.path.join(FACTS, table + ".csv"), newline="", encoding="utf-8") as file:
                for row in csv.DictReader(file):
                    if row["row"] == "register" and "W" in row["access"]:
                        numbers = [int(n, 16) for n in re.findall(r"0x[0-9A-F]+", row["quantity"])]
                        if "period: 60" in row["quantity"]:
                            numbers = [int(n) for n in row["quantity"].split(": ")[1].split(",")]
                        values[int(row["address_dec"])] = numbers
            for name in models:
                model = Model(name)
                for address, numbers in values.items():
                    if numbers:
                        with self.subTest(name, address=hex(address)):
                            self.assertEqual(sorted(model.choices[address]), sorted(numbers))


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        write_vectors()
    else:
        unittest.main()
