/* SPDX-License-Identifier: MIT */
#include <meterwire/device.h>
#include <meterwire/models.h>

#include "modbus_frames.h"

static const mw_modbus_framing framings[] = {MW_MODBUS_RTU, MW_MODBUS_TCP};

/* A meter of our own: 0100 to 0109, a hole, 0110 to 0119, at once 011A and 011B, and the very last register. */

#define CODE(c) MW_UNIT_NONE, 1, (c), 7, 0, MW_GROUP_FAST

static const mw_row rows[] = {
    {0x0100, MW_TYPE_UNSIGNED, 1, -1, CODE(1), 0},
    {0x0101, MW_TYPE_SIGNED, 2, 0, CODE(2), 0},
    {0x0103, MW_TYPE_FLOAT, 2, 3, CODE(3), 0},
    {0x0105, MW_TYPE_TEXT, 3, 0, CODE(4), 0},
    /* 0108 can be read, but means nothing. */
    {0x0109, MW_TYPE_BCD, 1, 0, CODE(5), 0},
    {0x0110, MW_TYPE_UNSIGNED, 1, 0, CODE(6), 0},
    {0x0111, MW_TYPE_BCD, 1, 0, CODE(7), 0},
    {0x0112, MW_TYPE_FLOAT, 2, 0, CODE(8), 0},
    {0x0114, MW_TYPE_UNSIGNED, 1, 0, CODE(9), 0},
    {0x0115, MW_TYPE_DIGITS, 2, 0, CODE(10), 0},
    {0x0117, MW_TYPE_SIGNED, 2, 0, CODE(11), 0},
    {0x0119, MW_TYPE_UNSIGNED, 1, 0, CODE(12), 0},
    {0x011A, MW_TYPE_UNSIGNED, 2, 0, CODE(13), MW_MODBUS_CDAB},
    {0xFFFF, MW_TYPE_BITS, 1, 0, CODE(14), 0},
};

static const mw_block blocks[] = {{0x0100, 10}, {0x0110, 10}, {0x011A, 2}, {0xFFFF, 1}};

/* In the third decimal: 1.000 and 0.500. */
static const mw_choice factors[] = {{1000, 0, 0, "one"}, {500, 0, 0, "half"}};

#define SETTING(e)                                                                                                     \
    {                                                                                                                  \
        0, 0, MW_OBIS_C_OPERATION, (e), 0, 255                                                                         \
    }

#define NUMBERS(e, least, most)                                                                                        \
    {                                                                                                                  \
        SETTING(e), MW_SETTING_NUMBER, 0, 0, MW_UNIT_NONE, 0, (least), (most), NULL                                    \
    }

static const mw_modbus_setting settings[] = {
    {NUMBERS(0, 1, 247), 0x0110, 1, 6},
    {NUMBERS(1, 0, 30), 0x0111, 1, 6},
    {{SETTING(2), MW_SETTING_NUMBER, 0, -3, MW_UNIT_NONE, 2, 0, 0, factors}, 0x0112, 2, 16},
    {{SETTING(3), MW_SETTING_ACTION, 0, 0, MW_UNIT_NONE, 0, 0, 0, NULL}, 0x0114, 1, 6},
    {NUMBERS(4, 0, 99), 0x0115, 2, 16},
    {NUMBERS(5, -100, 100), 0x0117, 2, 16},
    {NUMBERS(7, 0, 100), 0x011C, 1, 6}, /* has no row, so no coding */
    {NUMBERS(8, 0, 100), 0x011A, 1, 6}, /* half of its row */
};

static const mw_model own_model = {
    .name = "own",
    .title = "A meter of the tests",
    .rows = rows,
    .blocks = blocks,
    .settings = settings,
    .row_count = MW_COUNT(rows),
    .block_count = MW_COUNT(blocks),
    .setting_count = MW_COUNT(settings),
    .read_function = MW_MODBUS_READ_HOLDING,
    .max_regs = 125,
    .unit = 1,
    .baud = 9600,
};

/* A value, and the registers it makes, by hand. */
typedef struct value {
    uint16_t address;
    uint8_t kind;
    int8_t exp10;
    int64_t n;
    const char *text;
    const char *registers;
} value;

static const value own_values[] = {
    {0x0100, MW_KIND_NUMBER, -1, 2301, "", "08 FD"},
    {0x0101, MW_KIND_NUMBER, 0, -2, "", "FF FF FF FE"},
    {0x0103, MW_KIND_NUMBER, 0, 1500, "", "3F C0 00 00"}, /* 1.5 thousand */
    {0x0105, MW_KIND_TEXT, 0, 0, "AB C", "41 42 20 43 00 00"},
    {0x0109, MW_KIND_NUMBER, 0, 25, "", "00 25"},
    {0x0110, MW_KIND_NUMBER, 0, 10, "", "00 0A"},
    {0x0111, MW_KIND_NUMBER, 0, 12, "", "00 12"},
    {0x0112, MW_KIND_NUMBER, -3, 500, "", "3F 00 00 00"},
    {0x0114, MW_KIND_NUMBER, 0, 0, "", "00 00"},
    {0x0115, MW_KIND_TEXT, 0, 0, "22091039", "22 09 10 39"},
    {0x0117, MW_KIND_NUMBER, 0, -100, "", "FF FF FF 9C"},
    {0x0119, MW_KIND_NUMBER, 0, 7, "", "00 07"},
    {0x011A, MW_KIND_NUMBER, 0, 0x10002, "", "00 02 00 01"}, /* low word first */
    {0xFFFF, MW_KIND_BITS, 0, 0xBEEF, "", "BE EF"},
};

/* The application, and what was asked of it. */
typedef struct application {
    const value *values;
    size_t value_count;
    uint16_t failing;  /* the address whose value is not to be had, or 0 */
    mw_status refusal; /* what set() returns */
    unsigned given;
    unsigned sets;
    const mw_modbus_setting *setting;
    mw_reading taken;
} application;

