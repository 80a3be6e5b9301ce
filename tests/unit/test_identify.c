/* SPDX-License-Identifier: MIT */
/* Identifying what is at an address. The registers are those of the makers' tables: WAGO A3.2, Socomec V 201.255 and
 * V 103.18. */
#include <meterwire/meterwire.h>

#include "../mw_test.h"
#include "answer_line.h"
#include "registers.h"
#include "wago_mbus.h"

#define UNIT 7

/* How a meter answers to a read of registers that it does not have. */
typedef enum manner { MANNER_REFUSES, MANNER_IS_SILENT, MANNER_GIVES_ZEROS } manner;

static struct {
    const mw_model *is; /* null: nobody is there */
    manner manner;
    unsigned requests;
    unsigned deaf_at;   /* number of a request that is not heard, from 1; 0: none */
    unsigned deaf_from; /* of the first one after which none is heard; 0: none */
    uint8_t gateway;    /* exception for what is not answered, or 0 */
    uint8_t function;   /* by which it is read, if not 3 */
    bool broken;
    bool noisy;
    answer_line answer;
    mw_link_config config;
    mw_link link;
    mw_io io;
    uint8_t buffer[MW_MODBUS_FRAME_MAX];
    mw_identity identity;
} bench;

static bool has(const uint8_t *pdu)
{
    const unsigned first = word(pdu + 1);
    const unsigned end = first + word(pdu + 3);
    for (unsigned i = 0; i < bench.is->block_count; i++) {
        const mw_block *const block = &bench.is->blocks[i];
        if (first >= block->address && end <= (unsigned)block->address + block->regs) {
            return true;
        }
    }
    return false;
}

static mw_status line_write(void *user, const uint8_t *bytes, size_t count)
{
    uint8_t pdu[MW_MODBUS_PDU_MAX] = {0x83, MW_MODBUS_ILLEGAL_ADDRESS};
    size_t length = 2;
    (void)user;
    bench.requests++;
    bench.answer.count = 0;
    assert_true(registers_intact(bytes, count));
    assert_true(bytes[1] == 3 || bytes[1] == 4); /* nothing is written */
    if (bench.broken) {
        return MW_ERR_IO;
    }
    if (bench.noisy) {
        memset(bench.answer.bytes, 0xA5, 9);
        bench.answer.count = 9;
    }
    if (bench.gateway != 0) {
        pdu[0] = bytes[1] | 0x80;
        pdu[1] = bench.gateway;
        bench.answer.count = frames_put(MW_MODBUS_RTU, 0, UNIT, pdu, length, bench.answer.bytes);
    }
    if (bench.function != 0 && bytes[1] != bench.function) {
        pdu[0] = bytes[1] | 0x80;
        pdu[1] = MW_MODBUS_ILLEGAL_FUNCTION;
        bench.answer.count = frames_put(MW_MODBUS_RTU, 0, UNIT, pdu, length, bench.answer.bytes);
        return MW_OK;
    }
    if (bench.is == NULL || bytes[0] != UNIT || bench.requests == bench.deaf_at ||
        (bench.deaf_from != 0 && bench.requests >= bench.deaf_from)) {
        return MW_OK;
    }
    if (has(bytes + 1) || bench.manner == MANNER_GIVES_ZEROS) {
        length = registers_answer(bytes + 1, pdu);
    } else if (bench.manner == MANNER_IS_SILENT) {
        return MW_OK;
    }
    bench.answer.count = frames_put(MW_MODBUS_RTU, 0, UNIT, pdu, length, bench.answer.bytes);
    return MW_OK;
}

static void set_up(const mw_model *is)
{
    memset(&bench, 0, sizeof bench);
    registers_clear();
    bench.is = is;
    bench.io.write = line_write;
    bench.io.read = answer_line_read;
    bench.io.now_us = answer_line_now;
    bench.io.user = &bench.answer;
    mw_link_init(&bench.link, &mw_framer_rtu, &bench.config, bench.buffer, sizeof bench.buffer, 0);
}

static mw_status identify(const mw_model *const *models)
{
    return mw_identify(&bench.link, &bench.io, MW_MODBUS_RTU, UNIT, models, &bench.identity);
}

