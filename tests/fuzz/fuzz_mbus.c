/* SPDX-License-Identifier: MIT */
/* Everything that decodes M-Bus, fed with any bytes at all.
 *
 * Each input is taken three ways: as a frame as it is; as CI field and data of a frame with the right lengths and
 * checksum; and as records without a frame. What must hold for any input is checked, and aborts where it does not. */
#include <meterwire/mbus.h>
#include <meterwire/mbus_slave.h>

#include "fuzz.h"

#define STEPS_MAX    260
#define TEXT_MAX     513
#define EXP10_MIN    (-117)        /* A: -12; ten times 10^-6; the smallest single, with nine digits */
#define EXP10_MAX    80            /* J/h: 9; ten times 10^3; the largest single */
#define SECONDS_MIN  (-2208988800) /* 1900-01-01 */
#define SECONDS_MAX  10413792000   /* 2300-01-01 */
#define DAY_SECONDS  86400
#define SHORT_FRAMES 8
#define LONG_AROUND  9 /* bytes of a long frame besides its data */
#define PRIMARY      1

/* ---- values ---- */

/* Whether the two are the same number, and have the same text where they are texts. */
static bool same_value(const mw_reading *a, const mw_reading *b)
{
    int64_t x = a->n;
    int64_t y = b->n;
    int ex = a->exp10;
    int ey = b->exp10;
    for (; x != 0 && x % 10 == 0; x /= 10) {
        ex++;
    }
    for (; y != 0 && y % 10 == 0; y /= 10) {
        ey++;
    }
    return x == y && (x == 0 || ex == ey) && a->kind == b->kind && a->unit == b->unit && a->quality == b->quality &&
           strcmp(a->text, b->text) == 0;
}

static void check_value(const mw_mbus_record *record)
{
    const bool good = record->quality == MW_QUALITY_GOOD;
    CHECK(record->kind <= MW_KIND_NONE);
    CHECK(record->quality <= MW_QUALITY_TRUNCATED);
    CHECK(record->quality != MW_QUALITY_NOT_READ && record->quality != MW_QUALITY_TRUNCATED);
    CHECK(record->exp10 >= EXP10_MIN && record->exp10 <= EXP10_MAX);
    switch (record->kind) {
    case MW_KIND_NUMBER:
        CHECK(record->n != INT64_MIN);
        break;
    case MW_KIND_TEXT:
        CHECK(record->n == 0);
        break;
    case MW_KIND_DATA:
    case MW_KIND_NONE:
        CHECK(record->n == 0 && !good);
        break;
    case MW_KIND_DATE:
        CHECK(!good || record->n % DAY_SECONDS == 0);
        /* fall through */
    case MW_KIND_DATETIME:
        CHECK(!good || (record->n >= SECONDS_MIN && record->n < SECONDS_MAX));
        break;
    case MW_KIND_TIME:
        CHECK(!good || (record->n >= 0 && record->n < DAY_SECONDS));
        break;
    default:
        break;
    }
}

/* What is written and what is told as length agree, in any room. */
static void check_text(const mw_mbus_record *record, size_t (*write)(const mw_mbus_record *, char *, size_t),
                       size_t characters)
{
    char text[TEXT_MAX];
    const size_t length = write(record, text, sizeof text);
    CHECK(length < sizeof text && length <= 2 * characters);
    CHECK(text[length] == '\0');
    CHECK(write(record, NULL, 0) == length);
    if (length > 0) {
        char *const tight = (char *)malloc(length + 1);
        CHECK(tight != NULL);
        CHECK(write(record, tight, length) == length);
        CHECK(write(record, tight, length + 1) == length);
        CHECK(memcmp(tight, text, length + 1) == 0);
        free(tight);
    }
}

static void check_modifiers(const mw_mbus_record *record)
{
    unsigned count = 0;
    unsigned code;
    while ((code = mw_mbus_modifier(record, count)) != MW_MBUS_NO_MODIFIER) {
        CHECK(code < 2 * MW_MBUS_FC);
        CHECK(mw_mbus_has(record, code));
        CHECK(mw_mbus_modifier_text(code)[0] != '\0');
        count++;
        CHECK(count <= record->vife_bytes);
    }
    CHECK(!mw_mbus_has(record, MW_MBUS_NO_MODIFIER));
}