static mw_status give_value(void *user, const mw_row *row, mw_reading *reading)
{
    application *const app = (application *)user;
    app->given++;
    if (row->address == app->failing) {
        return MW_ERR_IO;
    }
    for (size_t i = 0; i < app->value_count; i++) {
        if (app->values[i].address == row->address) {
            memset(reading, 0, sizeof *reading);
            reading->kind = app->values[i].kind;
            reading->n = app->values[i].n;
            reading->exp10 = app->values[i].exp10;
            memcpy(reading->text, app->values[i].text, strlen(app->values[i].text) + 1);
            return MW_OK;
        }
    }
    return MW_ERR_UNSUPPORTED;
}

static mw_status take_value(void *user, const mw_modbus_setting *setting, const mw_reading *taken)
{
    application *const app = (application *)user;
    app->sets++;
    app->setting = setting;
    app->taken = *taken;
    return app->refusal;
}

/* As unit 1. */
static mw_device device_of(const mw_model *model, application *app, const value *values, size_t count)
{
    mw_device device;
    memset(app, 0, sizeof *app);
    app->values = values;
    app->value_count = count;
    device.model = model;
    device.unit = 1;
    device.user = app;
    device.value = give_value;
    device.set = take_value;
    return device;
}

static mw_device own_device(application *app)
{
    return device_of(&own_model, app, own_values, MW_COUNT(own_values));
}

/* Gives a request to the device; the length of what it answers into the room. */
static size_t ask(mw_device *device, mw_modbus_framing framing, const uint8_t *request, size_t length)
{
    uint8_t *const copy = frames_copy(request, length);
    size_t reply_length = 12345;
    assert_int_equal(mw_device_answer(device, framing, copy, length, frames_room(), 260, &reply_length), MW_OK);
    assert_true(frames_intact_from(260));
    frames_free(copy, length);
    return reply_length;
}

/* A request and its reply as PDUs, to and from unit 1. */
static void check(mw_device *device, mw_modbus_framing framing, const uint8_t *request_pdu, size_t request_bytes,
                  const uint8_t *reply_pdu, size_t reply_bytes)
{
    uint8_t request[MW_MODBUS_FRAME_MAX];
    uint8_t expected[MW_MODBUS_FRAME_MAX];
    const size_t length = frames_put(framing, 0x0102, 1, request_pdu, request_bytes, request);
    const size_t expected_length = frames_put(framing, 0x0102, 1, reply_pdu, reply_bytes, expected);
    assert_int_equal(ask(device, framing, request, length), expected_length);
    assert_memory_equal(frames_output + FRAMES_CANARIES, expected, expected_length);
}

static void check_hex(mw_device *device, mw_modbus_framing framing, const char *request, const char *reply)
{
    uint8_t asked[MW_MODBUS_PDU_MAX];
    uint8_t answered[MW_MODBUS_PDU_MAX];
    const size_t asked_bytes = mw_hex(request, asked, sizeof asked);
    check(device, framing, asked, asked_bytes, answered, mw_hex(reply, answered, sizeof answered));
}

/* A read of so many registers: these, or an exception. */
static void check_read(mw_device *device, unsigned address, unsigned count, const uint8_t *registers)
{
    const uint8_t request[] = {3, (uint8_t)(address >> 8), (uint8_t)address, 0, (uint8_t)count};
    uint8_t reply[MW_MODBUS_PDU_MAX] = {3, (uint8_t)(2 * count)};
    memcpy(reply + 2, registers, 2 * (size_t)count);
    check(device, MW_MODBUS_TCP, request, sizeof request, reply, 2 + 2 * (size_t)count);
}

static void check_read_refused(mw_device *device, unsigned function, unsigned address, unsigned count,
                               unsigned exception)
{
    const uint8_t request[] = {(uint8_t)function, (uint8_t)(address >> 8), (uint8_t)address, 0, (uint8_t)count};
    const uint8_t reply[] = {(uint8_t)(function + 0x80), (uint8_t)exception};
    check(device, MW_MODBUS_TCP, request, sizeof request, reply, sizeof reply);
}

MW_TEST(every_value_is_read_as_its_registers)
{
    application app;
    mw_device device = own_device(&app);
    (void)state;
    for (size_t i = 0; i < MW_COUNT(own_values); i++) {
        uint8_t registers[16];
        const size_t bytes = mw_hex(own_values[i].registers, registers, sizeof registers);
        app.given = 0;
        check_read(&device, own_values[i].address, (unsigned)bytes / 2, registers);
        assert_int_equal(app.given, 1); /* of what was not asked for no value is needed */
    }
}

/* All registers of a block, and those that have no value 0. */
static size_t own_image(const mw_block *block, uint8_t *image)
{
    memset(image, 0, 2 * (size_t)block->regs);
    for (size_t i = 0; i < MW_COUNT(own_values); i++) {
        if (own_values[i].address >= block->address && own_values[i].address - block->address < block->regs) {
            (void)mw_hex(own_values[i].registers, image + 2 * (own_values[i].address - block->address), 6);
        }
    }
    return block->regs;
}

MW_TEST(every_part_of_a_block_is_read_and_nothing_across_its_ends)
{
    application app;
    mw_device device = own_device(&app);
    (void)state;
    for (size_t b = 0; b < MW_COUNT(blocks); b++) {
        uint8_t image[2 * 10];
        const unsigned regs = (unsigned)own_image(&blocks[b], image);
        for (unsigned from = 0; from < regs; from++) {
            for (unsigned count = 1; count <= regs - from; count++) {
                check_read(&device, blocks[b].address + from, count, image + 2 * (size_t)from);
            }
            app.given = 0;
            check_read_refused(&device, 3, blocks[b].address + from, regs - from + 1, 2);
            check_read_refused(&device, 3, blocks[b].address + from, 125, 2);
            assert_int_equal(app.given, 0);
        }
    }
}

