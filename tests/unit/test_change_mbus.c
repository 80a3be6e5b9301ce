/* SPDX-License-Identifier: MIT */
/* Changing settings on M-Bus, with a meter that knows nothing but frames, so that nothing is shared with what is
 * tested. Frames are those of WAGO Operating Instructions 082022 V1.6, A2.3. */
#include <meterwire/meterwire.h>

#include "answer_line.h"
#include "wago_mbus.h"

#define ADDRESS 1
#define ID      0x19020246u
#define WRITES  8

/* What becomes of a request. */
typedef enum fate {
    FATE_GOOD = 0,
    FATE_DEAF, /* the meter does not hear it */
    FATE_MUTE, /* it obeys, but nobody hears it */
    FATE_DEAD, /* the port fails, and the meter has not heard it */
    FATE_CUT   /* the port fails, but the meter has heard it */
} fate;

static struct {
    /* The meter. */
    uint8_t address;
    uint32_t id;
    uint32_t baud;
    uint8_t tariff;
    uint8_t combined;
    uint32_t pulses; /* as the digits came */
    unsigned day_resets;
    unsigned down_resets;
    bool selected;
    uint8_t access;
    uint8_t last[32]; /* the last command, which is not carried out again */
    size_t last_length;
    bool locked;       /* acknowledges writes, but keeps what it has */
    bool later;        /* takes another speed when it is restarted */
    int error;         /* application error that follows every write; negative: none */
    bool in_error;     /* the next readout says so */
    int busy;          /* application error of the readout that follows a write; 0: none */
    bool anonymous;    /* answers as 253 when it is selected */
    uint8_t older;     /* application error of what came before all of this, said once; 0: none */
    bool nameless;     /* its telegrams have no header */
    const char *more;  /* what its readouts have in front of the tariff, or null */
    const char *shown; /* what they have instead of it, or null */
    uint8_t neighbour; /* address of somebody else who acknowledges a reset, or 0 */
    /* Another meter of this type. */
    uint32_t twin_id; /* 0: there is none */
    bool twin_selected;
    unsigned twin_writes;
    /* The line. */
    mw_line line;
    unsigned lines;
    fate fates[64];  /* of the requests, by number from 0 */
    fate write_fate; /* of every write, unless it has one */
    fate rest;       /* of all behind `from`, if that is not 0 */
    unsigned from;
    unsigned requests;
    unsigned write_count;
    uint8_t writes[WRITES][32];
    answer_line answer;
    /* Ours. */
    mw_link_config config;
    mw_link link;
    mw_mbus_master master;
    mw_meter meter;
    mw_mbus_secondary who;
    mw_io io;
    uint8_t buffer[MW_MBUS_FRAME_MAX];
    mw_change change;
} bench;

/* ---- the meter ---- */

