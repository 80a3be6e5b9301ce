/* SPDX-License-Identifier: MIT */
/* Registers and records of a meter that says anything: each row of each model, rows of any make, load curves, the rows
 * of models on M-Bus, and who a meter is by what it sends.
 *
 * The first byte names a model; then comes a row of any make, 12 bytes as the table has them, whose address also says
 * which rows of the model are looked at; the rest are registers, over and over, and records. */
#include <meterwire/meterwire.h>

#include "fuzz.h"

#define REGISTERS 256u
#define ROWS      8u /* of a model, looked at with one input */

static bool is_number(const mw_row *row)
{
    return row->type == MW_TYPE_UNSIGNED || row->type == MW_TYPE_SIGNED || row->type == MW_TYPE_BCD ||
           row->type == MW_TYPE_RESIDUAL || row->type == MW_TYPE_SIGNED_RESIDUAL;
}

static void check_reading(const mw_reading *reading)
{
    char text[512];
    CHECK(reading->kind <= MW_KIND_NONE && reading->quality <= MW_QUALITY_TRUNCATED);
    CHECK(memchr(reading->text, '\0', sizeof reading->text) != NULL);
    CHECK(reading->kind == MW_KIND_TEXT || reading->text[0] == '\0');
    CHECK(mw_reading_text(reading, text, sizeof text) < sizeof text);
    for (const char *c = reading->text; *c != '\0'; c++) {
        CHECK(*c >= ' ' && *c < 0x7F);
    }
    CHECK(mw_unit_text(reading->unit) != NULL && mw_quality_text(reading->quality)[0] != '\0');
    if (reading->kind == MW_KIND_NUMBER) {
        const double value = mw_reading_double(reading);
        CHECK(reading->n == 0 ? value <= 0 && value >= 0 : true);
    }
}

static bool same_value(const mw_reading *a, const mw_reading *b)
{
    return a->n == b->n && a->exp10 == b->exp10 && a->unit == b->unit && a->kind == b->kind &&
           a->quality == b->quality && strcmp(a->text, b->text) == 0;
}

/* A value that was decoded can be encoded, and is decoded as the same again. The registers are the same where a value
 * has only one form. */
static void check_again(const mw_row *row, const uint8_t *data, const mw_reading *reading)
{
    uint8_t *made;
    mw_reading again;
    mw_status status;
    if (row->type > MW_TYPE_CLOCK || reading->quality != MW_QUALITY_GOOD) {
        return;
    }
    made = fuzz_copy(data, 2 * (size_t)mw_row_span(row)); /* with the register behind a ratio */
    status = mw_row_encode(row, reading, made);
    if (is_number(row)) {
        CHECK(status == MW_OK);
    }
    if (status == MW_OK) {
        mw_row_decode(row, made, &again);
        CHECK(same_value(reading, &again) || row->type == MW_TYPE_CT_RATIO);
        if (row->type == MW_TYPE_UNSIGNED || row->type == MW_TYPE_SIGNED || row->type == MW_TYPE_BCD ||
            row->type == MW_TYPE_BITS || row->type == MW_TYPE_DIGITS || row->type == MW_TYPE_SECONDS_2000) {
            CHECK(memcmp(made, data, 2u * row->regs) == 0);
        }
    }
    free(made);
}

static void check_row(const mw_model *model, const mw_row *row, const uint8_t *registers, mw_reading *reading)
{
    const unsigned span = mw_row_span(row);
    uint8_t *data;
    mw_reading twin;
    data = fuzz_copy(registers, 2 * (size_t)span);
    mw_row_decode(row, data, reading);
    check_reading(reading);
    CHECK(mw_obis_equal(reading->id, mw_row_id(row)) && reading->source == row->address);
    if (model != NULL) {
        mw_model_decode(model, row, data, &twin);
        CHECK(same_value(reading, &twin));
        (void)mw_model_is(model, reading);
    }
    check_again(row, data, reading);
    free(data);
}

/* What has been counted between two readings: the later one and its end agree with it. */
static void check_delta(const mw_model *model, const mw_reading *before, const mw_reading *after, int rollovers)
{
    int64_t n;
    int8_t exp10;
    const mw_status status = mw_counter_delta(model, before, after, rollovers, &n, &exp10);
    CHECK(status == MW_OK || status == MW_ERR_ARGUMENT || status == MW_ERR_VALUE || status == MW_ERR_RANGE ||
          status == MW_ERR_UNSUPPORTED);
    if (status == MW_OK) {
        CHECK(exp10 == (before->exp10 < after->exp10 ? before->exp10 : after->exp10));
    }
}

