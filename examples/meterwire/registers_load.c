/* SPDX-License-Identifier: MIT */
#include "registers.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "text_file.h"

/* A file being read. */
typedef struct loader {
    registers *all;
    text_file file;
    bool units[REGISTERS_UNITS];   /* whose lines these are */
    uint8_t data[TEXT_LINE_BYTES]; /* registers of a value, as on the wire */
} loader;

/* The unit with that number, which is made where there is none; null when there is no memory. */
static registers_unit *load_unit(loader *load, size_t number)
{
    static const char id[] = "\001\377meterwire"; /* 1, it runs, a name */
    registers_unit *unit = load->all->units[number];
    if (unit == NULL) {
        unit = calloc(1, sizeof *unit);
        load->all->units[number] = unit;
        if (unit != NULL) {
            unit->server_id_bytes = sizeof id - 1;
            memcpy(unit->server_id, id, sizeof id - 1);
        }
    }
    return unit;
}

/* Puts registers, or one bit, into a unit. */
static int load_put_unit(loader *load, registers_unit *unit, mw_modbus_area area, unsigned long address, size_t count)
{
    if (address + count > MW_MODBUS_REGISTERS) {
        return text_fail(&load->file, "the value goes beyond address 65535");
    }
    for (size_t i = 0; i < count; i++) {
        if ((unit->there[address + i] >> area & 1) != 0) {
            return text_fail(&load->file, "address %lu (0x%04lX) has a value already", address + (unsigned long)i,
                             address + (unsigned long)i);
        }
        unit->there[address + i] = (uint8_t)(unit->there[address + i] | 1u << area);
        switch ((int)area) {
        case MW_MODBUS_HOLDING:
            unit->holding[address + i] = mw_modbus_u16(load->data, i);
            break;
        case MW_MODBUS_INPUT:
            unit->input[address + i] = mw_modbus_u16(load->data, i);
            break;
        default:
            mw_modbus_put_bit(&unit->bits[address + i], area, load->data[0] != 0);
            break;
        }
    }
    return TOOL_GOOD;
}

static int load_put(loader *load, mw_modbus_area area, unsigned long address, size_t count)
{
    int code = TOOL_GOOD;
    for (size_t i = 0; i < REGISTERS_UNITS && code == TOOL_GOOD; i++) {
        if (load->units[i]) {
            registers_unit *const unit = load_unit(load, i);
            code = unit != NULL ? load_put_unit(load, unit, area, address, count) : tool_fail("out of memory");
        }
    }
    return code;
}

/* coil 10 1 0 1 */
static int load_bits(loader *load, mw_modbus_area area)
{
    unsigned long address = 0;
    unsigned long value = 0;
    int code = text_number(&load->file, "the address", 0, 65535, &address);
    if (code == TOOL_GOOD) {
        code = text_need(&load->file, "the value");
    }
    while (code == TOOL_GOOD) {
        if (load->file.quoted || !tool_number(load->file.word, 0, 1, &value)) {
            return text_fail(&load->file, "a bit is 0 or 1, not '%s'", load->file.word);
        }
        load->data[0] = (uint8_t)value;
        code = load_put(load, area, address++, 1);
        if (code == TOOL_GOOD && !text_word(&load->file, &code)) {
            break;
        }
    }
    return code;
}

typedef enum load_kind { LOAD_UNSIGNED, LOAD_SIGNED, LOAD_FLOAT, LOAD_TEXT, LOAD_BCD } load_kind;

typedef struct load_type {
    const char *name;
    load_kind kind;
    uint8_t bits;
} load_type;

static const load_type load_types[] = {
    {"u16", LOAD_UNSIGNED, 16}, {"s16", LOAD_SIGNED, 16}, {"u32", LOAD_UNSIGNED, 32}, {"s32", LOAD_SIGNED, 32},
    {"u64", LOAD_UNSIGNED, 64}, {"s64", LOAD_SIGNED, 64}, {"f32", LOAD_FLOAT, 32},    {"f64", LOAD_FLOAT, 64},
    {"text", LOAD_TEXT, 0},     {"bcd", LOAD_BCD, 0},     {NULL, LOAD_UNSIGNED, 0}};