static uint32_t little(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static bool begins(const uint8_t *data, const char *hex)
{
    uint8_t head[8];
    const size_t length = mw_hex(hex, head, sizeof head);
    return memcmp(data, head, length) == 0;
}

/* Data behind CI 51, one record. */
static void meter_store(const uint8_t *data)
{
    if (begins(data, "01 7A")) {
        bench.address = data[2];
    } else if (begins(data, "0C 79")) {
        bench.id = little(data + 2);
    } else if (begins(data, "09 7C 01 54")) {
        bench.tariff = data[4];
    } else if (begins(data, "09 FD 3A")) {
        bench.combined = data[3];
    } else if (begins(data, "0C FD 3A")) {
        bench.pulses = little(data + 3);
    } else if (begins(data, "0C 04")) {
        bench.day_resets++;
    } else {
        assert_true(begins(data, "0A FD 60"));
        bench.down_resets++;
    }
}

/* What follows the fields C, A and CI of a write. */
static void meter_obey(const uint8_t *request)
{
    const uint8_t ci = request[6];
    if (bench.locked) {
        return;
    }
    if (bench.busy != 0) {
        bench.error = bench.busy;
        bench.in_error = true;
    }
    if (bench.error >= 0 && bench.busy == 0) {
        bench.in_error = true;
    } else if (ci == 0x51) {
        meter_store(request + 7);
    } else if (!bench.later) {
        assert_true(ci >= 0xB8 && ci <= 0xBD);
        bench.baud = 300u << (ci - 0xB8);
    }
}

static bool meter_matches(const uint8_t *pattern, uint32_t id)
{
    for (unsigned i = 0; i < 8; i++) {
        const uint32_t digit = little(pattern) >> (4 * i) & 0xF;
        if (digit != 0xF && digit != (id >> (4 * i) & 0xF)) {
            return false;
        }
    }
    return true;
}

static void meter_acknowledge(void)
{
    bench.answer.bytes[0] = 0xE5;
    bench.answer.count = 1;
}

/* A readout of one record, or the application error. */
static void meter_report(uint32_t id, unsigned address)
{
    char header[64] = "78";
    char tariff[16];
    char carried[192];
    if (!bench.nameless) {
        snprintf(header, sizeof header, "72 %02X %02X %02X %02X CD 25 01 02 %02X 00 00 00", (unsigned)(id & 0xFF),
                 (unsigned)(id >> 8 & 0xFF), (unsigned)(id >> 16 & 0xFF), (unsigned)(id >> 24), bench.access++);
    }
    snprintf(tariff, sizeof tariff, "09 7C 01 54 %02X", bench.tariff);
    if (bench.in_error || bench.older != 0) {
        snprintf(carried, sizeof carried, "08 %02X 70 %02X", address,
                 bench.in_error ? (unsigned)bench.error : bench.older);
        bench.in_error = false;
        bench.older = 0;
    } else {
        snprintf(carried, sizeof carried, "08 %02X %s %s %s", address, header, bench.more != NULL ? bench.more : "",
                 bench.shown != NULL ? bench.shown : tariff);
    }
    bench.answer.count = mbus_wrap_hex(carried, bench.answer.bytes);
}

/* The twin answers as well, and where both do, nobody understands them. */
static void twin_hear_short(unsigned c, uint8_t address)
{
    const bool both = bench.answer.count > 0;
    const bool meant = bench.twin_id != 0 && (address == 254 || (address == 253 && bench.twin_selected));
    if (c == 0x40 && address == 253) {
        bench.twin_selected = false;
    }
    if (!meant) {
        return;
    }
    if (c == 0x40) {
        meter_acknowledge(); /* both the same */
    } else {
        meter_report(bench.twin_id, 99);
        bench.answer.bytes[7] ^= both ? 0xFF : 0;
    }
}

static void meter_hear_short(unsigned c, uint8_t address)
{
    const bool meant = address == bench.address || address == 254 || (address == 253 && bench.selected);
    if (c == 0x40 && address == bench.neighbour && address != 0) {
        meter_acknowledge();
    }
    if (!meant) {
        return;
    }
    if (c == 0x40) {
        bench.selected = address == 253 ? false : bench.selected;
        bench.last_length = 0; /* whatever comes next is new */
        meter_acknowledge();
    } else {
        assert_int_equal(c & ~0x20u, 0x5B);
        meter_report(bench.id, address == 253 && bench.anonymous ? 253 : bench.address);
    }
}

static void meter_hear_long(const uint8_t *request, size_t count)
{
    const uint8_t address = request[5];
    const bool again = count == bench.last_length && memcmp(request, bench.last, count) == 0;
    assert_int_equal(request[4] & ~0x20u, 0x53);
    if (request[6] == 0x52) {
        bench.selected = meter_matches(request + 7, bench.id);
        bench.twin_selected = bench.twin_id != 0 && meter_matches(request + 7, bench.twin_id);
        bench.last_length = 0;
        if (bench.selected || bench.twin_selected) {
            meter_acknowledge();
        }
        return;
    }
    if (bench.twin_id != 0 && (address == 254 || (address == 253 && bench.twin_selected))) {
        bench.twin_writes++;
        meter_acknowledge();
    }
    if (address == bench.address || address == 254 || address == 255 || (address == 253 && bench.selected)) {
        if (address != 255) {
            meter_acknowledge();
        }
        if (!again) {
            meter_obey(request);
        }
        memcpy(bench.last, request, count);
        bench.last_length = count;
    }
}

static bool is_intact(const uint8_t *frame, size_t count)
{
    const size_t first = frame[0] == 0x10 ? 1 : 4;
    unsigned sum = 0;
    for (size_t i = first; i < count - 2; i++) {
        sum += frame[i];
    }
    return (sum & 0xFF) == frame[count - 2] && frame[count - 1] == 0x16;
}

/* ---- the line ---- */

static bool is_write(const uint8_t *bytes)
{
    return bytes[0] == 0x68 && bytes[6] != 0x52;
}

static fate fate_of(const uint8_t *bytes)
{
    const unsigned number = bench.requests++;
    fate is = number < MW_COUNT(bench.fates) ? bench.fates[number] : FATE_GOOD;
    if (is == FATE_GOOD && is_write(bytes)) {
        is = bench.write_fate;
    }
    return bench.from != 0 && number + 1 >= bench.from ? bench.rest : is;
}

static mw_status line_write(void *user, const uint8_t *bytes, size_t count)
{
    const fate is = fate_of(bytes);
    (void)user;
    assert_true(is_intact(bytes, count));
    assert_true(count <= 32);
    if (is_write(bytes)) {
        memcpy(bench.writes[bench.write_count % WRITES], bytes, count);
        bench.write_count++;
    }
    bench.answer.count = 0;
    if (answer_line_carry(&bench.answer, count) < count) {
        return answer_line_state(&bench.answer);
    }
    if (is != FATE_DEAF && is != FATE_DEAD && bench.line.baud == bench.baud) {
        if (bytes[0] == 0x10) {
            meter_hear_short(bytes[1], bytes[2]);
            twin_hear_short(bytes[1], bytes[2]);
        } else {
            meter_hear_long(bytes, count);
        }
    }
    if (is == FATE_MUTE) {
        bench.answer.count = 0;
    }
    bench.answer.count = answer_line_carry(&bench.answer, bench.answer.count);
    return is == FATE_DEAD || is == FATE_CUT ? MW_ERR_IO : MW_OK;
}

static mw_status line_set(void *user, const mw_line *line, mw_line *former)
{
    (void)user;
    if (former != NULL) {
        *former = bench.line;
    }
    bench.lines++;
    bench.line.baud = line->baud != 0 ? line->baud : bench.line.baud;
    bench.config.char_us = MW_LINK_CHAR_US(bench.line.baud);
    return MW_OK;
}

/* A meter at address 1; by its secondary address when `digits` are given. */
static void set_up(const char *digits)
{
    memset(&bench, 0, sizeof bench);
    bench.address = ADDRESS;
    bench.id = ID;
    bench.baud = 2400;
    bench.tariff = 1;
    bench.error = -1;
    bench.line.baud = 2400;
    bench.line.parity = MW_PARITY_EVEN;
    bench.line.stop_bits = 1;
    bench.config.char_us = MW_LINK_CHAR_US(2400);
    bench.io.write = line_write;
    bench.io.read = answer_line_read;
    bench.io.now_us = answer_line_now;
    bench.io.user = &bench.answer;
    bench.io.set_line = line_set;
    if (digits != NULL) {
        assert_int_equal(mw_mbus_secondary_parse(digits, &bench.who), MW_OK);
    }
    mw_link_init(&bench.link, &mw_framer_mbus, &bench.config, bench.buffer, sizeof bench.buffer, 0);
    mw_mbus_master_init(&bench.master, &bench.link);
    mw_meter_init_mbus(&bench.meter, &mw_mbus_model_wago_879_3000, &bench.master, ADDRESS,
                       digits != NULL ? &bench.who : NULL);
}

#define BY_PRIMARY   NULL
#define BY_SECONDARY "19020246"

static mw_status change(const char *code, int64_t n, unsigned flags)
{
    const int8_t exp10 = strcmp(code, WAGO_WRITE_PULSES) == 0 ? -6 : 0;
    assert_int_equal(mw_change_begin(&bench.change, &bench.meter, wago_id(code), n, exp10, flags), MW_OK);
    return mw_change_run(&bench.change, &bench.io);
}

static void check_end(mw_status status, mw_status expected, mw_outcome outcome)
{
    assert_int_equal(status, expected);
    assert_int_equal(bench.change.outcome, outcome);
}

/* Write number `i` is this frame, with the one frame count bit or the other. */
static void check_written(unsigned i, const char *frame)
{
    uint8_t expected[32];
    const size_t length = mw_hex(frame, expected, sizeof expected);
    assert_true(i < bench.write_count);
    if ((bench.writes[i][4] & 0x20) != 0) {
        expected[4] |= 0x20;
        expected[length - 2] = (uint8_t)(expected[length - 2] + 0x20);
    }
    assert_memory_equal(bench.writes[i], expected, length);
}

/* ---- settings ---- */

/* Whether the meter shows it in a readout, or by where it answers. */
static bool is_seen(const char *code)
{
    return strcmp(code, WAGO_WRITE_TARIFF) == 0 || strcmp(code, WAGO_WRITE_ADDRESS) == 0 ||
           strcmp(code, WAGO_WRITE_BAUD) == 0 || strcmp(code, WAGO_WRITE_ID) == 0;
}

MW_TEST(every_setting_is_written_once_by_the_frame_of_the_manual)
{
    (void)state;
    for (size_t i = 0; i < MW_COUNT(wago_writes); i++) {
        const wago_write *const wanted = &wago_writes[i];
        set_up(BY_PRIMARY);
        check_end(change(wanted->code, wanted->n, MW_WRITE_IRREVERSIBLE), MW_OK,
                  is_seen(wanted->code) ? MW_OUTCOME_NEW : MW_OUTCOME_ACKNOWLEDGED);
        assert_int_equal(bench.write_count, 1);
        check_written(0, wanted->frame);
    }
    assert_int_equal(bench.id, 0x15012345); /* of the last one */
}

MW_TEST(a_tariff_is_read_back)
{
    (void)state;
    set_up(BY_PRIMARY);
    check_end(change(WAGO_WRITE_TARIFF, 3, 0), MW_OK, MW_OUTCOME_NEW);
    assert_int_equal(bench.tariff, 3);

    set_up(BY_SECONDARY);
    check_end(change(WAGO_WRITE_TARIFF, 4, 0), MW_OK, MW_OUTCOME_NEW);
    assert_int_equal(bench.tariff, 4);
    assert_int_equal(bench.writes[0][5], 253);

    set_up(BY_PRIMARY);
    bench.locked = true;
    check_end(change(WAGO_WRITE_TARIFF, 3, 0), MW_ERR_VALUE, MW_OUTCOME_OLD);
    assert_int_equal(bench.write_count, 1);
}

/* Records of other rows, one that is none of the model, one that cannot be taken apart (11 VIFEs, M11). */
MW_TEST(a_tariff_is_found_among_other_records)
{
    static const char *const records[] = {"04 03 15 CD 5B 07", "01 13 05", "01 93 FE FE FE FE FE FE FE FE FE FE 7E 05"};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(records); i++) {
        set_up(BY_PRIMARY);
        bench.more = records[i];
        check_end(change(WAGO_WRITE_TARIFF, 3, 0), MW_OK, MW_OUTCOME_NEW);
        set_up(BY_PRIMARY);
        bench.more = records[i];
        bench.locked = true;
        check_end(change(WAGO_WRITE_TARIFF, 3, 0), MW_ERR_VALUE, MW_OUTCOME_OLD);
    }
}