MW_TEST(holes_and_what_is_outside_have_no_address)
{
    static const struct {
        uint16_t address;
        uint8_t count;
    } holes[] = {{0x0000, 1}, {0x00FF, 1}, {0x00FF, 2}, {0x010A, 1},  {0x010F, 1},  {0x010A, 6},
                 {0x0109, 2}, {0x010F, 2}, {0x0109, 8}, {0x0100, 26}, {0x0119, 2},  {0x0118, 4},
                 {0x011C, 1}, {0x011B, 2}, {0xFFFE, 1}, {0xFFFE, 2},  {0x0200, 125}};
    application app;
    mw_device device = own_device(&app);
    (void)state;
    for (size_t i = 0; i < MW_COUNT(holes); i++) {
        check_read_refused(&device, 3, holes[i].address, holes[i].count, 2);
    }
    assert_int_equal(app.given, 0);
}

MW_TEST(a_model_is_read_with_its_own_function_only)
{
    mw_model model = own_model;
    application app;
    mw_device device = own_device(&app);
    (void)state;
    check_read_refused(&device, 4, 0x0100, 1, 1);
    check_read_refused(&device, 4, 0x010A, 1, 1);
    model.read_function = MW_MODBUS_READ_INPUT;
    device.model = &model;
    check_read_refused(&device, 3, 0x0100, 1, 1);
    check_hex(&device, MW_MODBUS_RTU, "04 01 00 00 01", "04 02 08 FD");
    check_hex(&device, MW_MODBUS_RTU, "01 01 00 00 01", "81 01");
    check_hex(&device, MW_MODBUS_RTU, "17 01 00 00 01 01 10 00 01 02 00 05", "97 01");
}

MW_TEST(a_value_that_is_not_to_be_had_is_a_device_failure)
{
    application app;
    mw_device device = own_device(&app);
    static const uint8_t before[] = {0x08, 0xFD, 0xFF, 0xFF};
    static const uint8_t behind[] = {0x41, 0x42, 0x20, 0x43};
    (void)state;
    app.failing = 0x0103;
    check_read_refused(&device, 3, 0x0103, 2, 4);
    check_read_refused(&device, 3, 0x0104, 1, 4); /* half of it */
    check_read_refused(&device, 3, 0x0100, 10, 4);
    check_read(&device, 0x0100, 2, before);
    check_read(&device, 0x0105, 2, behind);
}

MW_TEST(a_value_that_does_not_fit_its_registers_is_a_device_failure)
{
    static const value bad[] = {
        {0x0100, MW_KIND_NUMBER, -1, 65536, "", ""}, {0x0101, MW_KIND_NUMBER, 0, 2147483648, "", ""},
        {0x0103, MW_KIND_TEXT, 0, 0, "1.5", ""},     {0x0105, MW_KIND_TEXT, 0, 0, "ABCDEFG", ""},
        {0x0109, MW_KIND_NUMBER, 0, 10000, "", ""},  {0x0110, MW_KIND_NUMBER, 0, -1, "", ""},
        {0x0111, MW_KIND_NUMBER, -1, 125, "", ""},   {0x0115, MW_KIND_TEXT, 0, 0, "2209103", ""},
        {0xFFFF, MW_KIND_BITS, 0, 0x10000, "", ""},
    };
    application app;
    mw_device device = device_of(&own_model, &app, bad, MW_COUNT(bad));
    (void)state;
    for (size_t i = 0; i < MW_COUNT(bad); i++) {
        check_read_refused(&device, 3, bad[i].address, 1, 4);
    }
}

/* More than 32 registers have no room in the device; no text of a reading needs as many. */
MW_TEST(a_row_wider_than_any_value_is_a_device_failure)
{
    static const mw_row wide[] = {{0x0010, MW_TYPE_TEXT, 32, 0, CODE(1), 0}, {0x0030, MW_TYPE_TEXT, 33, 0, CODE(2), 0}};
    static const mw_block all[] = {{0x0010, 65}};
    static const value texts[] = {{0x0010, MW_KIND_TEXT, 0, 0, "AB", ""}, {0x0030, MW_KIND_TEXT, 0, 0, "CD", ""}};
    static const mw_model model = {.name = "wide",
                                   .title = "",
                                   .rows = wide,
                                   .blocks = all,
                                   .row_count = 2,
                                   .block_count = 1,
                                   .read_function = MW_MODBUS_READ_HOLDING,
                                   .max_regs = 125,
                                   .unit = 1,
                                   .baud = 9600};
    application app;
    mw_device device = device_of(&model, &app, texts, MW_COUNT(texts));
    uint8_t registers[64] = {0x41, 0x42};
    (void)state;
    check_read(&device, 0x0010, 32, registers);
    check_read_refused(&device, 3, 0x0030, 33, 4);
    check_read_refused(&device, 3, 0x0050, 1, 4);
    check_hex(&device, MW_MODBUS_RTU, "06 00 10 00 01", "86 02"); /* and nothing can be set */
}

/* The value a setting is given must be what its row makes of the registers. */
static void check_set(mw_device *device, mw_modbus_framing framing, const char *request, uint16_t address, int64_t n,
                      int exp10)
{
    application *const app = (application *)device->user;
    uint8_t reply[MW_MODBUS_PDU_MAX];
    uint8_t asked[MW_MODBUS_PDU_MAX];
    const size_t asked_bytes = mw_hex(request, asked, sizeof asked);
    app->sets = 0;
    (void)mw_hex(request, reply, 5); /* AP 6.6, 6.12: address and value or count come back */
    check(device, framing, asked, asked_bytes, reply, 5);
    assert_int_equal(app->sets, 1);
    assert_int_equal(app->setting->address, address);
    assert_int_equal(app->taken.kind, MW_KIND_NUMBER);
    assert_int_equal(app->taken.quality, MW_QUALITY_GOOD);
    assert_true(app->taken.n == n);
    assert_int_equal(app->taken.exp10, exp10);
    assert_int_equal(app->taken.source, address);
}

