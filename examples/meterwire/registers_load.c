/* SPDX-License-Identifier: MIT */
#include "registers.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_BYTES 4096

/* A file being read. */
typedef struct loader {
    registers *all;
    const char *path;
    unsigned line;
    bool units[REGISTERS_UNITS]; /* whose lines these are */
    char text[LINE_BYTES];
    const char *at;        /* what is left of the line */
    char word[LINE_BYTES]; /* what was taken of it last, ended by a 0 */
    size_t word_bytes;     /* without that 0; quoted words may have others */
    bool quoted;
    uint8_t data[LINE_BYTES]; /* registers of a value, as on the wire */
} loader;

static int load_fail(const loader *load, const char *format, ...) TOOL_PRINTF(2, 3);

static int load_fail(const loader *load, const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return tool_fail("%s:%u: %s", load->path, load->line, text);
}

static bool load_is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* A character in quotation marks: itself, \" \\ or \x and two digits. */
static bool load_quoted(loader *load)
{
    unsigned value;
    int used = 0;
    if (*load->at != '\\') {
        load->word[load->word_bytes++] = *load->at++;
        return true;
    }
    load->at++;
    if (*load->at == '"' || *load->at == '\\') {
        load->word[load->word_bytes++] = *load->at++;
        return true;
    }
    if (*load->at != 'x' || sscanf(load->at + 1, "%2x%n", &value, &used) != 1 || used != 2) { // NOLINT(cert-err34-c)
        return false;
    }
    load->word[load->word_bytes++] = (char)value;
    load->at += 3;
    return true;
}

/* Takes the next word; false at the end of the line. What is wrong with quotation marks is told, and ends the line with
 * *code set. */
static bool load_word(loader *load, int *code)
{
    load->word_bytes = 0;
    while (load_is_space(*load->at)) {
        load->at++;
    }
    load->quoted = *load->at == '"';
    if (*load->at == '\0' || *load->at == '#') {
        return false;
    }
    if (load->quoted) {
        for (load->at++; *load->at != '"';) {
            if (*load->at == '\0' || *load->at == '\n' || !load_quoted(load)) {
                *code = load_fail(load, *load->at == '\0' || *load->at == '\n'
                                            ? "the text has no end"
                                            : "a text has \\\", \\\\ or \\x and two digits behind a backslash");
                return false;
            }
        }
        load->at++;
    } else {
        while (*load->at != '\0' && *load->at != '#' && !load_is_space(*load->at)) {
            load->word[load->word_bytes++] = *load->at++;
        }
    }
    load->word[load->word_bytes] = '\0';
    return true;
}

/* The same where there has to be one. */
static int load_need(loader *load, const char *what)
{
    int code = TOOL_GOOD;
    return load_word(load, &code) ? TOOL_GOOD : code != TOOL_GOOD ? code : load_fail(load, "%s is missing", what);
}

/* The same for a number of up to `most`. */
static int load_number(loader *load, const char *what, unsigned long most, unsigned long *value)
{
    int code = load_need(load, what);
    if (code == TOOL_GOOD && (load->quoted || !tool_number(load->word, 0, most, value))) {
        code = load_fail(load, "%s is a number from 0 to %lu, not '%s'", what, most, load->word);
    }
    return code;
}