/* Serial number 22091039, software 1.34 (3FAB851F) and its check sum 59268366. */
static void set_up_wago(const mw_model *is, const char *code)
{
    set_up(is);
    registers_put(0x4000, "2209 1039");
    registers_put(0x4002, code);
    registers_put(0x4007, "3FAB 851F");
    registers_put(0x401B, "5926 8366");
}

/* Software 1.02, serial number of 2019 week 47. */
static void set_up_countis(const mw_model *is, const char *name, const char *mid)
{
    set_up(is);
    registers_put(0xC350, "0053 004F 0043 004F 0064");
    registers_put(0xC357, "0066 079B 000B 1267");
    registers_text(0xC38A, 8, name);
    registers_put(0x9E61, mid);
}

MW_TEST(a_wago_is_known_by_one_request)
{
    static const struct {
        const mw_model *model;
        const char *code;
    } meters[] = {{&mw_model_wago_879_3000, "1111"}, {&mw_model_wago_879_3020, "1112"}};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(meters); i++) {
        const mw_model *const wagos[] = {&mw_model_wago_879_3000, &mw_model_wago_879_3020, &mw_model_wago_879_3040,
                                         &mw_model_socomec_countis_e44, NULL};
        set_up_wago(meters[i].model, meters[i].code);
        assert_int_equal(identify(wagos), MW_OK);
        assert_ptr_equal(bench.identity.model, meters[i].model);
        assert_null(bench.identity.mbus_model);
        assert_int_equal(bench.requests, 1);
        assert_string_equal(bench.identity.name.text, meters[i].code);
        assert_string_equal(bench.identity.serial.text, "22091039");
        assert_string_equal(bench.identity.firmware.text, "1.34");
        assert_string_equal(bench.identity.checksum.text, "59268366");
        assert_int_equal(bench.identity.listed, MW_VERDICT_YES);
        assert_int_equal(bench.identity.mid, MW_VERDICT_YES);
        assert_int_equal(bench.identity.candidates, 1);
    }
}

/* The other versions and check sums of 4.3, as floats: 1.18, 1.21, 1.26, 1.28; 1.02, 1.03 and 1.04 of the 2PU CT. */
MW_TEST(a_check_sum_is_compared_with_the_list_of_the_manual)
{
    static const struct {
        const mw_model *model;
        const char *code;
        const char *version;
        const char *checksum;
        mw_verdict listed;
    } meters[] = {
        {&mw_model_wago_879_3000, "1111", "3F97 0A3D", "2732 5923", MW_VERDICT_YES},
        {&mw_model_wago_879_3000, "1111", "3F9A E148", "2732 7238", MW_VERDICT_YES},
        {&mw_model_wago_879_3020, "1112", "3FA1 47AE", "5926 9903", MW_VERDICT_YES},
        {&mw_model_wago_879_3020, "1112", "3FA3 D70A", "5926 8366", MW_VERDICT_YES},
        {&mw_model_wago_879_3040, "1113", "3F82 8F5C", "5962 9173", MW_VERDICT_YES},
        {&mw_model_wago_879_3040, "1113", "3F83 D70A", "5960 7739", MW_VERDICT_YES},
        {&mw_model_wago_879_3040, "1113", "3F85 1EB8", "5981 1839", MW_VERDICT_YES},
        {&mw_model_wago_879_3040, "1113", "3F85 1EB8", "5981 1838", MW_VERDICT_NO},
        {&mw_model_wago_879_3000, "1111", "3F97 0A3D", "5926 8366", MW_VERDICT_NO},      /* that of another version */
        {&mw_model_wago_879_3000, "1111", "3F85 1EB8", "5981 1839", MW_VERDICT_UNKNOWN}, /* 1.04 is of the 2PU CT */
        {&mw_model_wago_879_3000, "1111", "4000 0000", "5926 8366", MW_VERDICT_UNKNOWN},
        {&mw_model_wago_879_3000, "1111", "7FC0 0000", "5926 8366", MW_VERDICT_UNKNOWN}, /* no number */
    };
    (void)state;
    for (size_t i = 0; i < MW_COUNT(meters); i++) {
        set_up_wago(meters[i].model, meters[i].code);
        registers_put(0x4007, meters[i].version);
        registers_put(0x401B, meters[i].checksum);
        assert_int_equal(identify(mw_models), MW_OK);
        assert_ptr_equal(bench.identity.model, meters[i].model);
        assert_int_equal(bench.identity.listed, meters[i].listed);
    }
}