/* Digits DD are an empty display. */
MW_TEST(a_tariff_that_is_not_shown_is_acknowledged_only)
{
    static const char *const shown[] = {"", "09 7C 01 54 DD"};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(shown); i++) {
        set_up(BY_PRIMARY);
        bench.shown = shown[i];
        check_end(change(WAGO_WRITE_TARIFF, 3, 0), MW_OK, MW_OUTCOME_ACKNOWLEDGED);
        assert_int_equal(bench.tariff, 3);
    }
}

/* CI 78: records without a header. What was selected is known by being alone. */
MW_TEST(a_meter_that_does_not_say_who_it_is_can_be_set)
{
    (void)state;
    set_up(BY_SECONDARY);
    bench.nameless = true;
    check_end(change(WAGO_WRITE_TARIFF, 3, 0), MW_OK, MW_OUTCOME_NEW);
    assert_int_equal(bench.tariff, 3);
}

MW_TEST(what_a_meter_refused_before_is_of_no_concern)
{
    (void)state;
    set_up(BY_SECONDARY);
    bench.older = 3;
    check_end(change(WAGO_WRITE_TARIFF, 3, 0), MW_OK, MW_OUTCOME_NEW);
    assert_int_equal(bench.tariff, 3);
}

MW_TEST(what_the_model_does_not_have_cannot_be_set)
{
    (void)state;
    set_up(BY_PRIMARY);
    assert_int_equal(mw_meter_set(&bench.meter, &bench.io, wago_id("1-0:32.7.0"), 230, 0, 0), MW_ERR_UNSUPPORTED);
    assert_int_equal(bench.requests, 0);
}