static void check_reading(uint8_t medium, const mw_mbus_record *record, mw_reading *reading)
{
    static const mw_obis none = {0, 0, 0, 0, 0, 0};
    char text[512];
    mw_obis id = none;
    const bool has = mw_mbus_obis(medium, record, &id);
    mw_mbus_reading(medium, record, reading);
    CHECK(mw_obis_equal(reading->id, has ? id : none));
    CHECK(reading->n == record->n && reading->exp10 == record->exp10 && reading->unit == record->unit);
    CHECK(reading->kind == record->kind && reading->source == record->index);
    CHECK(memchr(reading->text, '\0', sizeof reading->text) != NULL);
    CHECK(mw_reading_text(reading, text, sizeof text) < sizeof text);
    if (has) {
        CHECK(mw_obis_text(id, text, sizeof text) < MW_OBIS_TEXT_SIZE);
        CHECK(mw_obis_name(id, text, sizeof text) < MW_OBIS_NAME_SIZE);
    }
}

/* What is encoded with the record's own head and value is decoded as that value. */
static void check_round_trip(const mw_mbus_record *record, const mw_reading *reading)
{
    uint8_t frame[MW_MBUS_FRAME_MAX];
    mw_mbus_draft draft;
    mw_mbus_telegram telegram;
    mw_mbus_cursor cursor;
    mw_mbus_record again;
    mw_reading read_again;
    size_t length;
    mw_mbus_begin(&draft, frame, sizeof frame, MW_MBUS_SND_UD, PRIMARY, 0x51);
    mw_mbus_put(&draft, record->bytes, (size_t)record->dib_bytes + record->vib_bytes, reading);
    if (mw_mbus_finish(&draft, &length) != MW_OK) {
        return;
    }
    CHECK(mw_mbus_decode(frame, length, &telegram, NULL) == MW_OK);
    mw_mbus_records(&telegram, &cursor);
    CHECK(mw_mbus_next(&cursor, &again) == MW_OK);
    mw_mbus_reading(0, &again, &read_again);
    CHECK(same_value(reading, &read_again));
    CHECK(mw_mbus_next(&cursor, &again) == MW_END);
    CHECK(!cursor.more_records && cursor.manufacturer == NULL);
}

/* Any number at all, most of them small, depending on the record. */
static int64_t any_number(const mw_mbus_record *record)
{
    uint64_t hash = 0xCBF29CE484222325u;
    for (unsigned i = 0; i < record->length; i++) {
        hash = (hash ^ record->bytes[i]) * 0x100000001B3u;
    }
    /* Often next to a power of two, where ranges end. */
    return (int64_t)((hash & 1) != 0 ? hash >> (hash >> 1 & 63u)
                                     : ((uint64_t)1 << (hash >> 1 & 63u)) - (hash >> 7 & 3u));
}

/* The record's own value, and another one in its place. */
static void check_encoder(const mw_mbus_record *record, mw_reading *reading)
{
    if (reading->quality != MW_QUALITY_GOOD || record->dib_bytes == 0) {
        return;
    }
    check_round_trip(record, reading);
    /* A real number may be rounded. */
    if (reading->kind != MW_KIND_TEXT && (record->bytes[0] & 0x0F) != 5) {
        reading->n = any_number(record);
        check_round_trip(record, reading);
        if (reading->kind == MW_KIND_NUMBER && reading->n != INT64_MIN) {
            reading->n = -reading->n;
            check_round_trip(record, reading);
        }
    }
}

/* ---- records ---- */

static void check_place(const mw_mbus_record *record, const mw_mbus_cursor *cursor)
{
    const unsigned head = (unsigned)record->dib_bytes + record->vib_bytes;
    const unsigned lvar = record->dib_bytes > 0 && (record->bytes[0] & 0x0F) == 0x0D ? 1 : 0;
    const size_t at = (size_t)(record->bytes - cursor->body);
    CHECK(record->bytes >= cursor->body);
    CHECK(at + record->length <= cursor->body_bytes);
    CHECK(record->bytes == cursor->frame + record->offset);
    CHECK(record->length == head + lvar + record->data_bytes);
    CHECK(record->length > 0);
    CHECK(record->function <= MW_MBUS_AT_ERROR);
    CHECK(record->quantity < MW_MBUS_Q_COUNT);
    CHECK(record->storage >> 41 == 0 && record->tariff >> 20 == 0 && record->subunit >> 10 == 0);
    CHECK(record->dib_bytes <= 11);
    if (record->vife_bytes > 0) {
        CHECK(record->vife > record->dib_bytes && (unsigned)record->vife + record->vife_bytes <= head);
    }
    if (record->unit_text_bytes > 0) {
        CHECK(record->unit_text > record->dib_bytes);
        CHECK((unsigned)record->unit_text + record->unit_text_bytes <= head);
    }
}