MW_TEST(a_countis_is_known_by_its_name_and_says_whether_it_is_of_mid)
{
    static const struct {
        const mw_model *model;
        const char *name;
        const char *mid;
        mw_verdict verdict;
    } meters[] = {{&mw_model_socomec_countis_e44, "COUNTIS E44", "0001", MW_VERDICT_YES},
                  {&mw_model_socomec_countis_e43, "Countis E43", "0000", MW_VERDICT_NO},
                  {&mw_model_socomec_countis_e28, "countis E28", "0001", MW_VERDICT_YES},
                  {&mw_model_socomec_countis_e27, "COUNTIS E27", "FFFF", MW_VERDICT_UNKNOWN},
                  {&mw_model_socomec_countis_e23, "COUNTIS E23 RS485", "0000", MW_VERDICT_NO}};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(meters); i++) {
        set_up_countis(meters[i].model, meters[i].name, meters[i].mid);
        assert_int_equal(identify(mw_models), MW_OK);
        assert_ptr_equal(bench.identity.model, meters[i].model);
        assert_int_equal(bench.identity.mid, meters[i].verdict);
        assert_int_equal(bench.requests, 2); /* name and all else; MID */
        assert_string_equal(bench.identity.serial.text, "1947-11-4711");
        assert_true(bench.identity.firmware.n == 102 && bench.identity.firmware.exp10 == -2);
        assert_int_equal(bench.identity.listed, MW_VERDICT_UNKNOWN);
        assert_int_equal(bench.identity.checksum.kind, MW_KIND_NONE);
    }
}

/* Countis models come first in the list. */
MW_TEST(whatever_a_meter_does_about_registers_it_does_not_have_it_is_known)
{
    (void)state;
    for (unsigned m = MANNER_REFUSES; m <= MANNER_GIVES_ZEROS; m++) {
        set_up_wago(&mw_model_wago_879_3020, "1112");
        bench.manner = (manner)m;
        assert_int_equal(identify(mw_models), MW_OK);
        assert_ptr_equal(bench.identity.model, &mw_model_wago_879_3020);
        assert_int_equal(bench.requests, m == MANNER_IS_SILENT ? 4 : 2); /* two repeats */
        assert_string_equal(bench.identity.serial.text, "22091039");
    }
}

/* What one kind of registers seemed to say is not what a meter of another kind says. */
MW_TEST(what_was_no_identification_is_forgotten)
{
    const mw_model *const models[] = {&mw_model_wago_879_3000, &mw_model_socomec_countis_e44, NULL};
    (void)state;
    set_up_countis(&mw_model_socomec_countis_e44, "COUNTIS E44", "0001");
    bench.manner = MANNER_GIVES_ZEROS;
    assert_int_equal(identify(models), MW_OK);
    assert_ptr_equal(bench.identity.model, &mw_model_socomec_countis_e44);
    assert_string_equal(bench.identity.serial.text, "1947-11-4711");
    assert_int_equal(bench.identity.checksum.kind, MW_KIND_NONE);
}

/* FFFF: not available. */
MW_TEST(a_serial_number_is_whole_or_none)
{
    (void)state;
    for (unsigned part = 0; part < 3; part++) {
        set_up_countis(&mw_model_socomec_countis_e44, "COUNTIS E44", "0001");
        registers_put(0xC358 + part, "FFFF");
        assert_int_equal(identify(mw_models), MW_OK);
        assert_int_equal(bench.identity.serial.kind, MW_KIND_NONE);
    }
}

/* Exceptions 10 and 11: nobody answered the gateway. */
MW_TEST(a_gateway_is_no_meter)
{
    (void)state;
    for (uint8_t exception = MW_MODBUS_GATEWAY_NO_PATH; exception <= MW_MODBUS_GATEWAY_NO_ANSWER; exception++) {
        set_up(NULL);
        bench.gateway = exception;
        assert_int_equal(identify(mw_models), MW_ERR_TIMEOUT);
    }
}