/* The bits of a whole number, in decimal or 0x...; false when it is none or has more. */
static bool load_whole(const loader *load, const load_type *type, uint64_t *bits)
{
    const bool minus = load->file.word[0] == '-';
    const char *const digits = load->file.word + (minus ? 1 : 0);
    uint64_t limit = type->bits == 64 ? UINT64_MAX : ((uint64_t)1 << type->bits) - 1;
    char *end;
    unsigned long long value;
    if (*digits < '0' || *digits > '9') {
        return false;
    }
    errno = 0;
    value = strtoull(digits, &end, strncmp(digits, "0x", 2) == 0 ? 16 : 10);
    if (type->kind == LOAD_SIGNED) {
        limit = limit / 2 + (minus ? 1 : 0);
    } else if (minus) {
        return false;
    }
    *bits = minus ? (uint64_t)0 - value : value;
    return errno == 0 && *end == '\0' && value <= limit;
}

/* The bits of an IEEE 754 number; also "nan" and "inf". */
static bool load_float(const loader *load, const load_type *type, uint64_t *bits)
{
    char *end;
    if (type->bits == 32) {
        const float value = strtof(load->file.word, &end);
        uint32_t n;
        memcpy(&n, &value, sizeof n);
        *bits = n;
        return end != load->file.word && *end == '\0' && (isfinite(value) || strpbrk(load->file.word, "fFnN") != NULL);
    }
    const double value = strtod(load->file.word, &end);
    memcpy(bits, &value, sizeof *bits);
    return end != load->file.word && *end == '\0' && (isfinite(value) || strpbrk(load->file.word, "fFnN") != NULL);
}

/* One register as `order` has its bytes. */
static void load_exchange(loader *load, size_t count, mw_modbus_order order)
{
    for (size_t i = 0; i < count && (order & MW_MODBUS_BADC) != 0; i++) {
        const uint8_t first = load->data[2 * i];
        load->data[2 * i] = load->data[2 * i + 1];
        load->data[2 * i + 1] = first;
    }
}

/* Makes registers of the word; how many, or 0 when it is no such value. */
static size_t load_convert(loader *load, const load_type *type, mw_modbus_order order)
{
    uint64_t bits = 0;
    size_t count;
    memset(load->data, 0, sizeof load->data);
    switch ((int)type->kind) {
    case LOAD_TEXT:
        memcpy(load->data, load->file.word, load->file.word_bytes);
        count = (load->file.word_bytes + 1) / 2;
        load_exchange(load, count, order);
        return count;
    case LOAD_BCD: /* four digits a register, so many registers as it has digits */
        count = (load->file.word_bytes + 3) / 4;
        if (load->file.quoted || strspn(load->file.word, "0123456789") != load->file.word_bytes) {
            return 0;
        }
        for (size_t i = 0; i < load->file.word_bytes; i++) {
            const size_t nibble = 4 * count - load->file.word_bytes + i;
            const unsigned digit = (unsigned)(load->file.word[i] - '0');
            load->data[nibble / 2] = (uint8_t)(load->data[nibble / 2] | digit << (nibble % 2 == 0 ? 4 : 0));
        }
        for (size_t i = 0; i < count / 2 && (order & MW_MODBUS_CDAB) != 0; i++) {
            const uint16_t high = mw_modbus_u16(load->data, i);
            mw_modbus_put_u16(load->data, i, mw_modbus_u16(load->data, count - 1 - i));
            mw_modbus_put_u16(load->data, count - 1 - i, high);
        }
        load_exchange(load, count, order);
        return count;
    default:
        break;
    }
    if (load->file.quoted ||
        !(type->kind == LOAD_FLOAT ? load_float(load, type, &bits) : load_whole(load, type, &bits))) {
        return 0;
    }
    switch (type->bits) {
    case 16:
        mw_modbus_put_u16(load->data, 0, (uint16_t)bits);
        load_exchange(load, 1, order);
        return 1;
    case 32:
        mw_modbus_put_u32(load->data, 0, order, (uint32_t)bits);
        return 2;
    default:
        mw_modbus_put_u64(load->data, 0, order, bits);
        return 4;
    }
}