/* A table that allows what its record does not hold; and one whose row shows half of what the setting counts. */
MW_TEST(tables_of_ones_own_are_checked)
{
    static const mw_mbus_row row = {{0x09, 0x7C, 0x01, 0x54}, 4, -1, MW_UNIT_NONE, 0, 96, 14, 0, MW_GROUP_SLOW, 0};
    static const mw_mbus_setting setting = {
        {{0, 0, 96, 14, 0, 255}, MW_SETTING_NUMBER, 0, 0, MW_UNIT_NONE, 0, 0, 1000, NULL},
        0x51,
        {0x09, 0x7C, 0x01, 0x54},
        4,
        0};
    mw_mbus_model own = {.name = "own",
                         .rows = &row,
                         .row_count = 1,
                         .settings = &setting,
                         .setting_count = 1,
                         .writer = &mw_writer_mbus,
                         .manufacturer = 0x25CD,
                         .version = 1,
                         .medium = 2};
    (void)state;
    set_up(BY_PRIMARY);
    mw_meter_init_mbus(&bench.meter, &own, &bench.master, ADDRESS, NULL);
    check_end(change(WAGO_WRITE_TARIFF, 100, 0), MW_ERR_RANGE, MW_OUTCOME_OLD); /* two digits */
    assert_int_equal(bench.write_count, 0);
    check_end(change(WAGO_WRITE_TARIFF, 3, 0), MW_ERR_VALUE, MW_OUTCOME_OLD); /* 0.3 */
    assert_int_equal(bench.write_count, 1);
}

MW_TEST(what_cannot_be_undone_needs_its_flag)
{
    (void)state;
    set_up(BY_PRIMARY);
    assert_int_equal(mw_meter_set(&bench.meter, &bench.io, wago_id(WAGO_WRITE_COMBINED), 5, 0, 0), MW_ERR_ARGUMENT);
    assert_int_equal(mw_meter_set(&bench.meter, &bench.io, wago_id(WAGO_WRITE_TARIFF), 5, 0, 0), MW_ERR_RANGE);
    assert_int_equal(bench.requests, 0);
}

/* The frame is acknowledged either way; the error is what the next readout says (EN 13757-3, 6.6). */
MW_TEST(an_application_error_is_told_with_its_code)
{
    static const struct {
        const char *code;
        int64_t n;
    } changes[] = {{WAGO_WRITE_TARIFF, 2},
                   {WAGO_WRITE_COMBINED, 2},
                   {WAGO_WRITE_DAY, 0},
                   {WAGO_WRITE_ADDRESS, 17},
                   {WAGO_WRITE_ADDRESS, 17}};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(changes); i++) {
        set_up(i % 2 == 0 ? BY_PRIMARY : BY_SECONDARY);
        bench.error = 3; /* too many records */
        check_end(change(changes[i].code, changes[i].n, 0), MW_ERR_REFUSED, MW_OUTCOME_OLD);
        assert_int_equal(bench.change.exception, 3);
        assert_int_equal(bench.write_count, 1);
    }
}