/* Two makers may have put their names at the same address, for different functions. */
MW_TEST(the_same_address_is_asked_for_by_each_function)
{
    static const mw_row rows[] = {{0x0010, MW_TYPE_TEXT, 2, 0, MW_UNIT_NONE, 0, 96, 1, 3, MW_GROUP_ONCE, 0}};
    static const mw_block blocks[] = {{0x0010, 2}};
    static const mw_model by_3 = {.name = "a",
                                  .rows = rows,
                                  .row_count = 1,
                                  .blocks = blocks,
                                  .block_count = 1,
                                  .read_function = 3,
                                  .max_regs = 9,
                                  .identity = "AAAA"};
    static const mw_model by_4 = {.name = "b",
                                  .rows = rows,
                                  .row_count = 1,
                                  .blocks = blocks,
                                  .block_count = 1,
                                  .read_function = 4,
                                  .max_regs = 9,
                                  .identity = "BBBB"};
    const mw_model *const models[] = {&by_3, &by_4, NULL};
    (void)state;
    set_up(&by_4);
    bench.function = 4;
    registers_text(0x0010, 2, "BBBB");
    assert_int_equal(identify(models), MW_OK);
    assert_ptr_equal(bench.identity.model, &by_4);
    assert_int_equal(bench.requests, 2);
}

/* ---- tables of one's own ---- */

/* A model of these rows, which is known by "AAAA". */
static mw_model own_model(const mw_row *rows, unsigned row_count, const mw_block *block)
{
    mw_model own;
    memset(&own, 0, sizeof own);
    own.name = "own";
    own.rows = rows;
    own.row_count = (uint16_t)row_count;
    own.blocks = block;
    own.block_count = 1;
    own.read_function = 3;
    own.max_regs = 125;
    own.identity = "AAAA";
    return own;
}

/* They cannot be told apart, so nobody is asked for them. */
MW_TEST(models_that_do_not_say_what_they_are_are_not_found)
{
    static const mw_row voltage = {0x0000, MW_TYPE_UNSIGNED, 1, 0, MW_UNIT_V, 1, 32, 7, 0, MW_GROUP_FAST, 0};
    static const mw_row name = {0x0010, MW_TYPE_TEXT, 2, 0, MW_UNIT_NONE, 0, 96, 1, 3, MW_GROUP_ONCE, 0};
    static const mw_block block = {0x0000, 0x20};
    const mw_model silent = own_model(&voltage, 1, &block);
    const mw_model own = own_model(&name, 1, &block);
    const mw_model *const models[] = {&silent, &own, NULL};
    (void)state;
    set_up(&own);
    registers_text(0x0010, 2, "AAAA");
    assert_int_equal(identify(models), MW_OK);
    assert_ptr_equal(bench.identity.model, &own);
    assert_int_equal(bench.requests, 1);
}

/* The same register is a text for one maker, and digits for another. */
MW_TEST(the_same_address_is_read_as_each_type)
{
    static const mw_row digits = {0x0010, MW_TYPE_DIGITS, 2, 0, MW_UNIT_NONE, 0, 96, 1, 3, MW_GROUP_ONCE, 0};
    static const mw_row text = {0x0010, MW_TYPE_TEXT, 2, 0, MW_UNIT_NONE, 0, 96, 1, 3, MW_GROUP_ONCE, 0};
    static const mw_block block = {0x0010, 2};
    const mw_model by_digits = own_model(&digits, 1, &block);
    const mw_model by_text = own_model(&text, 1, &block);
    const mw_model *const models[] = {&by_digits, &by_text, NULL};
    (void)state;
    set_up(&by_text);
    registers_text(0x0010, 2, "AAAA"); /* 41414141 */
    assert_int_equal(identify(models), MW_OK);
    assert_ptr_equal(bench.identity.model, &by_text);
    assert_int_equal(bench.requests, 2);
}

