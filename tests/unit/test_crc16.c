/* SPDX-License-Identifier: MIT */
#include <meterwire/core.h>

#include "../mw_test.h"

/* The definition, a bit at a time (MODBUS over serial line V1.02, 6.2.2). */
static uint16_t crc_by_definition(const uint8_t *bytes, size_t count)
{
    unsigned crc = 0xFFFF;
    for (size_t i = 0; i < count; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++) {
            crc = (crc & 1) != 0 ? crc >> 1 ^ 0xA001 : crc >> 1;
        }
    }
    return (uint16_t)crc;
}

MW_TEST(check_value_of_the_catalogue)
{
    (void)state;
    assert_int_equal(mw_crc16((const uint8_t *)"123456789", 9), 0x4B37);
}

MW_TEST(of_nothing_is_the_start_value)
{
    (void)state;
    assert_int_equal(mw_crc16(NULL, 0), 0xFFFF);
}

MW_TEST(of_frames_of_the_specification_and_of_a_meter)
{
    /* SL 6.2.2: 02 07 gives 41 12; the others are requests to a WAGO meter. */
    static const char *const frames[] = {"02 07 41 12", "01 03 40 02 00 01 30 0A", "01 03 50 00 00 38 55 18",
                                         "01 06 60 48 00 02 96 1D"};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(frames); i++) {
        uint8_t bytes[16];
        const size_t count = mw_hex(frames[i], bytes, sizeof bytes);
        assert_int_equal(mw_crc16(bytes, count - 2), bytes[count - 2] | bytes[count - 1] << 8);
        assert_int_equal(mw_crc16(bytes, count), 0);
    }
}

MW_TEST(equals_the_definition_for_every_length_and_byte)
{
    uint8_t bytes[260];
    (void)state;
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)(i * 167 + i / 256);
    }
    for (size_t count = 0; count <= sizeof bytes; count++) {
        assert_int_equal(mw_crc16(bytes, count), crc_by_definition(bytes, count));
    }
    for (unsigned value = 0; value < 256; value++) {
        const uint8_t byte = (uint8_t)value;
        assert_int_equal(mw_crc16(&byte, 1), crc_by_definition(&byte, 1));
    }
}

MW_TESTS(MW_CASE(check_value_of_the_catalogue), MW_CASE(of_nothing_is_the_start_value),
         MW_CASE(of_frames_of_the_specification_and_of_a_meter),
         MW_CASE(equals_the_definition_for_every_length_and_byte))