/* "Busy" and "too many readouts" are said of the readout, not of what was written before (EN 13757-3, 6.6). */
MW_TEST(an_error_of_the_readout_says_nothing_of_the_write)
{
    (void)state;
    for (int code = 8; code <= 9; code++) {
        set_up(BY_PRIMARY);
        bench.busy = code;
        check_end(change(WAGO_WRITE_TARIFF, 2, 0), MW_OK, MW_OUTCOME_ACKNOWLEDGED);
        assert_int_equal(bench.tariff, 2);
        set_up(BY_PRIMARY);
        bench.busy = code;
        bench.write_fate = FATE_MUTE;
        check_end(change(WAGO_WRITE_TARIFF, 2, 0), MW_ERR_TIMEOUT, MW_OUTCOME_UNKNOWN);
    }
}

/* ---- which meter it is ---- */

MW_TEST(what_fits_several_meters_is_written_to_none)
{
    static const char *const patterns[] = {"1902024F", "FFFFFFFF", "FFFFFFFFCD25FF02"};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(patterns); i++) {
        set_up(patterns[i]);
        bench.twin_id = 0x19020247;
        check_end(change(WAGO_WRITE_ADDRESS, 17, 0), MW_ERR_CHECK, MW_OUTCOME_OLD);
        assert_int_equal(bench.write_count, 0);
        set_up(patterns[i]);
        check_end(change(WAGO_WRITE_TARIFF, 2, 0), MW_OK, MW_OUTCOME_NEW);
    }
    set_up(BY_PRIMARY);
    bench.meter.unit = 254;
    bench.twin_id = 0x19020247;
    check_end(change(WAGO_WRITE_ADDRESS, 17, 0), MW_ERR_CHECK, MW_OUTCOME_OLD);
    assert_int_equal(bench.write_count, 0);
}

MW_TEST(a_meter_may_be_given_what_it_has)
{
    (void)state;
    set_up(BY_PRIMARY);
    check_end(change(WAGO_WRITE_ADDRESS, ADDRESS, 0), MW_OK, MW_OUTCOME_NEW);
    set_up(BY_SECONDARY);
    check_end(change(WAGO_WRITE_ADDRESS, ADDRESS, 0), MW_OK, MW_OUTCOME_NEW);
    set_up(BY_PRIMARY);
    bench.meter.unit = 254;
    check_end(change(WAGO_WRITE_ADDRESS, ADDRESS, 0), MW_OK, MW_OUTCOME_NEW);
    set_up(BY_PRIMARY);
    check_end(change(WAGO_WRITE_ID, 19020246, 0), MW_OK, MW_OUTCOME_NEW);
    set_up(BY_SECONDARY);
    check_end(change(WAGO_WRITE_ID, 19020246, 0), MW_OK, MW_OUTCOME_NEW);
}

MW_TEST(an_identification_that_is_taken_is_not_given_to_another_meter)
{
    (void)state;
    set_up(BY_PRIMARY);
    bench.twin_id = 0x15012345;
    check_end(change(WAGO_WRITE_ID, 15012345, 0), MW_ERR_IN_USE, MW_OUTCOME_OLD);
    assert_int_equal(bench.write_count, 0);
    set_up(BY_SECONDARY);
    bench.twin_id = 0x15012345;
    check_end(change(WAGO_WRITE_ID, 15012345, 0), MW_ERR_IN_USE, MW_OUTCOME_OLD);
    assert_int_equal(bench.write_count, 0);
}

/* ---- lost frames ---- */

MW_TEST(a_lost_acknowledgement_is_resolved_by_reading)
{
    (void)state;
    set_up(BY_PRIMARY);
    bench.write_fate = FATE_MUTE;
    check_end(change(WAGO_WRITE_TARIFF, 2, 0), MW_OK, MW_OUTCOME_NEW);

    set_up(BY_PRIMARY);
    bench.write_fate = FATE_DEAF;
    check_end(change(WAGO_WRITE_TARIFF, 2, 0), MW_ERR_TIMEOUT, MW_OUTCOME_OLD);
    assert_int_equal(bench.tariff, 1);
}

/* It may be repeated on the wire, but with the same frame count bit: the meter does it once. */
MW_TEST(a_command_is_done_once)
{
    (void)state;
    set_up(BY_PRIMARY);
    assert_int_equal(mw_meter_command(&bench.meter, &bench.io, wago_id(WAGO_WRITE_DAY), 0, 0), MW_OK);
    assert_int_equal(bench.day_resets, 1);
    assert_int_equal(mw_meter_command(&bench.meter, &bench.io, wago_id(WAGO_WRITE_DAY), 0, 0), MW_OK);
    assert_int_equal(bench.day_resets, 2);

    set_up(BY_PRIMARY);
    bench.write_fate = FATE_MUTE;
    check_end(change(WAGO_WRITE_DAY, 0, 0), MW_ERR_TIMEOUT, MW_OUTCOME_UNKNOWN);
    assert_int_equal(bench.day_resets, 1);
    for (unsigned i = 1; i < bench.write_count; i++) {
        assert_memory_equal(bench.writes[i], bench.writes[0], 15);
    }

    set_up(BY_SECONDARY);
    bench.write_fate = FATE_MUTE;
    check_end(change(WAGO_WRITE_DOWNS, 0, 0), MW_ERR_TIMEOUT, MW_OUTCOME_UNKNOWN);
    assert_int_equal(bench.down_resets, 1);
}