static void check_not_set(mw_device *device, const char *request, unsigned exception)
{
    application *const app = (application *)device->user;
    uint8_t asked[MW_MODBUS_PDU_MAX];
    const size_t asked_bytes = mw_hex(request, asked, sizeof asked);
    const uint8_t reply[] = {(uint8_t)(asked[0] + 0x80), (uint8_t)exception};
    app->sets = 0;
    for (size_t f = 0; f < MW_COUNT(framings); f++) {
        check(device, framings[f], asked, asked_bytes, reply, sizeof reply);
    }
    assert_int_equal(app->sets, 0);
}

MW_TEST(allowed_values_are_set)
{
    application app;
    mw_device device = own_device(&app);
    (void)state;
    for (size_t f = 0; f < MW_COUNT(framings); f++) {
        check_set(&device, framings[f], "06 01 10 00 01", 0x0110, 1, 0);
        check_set(&device, framings[f], "06 01 10 00 F7", 0x0110, 247, 0);
        check_set(&device, framings[f], "06 01 11 00 00", 0x0111, 0, 0);
        check_set(&device, framings[f], "06 01 11 00 30", 0x0111, 30, 0);
        check_set(&device, framings[f], "10 01 12 00 02 04 3F 80 00 00", 0x0112, 1000, -3);
        check_set(&device, framings[f], "10 01 12 00 02 04 3F 00 00 00", 0x0112, 500, -3);
        check_set(&device, framings[f], "06 01 14 00 00", 0x0114, 0, 0);
        check_set(&device, framings[f], "10 01 17 00 02 04 FF FF FF 9C", 0x0117, -100, 0);
        check_set(&device, framings[f], "10 01 17 00 02 04 00 00 00 64", 0x0117, 100, 0);
    }
    assert_int_equal(app.given, 0);
}

/* A server could do more; the meters of the models cannot. */
MW_TEST(functions_no_meter_of_a_model_has_are_illegal)
{
    static const char *const requests[] = {"01 01 10 00 01",
                                           "02 01 10 00 01",
                                           "05 01 10 FF 00",
                                           "0F 01 10 00 01 01 01",
                                           "16 01 10 FF FF 00 00",
                                           "17 01 10 00 01 01 10 00 01 02 00 01",
                                           "07",
                                           "18 01 10",
                                           "2B 0E 01 00",
                                           "41"};
    application app;
    mw_device device = own_device(&app);
    (void)state;
    for (size_t i = 0; i < MW_COUNT(requests); i++) {
        check_not_set(&device, requests[i], 1);
    }
}

MW_TEST(the_first_row_of_a_model_can_be_a_setting)
{
    mw_model model = own_model;
    application app;
    mw_device device = own_device(&app);
    (void)state;
    model.rows = rows + 5; /* from 0110 on */
    model.row_count = (uint16_t)(MW_COUNT(rows) - 5);
    device.model = &model;
    check_set(&device, MW_MODBUS_RTU, "06 01 10 00 01", 0x0110, 1, 0);
}

MW_TEST(values_that_are_not_allowed_are_illegal)
{
    static const char *const requests[] = {
        "06 01 10 00 00",                /* 1 to 247 */
        "06 01 10 00 F8",                /* 248 */
        "06 01 10 FF FF",                /* 65535, not -1 */
        "06 01 11 00 31",                /* packed decimal, 0 to 30 */
        "06 01 11 01 00",                /* 100 */
        "06 01 14 00 01",                /* a command has one value */
        "10 01 12 00 02 04 3E 80 00 00", /* 0.25: neither 1 nor 0.5 */
        "10 01 17 00 02 04 FF FF FF 9B", /* -101 */
        "10 01 17 00 02 04 00 00 00 65", /* 101 */
        "10 01 17 00 02 04 80 00 00 00", /* -2^31 */
    };
    application app;
    mw_device device = own_device(&app);
    (void)state;
    for (size_t i = 0; i < MW_COUNT(requests); i++) {
        check_not_set(&device, requests[i], 3);
    }
}

/* Packed decimal with a digit of 10 or more, where 0 is allowed. */
MW_TEST(registers_that_are_no_number_are_never_taken_for_0)
{
    application app;
    mw_device device = own_device(&app);
    (void)state;
    check_not_set(&device, "06 01 11 00 0A", 3);
    check_not_set(&device, "06 01 11 00 1F", 3);
    check_not_set(&device, "06 01 11 F0 00", 3);
    check_not_set(&device, "06 01 11 FF FF", 3);
}

/* 1000 in the registers of a float is 1.4e-42, not the 1.000 whose third decimal is 1000. */
MW_TEST(an_integer_in_a_float_is_not_taken_for_its_decimals)
{
    application app;
    mw_device device = own_device(&app);
    (void)state;
    check_not_set(&device, "10 01 12 00 02 04 00 00 03 E8", 3);
    check_not_set(&device, "10 01 12 00 02 04 00 00 01 F4", 3);
}

MW_TEST(settings_without_a_known_coding_take_nothing)
{
    application app;
    mw_device device = own_device(&app);
    (void)state;
    check_not_set(&device, "10 01 15 00 02 04 00 00 00 05", 3); /* a text has no range */
    check_not_set(&device, "06 01 1C 00 05", 3);                /* no row */
    check_not_set(&device, "06 01 1A 00 05", 3);                /* the row has more */
}