static bool same_record(const mw_mbus_record *a, const mw_mbus_record *b)
{
    return a->n == b->n && a->exp10 == b->exp10 && a->unit == b->unit && a->quality == b->quality &&
           a->kind == b->kind && a->quantity == b->quantity && a->function == b->function && a->storage == b->storage &&
           a->tariff == b->tariff && a->subunit == b->subunit && a->bytes == b->bytes && a->offset == b->offset &&
           a->length == b->length && a->index == b->index && a->vife == b->vife && a->vife_bytes == b->vife_bytes &&
           a->unit_text == b->unit_text && a->unit_text_bytes == b->unit_text_bytes && a->data_bytes == b->data_bytes &&
           a->lvar == b->lvar && a->msb_first == b->msb_first && a->summer_time == b->summer_time;
}

static void check_record(uint8_t medium, const mw_mbus_record *record, const mw_mbus_cursor *cursor)
{
    mw_reading reading;
    check_text(record, mw_mbus_text, record->kind == MW_KIND_TEXT ? record->data_bytes : 0);
    check_text(record, mw_mbus_unit_text, record->unit_text_bytes);
    check_modifiers(record);
    CHECK(mw_mbus_quantity_text(record->quantity)[0] != '\0');
    check_reading(medium, record, &reading);
    /* An encoder is given a head without a layout: that of the standard. */
    if (cursor->layout != MW_MBUS_LAYOUT_FIELD) {
        check_encoder(record, &reading);
    }
}

/* The end, and what may follow it. */
static void check_end(mw_mbus_cursor *cursor, mw_mbus_record *record)
{
    const mw_mbus_cursor end = *cursor;
    CHECK(mw_mbus_next(cursor, record) == MW_END);
    CHECK(cursor->more_records == end.more_records && cursor->manufacturer_bytes == end.manufacturer_bytes);
    if (end.manufacturer != NULL) {
        CHECK(end.manufacturer > end.body && end.manufacturer + end.manufacturer_bytes == end.body + end.body_bytes);
    } else {
        CHECK(end.manufacturer_bytes == 0 && !end.more_records);
    }
}

/* Twice side by side, with the same outcome. */
static void walk(uint8_t medium, const mw_mbus_cursor *start, uint8_t layout, bool short_bcd6, bool every_check)
{
    mw_mbus_cursor cursor = *start;
    mw_mbus_cursor other;
    mw_mbus_record record;
    mw_mbus_record twin;
    mw_status status = MW_OK;
    const uint8_t *behind = start->body;
    unsigned steps = 0;
    cursor.layout = layout;
    cursor.short_bcd6 = short_bcd6;
    other = cursor;
    while ((status = mw_mbus_next(&cursor, &record)) != MW_END) {
        const mw_status twin_status = mw_mbus_next(&other, &twin);
        CHECK(++steps <= STEPS_MAX);
        CHECK(twin_status == status);
        if (status == MW_OK) {
            CHECK(same_record(&record, &twin));
            CHECK(record.index == (uint8_t)(steps - 1));
            CHECK(record.bytes >= behind); /* no byte belongs to two records */
            behind = record.bytes + record.length;
            check_place(&record, &cursor);
            check_value(&record);
            if (every_check) {
                check_record(medium, &record, &cursor);
            }
        } else {
            CHECK(status == MW_ERR_RANGE || status == MW_ERR_SHORT || status == MW_ERR_UNSUPPORTED);
            CHECK(cursor.error.fault == other.error.fault && cursor.error.offset == other.error.offset);
            CHECK(cursor.error.fault != MW_MBUS_FAULT_NONE && mw_mbus_fault_text(cursor.error.fault)[0] != '\0');
            CHECK(cursor.frame + cursor.error.offset >= cursor.body);
            CHECK(cursor.frame + cursor.error.offset <= cursor.body + cursor.body_bytes);
        }
    }
    CHECK(mw_mbus_next(&other, &twin) == MW_END);
    check_end(&cursor, &record);
}

