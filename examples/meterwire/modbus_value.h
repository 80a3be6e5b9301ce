/* SPDX-License-Identifier: MIT */
/* Values of Modbus registers and bits of any device, as people write them. */
#ifndef MODBUS_VALUE_H
#define MODBUS_VALUE_H

#include <stdio.h>

#include <meterwire/meterwire.h>

enum modbus_kind {
    MODBUS_KIND_BIT,
    MODBUS_KIND_UNSIGNED,
    MODBUS_KIND_SIGNED,
    MODBUS_KIND_FLOAT,
    MODBUS_KIND_BCD,
    MODBUS_KIND_TEXT
};

typedef struct modbus_type {
    const char *name;
    uint8_t kind;
    uint8_t regs; /* of a value; 0 for a bit, 1 for a text of any length */
} modbus_type;

extern const modbus_type modbus_type_bit;
extern const modbus_type modbus_type_u16;

/* The type of registers with that name, or null. */
const modbus_type *modbus_type_by_name(const char *name);
bool modbus_order_by_name(const char *name, mw_modbus_order *order);

#define MODBUS_VALUE_SIZE 40

/* Writes the value with that index, counted in values; false when it is no number: not decimal, or not finite. */
bool modbus_value_text(const modbus_type *type, mw_modbus_order order, const uint8_t *data, size_t index,
                       char out[MODBUS_VALUE_SIZE]);
/* Reads a value; MW_ERR_VALUE when it is none of that type, MW_ERR_RANGE when it does not fit. Not for text. */
mw_status modbus_value_parse(const modbus_type *type, mw_modbus_order order, const char *text, uint8_t *data,
                             size_t index);

/* The text of bytes, up to a NUL and without the spaces behind it, as UTF-8, which needs up to 2 * bytes + 1. With
 * `exchanged` the characters of each pair are. */
void modbus_text(const uint8_t *bytes, size_t count, bool exchanged, char *out);
/* Prints it in quotes, with \x.. for what is no character. */
void modbus_print_text(const char *text);

/* "read holding registers", for 1 to 24 and 43; else "function". */
const char *modbus_function_name(uint8_t function);

#endif