/* One request reads 125 registers at most (MODBUS Application Protocol V1.1b3, 6.3). */
MW_TEST(a_model_that_cannot_be_asked_for_does_not_hinder_the_others)
{
    static const mw_row longest = {0x0000, MW_TYPE_TEXT, 126, 0, MW_UNIT_NONE, 0, 96, 1, 3, MW_GROUP_ONCE, 0};
    static const mw_row name = {0x0100, MW_TYPE_TEXT, 2, 0, MW_UNIT_NONE, 0, 96, 1, 3, MW_GROUP_ONCE, 0};
    static const mw_block block = {0x0000, 0x200};
    const mw_model too_long = own_model(&longest, 1, &block);
    const mw_model own = own_model(&name, 1, &block);
    const mw_model *const models[] = {&too_long, &own, NULL};
    (void)state;
    set_up(&own);
    registers_text(0x0100, 2, "AAAA");
    assert_int_equal(identify(models), MW_OK);
    assert_ptr_equal(bench.identity.model, &own);
    assert_int_equal(bench.requests, 1);
}

MW_TEST(a_serial_number_that_is_given_is_not_put_together)
{
    static const mw_row rows[] = {
        {0x0000, MW_TYPE_TEXT, 2, 0, MW_UNIT_NONE, 0, 96, 1, 3, MW_GROUP_ONCE, 0},
        {0x0002, MW_TYPE_TEXT, 2, 0, MW_UNIT_NONE, 0, 96, 1, 0, MW_GROUP_ONCE, 0},
        {0x0004, MW_TYPE_UNSIGNED, 1, 0, MW_UNIT_NONE, 0, MW_OBIS_C_IDENTITY, 9, 0, MW_GROUP_ONCE, 0},
        {0x0005, MW_TYPE_UNSIGNED, 1, 0, MW_UNIT_NONE, 0, MW_OBIS_C_IDENTITY, 10, 0, MW_GROUP_ONCE, 0},
        {0x0006, MW_TYPE_UNSIGNED, 1, 0, MW_UNIT_NONE, 0, MW_OBIS_C_IDENTITY, 11, 0, MW_GROUP_ONCE, 0}};
    static const mw_block block = {0x0000, 7};
    const mw_model own = own_model(rows, MW_COUNT(rows), &block);
    const mw_model *const models[] = {&own, NULL};
    (void)state;
    set_up(&own);
    registers_text(0x0000, 2, "AAAA");
    registers_text(0x0002, 2, "0815");
    registers_put(0x0004, "0001 0002 0003");
    assert_int_equal(identify(models), MW_OK);
    assert_string_equal(bench.identity.serial.text, "0815");
}

/* Only a version in hundredths can stand in a list of releases, and only with a check sum as digits. */
MW_TEST(versions_that_are_in_no_list_are_not_judged)
{
    static const struct {
        const char *version;
        uint8_t type; /* of the check sum */
        mw_verdict listed;
    } table[] = {{"1.34", MW_TYPE_DIGITS, MW_VERDICT_YES},
                 {"1.34", MW_TYPE_UNSIGNED, MW_VERDICT_UNKNOWN},
                 {"v1.3", MW_TYPE_DIGITS, MW_VERDICT_UNKNOWN},
                 {"1.345", MW_TYPE_DIGITS, MW_VERDICT_UNKNOWN},
                 {"1.35", MW_TYPE_DIGITS, MW_VERDICT_UNKNOWN}};
    static const mw_block block = {0x0000, 8};
    static const mw_release release = {134, 0x59268366};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(table); i++) {
        const mw_row rows[] = {{0x0000, MW_TYPE_TEXT, 2, 0, MW_UNIT_NONE, 0, 96, 1, 3, MW_GROUP_ONCE, 0},
                               {0x0002, MW_TYPE_TEXT, 3, 0, MW_UNIT_NONE, 1, 0, 2, 0, MW_GROUP_ONCE, 0},
                               {0x0006, table[i].type, 2, 0, MW_UNIT_NONE, 1, 0, 2, 8, MW_GROUP_ONCE, 0}};
        mw_model own = own_model(rows, MW_COUNT(rows), &block);
        const mw_model *const models[] = {&own, NULL};
        own.releases = &release;
        own.release_count = 1;
        own.decode = mw_row_decode;
        set_up(&own);
        registers_text(0x0000, 2, "AAAA");
        registers_text(0x0002, 3, table[i].version);
        registers_put(0x0006, "5926 8366");
        assert_int_equal(identify(models), MW_OK);
        assert_string_equal(bench.identity.firmware.text, table[i].version);
        assert_int_equal(bench.identity.listed, table[i].listed);
    }
}