static void walk_every_way(uint8_t medium, const mw_mbus_cursor *start)
{
    walk(medium, start, MW_MBUS_LAYOUT_AUTO, false, true);
    walk(medium, start, MW_MBUS_LAYOUT_AUTO, true, false);
    walk(medium, start, MW_MBUS_LAYOUT_STANDARD, false, false);
    walk(medium, start, MW_MBUS_LAYOUT_STANDARD, true, true);
    walk(medium, start, MW_MBUS_LAYOUT_FIELD, false, false);
    walk(medium, start, MW_MBUS_LAYOUT_FIELD, true, true);
}

/* ---- frames ---- */

static void check_header(const mw_mbus_header *header)
{
    char text[MW_MBUS_MANUFACTURER_SIZE];
    uint16_t manufacturer;
    mw_mbus_manufacturer_text(header->manufacturer, text);
    CHECK(strlen(text) == 3 || strlen(text) == 4);
    if (strlen(text) == 3) {
        CHECK(mw_mbus_manufacturer_parse(text, &manufacturer) == MW_OK);
        CHECK(manufacturer == (header->manufacturer & 0x7FFFu));
    }
    CHECK(mw_mbus_medium_text(header->medium)[0] != '\0');
    CHECK(mw_mbus_mode(header) < 32);
}

static void check_telegram(const mw_mbus_telegram *telegram, const uint8_t *bytes)
{
    const mw_mbus_frame *const frame = &telegram->frame;
    CHECK(telegram->content <= MW_MBUS_MANUFACTURER);
    CHECK(telegram->header_type <= MW_MBUS_HEADER_FIXED);
    if (frame->type < MW_MBUS_CONTROL) {
        CHECK(telegram->content == MW_MBUS_NOTHING && telegram->body_bytes == 0);
        return;
    }
    CHECK(frame->data >= bytes && frame->data + frame->data_bytes + 2 == bytes + frame->length);
    CHECK(telegram->body >= frame->data);
    CHECK(telegram->body + telegram->body_bytes == frame->data + frame->data_bytes);
    CHECK(mw_mbus_application_error_text(telegram->code)[0] != '\0');
    check_header(&telegram->header);
}

/* No beginning of a frame is a frame. One of them, any, is looked at with nothing readable behind it. */
static void check_prefixes(const uint8_t *bytes, size_t length)
{
    const size_t some = bytes[length / 2] % length;
    uint8_t *const copy = fuzz_copy(bytes, some);
    mw_mbus_frame frame;
    mw_mbus_error error;
    CHECK(mw_mbus_open(copy, some, &frame, &error) == MW_AGAIN);
    free(copy);
    for (size_t count = 0; count < length; count++) {
        CHECK(mw_mbus_open(bytes, count, &frame, &error) == MW_AGAIN);
        CHECK(error.fault == MW_MBUS_FAULT_FRAME_END && error.offset == count);
    }
}

/* The frame that these bytes begin with. */
static void decode(const uint8_t *bytes, size_t count)
{
    mw_mbus_telegram telegram;
    mw_mbus_frame frame;
    mw_mbus_cursor cursor;
    mw_mbus_error error = {0, 0};
    const mw_status opened = mw_mbus_open(bytes, count, &frame, &error);
    mw_status status;
    if (opened != MW_OK) {
        CHECK(opened == MW_AGAIN || opened == MW_ERR_CHECK || opened == MW_ERR_FRAME);
        CHECK(error.fault != MW_MBUS_FAULT_NONE && error.offset <= count);
        CHECK(mw_mbus_decode(bytes, count, &telegram, NULL) == opened);
        return;
    }
    CHECK(frame.length > 0 && frame.length <= count && frame.length <= MW_MBUS_FRAME_MAX);
    CHECK(frame.type <= MW_MBUS_LONG && frame.data_bytes <= MW_MBUS_DATA_MAX);
    check_prefixes(bytes, frame.length);
    memset(&telegram, 0, sizeof telegram);
    status = mw_mbus_decode(bytes, count, &telegram, &error);
    if (status != MW_OK) {
        CHECK(status == MW_ERR_UNSUPPORTED || status == MW_ERR_SHORT || status == MW_ERR_FRAME);
        CHECK(error.fault != MW_MBUS_FAULT_NONE && error.offset <= frame.length);
        return;
    }
    check_telegram(&telegram, bytes);
    mw_mbus_records(&telegram, &cursor);
    if (telegram.content == MW_MBUS_NOTHING) {
        mw_mbus_record record;
        CHECK(mw_mbus_next(&cursor, &record) == MW_END);
    } else {
        CHECK(cursor.frame == bytes);
        walk_every_way(telegram.header.medium, &cursor);
    }
}