MW_TEST(settings_are_written_whole_and_with_their_own_function)
{
    static const char *const requests[] = {
        "10 01 10 00 01 02 00 05",                   /* is written with 6 */
        "06 01 12 3F 80",                            /* is written with 16, and has two registers */
        "10 01 12 00 01 02 3F 80",                   /* half */
        "10 01 12 00 03 06 3F 80 00 00 00 00",       /* more */
        "10 01 13 00 01 02 00 00",                   /* the other half */
        "10 01 10 00 02 04 00 05 00 05",             /* two at once */
        "10 01 11 00 03 06 00 05 3F 80 00 00",       /* two at once */
        "10 01 10 00 04 08 00 05 00 05 3F 80 00 00", /* three at once */
        "06 01 00 00 01",                            /* can only be read */
        "06 01 08 00 01",                            /* means nothing */
        "06 01 0A 00 01",                            /* a hole */
        "06 FF FF 00 01",
        "10 FF FF 00 01 02 00 01",
    };
    application app;
    mw_device device = own_device(&app);
    (void)state;
    for (size_t i = 0; i < MW_COUNT(requests); i++) {
        check_not_set(&device, requests[i], 2);
    }
}

MW_TEST(a_value_the_application_refuses_is_a_device_failure)
{
    application app;
    mw_device device = own_device(&app);
    (void)state;
    app.refusal = MW_ERR_IO;
    check_hex(&device, MW_MODBUS_RTU, "06 01 10 00 05", "86 04");
    check_hex(&device, MW_MODBUS_TCP, "10 01 12 00 02 04 3F 80 00 00", "90 04");
    assert_int_equal(app.sets, 2);
}

MW_TEST(without_a_function_to_set_writing_is_illegal)
{
    application app;
    mw_device device = own_device(&app);
    (void)state;
    device.set = NULL;
    check_not_set(&device, "06 01 10 00 05", 1);
    check_not_set(&device, "10 01 12 00 02 04 3F 80 00 00", 1);
    check_not_set(&device, "06 00 00 00 05", 1);
    check_hex(&device, MW_MODBUS_RTU, "03 01 00 00 01", "03 02 08 FD");
}

MW_TEST(malformed_requests_are_illegal_values_and_ask_nothing)
{
    static const char *const requests[] = {"03 01 00 00 00", "03 01 00 00 7E", "03 01 00", "03 01 00 00 01 00"};
    application app;
    mw_device device = own_device(&app);
    (void)state;
    for (size_t i = 0; i < MW_COUNT(requests); i++) {
        check_not_set(&device, requests[i], 3);
    }
    check_not_set(&device, "06 01 10 00", 3);
    check_not_set(&device, "10 01 12 00 02 02 3F 80", 3);
    check_not_set(&device, "06 01 10 00 05 06 01 14 00 00", 3); /* a second request behind it */
    assert_int_equal(app.given, 0);
}

MW_TEST(a_broadcast_is_obeyed_but_not_answered)
{
    uint8_t request[MW_MODBUS_FRAME_MAX];
    application app;
    mw_device device = own_device(&app);
    size_t length = frames_put_hex(MW_MODBUS_RTU, 0, 0, "06 01 10 00 05", request);
    (void)state;
    assert_int_equal(ask(&device, MW_MODBUS_RTU, request, length), 0);
    assert_int_equal(app.sets, 1);
    assert_true(app.taken.n == 5);
    length = frames_put_hex(MW_MODBUS_RTU, 0, 0, "06 01 10 00 00", request);
    assert_int_equal(ask(&device, MW_MODBUS_RTU, request, length), 0);
    assert_int_equal(app.sets, 1);
    length = frames_put_hex(MW_MODBUS_RTU, 0, 0, "03 01 00 00 01", request);
    assert_int_equal(ask(&device, MW_MODBUS_RTU, request, length), 0);
}

MW_TEST(requests_to_other_units_are_neither_obeyed_nor_answered)
{
    (void)state;
    for (size_t f = 0; f < MW_COUNT(framings); f++) {
        for (unsigned unit = framings[f] == MW_MODBUS_TCP ? 0 : 1; unit < 256; unit++) {
            uint8_t request[MW_MODBUS_FRAME_MAX];
            application app;
            mw_device device = own_device(&app);
            size_t length = frames_put_hex(framings[f], 1, (uint8_t)unit, "06 01 10 00 05", request);
            assert_int_equal(ask(&device, framings[f], request, length) > 0, unit == 1);
            assert_int_equal(app.sets, unit == 1 ? 1 : 0);
            length = frames_put_hex(framings[f], 1, (uint8_t)unit, "03 01 00 00 01", request);
            assert_int_equal(ask(&device, framings[f], request, length) > 0, unit == 1);
            assert_int_equal(app.given, unit == 1 ? 1 : 0);
        }
    }
}

MW_TEST(what_is_no_frame_is_not_answered)
{
    static const uint8_t bad_crc[] = {0x01, 0x06, 0x01, 0x10, 0x00, 0x05, 0x00, 0x00};
    static const uint8_t bad_header[] = {0, 1, 0, 1, 0, 6, 1, 6, 1, 0x10, 0, 5};
    application app;
    mw_device device = own_device(&app);
    size_t length = 12345;
    (void)state;
    assert_int_equal(mw_device_answer(&device, MW_MODBUS_RTU, bad_crc, sizeof bad_crc, frames_room(), 260, &length),
                     MW_ERR_CHECK);
    assert_int_equal(
        mw_device_answer(&device, MW_MODBUS_TCP, bad_header, sizeof bad_header, frames_room(), 260, &length),
        MW_ERR_FRAME);
    assert_int_equal(length, 12345);
    assert_int_equal(app.sets, 0);
}

/* A WAGO 879-3000, values and registers of one that was read, decoded by hand. */