/* Some of its rows, and its load curve. */
static void check_model(const mw_model *model, unsigned first, const uint8_t *registers)
{
    for (unsigned i = first; i < first + ROWS; i++) {
        const mw_row *const row = &model->rows[i % model->row_count];
        mw_reading before;
        mw_reading after;
        check_row(model, row, registers, &before);
        check_row(model, row, registers + 2 * (i % 16), &after);
        check_delta(model, &before, &after, (int)(registers[0] % 4) - 1);
    }
    if (model->load_curve != NULL) {
        const unsigned regs = mw_curve_window_regs(model->load_curve);
        uint8_t *const window = (uint8_t *)malloc(2 * (size_t)regs);
        mw_curve_record record;
        unsigned index = 0;
        mw_status status;
        CHECK(window != NULL);
        for (unsigned i = 0; i < 2 * regs; i++) {
            window[i] = registers[i % (2 * REGISTERS)];
        }
        while ((status = mw_curve_decode(model->load_curve, window, index, &record)) == MW_OK) {
            CHECK(++index <= model->load_curve->records);
            check_reading(&record.mean);
        }
        CHECK(status == MW_END || (status == MW_ERR_VALUE && index == 0));
        free(window);
    }
}

/* ---- M-Bus ---- */

static void check_telegram(const mw_mbus_model *model, const uint8_t *bytes, size_t length)
{
    mw_mbus_telegram telegram;
    mw_mbus_cursor cursor;
    mw_mbus_record record;
    mw_reading reading;
    mw_identity identity;
    mw_status status;
    if (mw_mbus_decode(bytes, length, &telegram, NULL) != MW_OK) {
        return;
    }
    status = mw_identify_mbus(&telegram, mw_mbus_models, &identity);
    CHECK(status == MW_OK || status == MW_ERR_UNSUPPORTED);
    CHECK((status == MW_OK) == (identity.mbus_model != NULL) && identity.model == NULL);
    check_reading(&identity.serial);
    mw_mbus_records(&telegram, &cursor);
    cursor.short_bcd6 = model->short_bcd6;
    while ((status = mw_mbus_next(&cursor, &record)) != MW_END) {
        for (unsigned i = 0; status == MW_OK && i < model->row_count; i++) {
            const mw_mbus_row *const row = &model->rows[i];
            if (mw_mbus_row_take(row, &record, &reading)) {
                check_reading(&reading);
                CHECK(mw_obis_equal(reading.id, mw_mbus_row_id(row)) && reading.unit == row->unit);
            }
        }
    }
}

/* The header of a model, so that its records are looked at. */
static void check_records(const mw_mbus_model *model, const uint8_t *bytes, size_t count)
{
    mw_mbus_header header = {0x12345678, model->manufacturer, model->version, model->medium, 1, 0, 0};
    uint8_t frame[MW_MBUS_FRAME_MAX];
    mw_mbus_draft draft;
    size_t length = 0;
    mw_mbus_begin(&draft, frame, sizeof frame, MW_MBUS_RSP_UD, 1, MW_MBUS_CI_VARIABLE);
    mw_mbus_put_header(&draft, &header);
    mw_mbus_put_bytes(&draft, bytes, count < 240 ? count : 240);
    CHECK(mw_mbus_finish(&draft, &length) == MW_OK);
    check_telegram(model, frame, length);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input in = {data, size};
    const size_t number = fuzz_byte(&in);
    mw_row row = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    uint8_t registers[2 * REGISTERS + 32] = {0};
    mw_reading reading;
    size_t models = 0;
    size_t mbus = 0;
    while (mw_models[models] != NULL) {
        models++;
    }
    while (mw_mbus_models[mbus] != NULL) {
        mbus++;
    }
    row.address = fuzz_u16(&in);
    row.type = fuzz_byte(&in) % 20;
    row.regs = fuzz_byte(&in) % 126;
    row.exp10 = (int8_t)((int)(fuzz_byte(&in) % 25) - 12);
    row.unit = fuzz_byte(&in);
    row.a = fuzz_byte(&in);
    row.c = fuzz_byte(&in);
    row.d = fuzz_byte(&in);
    row.e = fuzz_byte(&in);
    row.group = fuzz_byte(&in);
    row.flags = fuzz_byte(&in);
    for (size_t i = 0; i < sizeof registers && in.count > 0; i++) {
        registers[i] = in.bytes[i % in.count];
    }
    check_row(NULL, &row, registers, &reading);
    check_model(mw_models[number % models], row.address, registers);
    check_telegram(mw_mbus_models[number % mbus], in.bytes, in.count);
    check_records(mw_mbus_models[number % mbus], in.bytes, in.count);
    return 0;
}
