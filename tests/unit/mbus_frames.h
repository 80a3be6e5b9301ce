/* SPDX-License-Identifier: MIT */
/* M-Bus frames made by definition, without the library that is tested, and memory that notices a byte too many. */
#ifndef MW_TEST_MBUS_FRAMES_H
#define MW_TEST_MBUS_FRAMES_H

#include <meterwire/mbus.h>

#include "../mw_test.h"

#ifndef MW_TEST_PLAIN
#include <stdlib.h>
#endif

/* A long header, and where the body behind it stands in the frame. */
#define MBUS_H12     "78 56 34 12 24 40 01 07 55 00 00 00"
#define MBUS_CI      6u
#define MBUS_DATA    7u
#define MBUS_BODY    (MBUS_DATA + 12)
#define MBUS_RSP_UD  0x08
#define MBUS_HEX_MAX 800 /* bytes of text */

/* A frame with these data behind CI, of any number of bytes up to 252; its length. */
static inline size_t mbus_put(uint8_t c, uint8_t address, uint8_t ci, const uint8_t *data, size_t count,
                              uint8_t frame[MW_MBUS_FRAME_MAX])
{
    unsigned sum = (unsigned)c + address + ci;
    frame[0] = frame[3] = 0x68;
    frame[1] = frame[2] = (uint8_t)(count + 3);
    frame[4] = c;
    frame[5] = address;
    frame[6] = ci;
    for (size_t i = 0; i < count; i++) {
        frame[MBUS_DATA + i] = data[i];
        sum += data[i];
    }
    frame[MBUS_DATA + count] = (uint8_t)sum;
    frame[MBUS_DATA + count + 1] = 0x16;
    return MBUS_DATA + count + 2;
}

/* The same from hexadecimal text, in one or two pieces. */
static inline size_t mbus_put_hex(uint8_t c, uint8_t ci, const char *head, const char *body,
                                  uint8_t frame[MW_MBUS_FRAME_MAX])
{
    uint8_t data[MW_MBUS_DATA_MAX];
    size_t count = mw_hex(head, data, sizeof data);
    count += mw_hex(body, data + count, sizeof data - count);
    return mbus_put(c, 1, ci, data, count, frame);
}

/* A copy with nothing readable behind it, so that a sanitizer notices any read outside. Of no bytes, too. */
static inline uint8_t *mbus_copy(const uint8_t *bytes, size_t count)
{
#ifndef MW_TEST_PLAIN
    uint8_t *const block = (uint8_t *)malloc(count + 1);
    assert_non_null(block);
    block[0] = 0xA5;
#else
    static uint8_t blocks[2][1 + MW_MBUS_FRAME_MAX]; /* as many as any test needs at once */
    static unsigned next;
    uint8_t *const block = blocks[next++ % 2];
#endif
    if (count > 0) {
        memcpy(block + 1, bytes, count);
    }
    return block + 1;
}

static inline void mbus_free(uint8_t *copy)
{
#ifndef MW_TEST_PLAIN
    free(copy - 1);
#else
    (void)copy;
#endif
}

/* Whether x * 10^ex is y * 10^ey. */
static inline bool mbus_same(int64_t x, int ex, int64_t y, int ey)
{
    for (; x != 0 && x % 10 == 0; x /= 10) {
        ex++;
    }
    for (; y != 0 && y % 10 == 0; y /= 10) {
        ey++;
    }
    return x == y && (x == 0 || ex == ey);
}

/* What every record is, whatever stands in it; `base` is where its offsets count from. */
static inline void mbus_check_record(const mw_mbus_record *record, const uint8_t *base)
{
    const unsigned head = (unsigned)record->dib_bytes + record->vib_bytes;
    char text[513];
    unsigned count = 0;
    assert_ptr_equal(record->bytes, base + record->offset);
    assert_in_range(record->length, head + record->data_bytes, head + record->data_bytes + 1u);
    assert_true(record->function <= MW_MBUS_AT_ERROR);
    assert_true(record->quantity < MW_MBUS_Q_COUNT);
    assert_true(record->kind <= MW_KIND_NONE);
    assert_true(record->quality <= MW_QUALITY_TRUNCATED);
    if (record->vife_bytes > 0) {
        assert_true((unsigned)record->vife + record->vife_bytes <= head);
        assert_true(record->vife > record->dib_bytes);
    }
    if (record->unit_text_bytes > 0) {
        assert_true((unsigned)record->unit_text + record->unit_text_bytes <= head);
        assert_true(record->unit_text > record->dib_bytes);
    }
    assert_true(mw_mbus_text(record, text, sizeof text) < sizeof text);
    assert_true(mw_mbus_unit_text(record, text, sizeof text) < sizeof text);
    while (mw_mbus_modifier(record, count) != MW_MBUS_NO_MODIFIER) {
        assert_true(mw_mbus_has(record, mw_mbus_modifier(record, count)));
        count++;
        assert_true(count <= record->vife_bytes);
    }
}

/* What became of the records of a telegram. */
typedef struct mbus_outcome {
    unsigned good;    /* records */
    unsigned bad;     /* errors after which there was more, or the end */
    mw_status error;  /* the last one, or MW_OK */
    mw_mbus_error at; /* what it is about */
} mbus_outcome;

/* Goes through all records, keeping the first ones; the end stays the end. */
static inline mbus_outcome mbus_walk(mw_mbus_cursor *cursor, const uint8_t *base, mw_mbus_record *records, size_t size)
{
    mbus_outcome outcome = {0, 0, MW_OK, {0, 0}};
    mw_mbus_record record;
    mw_status status;
    memset(&record, 0, sizeof record);
    while ((status = mw_mbus_next(cursor, &record)) != MW_END && outcome.good + outcome.bad < 300) {
        if (status != MW_OK) {
            outcome.bad++;
            outcome.error = status;
            outcome.at = cursor->error;
            continue;
        }
        mbus_check_record(&record, base);
        if (outcome.good < size) {
            records[outcome.good] = record;
        }
        outcome.good++;
    }
    assert_int_equal(status, MW_END);
    assert_int_equal(mw_mbus_next(cursor, &record), MW_END);
    return outcome;
}

/* Frames end where they end: every beginning of a frame needs more, and nothing is read behind it. */
static inline void mbus_check_prefixes(const uint8_t *frame, size_t length)
{
    for (size_t count = 0; count < length; count++) {
        uint8_t *const copy = mbus_copy(frame, count);
        mw_mbus_telegram telegram;
        mw_mbus_error error = {0, 0};
        assert_int_equal(mw_mbus_decode(copy, count, &telegram, &error), MW_AGAIN);
        assert_int_equal(error.fault, MW_MBUS_FAULT_FRAME_END);
        assert_int_equal(error.offset, count);
        mbus_free(copy);
    }
}

/* Telegrams that end too early, in good frames: all of them come to an end, and nothing is read behind it. */
static inline void mbus_check_cuts(const uint8_t *frame, size_t length)
{
    for (size_t count = 0; count + MBUS_DATA + 2 < length; count++) {
        uint8_t cut[MW_MBUS_FRAME_MAX];
        const size_t bytes = mbus_put(frame[4], frame[5], frame[6], frame + MBUS_DATA, count, cut);
        uint8_t *const copy = mbus_copy(cut, bytes);
        mw_mbus_telegram telegram;
        mw_mbus_cursor cursor;
        if (mw_mbus_decode(copy, bytes, &telegram, NULL) == MW_OK) {
            mw_mbus_records(&telegram, &cursor);
            (void)mbus_walk(&cursor, copy, NULL, 0);
        }
        mbus_free(copy);
    }
}

#endif
