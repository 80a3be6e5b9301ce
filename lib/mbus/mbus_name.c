/* SPDX-License-Identifier: MIT */
#include <meterwire/mbus.h>

const char *mw_mbus_fault_text(uint8_t fault)
{
    switch (fault) {
    case MW_MBUS_FAULT_NONE:
        return "no fault";
    case MW_MBUS_FAULT_START:
        return "no frame begins with this byte";
    case MW_MBUS_FAULT_LENGTH:
        return "length field below 3";
    case MW_MBUS_FAULT_LENGTHS_DIFFER:
        return "length fields differ";
    case MW_MBUS_FAULT_SECOND_START:
        return "second start byte is not 68";
    case MW_MBUS_FAULT_CHECKSUM:
        return "wrong checksum";
    case MW_MBUS_FAULT_STOP:
        return "stop byte is not 16";
    case MW_MBUS_FAULT_FRAME_END:
        return "end inside the frame";
    case MW_MBUS_FAULT_CI:
        return "CI field not supported";
    case MW_MBUS_FAULT_HEADER:
        return "end inside the header";
    case MW_MBUS_FAULT_FIXED_LENGTH:
        return "fixed data structure without 16 bytes";
    case MW_MBUS_FAULT_DIF_RESERVED:
        return "reserved DIF";
    case MW_MBUS_FAULT_DIFE_END:
        return "end inside the DIFEs";
    case MW_MBUS_FAULT_DIFE_COUNT:
        return "more than 10 DIFEs";
    case MW_MBUS_FAULT_VIF_END:
        return "end inside VIF or VIFEs";
    case MW_MBUS_FAULT_VIFE_COUNT:
        return "more than 10 VIFEs";
    case MW_MBUS_FAULT_VIF_TEXT_END:
        return "end inside the text of a VIF";
    case MW_MBUS_FAULT_LVAR_RESERVED:
        return "reserved LVAR";
    case MW_MBUS_FAULT_DATA_END:
        return "end inside the data";
    default:
        return "unknown fault";
    }
}

const char *mw_mbus_application_error_text(uint8_t code)
{
    switch (code) {
    case 0x00:
        return "unspecified error";
    case 0x01:
        return "CI field not implemented";
    case 0x02:
        return "buffer too long";
    case 0x03:
        return "too many records";
    case 0x04:
        return "premature end of record";
    case 0x05:
        return "more than 10 DIFEs";
    case 0x06:
        return "more than 10 VIFEs";
    case 0x08:
        return "application busy";
    case 0x09:
        return "too many readouts";
    default:
        return "unknown application error";
    }
}

const char *mw_mbus_medium_text(uint8_t medium)
{
    static const char *const texts[] = {
        [0x00] = "other",
        [0x01] = "oil",
        [0x02] = "electricity",
        [0x03] = "gas",
        [0x04] = "heat (outlet)",
        [0x05] = "steam",
        [0x06] = "warm water",
        [0x07] = "water",
        [0x08] = "heat cost allocator",
        [0x09] = "compressed air",
        [0x0A] = "cooling (outlet)",
        [0x0B] = "cooling (inlet)",
        [0x0C] = "heat (inlet)",
        [0x0D] = "heat/cooling",
        [0x0E] = "bus/system",
        [0x0F] = "unknown",
        [0x10] = "irrigation water",
        [0x11] = "water logger",
        [0x12] = "gas logger",
        [0x13] = "gas converter",
        [0x14] = "calorific value",
        [0x15] = "hot water",
        [0x16] = "cold water",
        [0x17] = "dual water",
        [0x18] = "pressure",
        [0x19] = "A/D converter",
        [0x1A] = "smoke detector",
        [0x1B] = "room sensor",
        [0x1C] = "gas detector",
        [0x20] = "breaker",
        [0x21] = "valve",
        [0x25] = "customer display",
        [0x28] = "waste water",
        [0x29] = "garbage",
        [0x2A] = "carbon dioxide",
        [0x30] = "service tool",
        [0x31] = "communication controller",
        [0x32] = "unidirectional repeater",
        [0x33] = "bidirectional repeater",
        [0x36] = "radio converter (system side)",
        [0x37] = "radio converter (meter side)",
        [0x38] = "wired adapter",
    };
    const char *text = medium < sizeof texts / sizeof texts[0] ? texts[medium] : NULL;
    return text != NULL ? text : "reserved";
}

void mw_mbus_manufacturer_text(uint16_t manufacturer, char out[MW_MBUS_MANUFACTURER_SIZE])
{
    bool letters = true;
    for (unsigned i = 0; i < 3; i++) {
        const unsigned letter = (unsigned)manufacturer >> (10 - 5 * i) & 0x1F;
        letters = letters && letter >= 1 && letter <= 26;
        out[i] = (char)('A' + letter - 1);
    }
    out[3] = '\0';
    for (unsigned i = 0; i < 4 && !letters; i++) {
        out[i] = "0123456789ABCDEF"[(unsigned)manufacturer >> (12 - 4 * i) & 0xF];
        out[i + 1] = '\0';
    }
}

mw_status mw_mbus_manufacturer_parse(const char *text, uint16_t *manufacturer)
{
    unsigned word = 0;
    for (unsigned i = 0; i < 3; i++) {
        if (text[i] < 'A' || text[i] > 'Z') {
            return MW_ERR_VALUE;
        }
        word = word << 5 | (unsigned)(text[i] - 'A' + 1);
    }
    if (text[3] != '\0') {
        return MW_ERR_VALUE;
    }
    *manufacturer = (uint16_t)word;
    return MW_OK;
}
