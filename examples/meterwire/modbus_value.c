/* SPDX-License-Identifier: MIT */
#include "modbus_value.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tool.h"

const modbus_type modbus_type_bit = {"bit", MODBUS_KIND_BIT, 0};
const modbus_type modbus_type_u16 = {"u16", MODBUS_KIND_UNSIGNED, 1};

static const modbus_type modbus_types[] = {
    {"u16", MODBUS_KIND_UNSIGNED, 1}, {"s16", MODBUS_KIND_SIGNED, 1}, {"u32", MODBUS_KIND_UNSIGNED, 2},
    {"s32", MODBUS_KIND_SIGNED, 2},   {"f32", MODBUS_KIND_FLOAT, 2},  {"u64", MODBUS_KIND_UNSIGNED, 4},
    {"s64", MODBUS_KIND_SIGNED, 4},   {"f64", MODBUS_KIND_FLOAT, 4},  {"bcd", MODBUS_KIND_BCD, 1},
    {"bcd32", MODBUS_KIND_BCD, 2},    {"bcd64", MODBUS_KIND_BCD, 4},  {"text", MODBUS_KIND_TEXT, 1},
};

const modbus_type *modbus_type_by_name(const char *name)
{
    for (size_t i = 0; i < sizeof modbus_types / sizeof modbus_types[0]; i++) {
        if (strcmp(modbus_types[i].name, name) == 0) {
            return &modbus_types[i];
        }
    }
    return NULL;
}

bool modbus_order_by_name(const char *name, mw_modbus_order *order)
{
    static const char *const names[] = {"ABCD", "BADC", "CDAB", "DCBA"}; /* by mw_modbus_order */
    for (int i = 0; i < 4; i++) {
        if (strcmp(name, names[i]) == 0) {
            *order = (mw_modbus_order)i;
            return true;
        }
    }
    return false;
}

/* ---- numbers ---- */

static uint16_t modbus_exchange_bytes(uint16_t value, mw_modbus_order order)
{
    return (order & MW_MODBUS_BADC) != 0 ? (uint16_t)((unsigned)value << 8 | value >> 8) : value;
}

static uint64_t modbus_get(const modbus_type *type, mw_modbus_order order, const uint8_t *data, size_t index)
{
    switch (type->regs) {
    case 0:
        return mw_modbus_bit(data, index) ? 1 : 0;
    case 1:
        return modbus_exchange_bytes(mw_modbus_u16(data, index), order);
    case 2:
        return mw_modbus_u32(data, 2 * index, order);
    default:
        return mw_modbus_u64(data, 4 * index, order);
    }
}

static void modbus_put(const modbus_type *type, mw_modbus_order order, uint8_t *data, size_t index, uint64_t value)
{
    switch (type->regs) {
    case 0:
        mw_modbus_put_bit(data, index, value != 0);
        break;
    case 1:
        mw_modbus_put_u16(data, index, modbus_exchange_bytes((uint16_t)value, order));
        break;
    case 2:
        mw_modbus_put_u32(data, 2 * index, order, (uint32_t)value);
        break;
    default:
        mw_modbus_put_u64(data, 4 * index, order, value);
        break;
    }
}

static unsigned modbus_bits(const modbus_type *type)
{
    return type->regs > 0 ? 16u * type->regs : 1;
}

/* The largest number of so many bits. */
static uint64_t modbus_most(unsigned bits)
{
    return UINT64_MAX >> (64 - bits);
}

static void modbus_signed_text(uint64_t value, unsigned bits, char *out)
{
    const bool negative = (value >> (bits - 1) & 1) != 0;
    const uint64_t size = negative ? (~value + 1) & modbus_most(bits) : value;
    snprintf(out, MODBUS_VALUE_SIZE, "%s%llu", negative ? "-" : "", (unsigned long long)size);
}

/* The shortest text that is read back as the same number. */
static bool modbus_f64_text(uint64_t bits, char *out)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(out, MODBUS_VALUE_SIZE, "%.*g", digits, value);
        if (strtod(out, NULL) == value) {
            break;
        }
    }
    return isfinite(value);
}

static bool modbus_f32_text(uint32_t bits, char *out)
{
    int64_t n;
    int8_t exp10;
    float value;
    memcpy(&value, &bits, sizeof value);
    if (mw_decimal_shortest_f32(bits, &n, &exp10) != MW_OK) {
        snprintf(out, MODBUS_VALUE_SIZE, "%g", (double)value);
        return false;
    }
    if (exp10 < -12 || exp10 > 12) { /* plain digits would be mostly zeros */
        snprintf(out, MODBUS_VALUE_SIZE, "%llde%d", (long long)n, exp10);
    } else {
        mw_decimal_text(n, exp10, out, MODBUS_VALUE_SIZE);
    }
    return true;
}

static bool modbus_bcd_text(uint64_t value, unsigned bits, char *out)
{
    uint64_t n = 0;
    for (int shift = (int)bits - 4; shift >= 0; shift -= 4) {
        const unsigned digit = value >> shift & 0xF;
        if (digit > 9) {
            snprintf(out, MODBUS_VALUE_SIZE, "0x%0*llX (not decimal)", (int)bits / 4, (unsigned long long)value);
            return false;
        }
        n = 10 * n + digit;
    }
    snprintf(out, MODBUS_VALUE_SIZE, "%llu", (unsigned long long)n);
    return true;
}