static bool load_order(const char *word, mw_modbus_order *order)
{
    static const char *const names[] = {"ABCD", "BADC", "CDAB", "DCBA"}; /* by mw_modbus_order */
    for (unsigned i = 0; i < 4; i++) {
        if (strcmp(word, names[i]) == 0) {
            *order = (mw_modbus_order)i;
            return true;
        }
    }
    return false;
}

/* holding 0x5002 u32 CDAB 1234 5678 */
static int load_registers(loader *load, mw_modbus_area area)
{
    const load_type *type = load_types;
    mw_modbus_order order = MW_MODBUS_ABCD;
    unsigned long address = 0;
    int code = text_number(&load->file, "the address", 0, 65535, &address);
    if (code == TOOL_GOOD) {
        code = text_need(&load->file, "the type");
    }
    if (code != TOOL_GOOD) {
        return code;
    }
    while (type->name != NULL && strcmp(load->file.word, type->name) != 0) {
        type++;
    }
    if (type->name == NULL) {
        return text_fail(&load->file, "a type is u16, s16, u32, s32, u64, s64, f32, f64, text or bcd, not '%s'",
                         load->file.word);
    }
    code = text_need(&load->file, "the value");
    if (code == TOOL_GOOD && !load->file.quoted && load_order(load->file.word, &order)) {
        code = text_need(&load->file, "the value");
    }
    while (code == TOOL_GOOD) {
        const size_t count = load_convert(load, type, order);
        if (count == 0) {
            return text_fail(&load->file, "'%s' is no %s", load->file.word, type->name);
        }
        code = load_put(load, area, address, count);
        address += count;
        if (code == TOOL_GOOD && !text_word(&load->file, &code)) {
            break;
        }
    }
    return code;
}

/* unit 3 */
static int load_begin_unit(loader *load)
{
    unsigned long number = 0;
    int code = text_number(&load->file, "the unit", 0, REGISTERS_UNITS - 1, &number);
    if (code != TOOL_GOOD) {
        return code;
    }
    if (!load->all->tcp && (number == 0 || number > 247)) {
        return text_fail(&load->file, "a unit on a serial line is 1 to 247");
    }
    memset(load->units, 0, sizeof load->units);
    load->units[number] = true;
    return load_unit(load, number) != NULL ? text_end(&load->file) : tool_fail("out of memory");
}

/* Adds an object, or replaces it, in ascending order. */
static void load_object(registers_unit *unit, uint8_t id, const char *value, size_t bytes)
{
    size_t i = unit->object_count;
    while (i > 0 && unit->objects[i - 1].id >= id) {
        i--;
    }
    if (i == unit->object_count || unit->objects[i].id != id) {
        memmove(unit->objects + i + 1, unit->objects + i, (unit->object_count++ - i) * sizeof *unit->objects);
    }
    memcpy(unit->texts[id], value, bytes);
    unit->objects[i] = (mw_modbus_object){id, (uint8_t)bytes, unit->texts[id]};
}

/* id 0 "Maker" */
static int load_id(loader *load)
{
    unsigned long id = 0;
    int code = text_number(&load->file, "the object", 0, REGISTERS_OBJECTS - 1, &id);
    if (code == TOOL_GOOD) {
        code = text_need(&load->file, "the text");
    }
    if (code == TOOL_GOOD && load->file.word_bytes > REGISTERS_TEXT) {
        code = text_fail(&load->file, "a text here has %d bytes at most", REGISTERS_TEXT);
    }
    for (size_t i = 0; i < REGISTERS_UNITS && code == TOOL_GOOD; i++) {
        registers_unit *const unit = load->units[i] ? load_unit(load, i) : NULL;
        if (load->units[i] && unit == NULL) {
            return tool_fail("out of memory");
        }
        for (uint8_t basic = 0; unit != NULL && unit->object_count < 3; basic++) { /* every identification has these */
            load_object(unit, basic, "", 0);
        }
        if (unit != NULL) {
            load_object(unit, (uint8_t)id, load->file.word, load->file.word_bytes);
        }
    }
    return code == TOOL_GOOD ? text_end(&load->file) : code;
}

