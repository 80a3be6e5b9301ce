/* SPDX-License-Identifier: MIT */
#include <meterwire/modbus.h>

const char *mw_modbus_exception_text(uint8_t exception)
{
    switch (exception) {
    case MW_MODBUS_ILLEGAL_FUNCTION:
        return "illegal function";
    case MW_MODBUS_ILLEGAL_ADDRESS:
        return "illegal data address";
    case MW_MODBUS_ILLEGAL_VALUE:
        return "illegal data value";
    case MW_MODBUS_DEVICE_FAILURE:
        return "device failure";
    case MW_MODBUS_ACKNOWLEDGE:
        return "acknowledge, still working";
    case MW_MODBUS_BUSY:
        return "device busy";
    case MW_MODBUS_PARITY_ERROR:
        return "memory parity error";
    case MW_MODBUS_GATEWAY_NO_PATH:
        return "gateway path unavailable";
    case MW_MODBUS_GATEWAY_NO_ANSWER:
        return "gateway target did not answer";
    default:
        return "unknown exception";
    }
}