/* A long frame with these bytes behind its address: CI field and data. Its length. */
static size_t wrap(uint8_t c, uint8_t address, const uint8_t *bytes, size_t count, uint8_t frame[MW_MBUS_FRAME_MAX])
{
    mw_mbus_draft draft;
    size_t length = 0;
    mw_mbus_begin(&draft, frame, MW_MBUS_FRAME_MAX, c, address, bytes[0]);
    mw_mbus_put_bytes(&draft, bytes + 1, count - 1);
    CHECK(mw_mbus_finish(&draft, &length) == MW_OK);
    CHECK(length == count - 1 + LONG_AROUND);
    return length;
}

/* ---- a slave ---- */

/* The input is what the meter has to tell, too; with a first telegram that says that another one follows. */
static mw_status slave_readout(void *user, unsigned application, unsigned number, mw_mbus_draft *draft, bool *more)
{
    const fuzz_input *const in = (const fuzz_input *)user;
    mw_mbus_put_bytes(draft, in->bytes, in->count);
    *more = number == application;
    return in->count % 16 == 15 ? MW_ERR_VALUE : MW_OK;
}

static mw_status slave_receive(void *user, const mw_mbus_telegram *telegram, uint8_t *code)
{
    (void)user;
    CHECK(telegram->content != MW_MBUS_NOTHING);
    *code = telegram->body_bytes;
    return telegram->body_bytes % 2 == 0 ? MW_OK : MW_ERR_VALUE;
}

static void ask(mw_mbus_slave *slave, const uint8_t *request, size_t count)
{
    mw_mbus_frame frame;
    size_t length = SIZE_MAX;
    const mw_status status = mw_mbus_slave_answer(slave, request, count, &length);
    CHECK(length <= MW_MBUS_FRAME_MAX);
    if (status != MW_OK) {
        CHECK(length == 0);
    }
    if (length > 0) {
        CHECK(mw_mbus_open(slave->reply, length, &frame, NULL) == MW_OK);
        CHECK(frame.length == length);
        CHECK(frame.type == MW_MBUS_ACK || (frame.c == MW_MBUS_RSP_UD && frame.address == PRIMARY));
    }
}

static void run_slave(const uint8_t *bytes, size_t count)
{
    static const uint8_t addresses[] = {PRIMARY, MW_MBUS_ADDRESS_SELECTED, MW_MBUS_ADDRESS_ALL, MW_MBUS_ADDRESS_SILENT};
    uint8_t request[MW_MBUS_FRAME_MAX];
    fuzz_input in = {bytes, count};
    mw_mbus_slave slave;
    memset(&slave, 0, sizeof slave);
    slave.header.id = 0x12345678;
    slave.fabrication = 0x87654321;
    slave.address = PRIMARY;
    slave.reply = (uint8_t *)malloc(MW_MBUS_FRAME_MAX);
    slave.user = &in;
    slave.readout = slave_readout;
    slave.receive = slave_receive;
    CHECK(slave.reply != NULL);
    ask(&slave, bytes, count);
    for (size_t i = 0; i < COUNT(addresses); i++) {
        const uint8_t fcb = i % 2 == 0 ? MW_MBUS_FCB : 0;
        ask(&slave, request, wrap(MW_MBUS_SND_UD | fcb, addresses[i], bytes, count, request));
        mw_mbus_encode_short(MW_MBUS_REQ_UD2 | fcb, PRIMARY, request);
        ask(&slave, request, 5);
    }
    for (size_t i = 0; i + 1 < count && i < 2 * SHORT_FRAMES; i += 2) {
        mw_mbus_encode_short(bytes[i], bytes[i + 1], request);
        ask(&slave, request, 5);
    }
    free(slave.reply);
}

/* ---- inputs ---- */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t frame[MW_MBUS_FRAME_MAX];
    mw_mbus_cursor cursor;
    decode(data, size);
    if (size >= 1 && size <= 1 + MW_MBUS_DATA_MAX) {
        const size_t length = wrap(MW_MBUS_RSP_UD, PRIMARY, data, size, frame);
        uint8_t *const copy = fuzz_copy(frame, length);
        decode(copy, length);
        free(copy);
        run_slave(data, size);
    }
    if (size <= 255) {
        mw_mbus_records_of(data, size, &cursor);
        walk(0, &cursor, MW_MBUS_LAYOUT_AUTO, false, false);
    }
    return 0;
}