static int load_end(loader *load)
{
    int code = TOOL_GOOD;
    return load_word(load, &code) ? load_fail(load, "'%s' is too much", load->word) : code;
}

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
        return load_fail(load, "the value goes beyond address 65535");
    }
    for (size_t i = 0; i < count; i++) {
        if ((unit->there[address + i] >> area & 1) != 0) {
            return load_fail(load, "address %lu (0x%04lX) has a value already", address + (unsigned long)i,
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
    int code = load_number(load, "the address", 65535, &address);
    if (code == TOOL_GOOD) {
        code = load_need(load, "the value");
    }
    while (code == TOOL_GOOD) {
        if (load->quoted || !tool_number(load->word, 0, 1, &value)) {
            return load_fail(load, "a bit is 0 or 1, not '%s'", load->word);
        }
        load->data[0] = (uint8_t)value;
        code = load_put(load, area, address++, 1);
        if (code == TOOL_GOOD && !load_word(load, &code)) {
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
    const bool minus = load->word[0] == '-';
    const char *const digits = load->word + (minus ? 1 : 0);
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
        const float value = strtof(load->word, &end);
        uint32_t n;
        memcpy(&n, &value, sizeof n);
        *bits = n;
        return end != load->word && *end == '\0' && (isfinite(value) || strpbrk(load->word, "fFnN") != NULL);
    }
    const double value = strtod(load->word, &end);
    memcpy(bits, &value, sizeof *bits);
    return end != load->word && *end == '\0' && (isfinite(value) || strpbrk(load->word, "fFnN") != NULL);
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
        memcpy(load->data, load->word, load->word_bytes);
        count = (load->word_bytes + 1) / 2;
        load_exchange(load, count, order);
        return count;
    case LOAD_BCD: /* four digits a register, so many registers as it has digits */
        count = (load->word_bytes + 3) / 4;
        if (load->quoted || strspn(load->word, "0123456789") != load->word_bytes) {
            return 0;
        }
        for (size_t i = 0; i < load->word_bytes; i++) {
            const size_t nibble = 4 * count - load->word_bytes + i;
            const unsigned digit = (unsigned)(load->word[i] - '0');
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
    if (load->quoted || !(type->kind == LOAD_FLOAT ? load_float(load, type, &bits) : load_whole(load, type, &bits))) {
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
    int code = load_number(load, "the address", 65535, &address);
    if (code == TOOL_GOOD) {
        code = load_need(load, "the type");
    }
    if (code != TOOL_GOOD) {
        return code;
    }
    while (type->name != NULL && strcmp(load->word, type->name) != 0) {
        type++;
    }
    if (type->name == NULL) {
        return load_fail(load, "a type is u16, s16, u32, s32, u64, s64, f32, f64, text or bcd, not '%s'", load->word);
    }
    code = load_need(load, "the value");
    if (code == TOOL_GOOD && !load->quoted && load_order(load->word, &order)) {
        code = load_need(load, "the value");
    }
    while (code == TOOL_GOOD) {
        const size_t count = load_convert(load, type, order);
        if (count == 0) {
            return load_fail(load, "'%s' is no %s", load->word, type->name);
        }
        code = load_put(load, area, address, count);
        address += count;
        if (code == TOOL_GOOD && !load_word(load, &code)) {
            break;
        }
    }
    return code;
}

/* unit 3 */
static int load_begin_unit(loader *load)
{
    unsigned long number = 0;
    int code = load_number(load, "the unit", REGISTERS_UNITS - 1, &number);
    if (code != TOOL_GOOD) {
        return code;
    }
    if (!load->all->tcp && (number == 0 || number > 247)) {
        return load_fail(load, "a unit on a serial line is 1 to 247");
    }
    memset(load->units, 0, sizeof load->units);
    load->units[number] = true;
    return load_unit(load, number) != NULL ? load_end(load) : tool_fail("out of memory");
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
    int code = load_number(load, "the object", REGISTERS_OBJECTS - 1, &id);
    if (code == TOOL_GOOD) {
        code = load_need(load, "the text");
    }
    if (code == TOOL_GOOD && load->word_bytes > REGISTERS_TEXT) {
        code = load_fail(load, "a text here has %d bytes at most", REGISTERS_TEXT);
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
            load_object(unit, (uint8_t)id, load->word, load->word_bytes);
        }
    }
    return code == TOOL_GOOD ? load_end(load) : code;
}

/* server-id "\x01\xFFName" */
static int load_server_id(loader *load)
{
    int code = load_need(load, "the text");
    if (code == TOOL_GOOD && load->word_bytes > REGISTERS_TEXT) {
        code = load_fail(load, "a text here has %d bytes at most", REGISTERS_TEXT);
    }
    for (size_t i = 0; i < REGISTERS_UNITS && code == TOOL_GOOD; i++) {
        registers_unit *const unit = load->units[i] ? load_unit(load, i) : NULL;
        if (unit != NULL) {
            memcpy(unit->server_id, load->word, load->word_bytes);
            unit->server_id_bytes = load->word_bytes;
        }
    }
    return code == TOOL_GOOD ? load_end(load) : code;
}

/* status 0x5A */
static int load_status(loader *load)
{
    unsigned long status = 0;
    const int code = load_number(load, "the status", 255, &status);
    for (size_t i = 0; i < REGISTERS_UNITS && code == TOOL_GOOD; i++) {
        registers_unit *const unit = load->units[i] ? load_unit(load, i) : NULL;
        if (unit != NULL) {
            unit->status = (uint8_t)status;
        }
    }
    return code == TOOL_GOOD ? load_end(load) : code;
}

/* fifo 0x04DE 440 4740 */
static int load_fifo(loader *load)
{
    registers_queue queue = {0, 0, {0}};
    unsigned long address = 0;
    int code = load_number(load, "the address", 65535, &address);
    queue.address = (uint16_t)address;
    while (code == TOOL_GOOD && load_word(load, &code)) {
        unsigned long value = 0;
        if (load->quoted || !tool_number(load->word, 0, 65535, &value)) {
            return load_fail(load, "'%s' is no u16", load->word);
        }
        if (queue.count == MW_MODBUS_FIFO_MAX) {
            return load_fail(load, "a queue has %d registers at most", MW_MODBUS_FIFO_MAX);
        }
        mw_modbus_put_u16(queue.data, queue.count++, (uint16_t)value);
    }
    for (size_t i = 0; i < REGISTERS_UNITS && code == TOOL_GOOD; i++) {
        registers_unit *const unit = load->units[i] ? load_unit(load, i) : NULL;
        if (unit != NULL && unit->queue_count == REGISTERS_QUEUES) {
            return load_fail(load, "a unit has %d queues at most", REGISTERS_QUEUES);
        }
        if (unit != NULL) {
            unit->queues[unit->queue_count++] = queue;
        }
    }
    return code;
}

static int load_line(loader *load)
{
    int code = TOOL_GOOD;
    if (!load_word(load, &code)) {
        return code;
    }
    if (strcmp(load->word, "coil") == 0) {
        return load_bits(load, MW_MODBUS_COILS);
    }
    if (strcmp(load->word, "discrete") == 0) {
        return load_bits(load, MW_MODBUS_DISCRETE);
    }
    if (strcmp(load->word, "holding") == 0) {
        return load_registers(load, MW_MODBUS_HOLDING);
    }
    if (strcmp(load->word, "input") == 0) {
        return load_registers(load, MW_MODBUS_INPUT);
    }
    if (strcmp(load->word, "unit") == 0) {
        return load_begin_unit(load);
    }
    if (strcmp(load->word, "id") == 0) {
        return load_id(load);
    }
    if (strcmp(load->word, "server-id") == 0) {
        return load_server_id(load);
    }
    if (strcmp(load->word, "status") == 0) {
        return load_status(load);
    }
    if (strcmp(load->word, "fifo") == 0) {
        return load_fifo(load);
    }
    return load_fail(load,
                     "a line begins with coil, discrete, holding, input, unit, id, server-id, status or fifo, "
                     "not '%s'",
                     load->word);
}

static int load_lines(loader *load, FILE *file)
{
    int code = TOOL_GOOD;
    while (code == TOOL_GOOD && fgets(load->text, sizeof load->text, file) != NULL) {
        load->line++;
        if (strlen(load->text) == sizeof load->text - 1 && load->text[sizeof load->text - 2] != '\n') {
            return load_fail(load, "the line is too long");
        }
        load->at = load->text;
        code = load_line(load);
    }
    return code == TOOL_GOOD && ferror(file) ? tool_fail("cannot read %s: %s", load->path, strerror(errno)) : code;
}

int registers_load(registers *all, const char *path, const bool units[REGISTERS_UNITS])
{
    static loader load; /* too large for a stack */
    const bool standard = strcmp(path, "-") == 0;
    FILE *const file = standard ? stdin : fopen(path, "r");
    int code;
    if (file == NULL) {
        return tool_fail("cannot open %s: %s", path, strerror(errno));
    }
    load.all = all;
    load.path = path;
    memcpy(load.units, units, sizeof load.units);
    code = load_lines(&load, file);
    if (!standard) {
        fclose(file);
    }
    return code;
}