/* ---- what is none of the models ---- */

MW_TEST(a_device_that_is_none_of_the_models_is_heard)
{
    (void)state;
    set_up_countis(&mw_model_socomec_countis_e44, "COUNTIS E34", "0000"); /* the older generation */
    assert_int_equal(identify(mw_models), MW_ERR_UNSUPPORTED);
    assert_null(bench.identity.model);
    assert_string_equal(bench.identity.name.text, "COUNTIS E34");
    set_up_wago(&mw_model_wago_879_3000, "0102"); /* a PRO380 */
    assert_int_equal(identify(mw_models), MW_ERR_UNSUPPORTED);
    assert_string_equal(bench.identity.name.text, "0102");
    set_up(&mw_model_wago_879_3000);
    bench.is = &mw_model_socomec_countis_e44;
    assert_int_equal(identify(mw_models), MW_ERR_UNSUPPORTED); /* registers, but nothing in them */
}

MW_TEST(what_does_not_answer_is_told_from_what_is_not_understood)
{
    (void)state;
    set_up(NULL);
    assert_int_equal(identify(mw_models), MW_ERR_TIMEOUT);
    assert_int_equal(bench.requests, 6); /* two kinds, two repeats */
    bench.noisy = true;
    /* Function A5 would be a refusal, but its check sum is wrong. */
    assert_int_equal(identify(mw_models), MW_ERR_CHECK);
    bench.broken = true;
    assert_int_equal(identify(mw_models), MW_ERR_IO);
}

MW_TEST(only_models_that_were_asked_for_are_found)
{
    const mw_model *const countis[] = {&mw_model_socomec_countis_e44, NULL};
    const mw_model *const nothing[] = {NULL};
    (void)state;
    set_up_wago(&mw_model_wago_879_3000, "1111");
    assert_int_equal(identify(countis), MW_ERR_UNSUPPORTED);
    assert_int_equal(bench.requests, 1);
    assert_int_equal(identify(nothing), MW_ERR_UNSUPPORTED);
    assert_int_equal(bench.requests, 1);
}

MW_TEST(what_else_a_meter_tells_may_fail)
{
    (void)state;
    set_up_countis(&mw_model_socomec_countis_e28, "COUNTIS E28", "0001");
    bench.deaf_at = 2; /* is repeated */
    assert_int_equal(identify(mw_models), MW_OK);
    assert_int_equal(bench.identity.mid, MW_VERDICT_YES);
    assert_int_equal(bench.requests, 3);

    set_up_countis(&mw_model_socomec_countis_e28, "COUNTIS E28", "0001");
    bench.deaf_from = 2; /* the registers of MID are never answered */
    assert_int_equal(identify(mw_models), MW_OK);
    assert_ptr_equal(bench.identity.model, &mw_model_socomec_countis_e28);
    assert_int_equal(bench.identity.mid, MW_VERDICT_UNKNOWN);
    assert_string_equal(bench.identity.serial.text, "1947-11-4711");
    assert_int_equal(bench.requests, 4);
}

MW_TEST(a_step_before_the_link_is_done_changes_nothing)
{
    mw_identifier identifier;
    mw_status status = MW_AGAIN;
    (void)state;
    set_up_wago(&mw_model_wago_879_3000, "1111");
    mw_identify_begin(&identifier, &bench.link, MW_MODBUS_RTU, UNIT, mw_models);
    while (status == MW_AGAIN) {
        status = mw_identify_step(&identifier, bench.answer.now_us, &bench.identity);
        if (status == MW_AGAIN) {
            assert_int_equal(mw_identify_step(&identifier, bench.answer.now_us, &bench.identity), MW_AGAIN);
            (void)mw_link_run(&bench.link, &bench.io);
        }
    }
    assert_int_equal(status, MW_OK);
    assert_ptr_equal(bench.identity.model, &mw_model_wago_879_3000);
    assert_int_equal(bench.requests, 2); /* the Countis models come first */
}