MW_TEST(nothing_is_written_to_a_meter_that_cannot_be_selected)
{
    (void)state;
    set_up("19020247");
    check_end(change(WAGO_WRITE_TARIFF, 2, 0), MW_ERR_TIMEOUT, MW_OUTCOME_OLD);
    assert_int_equal(bench.write_count, 0);
}

/* ---- what moves the meter ---- */

MW_TEST(a_meter_is_followed_to_its_new_address)
{
    (void)state;
    set_up(BY_PRIMARY);
    check_end(change(WAGO_WRITE_ADDRESS, 17, 0), MW_OK, MW_OUTCOME_NEW);
    assert_int_equal(bench.address, 17);
    assert_int_equal(mw_meter_set(&bench.meter, &bench.io, wago_id(WAGO_WRITE_TARIFF), 2, 0, 0), MW_OK);
    assert_int_equal(bench.tariff, 2);

    set_up(BY_SECONDARY);
    check_end(change(WAGO_WRITE_ADDRESS, 17, 0), MW_OK, MW_OUTCOME_NEW);
    assert_int_equal(bench.address, 17);
    assert_int_equal(bench.writes[0][5], 253);

    set_up(BY_PRIMARY);
    bench.write_fate = FATE_MUTE;
    check_end(change(WAGO_WRITE_ADDRESS, 17, 0), MW_OK, MW_OUTCOME_NEW);
    assert_int_equal(bench.address, 17);
}

MW_TEST(a_meter_that_did_not_move_is_found_where_it_was)
{
    (void)state;
    set_up(BY_PRIMARY);
    bench.locked = true;
    check_end(change(WAGO_WRITE_ADDRESS, 17, 0), MW_ERR_VALUE, MW_OUTCOME_OLD);
    set_up(BY_SECONDARY);
    bench.locked = true;
    check_end(change(WAGO_WRITE_ADDRESS, 17, 0), MW_ERR_VALUE, MW_OUTCOME_OLD);
    set_up(BY_PRIMARY);
    bench.write_fate = FATE_DEAF;
    check_end(change(WAGO_WRITE_ADDRESS, 17, 0), MW_ERR_TIMEOUT, MW_OUTCOME_OLD);
}

MW_TEST(an_address_that_is_taken_is_not_given_to_another_meter)
{
    (void)state;
    set_up(BY_PRIMARY);
    bench.neighbour = 17;
    check_end(change(WAGO_WRITE_ADDRESS, 17, 0), MW_ERR_IN_USE, MW_OUTCOME_OLD);
    assert_int_equal(bench.write_count, 0);
    set_up(BY_SECONDARY);
    bench.neighbour = 17;
    check_end(change(WAGO_WRITE_ADDRESS, 17, 0), MW_ERR_IN_USE, MW_OUTCOME_OLD);
    assert_int_equal(bench.write_count, 0);
}

MW_TEST(a_new_identification_is_seen_in_the_header)
{
    (void)state;
    set_up(BY_PRIMARY);
    check_end(change(WAGO_WRITE_ID, 15012345, 0), MW_OK, MW_OUTCOME_NEW);
    assert_int_equal(bench.id, 0x15012345);

    set_up(BY_SECONDARY);
    check_end(change(WAGO_WRITE_ID, 15012345, 0), MW_OK, MW_OUTCOME_NEW);
    assert_int_equal(bench.id, 0x15012345);
    bench.who.id = 0x15012345; /* the caller's to change */
    assert_int_equal(mw_meter_set(&bench.meter, &bench.io, wago_id(WAGO_WRITE_TARIFF), 2, 0, 0), MW_OK);

    set_up(BY_PRIMARY);
    bench.locked = true;
    check_end(change(WAGO_WRITE_ID, 15012345, 0), MW_ERR_VALUE, MW_OUTCOME_OLD);
    assert_int_equal(bench.id, ID);
}

/* Another selection would end that of the caller, so nobody is asked who has the identification already. */
MW_TEST(a_meter_that_was_selected_by_the_caller_stays_selected)
{
    (void)state;
    set_up(BY_PRIMARY);
    bench.selected = true;
    bench.meter.unit = 253;
    check_end(change(WAGO_WRITE_ID, 15012345, 0), MW_OK, MW_OUTCOME_NEW);
    assert_int_equal(bench.id, 0x15012345);
    assert_true(bench.selected);
    assert_int_equal(bench.requests, 3); /* who it is, write, who it is */
}