static const value wago_values[] = {
    {0x4000, MW_KIND_TEXT, 0, 0, "22091039", "22 09 10 39"},
    {0x4002, MW_KIND_TEXT, 0, 0, "0102", "01 02"},
    {0x4003, MW_KIND_NUMBER, 0, 1, "", "00 01"},
    {0x4005, MW_KIND_TEXT, 0, 0, "3.20", "40 4C CC CD"},
    {0x4007, MW_KIND_TEXT, 0, 0, "2.18", "40 0B 85 1F"},
    {0x4009, MW_KIND_TEXT, 0, 0, "1.32", "3F A8 F5 C3"},
    {0x400B, MW_KIND_NUMBER, 0, 100, "", "00 64"},
    {0x400D, MW_KIND_NUMBER, -3, 1000, "", "44 7A 00 00"}, /* 1000/kWh, that is 1000 * 10^-3 per Wh */
    {0x4010, MW_KIND_NUMBER, 0, 10, "", "00 10"},          /* packed decimal */
    {0x4012, MW_KIND_TEXT, 0, 0, "1F", "31 46"},
    {0x4013, MW_KIND_TEXT, 0, 0, "2R", "32 52"},
    {0x4015, MW_KIND_NUMBER, 0, 0, "", "00 00"},
    {0x4016, MW_KIND_NUMBER, 0, 12, "", "00 0C"},
    {0x4017, MW_KIND_NUMBER, 0, 4, "", "00 04"},
    {0x401D, MW_KIND_BITS, 0, 0x00110111, "", "00 11 01 11"},
    {0x4021, MW_KIND_NUMBER, -3, 30, "", "00 30"}, /* 30 ms, packed decimal */
    {0x4026, MW_KIND_NUMBER, 0, 1, "", "00 01"},
    {0x5000, MW_KIND_NUMBER, 0, 0, "", "00 00 00 00"},
    {0x5002, MW_KIND_NUMBER, -1, 2343, "", "43 6A 4C CD"},
    {0x5008, MW_KIND_NUMBER, -2, 4998, "", "42 47 EB 85"},
    {0x500E, MW_KIND_NUMBER, -2, -162, "", "BF CF 5C 29"},
    {0x5012, MW_KIND_NUMBER, 0, 175, "", "3E 33 33 33"},  /* W as kW */
    {0x5016, MW_KIND_NUMBER, 0, -232, "", "BE 6D 91 68"}, /* W as kW */
    {0x502A, MW_KIND_NUMBER, -2, 29, "", "3E 94 7A E1"},
    {0x600C, MW_KIND_NUMBER, 0, 15062030, "", "46 6B 58 1F"}, /* Wh as kWh */
    {0x6018, MW_KIND_NUMBER, 0, 20257910, "", "46 9E 43 D2"},
    {0x6048, MW_KIND_NUMBER, 0, 1, "", "00 01"},
    {0x6049, MW_KIND_NUMBER, 0, 15056170, "", "46 6B 40 AE"},
};

static mw_device wago_device(const mw_model *model, application *app)
{
    return device_of(model, app, wago_values, MW_COUNT(wago_values));
}

MW_TEST(wago_values_are_the_registers_of_the_meter)
{
    application app;
    mw_device device = wago_device(&mw_model_wago_879_3000, &app);
    (void)state;
    for (size_t i = 0; i < MW_COUNT(wago_values); i++) {
        uint8_t registers[4];
        const size_t bytes = mw_hex(wago_values[i].registers, registers, sizeof registers);
        check_read(&device, wago_values[i].address, (unsigned)bytes / 2, registers);
        check_read(&device, wago_values[i].address + (unsigned)bytes / 2 - 1, 1, registers + bytes - 2);
    }
}

/* Traffic of a real bus: three times 16 A. */
MW_TEST(wago_currents_as_a_wallbox_reads_them)
{
    static const value currents[] = {{0x500C, MW_KIND_NUMBER, 0, 16, "", ""},
                                     {0x500E, MW_KIND_NUMBER, 0, 16, "", ""},
                                     {0x5010, MW_KIND_NUMBER, 0, 16, "", ""}};
    uint8_t request[8];
    uint8_t expected[32];
    application app;
    mw_device device = device_of(&mw_model_wago_879_3000, &app, currents, MW_COUNT(currents));
    const size_t length = mw_hex("01 03 50 0C 00 06 14 CB", request, sizeof request);
    const size_t expected_length =
        mw_hex("01 03 0C 41 80 00 00 41 80 00 00 41 80 00 00 97 AE", expected, sizeof expected);
    (void)state;
    assert_int_equal(ask(&device, MW_MODBUS_RTU, request, length), expected_length);
    assert_memory_equal(frames_output + FRAMES_CANARIES, expected, expected_length);
    assert_int_equal(app.given, 3);
}

/* A meter that measures the same everywhere: 230, whatever the row. */
static mw_status give_230(void *user, const mw_row *row, mw_reading *reading)
{
    application *const app = (application *)user;
    app->given++;
    memset(reading, 0, sizeof *reading);
    reading->kind = MW_KIND_NUMBER;
    reading->n = row->type == MW_TYPE_FLOAT ? 230 : 2;
    reading->exp10 = row->exp10;
    return MW_OK;
}

