/* SPDX-License-Identifier: MIT */
#include <meterwire/core.h>

const char *mw_unit_text(uint8_t unit)
{
    switch (unit) {
    case MW_UNIT_YEAR:
        return "a";
    case MW_UNIT_MONTH:
        return "mo";
    case MW_UNIT_DAY:
        return "d";
    case MW_UNIT_H:
        return "h";
    case MW_UNIT_MIN:
        return "min";
    case MW_UNIT_S:
        return "s";
    case MW_UNIT_DEGREE:
        return "deg";
    case MW_UNIT_CELSIUS:
        return "degC";
    case MW_UNIT_CURRENCY:
        return "currency";
    case MW_UNIT_M3:
        return "m3";
    case MW_UNIT_M3_PER_H:
        return "m3/h";
    case MW_UNIT_KG:
        return "kg";
    case MW_UNIT_BAR:
        return "bar";
    case MW_UNIT_J:
        return "J";
    case MW_UNIT_J_PER_H:
        return "J/h";
    case MW_UNIT_W:
        return "W";
    case MW_UNIT_VA:
        return "VA";
    case MW_UNIT_VAR:
        return "var";
    case MW_UNIT_WH:
        return "Wh";
    case MW_UNIT_VAH:
        return "VAh";
    case MW_UNIT_VARH:
        return "varh";
    case MW_UNIT_A:
        return "A";
    case MW_UNIT_V:
        return "V";
    case MW_UNIT_HZ:
        return "Hz";
    case MW_UNIT_PER_WH:
        return "1/Wh";
    case MW_UNIT_K:
        return "K";
    case MW_UNIT_PERCENT:
        return "%";
    case MW_UNIT_DBM:
        return "dBm";
    case MW_UNIT_KG_PER_H:
        return "kg/h";
    case MW_UNIT_FT3:
        return "ft3";
    default:
        return "";
    }
}