bool modbus_value_text(const modbus_type *type, mw_modbus_order order, const uint8_t *data, size_t index,
                       char out[MODBUS_VALUE_SIZE])
{
    const uint64_t value = modbus_get(type, order, data, index);
    switch (type->kind) {
    case MODBUS_KIND_SIGNED:
        modbus_signed_text(value, modbus_bits(type), out);
        return true;
    case MODBUS_KIND_FLOAT:
        return type->regs == 2 ? modbus_f32_text((uint32_t)value, out) : modbus_f64_text(value, out);
    case MODBUS_KIND_BCD:
        return modbus_bcd_text(value, modbus_bits(type), out);
    default:
        snprintf(out, MODBUS_VALUE_SIZE, "%llu", (unsigned long long)value);
        return true;
    }
}

/* A whole number in decimal or 0x..., of which the sign is apart. */
static mw_status modbus_parse_whole(const char *text, bool *negative, uint64_t *size)
{
    char *end;
    *negative = *text == '-';
    text += *negative ? 1 : 0;
    if (*text < '0' || *text > '9') {
        return MW_ERR_VALUE;
    }
    errno = 0;
    *size = strtoull(text, &end, strncmp(text, "0x", 2) == 0 ? 16 : 10);
    return *end != '\0' ? MW_ERR_VALUE : errno != 0 ? MW_ERR_RANGE : MW_OK;
}

static mw_status modbus_parse_integer(const modbus_type *type, const char *text, uint64_t *value)
{
    const unsigned bits = modbus_bits(type);
    uint64_t size;
    bool negative;
    uint64_t most = modbus_most(bits);
    const mw_status status = modbus_parse_whole(text, &negative, &size);
    if (status != MW_OK) {
        return status;
    }
    if (type->kind == MODBUS_KIND_SIGNED) {
        most = most / 2 + (negative ? 1 : 0);
    } else if (negative) {
        most = 0;
    }
    *value = (negative ? ~size + 1 : size) & modbus_most(bits);
    return size <= most ? MW_OK : MW_ERR_RANGE;
}

static mw_status modbus_parse_bcd(const modbus_type *type, const char *text, uint64_t *value)
{
    uint64_t n;
    bool negative;
    const mw_status status = modbus_parse_whole(text, &negative, &n);
    if (status != MW_OK) {
        return status;
    }
    *value = 0;
    for (unsigned i = 0; i < modbus_bits(type); i += 4) {
        *value |= n % 10 << i;
        n /= 10;
    }
    return n == 0 && !negative ? MW_OK : MW_ERR_RANGE;
}

static mw_status modbus_parse_float(const modbus_type *type, const char *text, uint64_t *value)
{
    char *end;
    const double f64 = strtod(text, &end);
    const float f32 = strtof(text, NULL);
    const bool finite = type->regs == 2 ? isfinite(f32) : isfinite(f64);
    if (end == text || *end != '\0' || strpbrk(text, "nN \t") != NULL) { /* nan, inf */
        return MW_ERR_VALUE;
    }
    if (type->regs == 2) {
        uint32_t bits;
        memcpy(&bits, &f32, sizeof bits);
        *value = bits;
    } else {
        memcpy(value, &f64, sizeof *value);
    }
    return finite ? MW_OK : MW_ERR_RANGE;
}

mw_status modbus_value_parse(const modbus_type *type, mw_modbus_order order, const char *text, uint8_t *data,
                             size_t index)
{
    uint64_t value = 0;
    mw_status status;
    if (type->kind == MODBUS_KIND_BIT && (strcmp(text, "on") == 0 || strcmp(text, "off") == 0)) {
        text = text[1] == 'n' ? "1" : "0";
    }
    switch (type->kind) {
    case MODBUS_KIND_FLOAT:
        status = modbus_parse_float(type, text, &value);
        break;
    case MODBUS_KIND_BCD:
        status = modbus_parse_bcd(type, text, &value);
        break;
    default:
        status = modbus_parse_integer(type, text, &value);
        break;
    }
    if (status == MW_OK) {
        modbus_put(type, order, data, index, value);
    }
    return status;
}

/* ---- text ---- */

void modbus_text(const uint8_t *bytes, size_t count, bool exchanged, char *out)
{
    const size_t exchange = exchanged ? 1 : 0;
    size_t length = 0;
    for (size_t i = 0; i < count && bytes[i ^ exchange] != 0; i++) {
        const unsigned c = bytes[i ^ exchange];
        if (c < 0x80) {
            out[length++] = (char)c;
        } else { /* Latin-1, for want of anything better */
            out[length++] = (char)(0xC0 | c >> 6);
            out[length++] = (char)(0x80 | (c & 0x3F));
        }
    }
    while (length > 0 && out[length - 1] == ' ') {
        length--;
    }
    out[length] = '\0';
}

void modbus_print_text(const char *text)
{
    putchar('"');
    for (; *text != '\0'; text++) {
        const size_t control = tool_control_bytes(text);
        if (control > 0) {
            text += control - 1;
            printf("\\x%02X", (unsigned char)*text);
        } else {
            putchar(*text);
        }
    }
    putchar('"');
}

const char *modbus_function_name(uint8_t function)
{
    static const char *const names[] = {NULL,
                                        "read coils",
                                        "read discrete inputs",
                                        "read holding registers",
                                        "read input registers",
                                        "write coil",
                                        "write register",
                                        "read exception status",
                                        "diagnostics",
                                        NULL,
                                        NULL,
                                        "read event counter",
                                        "read event log",
                                        NULL,
                                        NULL,
                                        "write coils",
                                        "write registers",
                                        "report server id",
                                        NULL,
                                        NULL,
                                        "read file",
                                        "write file",
                                        "mask write register",
                                        "write and read registers",
                                        "read FIFO queue"};
    if (function == MW_MODBUS_ENCAPSULATED) {
        return "encapsulated interface";
    }
    return function < sizeof names / sizeof names[0] && names[function] != NULL ? names[function] : "function";
}