/* 230.0 is 43660000; 6048 is the tariff, of one register, and what follows has odd addresses. */
MW_TEST(wago_blocks_are_read_whole)
{
    static const uint8_t number[] = {0x43, 0x66, 0x00, 0x00};
    uint8_t floats[2 * 56];
    uint8_t energies[2 * 145] = {0};
    application app;
    mw_device device = wago_device(&mw_model_wago_879_3000, &app);
    (void)state;
    for (size_t i = 0; i < 28; i++) {
        memcpy(floats + 4 * i, number, 4);
    }
    for (size_t i = 0; i < 36; i++) {
        memcpy(energies + 4 * i, number, 4);
        memcpy(energies + 146 + 4 * i, number, 4);
    }
    energies[2 * 0x48 + 1] = 2;
    device.value = give_230;
    check_read(&device, 0x5000, 56, floats);
    assert_int_equal(app.given, 28);
    check_read(&device, 0x6000, 125, energies);
    assert_int_equal(app.given, 28 + 63); /* 36 floats, the tariff, and 26 floats from 6049 to 607C */
    check_read(&device, 0x607D, 20, energies + 2 * 0x7D);
    check_read(&device, 0x6048, 73, energies + 2 * 0x48);
    check_read(&device, 0x6014, 125, energies + 2 * 0x14);
}

MW_TEST(wago_holes_have_no_address)
{
    static const struct {
        uint16_t address;
        uint8_t count;
    } holes[] = {{0x3FFF, 1},  {0x4000, 38}, {0x4024, 2}, {0x4025, 1}, {0x4025, 2}, {0x4026, 2},
                 {0x4027, 1},  {0x4031, 1},  {0x4031, 2}, {0x4034, 1}, {0x4FFF, 1}, {0x5038, 1},
                 {0x5000, 57}, {0x5FFF, 1},  {0x6090, 2}, {0x6091, 1}, {0x6100, 1}};
    application app;
    mw_device device = wago_device(&mw_model_wago_879_3000, &app);
    (void)state;
    for (size_t i = 0; i < MW_COUNT(holes); i++) {
        check_read_refused(&device, 3, holes[i].address, holes[i].count, 2);
    }
    check_read_refused(&device, 4, 0x5000, 2, 1);
    assert_int_equal(app.given, 0);
}

/* Frames with CRC as the manual gives them, and the value in the last digit of the row, by hand. */
MW_TEST(wago_settings_are_written_by_the_frames_of_the_manual)
{
    static const struct {
        const char *request;
        uint16_t address;
        int32_t n;
    } writes[] = {
        {"01 06 40 03 00 0A EC 0D", 0x4003, 10},
        {"01 06 40 04 00 06 5D C9", 0x4004, 6},
        {"01 10 40 0D 00 02 04 41 20 00 00 16 03", 0x400D, 10000}, /* 10.000 */
        {"01 06 40 0F 00 04 AD CA", 0x400F, 4},
        {"01 06 40 10 00 25 5C 14", 0x4010, 25},
        {"01 06 40 11 00 02 4D CE", 0x4011, 2},
        {"01 06 40 16 00 00 7D CE", 0x4016, 0},
        {"01 06 60 48 00 02 96 1D", 0x6048, 2},
        {"01 10 60 49 00 02 04 00 00 00 00 9F F7", 0x6049, 0},
        {"01 06 40 21 00 30 CC 14", 0x4021, 30},
        {"01 06 40 22 00 02 BD C1", 0x4022, 2},
        {"01 06 40 26 00 02 FC 00", 0x4026, 2},
        {"01 06 40 32 00 01 FC 05", 0x4032, 1},
        {"01 06 40 33 00 01 AD C5", 0x4033, 1},
    };
    application app;
    mw_device device = wago_device(&mw_model_wago_879_3000, &app);
    (void)state;
    for (size_t i = 0; i < MW_COUNT(writes); i++) {
        uint8_t request[16];
        uint8_t expected[16];
        const size_t length = mw_hex(writes[i].request, request, sizeof request);
        const size_t expected_length = frames_put(MW_MODBUS_RTU, 0, 1, request + 1, 5, expected);
        app.sets = 0;
        assert_int_equal(ask(&device, MW_MODBUS_RTU, request, length), expected_length);
        assert_memory_equal(frames_output + FRAMES_CANARIES, expected, expected_length);
        assert_int_equal(app.sets, 1);
        assert_int_equal(app.setting->address, writes[i].address);
        assert_true(app.taken.n == writes[i].n);
    }
}

MW_TEST(wago_settings_refuse_what_the_manual_does_not_list)
{
    static const char *const requests[] = {
        "06 40 03 00 00",                /* address 1 to 247 */
        "06 40 03 00 F8",                /* 248 */
        "06 40 04 00 00",                /* baud code 1 to 10 */
        "06 40 04 00 0B",                /* 11 */
        "10 40 0D 00 02 04 43 FA 00 00", /* 500 pulses */
        "06 40 0F 00 06",                /* combination 1 to 5 */
        "06 40 10 00 00",                /* 1 to 30 s */
        "06 40 10 00 31",                /* 31 */
        "06 40 10 00 1E",                /* 30 in binary: a digit of 14 */
        "06 40 11 00 04",                /* parity 1 to 3 */
        "06 40 16 00 01",                /* to 0 only */
        "06 40 21 00 01",                /* 2 to 99 ms */
        "06 40 21 01 00",                /* 100 */
        "06 40 22 00 03",                /* 1 and 2 */
        "06 40 26 00 00",                /* 1 and 2 */
        "06 40 32 00 02",                /* 0 and 1 */
        "06 40 33 00 02",                /* 0 and 1 */
        "06 60 48 00 05",                /* tariff 1 to 4 */
        "10 60 49 00 02 04 3F 80 00 00", /* to 0 only */
    };
    application app;
    mw_device device = wago_device(&mw_model_wago_879_3000, &app);
    (void)state;
    for (size_t i = 0; i < MW_COUNT(requests); i++) {
        check_not_set(&device, requests[i], 3);
    }
}

/* IEEE 754: not a number, both infinities, and the largest single, which no reading holds. */
MW_TEST(wago_day_register_is_not_reset_by_what_is_no_number)
{
    application app;
    mw_device device = wago_device(&mw_model_wago_879_3000, &app);
    (void)state;
    check_not_set(&device, "10 60 49 00 02 04 7F C0 00 00", 3);
    check_not_set(&device, "10 60 49 00 02 04 7F 80 00 00", 3);
    check_not_set(&device, "10 60 49 00 02 04 FF 80 00 00", 3);
    check_not_set(&device, "10 60 49 00 02 04 7F 7F FF FF", 3);
}

