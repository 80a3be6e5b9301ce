/* SPDX-License-Identifier: MIT */
#include "mbus_frames.h"

/* Opens bytes that end where memory ends. */
static mw_status opened(const uint8_t *bytes, size_t count, mw_mbus_frame *frame, mw_mbus_error *error)
{
    uint8_t *const copy = mbus_copy(bytes, count);
    const mw_status status = mw_mbus_open(copy, count, frame, error);
    if (status == MW_OK && frame->data_bytes > 0) {
        assert_ptr_equal(frame->data, copy + MBUS_DATA);
    }
    mbus_free(copy);
    return status;
}

static void is_frame(const char *hex, mw_mbus_type type, unsigned length, unsigned c, unsigned address, unsigned ci,
                     unsigned data_bytes)
{
    uint8_t bytes[MW_MBUS_FRAME_MAX];
    const size_t count = mw_hex(hex, bytes, sizeof bytes);
    mw_mbus_frame frame;
    memset(&frame, '#', sizeof frame);
    assert_int_equal(opened(bytes, count, &frame, NULL), MW_OK);
    assert_int_equal(frame.type, type);
    assert_int_equal(frame.length, length);
    assert_int_equal(frame.c, c);
    assert_int_equal(frame.address, address);
    assert_int_equal(frame.ci, ci);
    assert_int_equal(frame.data_bytes, data_bytes);
}

MW_TEST(frames_of_every_type)
{
    (void)state;
    is_frame("E5", MW_MBUS_ACK, 1, 0, 0, 0, 0);
    is_frame("10 5B 01 5C 16", MW_MBUS_SHORT, 5, 0x5B, 1, 0, 0);
    is_frame("10 40 FD 3D 16", MW_MBUS_SHORT, 5, 0x40, 253, 0, 0);
    is_frame("68 03 03 68 53 FE 50 A1 16", MW_MBUS_CONTROL, 9, 0x53, 254, 0x50, 0);
    is_frame("68 04 04 68 08 01 70 08 81 16", MW_MBUS_LONG, 10, 0x08, 1, 0x70, 1);
    is_frame("68 06 06 68 53 FE 51 01 7A 08 25 16", MW_MBUS_LONG, 12, 0x53, 254, 0x51, 3);
}

MW_TEST(bytes_behind_a_frame_are_not_looked_at)
{
    (void)state;
    is_frame("E5 E5 E5", MW_MBUS_ACK, 1, 0, 0, 0, 0);
    is_frame("10 5B 01 5C 16 00", MW_MBUS_SHORT, 5, 0x5B, 1, 0, 0);
    is_frame("68 04 04 68 08 01 70 08 81 16 68", MW_MBUS_LONG, 10, 0x08, 1, 0x70, 1);
}

MW_TEST(frames_of_every_length_and_their_prefixes)
{
    uint8_t data[MW_MBUS_DATA_MAX];
    (void)state;
    for (size_t i = 0; i < sizeof data; i++) {
        data[i] = (uint8_t)(i * 37 + 0x68);
    }
    for (size_t count = 0; count <= sizeof data; count++) {
        uint8_t bytes[MW_MBUS_FRAME_MAX];
        const size_t length = mbus_put(0x08, 7, 0x72, data, count, bytes);
        mw_mbus_frame frame;
        assert_int_equal(opened(bytes, length, &frame, NULL), MW_OK);
        assert_int_equal(frame.length, length);
        assert_int_equal(frame.type, count == 0 ? MW_MBUS_CONTROL : MW_MBUS_LONG);
        assert_int_equal(frame.data_bytes, count);
        if (count % 50 == 2) {
            mbus_check_prefixes(bytes, length);
        }
    }
}

typedef struct bad {
    const char *hex;
    mw_status status;
    uint8_t fault;
    uint16_t offset;
} bad;

static void is_bad(const bad *expected)
{
    uint8_t bytes[MW_MBUS_FRAME_MAX];
    const size_t count = mw_hex(expected->hex, bytes, sizeof bytes);
    mw_mbus_frame frame;
    mw_mbus_frame untouched;
    mw_mbus_error error = {0xEE, 0xEEEE};
    memset(&frame, '#', sizeof frame);
    memset(&untouched, '#', sizeof untouched);
    assert_int_equal(opened(bytes, count, &frame, &error), expected->status);
    assert_int_equal(error.fault, expected->fault);
    assert_int_equal(error.offset, expected->offset);
    assert_int_equal(opened(bytes, count, &frame, NULL), expected->status);
    assert_memory_equal(&frame, &untouched, sizeof frame);
}