/* server-id "\x01\xFFName" */
static int load_server_id(loader *load)
{
    int code = text_need(&load->file, "the text");
    if (code == TOOL_GOOD && load->file.word_bytes > REGISTERS_TEXT) {
        code = text_fail(&load->file, "a text here has %d bytes at most", REGISTERS_TEXT);
    }
    for (size_t i = 0; i < REGISTERS_UNITS && code == TOOL_GOOD; i++) {
        registers_unit *const unit = load->units[i] ? load_unit(load, i) : NULL;
        if (unit != NULL) {
            memcpy(unit->server_id, load->file.word, load->file.word_bytes);
            unit->server_id_bytes = load->file.word_bytes;
        }
    }
    return code == TOOL_GOOD ? text_end(&load->file) : code;
}

/* status 0x5A */
static int load_status(loader *load)
{
    unsigned long status = 0;
    const int code = text_number(&load->file, "the status", 0, 255, &status);
    for (size_t i = 0; i < REGISTERS_UNITS && code == TOOL_GOOD; i++) {
        registers_unit *const unit = load->units[i] ? load_unit(load, i) : NULL;
        if (unit != NULL) {
            unit->status = (uint8_t)status;
        }
    }
    return code == TOOL_GOOD ? text_end(&load->file) : code;
}

/* fifo 0x04DE 440 4740 */
static int load_fifo(loader *load)
{
    registers_queue queue = {0, 0, {0}};
    unsigned long address = 0;
    int code = text_number(&load->file, "the address", 0, 65535, &address);
    queue.address = (uint16_t)address;
    while (code == TOOL_GOOD && text_word(&load->file, &code)) {
        unsigned long value = 0;
        if (load->file.quoted || !tool_number(load->file.word, 0, 65535, &value)) {
            return text_fail(&load->file, "'%s' is no u16", load->file.word);
        }
        if (queue.count == MW_MODBUS_FIFO_MAX) {
            return text_fail(&load->file, "a queue has %d registers at most", MW_MODBUS_FIFO_MAX);
        }
        mw_modbus_put_u16(queue.data, queue.count++, (uint16_t)value);
    }
    for (size_t i = 0; i < REGISTERS_UNITS && code == TOOL_GOOD; i++) {
        registers_unit *const unit = load->units[i] ? load_unit(load, i) : NULL;
        if (unit != NULL && unit->queue_count == REGISTERS_QUEUES) {
            return text_fail(&load->file, "a unit has %d queues at most", REGISTERS_QUEUES);
        }
        if (unit != NULL) {
            unit->queues[unit->queue_count++] = queue;
        }
    }
    return code;
}

static int load_line(void *user)
{
    loader *const load = user;
    int code = TOOL_GOOD;
    if (!text_word(&load->file, &code)) {
        return code;
    }
    if (strcmp(load->file.word, "coil") == 0) {
        return load_bits(load, MW_MODBUS_COILS);
    }
    if (strcmp(load->file.word, "discrete") == 0) {
        return load_bits(load, MW_MODBUS_DISCRETE);
    }
    if (strcmp(load->file.word, "holding") == 0) {
        return load_registers(load, MW_MODBUS_HOLDING);
    }
    if (strcmp(load->file.word, "input") == 0) {
        return load_registers(load, MW_MODBUS_INPUT);
    }
    if (strcmp(load->file.word, "unit") == 0) {
        return load_begin_unit(load);
    }
    if (strcmp(load->file.word, "id") == 0) {
        return load_id(load);
    }
    if (strcmp(load->file.word, "server-id") == 0) {
        return load_server_id(load);
    }
    if (strcmp(load->file.word, "status") == 0) {
        return load_status(load);
    }
    if (strcmp(load->file.word, "fifo") == 0) {
        return load_fifo(load);
    }
    return text_fail(&load->file,
                     "a line begins with coil, discrete, holding, input, unit, id, server-id, status or fifo, "
                     "not '%s'",
                     load->file.word);
}

int registers_load(registers *all, const char *path, const bool units[REGISTERS_UNITS])
{
    static loader load; /* too large for a stack */
    load.all = all;
    memcpy(load.units, units, sizeof load.units);
    return text_read(&load.file, path, load_line, &load);
}