MW_TEST(a_meter_that_keeps_its_identification_is_found_by_it)
{
    (void)state;
    set_up(BY_SECONDARY);
    bench.locked = true;
    check_end(change(WAGO_WRITE_ID, 15012345, 0), MW_ERR_VALUE, MW_OUTCOME_OLD);
    set_up(BY_SECONDARY);
    bench.write_fate = FATE_DEAF;
    check_end(change(WAGO_WRITE_ID, 15012345, 0), MW_ERR_TIMEOUT, MW_OUTCOME_OLD);
    set_up("1902FFFF");
    bench.locked = true;
    check_end(change(WAGO_WRITE_ID, 15012345, 0), MW_ERR_VALUE, MW_OUTCOME_OLD);
}

/* At 254 it is found wherever it is; what address it has, its answer says. */
MW_TEST(a_meter_asked_for_at_254_is_known_by_its_answer)
{
    (void)state;
    set_up(BY_PRIMARY);
    bench.meter.unit = 254;
    bench.locked = true;
    check_end(change(WAGO_WRITE_ADDRESS, 17, 0), MW_ERR_VALUE, MW_OUTCOME_OLD);
    for (unsigned i = 0; i < 24; i++) {
        set_up(BY_PRIMARY);
        bench.meter.unit = 254;
        for (unsigned k = i; k < i + 7 && k < MW_COUNT(bench.fates); k++) {
            bench.fates[k] = FATE_DEAF; /* a while */
        }
        (void)change(WAGO_WRITE_ADDRESS, 17, 0);
        if (bench.change.outcome == MW_OUTCOME_OLD) {
            assert_int_equal(bench.address, ADDRESS);
        } else if (bench.change.outcome != MW_OUTCOME_UNKNOWN) {
            assert_int_equal(bench.address, 17);
        }
    }
}

/* A meter that was selected may answer as 253, so that its answer does not say what address it has. */
MW_TEST(of_an_address_that_does_not_show_nothing_is_claimed)
{
    (void)state;
    for (unsigned i = 0; i < 40; i++) {
        for (unsigned locked = 0; locked < 2; locked++) {
            set_up(BY_SECONDARY);
            bench.anonymous = true;
            bench.locked = locked != 0;
            for (unsigned k = i; k < i + 7 && k < MW_COUNT(bench.fates); k++) {
                bench.fates[k] = FATE_DEAF;
            }
            (void)change(WAGO_WRITE_ADDRESS, 17, 0);
            assert_int_not_equal(bench.change.outcome, MW_OUTCOME_NEW);
            if (bench.change.outcome == MW_OUTCOME_OLD) {
                assert_int_equal(bench.address, ADDRESS);
            }
        }
    }
}

MW_TEST(the_line_follows_the_speed_of_the_meter)
{
    (void)state;
    set_up(BY_PRIMARY);
    check_end(change(WAGO_WRITE_BAUD, 5, 0), MW_OK, MW_OUTCOME_NEW);
    assert_int_equal(bench.line.baud, 9600);
    assert_int_equal(bench.lines, 1);
    set_up(BY_SECONDARY);
    check_end(change(WAGO_WRITE_BAUD, 0, 0), MW_OK, MW_OUTCOME_NEW);
    assert_int_equal(bench.line.baud, 300);
    assert_int_equal(mw_meter_set(&bench.meter, &bench.io, wago_id(WAGO_WRITE_TARIFF), 2, 0, 0), MW_OK);
}

MW_TEST(the_line_comes_back_to_a_meter_that_stayed)
{
    (void)state;
    set_up(BY_PRIMARY);
    bench.locked = true;
    check_end(change(WAGO_WRITE_BAUD, 5, 0), MW_ERR_VALUE, MW_OUTCOME_OLD);
    assert_int_equal(bench.line.baud, 2400);
    assert_int_equal(bench.lines, 2);
    set_up(BY_PRIMARY);
    bench.write_fate = FATE_DEAF;
    check_end(change(WAGO_WRITE_BAUD, 5, 0), MW_ERR_TIMEOUT, MW_OUTCOME_OLD);
    assert_int_equal(bench.line.baud, 2400);
}

MW_TEST(behind_a_line_that_cannot_be_set_the_acknowledgement_is_all)
{
    (void)state;
    set_up(BY_PRIMARY);
    bench.io.set_line = NULL;
    check_end(change(WAGO_WRITE_BAUD, 5, 0), MW_OK, MW_OUTCOME_ACKNOWLEDGED);
    assert_int_equal(bench.write_count, 1);
}

/* ---- broadcasts ---- */

MW_TEST(a_tariff_can_be_broadcast)
{
    (void)state;
    set_up(BY_PRIMARY);
    check_end(change(WAGO_WRITE_TARIFF, 2, MW_WRITE_BROADCAST), MW_OK, MW_OUTCOME_ACKNOWLEDGED);
    assert_int_equal(bench.tariff, 2);
    assert_int_equal(bench.requests, 1);
    assert_int_equal(bench.writes[0][5], 255);
    assert_int_equal(
        mw_change_begin(&bench.change, &bench.meter, wago_id(WAGO_WRITE_ADDRESS), 2, 0, MW_WRITE_BROADCAST),
        MW_ERR_UNSUPPORTED);
}

/* ---- at whatever moment the connection dies ---- */