MW_TEST(every_fault_is_found_and_its_place)
{
    static const bad table[] = {
        {"", MW_AGAIN, MW_MBUS_FAULT_FRAME_END, 0},
        {"68", MW_AGAIN, MW_MBUS_FAULT_FRAME_END, 1},
        {"68 04 04", MW_AGAIN, MW_MBUS_FAULT_FRAME_END, 3},
        {"10 5B 01 5C", MW_AGAIN, MW_MBUS_FAULT_FRAME_END, 4},
        /* M27, as soon as it can be seen */
        {"68 00", MW_ERR_FRAME, MW_MBUS_FAULT_LENGTH, 1},
        {"68 01 01 68", MW_ERR_FRAME, MW_MBUS_FAULT_LENGTH, 1},
        {"68 02 02 68 08 01 09 16", MW_ERR_FRAME, MW_MBUS_FAULT_LENGTH, 1},
        {"68 00 00 68 08 16", MW_ERR_FRAME, MW_MBUS_FAULT_LENGTH, 1},
        {"68 04 05", MW_ERR_FRAME, MW_MBUS_FAULT_LENGTHS_DIFFER, 2},
        {"68 05 04 68 08 01 70 08 81 16", MW_ERR_FRAME, MW_MBUS_FAULT_LENGTHS_DIFFER, 2},
        {"68 04 04 67", MW_ERR_FRAME, MW_MBUS_FAULT_SECOND_START, 3},
        {"68 04 04 16 08 01 70 08 81 16", MW_ERR_FRAME, MW_MBUS_FAULT_SECOND_START, 3},
        {"68 04 04 68 08 01 70 08 82 16", MW_ERR_CHECK, MW_MBUS_FAULT_CHECKSUM, 8},
        {"68 03 03 68 53 FE 50 A0 16", MW_ERR_CHECK, MW_MBUS_FAULT_CHECKSUM, 7},
        {"10 5B 01 5D 16", MW_ERR_CHECK, MW_MBUS_FAULT_CHECKSUM, 3},
        {"68 04 04 68 08 01 70 08 81 E5", MW_ERR_FRAME, MW_MBUS_FAULT_STOP, 9},
        {"10 5B 01 5C 17", MW_ERR_FRAME, MW_MBUS_FAULT_STOP, 4},
    };
    (void)state;
    for (size_t i = 0; i < MW_COUNT(table); i++) {
        is_bad(&table[i]);
    }
}

MW_TEST(only_three_bytes_begin_a_frame)
{
    (void)state;
    for (unsigned first = 0; first < 256; first++) {
        uint8_t bytes[] = {(uint8_t)first, 0x5B, 0x01, 0x5C, 0x16};
        mw_mbus_frame frame;
        mw_mbus_error error = {0, 0xEEEE};
        if (first != 0xE5 && first != 0x10 && first != 0x68) {
            assert_int_equal(opened(bytes, sizeof bytes, &frame, &error), MW_ERR_FRAME);
            assert_int_equal(error.fault, MW_MBUS_FAULT_START);
            assert_int_equal(error.offset, 0);
        }
    }
}

MW_TEST(no_wrong_bit_passes)
{
    static const char *const frames[] = {"10 5B 01 5C 16", "68 03 03 68 53 FE 50 A1 16",
                                         "68 06 06 68 53 FE 51 01 7A 08 25 16"};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(frames); i++) {
        uint8_t bytes[16];
        const size_t count = mw_hex(frames[i], bytes, sizeof bytes);
        for (size_t bit = 0; bit < 8 * count; bit++) {
            mw_mbus_frame frame;
            bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
            assert_int_not_equal(opened(bytes, count, &frame, NULL), MW_OK);
            bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
    }
}

MW_TEST(short_frames_are_encoded)
{
    (void)state;
    for (unsigned c = 0; c < 256; c++) {
        for (unsigned address = 0; address < 256; address += address < 248 ? 31 : 1) {
            uint8_t bytes[6] = {0, 0, 0, 0, 0, 0xEE};
            const uint8_t expected[6] = {0x10, (uint8_t)c, (uint8_t)address, (uint8_t)(c + address), 0x16, 0xEE};
            mw_mbus_frame frame;
            mw_mbus_encode_short((uint8_t)c, (uint8_t)address, bytes);
            assert_memory_equal(bytes, expected, sizeof bytes);
            assert_int_equal(opened(bytes, 5, &frame, NULL), MW_OK);
            assert_int_equal(frame.c, c);
            assert_int_equal(frame.address, address);
        }
    }
}

MW_TESTS(MW_CASE(frames_of_every_type), MW_CASE(bytes_behind_a_frame_are_not_looked_at),
         MW_CASE(frames_of_every_length_and_their_prefixes), MW_CASE(every_fault_is_found_and_its_place),
         MW_CASE(only_three_bytes_begin_a_frame), MW_CASE(no_wrong_bit_passes), MW_CASE(short_frames_are_encoded))