/* The ratio exists on the meter for transformers, but how it is coded there is not proven. */
/* Section 1.8 of the facts: 9999 is decimal, 270B binary, and 0250 may be 250 or 592. */
MW_TEST(wago_ratio_of_the_transformers_is_written_where_its_coding_can_be_told)
{
    application app;
    mw_device device = wago_device(&mw_model_wago_879_3000, &app);
    (void)state;
    check_not_set(&device, "10 40 1F 00 02 04 99 95 00 05", 2);
    check_not_set(&device, "06 40 1F 00 05", 2);
    device.model = &mw_model_wago_879_3040;
    check_not_set(&device, "10 40 1F 00 02 04 02 50 00 01", 3);
    check_not_set(&device, "10 40 1F 00 02 04 99 95 00 02", 3);
    check_not_set(&device, "06 40 1F 00 05", 2);
    check_hex(&device, MW_MODBUS_RTU, "10 40 1F 00 02 04 99 95 00 05", "10 40 1F 00 02");
    assert_true(app.taken.n == 999505);
    check_hex(&device, MW_MODBUS_RTU, "10 40 1F 00 02 04 27 0B 00 05", "10 40 1F 00 02");
    assert_true(app.taken.n == 999505);
    assert_int_equal(app.sets, 2);
}

/* 2026-11-28 10:17:54 is 1795861074 seconds behind 1970. */
MW_TEST(countis_clock_is_set_by_all_of_its_registers)
{
    application app;
    mw_device device = device_of(&mw_model_socomec_countis_e44, &app, NULL, 0);
    (void)state;
    check_hex(&device, MW_MODBUS_RTU, "10 E1 00 00 06 0C 00 1C 00 0B 07 EA 00 0A 00 11 00 36", "10 E1 00 00 06");
    assert_int_equal(app.taken.kind, MW_KIND_DATETIME);
    assert_true(app.taken.n == 1795861074);
    check_not_set(&device, "10 E1 00 00 06 0C 00 1F 00 0B 07 EA 00 0A 00 11 00 36", 3); /* 31 November */
    check_not_set(&device, "10 E1 00 00 06 0C 00 1C 00 0B 07 CF 00 0A 00 11 00 36", 3); /* 1999 */
    check_not_set(&device, "10 E1 00 00 05 0A 00 1C 00 0B 07 EA 00 0A 00 11", 2);
}

MW_TEST(wago_history_belongs_to_the_meter_for_transformers)
{
    static const value history[] = {{0x6100, MW_KIND_TEXT, 0, 0, "0001 0203 0405 0607", ""},
                                    {0x619C, MW_KIND_TEXT, 0, 0, "1011 1213 1415", ""}};
    application app;
    mw_device device = device_of(&mw_model_wago_879_3040, &app, history, MW_COUNT(history));
    (void)state;
    check_hex(&device, MW_MODBUS_TCP, "03 61 00 00 04", "03 08 00 01 02 03 04 05 06 07");
    check_hex(&device, MW_MODBUS_TCP, "03 61 9D 00 02", "03 04 12 13 14 15");
    check_read_refused(&device, 3, 0x619F, 1, 2);
    device.model = &mw_model_wago_879_3000;
    check_read_refused(&device, 3, 0x6100, 4, 2);
}

MW_TESTS(
    MW_CASE(every_value_is_read_as_its_registers), MW_CASE(every_part_of_a_block_is_read_and_nothing_across_its_ends),
    MW_CASE(holes_and_what_is_outside_have_no_address), MW_CASE(a_model_is_read_with_its_own_function_only),
    MW_CASE(a_value_that_is_not_to_be_had_is_a_device_failure),
    MW_CASE(a_value_that_does_not_fit_its_registers_is_a_device_failure),
    MW_CASE(a_row_wider_than_any_value_is_a_device_failure), MW_CASE(allowed_values_are_set),
    MW_CASE(the_first_row_of_a_model_can_be_a_setting), MW_CASE(values_that_are_not_allowed_are_illegal),
    MW_CASE(registers_that_are_no_number_are_never_taken_for_0),
    MW_CASE(an_integer_in_a_float_is_not_taken_for_its_decimals), MW_CASE(settings_without_a_known_coding_take_nothing),
    MW_CASE(settings_are_written_whole_and_with_their_own_function),
    MW_CASE(a_value_the_application_refuses_is_a_device_failure), MW_CASE(without_a_function_to_set_writing_is_illegal),
    MW_CASE(malformed_requests_are_illegal_values_and_ask_nothing), MW_CASE(a_broadcast_is_obeyed_but_not_answered),
    MW_CASE(requests_to_other_units_are_neither_obeyed_nor_answered), MW_CASE(what_is_no_frame_is_not_answered),
    MW_CASE(functions_no_meter_of_a_model_has_are_illegal), MW_CASE(wago_values_are_the_registers_of_the_meter),
    MW_CASE(wago_currents_as_a_wallbox_reads_them), MW_CASE(wago_blocks_are_read_whole),
    MW_CASE(wago_holes_have_no_address), MW_CASE(wago_settings_are_written_by_the_frames_of_the_manual),
    MW_CASE(wago_settings_refuse_what_the_manual_does_not_list),
    MW_CASE(wago_day_register_is_not_reset_by_what_is_no_number),
    MW_CASE(wago_ratio_of_the_transformers_is_written_where_its_coding_can_be_told),
    MW_CASE(countis_clock_is_set_by_all_of_its_registers), MW_CASE(wago_history_belongs_to_the_meter_for_transformers))