static bool has_new(size_t i)
{
    switch (i) {
    case 0:
        return bench.tariff == 2;
    case 1:
        return bench.address == 17;
    case 2:
        return bench.id == 0x15012345;
    case 3:
        return bench.baud == 9600;
    case 4:
        return bench.combined == 2;
    default:
        return bench.day_resets > 0;
    }
}

static const struct {
    const char *code;
    int64_t n;
} changes[] = {{WAGO_WRITE_TARIFF, 2}, {WAGO_WRITE_ADDRESS, 17}, {WAGO_WRITE_ID, 15012345},
               {WAGO_WRITE_BAUD, 5},   {WAGO_WRITE_COMBINED, 2}, {WAGO_WRITE_DAY, 0}};

/* What is said of the meter is true. */
static void check_truth(size_t i)
{
    (void)change(changes[i].code, changes[i].n, 0);
    if (bench.change.outcome == MW_OUTCOME_OLD) {
        assert_false(has_new(i));
    } else if (bench.change.outcome != MW_OUTCOME_UNKNOWN) {
        assert_true(has_new(i));
    }
    assert_true(bench.day_resets <= 1);
}

/* Wherever a frame gets lost, or all from one on. */
MW_TEST(an_outcome_is_never_wrong)
{
    static const fate fates[] = {FATE_DEAF, FATE_MUTE, FATE_DEAD, FATE_CUT};
    unsigned outcomes[4] = {0, 0, 0, 0};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(changes); i++) {
        for (unsigned k = 0; k < 2 * 4 * 2 * 24; k++) {
            const unsigned number = k / 16;
            set_up(k % 2 == 0 ? BY_PRIMARY : BY_SECONDARY);
            if (k / 2 % 2 != 0) {
                bench.from = 1 + number; /* all from this one on */
                bench.rest = fates[k / 4 % 4];
            } else {
                bench.fates[number] = fates[k / 4 % 4]; /* only this one */
            }
            check_truth(i);
            outcomes[bench.change.outcome]++;
        }
    }
    for (size_t i = 0; i < 4; i++) {
        assert_true(outcomes[i] > 0);
    }
}

/* At whatever byte of whatever frame, in either direction; behind the last one all is done. */
MW_TEST(an_outcome_is_never_wrong_at_whatever_byte_the_connection_dies)
{
    (void)state;
    for (size_t i = 0; i < 4 * MW_COUNT(changes); i++) {
        size_t bytes = 0;
        do {
            set_up(i % 2 == 0 ? BY_PRIMARY : BY_SECONDARY);
            bench.answer.dies = true;
            bench.answer.silently = i / 2 % 2 != 0;
            bench.answer.left = bytes;
            check_truth(i / 4);
            bytes++;
        } while (bench.answer.left == 0);
        assert_true(has_new(i / 4));
        assert_true(bytes > 11 + 1); /* a write and its acknowledgement at least */
    }
}

MW_TESTS(MW_CASE(every_setting_is_written_once_by_the_frame_of_the_manual), MW_CASE(a_tariff_is_read_back),
         MW_CASE(what_cannot_be_undone_needs_its_flag), MW_CASE(an_application_error_is_told_with_its_code),
         MW_CASE(an_error_of_the_readout_says_nothing_of_the_write),
         MW_CASE(what_fits_several_meters_is_written_to_none), MW_CASE(a_meter_may_be_given_what_it_has),
         MW_CASE(an_identification_that_is_taken_is_not_given_to_another_meter),
         MW_CASE(a_meter_that_keeps_its_identification_is_found_by_it),
         MW_CASE(a_meter_asked_for_at_254_is_known_by_its_answer),
         MW_CASE(of_an_address_that_does_not_show_nothing_is_claimed),
         MW_CASE(a_lost_acknowledgement_is_resolved_by_reading), MW_CASE(a_command_is_done_once),
         MW_CASE(nothing_is_written_to_a_meter_that_cannot_be_selected),
         MW_CASE(a_meter_is_followed_to_its_new_address), MW_CASE(a_meter_that_did_not_move_is_found_where_it_was),
         MW_CASE(an_address_that_is_taken_is_not_given_to_another_meter),
         MW_CASE(a_new_identification_is_seen_in_the_header), MW_CASE(the_line_follows_the_speed_of_the_meter),
         MW_CASE(the_line_comes_back_to_a_meter_that_stayed),
         MW_CASE(behind_a_line_that_cannot_be_set_the_acknowledgement_is_all), MW_CASE(a_tariff_can_be_broadcast),
         MW_CASE(an_outcome_is_never_wrong), MW_CASE(an_outcome_is_never_wrong_at_whatever_byte_the_connection_dies),
         MW_CASE(a_tariff_is_found_among_other_records), MW_CASE(a_tariff_that_is_not_shown_is_acknowledged_only),
         MW_CASE(a_meter_that_does_not_say_who_it_is_can_be_set), MW_CASE(what_a_meter_refused_before_is_of_no_concern),
         MW_CASE(what_the_model_does_not_have_cannot_be_set), MW_CASE(tables_of_ones_own_are_checked),
         MW_CASE(a_meter_that_was_selected_by_the_caller_stays_selected))