/* ---- M-Bus ---- */

static mw_status identify_telegram(const char *hex)
{
    static uint8_t frame[MW_MBUS_FRAME_MAX];
    static mw_mbus_telegram telegram;
    const size_t length = mw_hex(hex, frame, sizeof frame);
    assert_int_equal(mw_mbus_decode(frame, length, &telegram, NULL), MW_OK);
    return mw_identify_mbus(&telegram, mw_mbus_models, &bench.identity);
}

MW_TEST(a_wago_on_mbus_is_known_by_header_and_records)
{
    (void)state;
    /* Reference vectors A and B (section 4 of the facts): the direct meters send the same. */
    assert_int_equal(identify_telegram(WAGO_A), MW_OK);
    assert_ptr_equal(bench.identity.mbus_model, &mw_mbus_model_wago_879_3000);
    assert_int_equal(bench.identity.candidates, 2);
    assert_string_equal(bench.identity.serial.text, "19020246");
    assert_true(mw_obis_equal(bench.identity.serial.id, wago_id("serial_number")));
    assert_int_equal(bench.identity.mid, MW_VERDICT_YES);
    assert_int_equal(identify_telegram(WAGO_B), MW_OK);
    assert_ptr_equal(bench.identity.mbus_model, &mw_mbus_model_wago_879_3040);
    assert_int_equal(bench.identity.candidates, 1);
}

MW_TEST(another_meter_on_mbus_is_none_of_the_models)
{
    (void)state;
    /* Of another maker (section 4.8 of the facts), one of Inepro's with one record, an acknowledged frame. */
    assert_int_equal(identify_telegram("68 65 65 68 08 00 72 78 56 34 12 74 52 C7 02 2A 00 00 00 04 05 73 00 00 00 04 "
                                       "FB 82 75 00 00 00 00 04 2A 8F 00 00 00 04 FB 97 72 AF FF FF FF 04 FB B7 72 A5 "
                                       "00 00 00 02 FD BA 73 64 03 84 80 80 40 FD 48 00 00 00 00 04 FD 48 F7 02 00 00 "
                                       "84 40 FD 59 77 00 00 00 84 80 40 FD 59 00 00 00 00 84 C0 40 FD 59 00 00 00 00 "
                                       "1F F9 16"),
                     MW_ERR_UNSUPPORTED);
    assert_null(bench.identity.mbus_model);
    assert_string_equal(bench.identity.serial.text, "12345678");
    assert_int_equal(identify_telegram("68 25 25 68 08 00 72 00 00 00 00 CD 25 01 02 00 00 00 00 0D 7C 02 57 50 F0 96 "
                                       "07 5B 2A 27 A6 93 01 3D B5 1A B3 DC D1 3E 17 D5 16"),
                     MW_OK);
    assert_int_equal(bench.identity.candidates, 3); /* by its header it may be each of them */
    assert_int_equal(identify_telegram("E5"), MW_ERR_UNSUPPORTED);
}

/* The same from what the frame carries. */
static mw_status identify_carried(const char *hex)
{
    static uint8_t frame[MW_MBUS_FRAME_MAX];
    static mw_mbus_telegram telegram;
    const size_t length = mbus_wrap_hex(hex, frame);
    assert_int_equal(mw_mbus_decode(frame, length, &telegram, NULL), MW_OK);
    return mw_identify_mbus(&telegram, mw_mbus_models, &bench.identity);
}

/* By its header it may be each of them, by its records none. */
MW_TEST(a_wago_on_mbus_without_one_of_its_records_is_not_told_apart)
{
    static const char *const left_out[] = {"04 03 15 CD 5B 07 ", "03 2B 87 D6 12 ", "09 7C 01 54 01 "};
    static char hex[sizeof "08 01 72 " WAGO_HEADER WAGO_RECORDS];
    (void)state;
    for (size_t i = 0; i < MW_COUNT(left_out); i++) {
        char *at;
        strcpy(hex, "08 01 72 " WAGO_HEADER WAGO_RECORDS);
        at = strstr(hex, left_out[i]);
        assert_non_null(at);
        memmove(at, at + strlen(left_out[i]), strlen(at + strlen(left_out[i])) + 1);
        assert_int_equal(identify_carried(hex), MW_OK);
        assert_int_equal(bench.identity.candidates, 3);
    }
}

/* All of it is that of a WAGO, but for one byte. */
MW_TEST(maker_version_and_medium_make_the_model)
{
    (void)state;
    assert_int_equal(identify_carried("08 01 72 46 02 02 19 CD 25 01 02 04 00 00 00 04 03 15 CD 5B 07"), MW_OK);
    assert_int_equal(identify_carried("08 01 72 46 02 02 19 CE 25 01 02 04 00 00 00 04 03 15 CD 5B 07"),
                     MW_ERR_UNSUPPORTED);
    assert_int_equal(identify_carried("08 01 72 46 02 02 19 CD 25 02 02 04 00 00 00 04 03 15 CD 5B 07"),
                     MW_ERR_UNSUPPORTED);
    assert_int_equal(identify_carried("08 01 72 46 02 02 19 CD 25 01 03 04 00 00 00 04 03 15 CD 5B 07"),
                     MW_ERR_UNSUPPORTED);
    assert_string_equal(bench.identity.serial.text, "19020246");
}

/* A record with 11 VIFEs (M11) in front of the others. */
MW_TEST(a_record_that_cannot_be_read_does_not_hide_the_others)
{
    (void)state;
    assert_int_equal(identify_carried("08 01 72 46 02 02 19 CD 25 01 02 04 00 00 00 "
                                      "01 93 FE FE FE FE FE FE FE FE FE FE 7E 05 04 03 15 CD 5B 07"),
                     MW_OK);
    assert_int_equal(bench.identity.candidates, 3);
}

/* Mode 5, one block that begins with a reserved DIF. */
MW_TEST(records_that_are_encrypted_are_of_no_model)
{
    (void)state;
    assert_int_equal(identify_carried("08 01 72 46 02 02 19 CD 25 01 02 04 00 10 05 "
                                      "3F 81 5C 09 AA 17 E3 40 68 16 22 91 0C 5D 7E 80"),
                     MW_ERR_UNSUPPORTED);
    assert_string_equal(bench.identity.serial.text, "19020246");
}

MW_TESTS(MW_CASE(a_wago_is_known_by_one_request), MW_CASE(a_check_sum_is_compared_with_the_list_of_the_manual),
         MW_CASE(a_countis_is_known_by_its_name_and_says_whether_it_is_of_mid),
         MW_CASE(whatever_a_meter_does_about_registers_it_does_not_have_it_is_known),
         MW_CASE(what_was_no_identification_is_forgotten), MW_CASE(a_serial_number_is_whole_or_none),
         MW_CASE(a_gateway_is_no_meter), MW_CASE(the_same_address_is_asked_for_by_each_function),
         MW_CASE(a_device_that_is_none_of_the_models_is_heard),
         MW_CASE(what_does_not_answer_is_told_from_what_is_not_understood),
         MW_CASE(only_models_that_were_asked_for_are_found), MW_CASE(what_else_a_meter_tells_may_fail),
         MW_CASE(a_wago_on_mbus_is_known_by_header_and_records), MW_CASE(another_meter_on_mbus_is_none_of_the_models),
         MW_CASE(a_wago_on_mbus_without_one_of_its_records_is_not_told_apart),
         MW_CASE(models_that_do_not_say_what_they_are_are_not_found), MW_CASE(the_same_address_is_read_as_each_type),
         MW_CASE(a_model_that_cannot_be_asked_for_does_not_hinder_the_others),
         MW_CASE(a_serial_number_that_is_given_is_not_put_together),
         MW_CASE(versions_that_are_in_no_list_are_not_judged), MW_CASE(a_step_before_the_link_is_done_changes_nothing),
         MW_CASE(maker_version_and_medium_make_the_model),
         MW_CASE(a_record_that_cannot_be_read_does_not_hide_the_others),
         MW_CASE(records_that_are_encrypted_are_of_no_model))
