/* SPDX-License-Identifier: MIT */
#include <meterwire/core.h>

#include <float.h>
#include <stdlib.h>

#include "../mw_test.h"

/* Numbers that look random and are the same everywhere (Knuth, MMIX). */
static uint64_t next_number(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return *seed >> 8;
}

#ifndef MW_TEST_PLAIN
/* Of every length to 63 bits, with either sign. */
static int64_t any_mantissa(uint64_t *seed, int i)
{
    const int64_t magnitude = (int64_t)((next_number(seed) << 8 >> 1) >> i % 64);
    return i % 2 != 0 ? -magnitude : magnitude;
}
#endif

static void is_text(int64_t n, int8_t exp10, const char *expected)
{
    const size_t length = strlen(expected);
    char out[160];
    char untouched[sizeof out];
    memset(out, '#', sizeof out);
    memset(untouched, '#', sizeof untouched);
    assert_int_equal(mw_decimal_text(n, exp10, NULL, 0), length);
    assert_int_equal(mw_decimal_text(n, exp10, out, 1), length);
    assert_int_equal(mw_decimal_text(n, exp10, out, length), length);
    assert_memory_equal(out, untouched, sizeof out);
    assert_int_equal(mw_decimal_text(n, exp10, out, length + 1), length);
    assert_string_equal(out, expected);
    assert_int_equal(out[length + 1], '#');
}

static void parses(const char *text, int64_t n, int exp10)
{
    int64_t parsed = 77;
    int8_t parsed_exp10 = 77;
    assert_int_equal(mw_decimal_parse(text, &parsed, &parsed_exp10), MW_OK);
    assert_true(parsed == n);
    assert_int_equal(parsed_exp10, exp10);
}

static void does_not_parse(const char *text, mw_status status)
{
    int64_t n = 77;
    int8_t exp10 = 77;
    assert_int_equal(mw_decimal_parse(text, &n, &exp10), status);
    assert_true(n == 77 && exp10 == 77);
}

static void rescales(int64_t n, int8_t from, int8_t to, int64_t expected)
{
    int64_t out = 77;
    assert_int_equal(mw_decimal_rescale(n, from, to, &out), MW_OK);
    assert_true(out == expected);
}

static void does_not_rescale(int64_t n, int8_t from, int8_t to)
{
    int64_t out = 77;
    assert_int_equal(mw_decimal_rescale(n, from, to, &out), MW_ERR_RANGE);
    assert_true(out == 77);
}

static void f32_gives(uint32_t bits, unsigned decimals, int64_t expected)
{
    int64_t n = 77;
    assert_int_equal(mw_decimal_from_f32(bits, decimals, &n), MW_OK);
    assert_true(n == expected);
}

static void f32_fails(uint32_t bits, unsigned decimals, mw_status status)
{
    int64_t n = 77;
    assert_int_equal(mw_decimal_from_f32(bits, decimals, &n), status);
    assert_true(n == 77);
}

static void gives_f32(int64_t n, int8_t exp10, uint32_t expected)
{
    uint32_t bits = 77;
    assert_int_equal(mw_decimal_to_f32(n, exp10, &bits), MW_OK);
    assert_true(bits == expected);
}

static void does_not_give_f32(int64_t n, int8_t exp10)
{
    uint32_t bits = 77;
    assert_int_equal(mw_decimal_to_f32(n, exp10, &bits), MW_ERR_RANGE);
    assert_true(bits == 77);
}

MW_TEST(text_has_as_many_decimals_as_the_exponent_says)
{
    (void)state;
    is_text(0, 0, "0");
    is_text(0, -3, "0.000");
    is_text(0, 3, "0");
    is_text(5, 0, "5");
    is_text(-50, -3, "-0.050");
    is_text(12, 2, "1200");
    is_text(-7, 1, "-70");
    is_text(232070, -3, "232.070");
    is_text(1000, -3, "1.000");
    is_text(999, -3, "0.999");
}

MW_TEST(text_of_the_extreme_mantissas)
{
    (void)state;
    is_text(INT64_MAX, 0, "9223372036854775807");
    is_text(INT64_MIN, 0, "-9223372036854775808");
    is_text(INT64_MIN, -18, "-9.223372036854775808");
    is_text(INT64_MIN, -19, "-0.9223372036854775808");
    is_text(INT64_MAX, 3, "9223372036854775807000");
}

MW_TEST(text_of_the_extreme_exponents)
{
    char expected[160];
    (void)state;
    memset(expected, '0', sizeof expected);
    memcpy(expected, "-9223372036854775808", 20);
    expected[20 + 127] = '\0';
    is_text(INT64_MIN, 127, expected);
    is_text(0, 127, "0");
    /* 19 digits, and 128 behind the point */
    memset(expected, '0', sizeof expected);
    memcpy(expected, "-0.", 3);
    memcpy(expected + 3 + 128 - 19, "9223372036854775808", 20);
    is_text(INT64_MIN, -128, expected);
}

MW_TEST(text_with_an_exponent_to_32_fits_the_size_of_the_header)
{
    (void)state;
    assert_in_range(mw_decimal_text(INT64_MIN, -32, NULL, 0), 1, MW_DECIMAL_TEXT_SIZE - 1);
    assert_in_range(mw_decimal_text(INT64_MIN, 32, NULL, 0), 1, MW_DECIMAL_TEXT_SIZE - 1);
}

MW_TEST(parse_keeps_every_digit)
{
    (void)state;
    parses("0", 0, 0);
    parses("-0", 0, 0);
    parses("0.000", 0, -3);
    parses("-0.050", -50, -3);
    parses("+5", 5, 0);
    parses("007", 7, 0);
    parses("5.", 5, 0);
    parses(".5", 5, -1);
    parses("-.5", -5, -1);
    parses("12e3", 12, 3);
    parses("12E3", 12, 3);
    parses("12e+3", 12, 3);
    parses("12e-3", 12, -3);
    parses("1.50e2", 150, 0);
    parses("1e007", 1, 7);
    parses("0.00000000000000000000000000000000000001", 1, -38);
}

MW_TEST(parse_takes_the_extremes)
{
    (void)state;
    parses("9223372036854775807", INT64_MAX, 0);
    parses("-9223372036854775808", INT64_MIN, 0);
    parses("-9.223372036854775808", INT64_MIN, -18);
    parses("1e127", 1, 127);
    parses("1e-128", 1, -128);
    parses("0.1e-127", 1, -128);
    parses("0.1e128", 1, 127);
}

MW_TEST(parse_refuses_what_is_no_number)
{
    static const char *const texts[] = {"",    "-",   "+",    ".",     "-.",   "e3",  "1e",    "1e+",   "1e-", "1e.5",
                                        "1 ",  " 1",  "+-5",  "--5",   "1..2", ".1.", "1.2.3", "1e2e3", "1,5", "0x10",
                                        "1kW", "nan", "1e5 ", "1e5.0", ".e1",  "inf", "1-",    "1+1"};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(texts); i++) {
        does_not_parse(texts[i], MW_ERR_VALUE);
    }
}

MW_TEST(parse_refuses_what_does_not_fit)
{
    static const char *const texts[] = {"9223372036854775808",
                                        "-9223372036854775809",
                                        "18446744073709551615",
                                        "18446744073709551616",
                                        "10000000000000000000000",
                                        "1e128",
                                        "1e-129",
                                        "0.1e-128",
                                        "1.0e129",
                                        "1e99999999999999999999",
                                        "1e-99999999999999999999"};
    char zeros[400];
    (void)state;
    for (size_t i = 0; i < MW_COUNT(texts); i++) {
        does_not_parse(texts[i], MW_ERR_RANGE);
    }
    memset(zeros, '0', sizeof zeros);
    zeros[1] = '.';
    zeros[sizeof zeros - 1] = '\0';
    does_not_parse(zeros, MW_ERR_RANGE);
}

MW_TEST(parse_reads_back_every_text_with_decimals)
{
    static const int64_t numbers[] = {0, 1, -1, 10, -999, 1000000007, INT64_MAX, INT64_MIN};
    (void)state;
    for (int exp10 = -128; exp10 <= 0; exp10++) {
        for (size_t i = 0; i < MW_COUNT(numbers); i++) {
            char text[160];
            assert_in_range(mw_decimal_text(numbers[i], (int8_t)exp10, text, sizeof text), 1, sizeof text - 1);
            parses(text, numbers[i], exp10);
        }
    }
}

MW_TEST(rescale_is_exact)
{
    (void)state;
    rescales(5, 0, 0, 5);
    rescales(5, 0, -3, 5000);
    rescales(-5000, -3, 0, -5);
    rescales(12, 5, 3, 1200);
    rescales(INT64_MIN, 7, 7, INT64_MIN);
    rescales(922337203685477580, 1, 0, 9223372036854775800);
    rescales(-922337203685477580, 1, 0, -9223372036854775800);
    rescales(1, 18, 0, 1000000000000000000);
    rescales(1000000000000000000, -128, -110, 1);
}

MW_TEST(rescale_of_zero_has_no_limits)
{
    (void)state;
    rescales(0, 127, -128, 0);
    rescales(0, -128, 127, 0);
}

MW_TEST(rescale_loses_no_digit_and_does_not_overflow)
{
    (void)state;
    does_not_rescale(5, -1, 0);
    does_not_rescale(-1234, -3, -2);
    does_not_rescale(922337203685477581, 1, 0);
    does_not_rescale(-922337203685477581, 1, 0);
    does_not_rescale(INT64_MAX, 1, 0);
    does_not_rescale(INT64_MIN, 1, 0);
    does_not_rescale(INT64_MIN, 0, 1);
    does_not_rescale(1, 19, 0);
    does_not_rescale(1, 127, -128);
    does_not_rescale(1, -128, 127);
}

MW_TEST(f32_with_a_tie_goes_to_the_even_number)
{
    (void)state;
    f32_gives(0x3F000000, 0, 0);       /* 0.5 */
    f32_gives(0xBF000000, 0, 0);       /* -0.5 */
    f32_gives(0x3FC00000, 0, 2);       /* 1.5 */
    f32_gives(0x40200000, 0, 2);       /* 2.5 */
    f32_gives(0x40600000, 0, 4);       /* 3.5 */
    f32_gives(0xBFC00000, 0, -2);      /* -1.5 */
    f32_gives(0xC0200000, 0, -2);      /* -2.5 */
    f32_gives(0x3D800000, 3, 62);      /* 0.0625 */
    f32_gives(0x3E400000, 3, 188);     /* 0.1875 */
    f32_gives(0x3A800000, 9, 976562);  /* 2^-10 = 0.0009765625 */
    f32_gives(0x3B400000, 9, 2929688); /* 3 * 2^-10 = 0.0029296875 */
    f32_gives(0x4AFFFFFF, 0, 8388608); /* 8388607.5 */
    f32_gives(0x4AFFFFFD, 0, 8388606); /* 8388606.5 */
}

MW_TEST(f32_beside_a_tie_goes_to_the_nearer_number)
{
    (void)state;
    f32_gives(0x3EFFFFFF, 0, 0); /* 0.5 and 1.5, one unit in the last place less or more */
    f32_gives(0x3F000001, 0, 1);
    f32_gives(0x3FBFFFFF, 0, 1);
    f32_gives(0x3FC00001, 0, 2);
    f32_gives(0xBF000001, 0, -1);
    f32_gives(0x3D800001, 3, 63);
    f32_gives(0x3D7FFFFF, 3, 62);
}

MW_TEST(f32_of_readings_of_a_meter)
{
    (void)state;
    f32_gives(0x436811EC, 2, 23207); /* wago_879.md: 232.07 V; the others from the snapshot in 1.11 */
    f32_gives(0x436A4CCD, 3, 234300);
    f32_gives(0xBFCF5C29, 3, -1620);
    f32_gives(0x3E333333, 3, 175);
    f32_gives(0x466B581F, 2, 1506203);
    f32_gives(0x3F970A3D, 2, 118);
    f32_gives(0, 9, 0);
    f32_gives(0x80000000, 9, 0);
    f32_gives(0x3F800000, 0, 1);
    f32_gives(0x3F800000, 9, 1000000000);
}

MW_TEST(f32_too_small_for_the_decimals_is_zero)
{
    (void)state;
    f32_gives(0x00000001, 9, 0); /* the smallest denormal, the largest, the smallest normal */
    f32_gives(0x80000001, 9, 0);
    f32_gives(0x007FFFFF, 9, 0);
    f32_gives(0x00800000, 9, 0);
    f32_gives(0x2F800000, 9, 0); /* 2^-32 = 0.23 * 10^-9 */
    f32_gives(0x30000000, 9, 0); /* 2^-31 = 0.47 * 10^-9 */
    f32_gives(0x30800000, 9, 1); /* 2^-30 = 0.93 * 10^-9 */
}

MW_TEST(f32_at_the_end_of_64_bits)
{
    (void)state;
    f32_gives(0x5EFFFFFF, 0, 9223371487098961920); /* (2^24 - 1) * 2^39 */
    f32_gives(0xDEFFFFFF, 0, -9223371487098961920);
    f32_fails(0x5F000000, 0, MW_ERR_RANGE);        /* 2^63 */
    f32_fails(0xDF000001, 0, MW_ERR_RANGE);        /* the next below -2^63 */
    f32_gives(0x5009705F, 9, 9223371776000000000); /* 9007199 * 2^10 */
    f32_fails(0x50097060, 9, MW_ERR_RANGE);        /* 9007200 * 2^10 */
    f32_fails(0x7F7FFFFF, 0, MW_ERR_RANGE);        /* the largest */
    f32_fails(0xFF7FFFFF, 9, MW_ERR_RANGE);
}

MW_TEST(f32_of_the_most_negative_integer_is_out_of_range_like_its_opposite)
{
    (void)state;
    f32_fails(0xDF000000, 0, MW_ERR_RANGE);
}

MW_TEST(f32_that_is_no_number_or_too_many_decimals)
{
    (void)state;
    f32_fails(0x7F800000, 3, MW_ERR_VALUE); /* infinity */
    f32_fails(0xFF800000, 3, MW_ERR_VALUE);
    f32_fails(0x7FC00000, 3, MW_ERR_VALUE); /* NaN */
    f32_fails(0x7F800001, 3, MW_ERR_VALUE);
    f32_fails(0xFFFFFFFF, 0, MW_ERR_VALUE);
    f32_fails(0x3F800000, 10, MW_ERR_ARGUMENT);
    f32_fails(0x3F800000, 1000, MW_ERR_ARGUMENT);
}

#if FLT_MANT_DIG == 24 && DBL_MANT_DIG >= 53
#define HAVE_WIDER_DOUBLE

/* A float times 10^decimals is exact in a double: 24 bits of the float and 21 of 5^9. So is what is left of it
 * without its integral part, and the comparison with one half. */
static void f32_is_rounded_correctly(uint32_t bits, unsigned decimals)
{
    const double limit = 9223372036854775808.0;
    float value;
    double product;
    double rest;
    int64_t expected;
    memcpy(&value, &bits, sizeof value);
    product = value;
    for (unsigned i = 0; i < decimals; i++) {
        product *= 10.0;
    }
    if (product >= limit || product < -limit) {
        f32_fails(bits, decimals, MW_ERR_RANGE);
        return;
    }
    expected = (int64_t)product;
    rest = product - (double)expected;
    if (rest > 0.5 || (rest == 0.5 && expected % 2 != 0)) {
        expected++;
    } else if (rest < -0.5 || (rest == -0.5 && expected % 2 != 0)) {
        expected--;
    }
    f32_gives(bits, decimals, expected);
}

#endif

MW_TEST(f32_of_every_exponent_is_rounded_correctly)
{
    (void)state;
#ifdef HAVE_WIDER_DOUBLE
    uint64_t seed = 1;
    for (uint32_t exponent = 0; exponent < 255; exponent++) {
        const uint32_t mantissas[] = {0,        1,
                                      0x400000, 0x400001,
                                      0x7FFFFF, (uint32_t)next_number(&seed) & 0x7FFFFF,
                                      0x500000, (uint32_t)next_number(&seed) & 0x7FFFFF};
        for (size_t i = 0; i < MW_COUNT(mantissas); i++) {
            for (unsigned decimals = 0; decimals <= 9; decimals++) {
                const uint32_t bits = exponent << 23 | mantissas[i];
                f32_is_rounded_correctly(bits, decimals);
                if (bits != 0x5F000000) { /* -2^63 has a test of its own */
                    f32_is_rounded_correctly(bits | 0x80000000, decimals);
                }
            }
        }
    }
#endif
}

MW_TEST(f32_of_every_half_and_quarter_is_rounded_correctly)
{
    (void)state;
#ifdef HAVE_WIDER_DOUBLE
    for (uint32_t bits = 0x3E000000; bits < 0x42000000; bits += 0x00008000) { /* 0.125 to 32 */
        f32_is_rounded_correctly(bits, 0);
        f32_is_rounded_correctly(bits + 1, 0);
        f32_is_rounded_correctly(bits, 1);
        f32_is_rounded_correctly(bits | 0x80000000, 2);
    }
#endif
}

MW_TEST(to_f32_of_the_pulse_rates_of_a_meter)
{
    (void)state;
    gives_f32(10000, 0, 0x461C4000); /* wago_879.md, 1.11 */
    gives_f32(2000, 0, 0x44FA0000);
    gives_f32(1000, 0, 0x447A0000);
    gives_f32(100, 0, 0x42C80000);
    gives_f32(10, 0, 0x41200000);
    gives_f32(1, 0, 0x3F800000);
    gives_f32(1, -1, 0x3DCCCCCD);
    gives_f32(1, -2, 0x3C23D70A);
    gives_f32(10, -3, 0x3C23D70A);
    gives_f32(118, -2, 0x3F970A3D);
    gives_f32(-162, -2, 0xBFCF5C29);
}

MW_TEST(to_f32_of_zero_is_zero_without_a_sign)
{
    (void)state;
    gives_f32(0, 0, 0);
    gives_f32(0, -18, 0);
    gives_f32(0, 18, 0);
}

MW_TEST(to_f32_with_a_tie_goes_to_the_even_mantissa)
{
    (void)state;
    gives_f32(16777217, 0, 0x4B800000); /* 2^24 + 1 */
    gives_f32(16777219, 0, 0x4B800002); /* 2^24 + 3 */
    gives_f32(-16777217, 0, 0xCB800000);
    gives_f32(83886085, -1, 0x4B000000); /* 2^23 + 0.5 */
    gives_f32(83886095, -1, 0x4B000002); /* 2^23 + 1.5 */
    gives_f32(33554435, -1, 0x4A4CCCCE); /* 3355443.5 is no tie: it is exact */
}

MW_TEST(to_f32_beside_a_tie_goes_to_the_nearer)
{
    (void)state;
    gives_f32(167772170000000001, -10, 0x4B800001); /* 2^24 + 1.0000000001 */
    gives_f32(167772169999999999, -10, 0x4B800000);
    gives_f32(83886085000000001, -10, 0x4B000001); /* 2^23 + 0.5000000001 */
    gives_f32(83886084999999999, -10, 0x4B000000);
    gives_f32(83886094999999999, -10, 0x4B000001);
}

MW_TEST(to_f32_carries_a_full_mantissa_into_the_exponent)
{
    (void)state;
    gives_f32(167772155, -1, 0x4B800000); /* 2^24 - 0.5 */
    gives_f32(33554431, 0, 0x4C000000);   /* 2^25 - 1 */
    gives_f32(999999999, -9, 0x3F800000); /* nearer to 1 than to 1 - 2^-24 */
    gives_f32(-999999999, -9, 0xBF800000);
}

MW_TEST(to_f32_at_the_limits)
{
    (void)state;
    gives_f32(INT64_MAX, 0, 0x5F000000);
    gives_f32(INT64_MIN, 0, 0xDF000000);
    gives_f32(1, 18, 0x5D5E0B6B);  /* 10^18 = 0xDE0B6B3A7640000 */
    gives_f32(1, -18, 0x219392EF); /* 2^60 / 10^18 = 1.1529215..., times 2^23 is 0x9392EF */
    gives_f32(18, 18, 0x5F79CCD9); /* 18 * 10^18 = 0xF9CCD8A1C5080000 */
    does_not_give_f32(19, 18);     /* 2^64 is 18.4 * 10^18 */
    does_not_give_f32(-19, 18);
    does_not_give_f32(INT64_MAX, 1);
    does_not_give_f32(INT64_MIN, 1);
    does_not_give_f32(1, 19);
    does_not_give_f32(1, -19);
    gives_f32(0, 127, 0);
    gives_f32(0, -128, 0);
}

MW_TEST(three_decimals_survive_a_float_below_16384)
{
    (void)state;
    /* Below 2^14 the numbers a float has are not more than 2^-10 apart, so the nearest is less than 0.0005 away. */
    for (int32_t n = -16383999; n < 16384000; n += 2999) {
        uint32_t bits = 0;
        assert_int_equal(mw_decimal_to_f32(n, -3, &bits), MW_OK);
        f32_gives(bits, 3, n);
    }
    gives_f32(16383999, -3, 0x467FFFFF);
    f32_gives(0x467FFFFF, 3, 16383999);
}

MW_TEST(a_float_of_at_least_one_thirtysecond_survives_nine_decimals)
{
    uint64_t seed = 2;
    (void)state;
    /* From 2^-5 on floats are at least 2^-28 apart, so that an error of half of 10^-9 does not reach the next one;
     * below 2^33 nine decimals fit 64 bits. */
    for (uint32_t exponent = 122; exponent < 160; exponent++) {
        for (int i = 0; i < 50; i++) {
            const uint32_t sign = (uint32_t)(i & 1) << 31;
            const uint32_t bits = sign | exponent << 23 | ((uint32_t)next_number(&seed) & 0x7FFFFF);
            int64_t n = 0;
            assert_int_equal(mw_decimal_from_f32(bits, 9, &n), MW_OK);
            gives_f32(n, -9, bits);
        }
    }
}

#if DBL_MANT_DIG >= 53
/* Through memory, so that a processor with wider registers rounds to a double. */
static void is_double(int64_t n, int8_t exp10, double expected)
{
    volatile double value = mw_decimal_double(n, exp10);
    volatile double wanted = expected;
    assert_true(value == wanted);
}
#else
/* Where double is a float: small integers only. */
static void is_double(int64_t n, int8_t exp10, double expected)
{
    if (expected > -32768.0 && expected < 32768.0 && expected == (double)(int)expected) {
        assert_true(mw_decimal_double(n, exp10) == expected);
    }
}
#endif

MW_TEST(double_of_readings_is_what_the_compiler_makes_of_the_same_text)
{
    (void)state;
    is_double(0, 0, 0.0);
    is_double(0, -128, 0.0);
    is_double(5, 0, 5.0);
    is_double(-12, 2, -1200.0);
    is_double(232070, -3, 232.07);
    is_double(-1, -1, -0.1);
    is_double(15062030, -3, 15062.03);
    is_double(123456789012345, -9, 123456.789012345);
    is_double(1, 22, 1e22);
    is_double(1, -22, 1e-22);
    is_double(INT64_MIN, 0, -9223372036854775808.0);
}

/* Within 4 units in the last place. */
static void is_about(int64_t n, int8_t exp10, double expected)
{
    const double value = mw_decimal_double(n, exp10);
    const double difference = value > expected ? value - expected : expected - value;
    assert_true(difference <= expected * 4 * DBL_EPSILON);
}

MW_TEST(double_is_close_with_more_than_53_bits)
{
    (void)state;
    is_about(9007199254740995, -3, 9007199254740.995); /* 2^53 + 3 */
    is_about(1234567890123456789, -15, 1234.567890123456789);
}

MW_TEST(double_is_close_with_powers_beyond_22)
{
    (void)state;
#if DBL_MANT_DIG >= 53
    is_about(1, 25, 1e25);
    is_about(1, 127, 1e127);
    is_about(1, -128, 1e-128);
#endif
}

MW_TEST(double_of_a_reading_is_that_of_its_number)
{
    mw_reading reading;
    (void)state;
    memset(&reading, 0, sizeof reading);
    reading.n = -2500;
    reading.exp10 = -3;
    assert_true(mw_reading_double(&reading) == -2.5);
    reading.exp10 = 3;
    assert_true(mw_reading_double(&reading) == -2500000.0);
}

/* What the C library of a host reads; on a target it is not trusted to round. */
MW_TEST(to_f32_agrees_with_strtof)
{
    (void)state;
#ifndef MW_TEST_PLAIN
    uint64_t seed = 3;
    for (int exp10 = -18; exp10 <= 18; exp10++) {
        for (int i = 0; i < 400; i++) {
            const int64_t n = any_mantissa(&seed, i);
            char text[40];
            float value;
            uint32_t expected;
            uint32_t bits = 0;
            (void)snprintf(text, sizeof text, "%llde%d", (long long)n, exp10);
            value = strtof(text, NULL);
            memcpy(&expected, &value, sizeof expected);
            if (mw_decimal_to_f32(n, (int8_t)exp10, &bits) == MW_OK) {
                assert_int_equal(bits, n == 0 ? 0 : expected);
            } else {
                assert_true(value > 1.8e19F || value < -1.8e19F);
            }
        }
    }
#endif
}

MW_TEST(double_agrees_with_strtod_where_one_operation_rounds)
{
    (void)state;
#ifndef MW_TEST_PLAIN
    uint64_t seed = 4;
    for (int exp10 = -22; exp10 <= 22; exp10++) {
        for (int i = 0; i < 200; i++) {
            const int64_t n = any_mantissa(&seed, i) / 1024;
            char text[40];
            (void)snprintf(text, sizeof text, "%llde%d", (long long)n, exp10);
            is_double(n, (int8_t)exp10, strtod(text, NULL));
        }
    }
#endif
}

static void is_shortest(uint32_t bits, int64_t n, int exp10)
{
    int64_t got = 0x5A5A;
    int8_t got_exp10 = 0x5A;
    assert_int_equal(mw_decimal_shortest_f32(bits, &got, &got_exp10), MW_OK);
    assert_true(got == n);
    assert_int_equal(got_exp10, exp10);
}

MW_TEST(shortest_of_powers_of_two)
{
    (void)state;
    is_shortest(0x3F000000, 5, -1);         /* 2^-1 */
    is_shortest(0xBE800000, -25, -2);       /* -2^-2 */
    is_shortest(0x4B800000, 16777216, 0);   /* 2^24, the first that is no integer of 24 bits */
    is_shortest(0x7F000000, 17014118, 31);  /* 2^127 = 170141183460469231731687303715884105728 */
    is_shortest(0x00800000, 11754944, -45); /* 2^-126, FLT_MIN */
    is_shortest(0x00000001, 1, -45);        /* 2^-149, the smallest of all */
}

/* To the lower neighbour of a power of two it is half as far as to the upper one. */
MW_TEST(shortest_of_every_power_of_two_is_read_back_as_it)
{
    (void)state;
#ifndef MW_TEST_PLAIN
    for (uint32_t exponent = 1; exponent < 255; exponent++) {
        int64_t n;
        int8_t exp10;
        char text[40];
        float value;
        uint32_t bits;
        assert_int_equal(mw_decimal_shortest_f32(exponent << 23, &n, &exp10), MW_OK);
        (void)snprintf(text, sizeof text, "%llde%d", (long long)n, exp10);
        value = strtof(text, NULL);
        memcpy(&bits, &value, sizeof bits);
        assert_int_equal(bits, exponent << 23);
    }
#endif
}

MW_TEST(shortest_of_what_is_no_number)
{
    static const uint32_t none[] = {0x7F800000, 0xFF800000, 0x7FC00000, 0x7F800001, 0xFFFFFFFF};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(none); i++) {
        int64_t n = 0x5A5A;
        int8_t exp10 = 0x5A;
        assert_int_equal(mw_decimal_shortest_f32(none[i], &n, &exp10), MW_ERR_VALUE);
        assert_true(n == 0x5A5A && exp10 == 0x5A);
    }
}

/* Shortest decimals as other implementations print them, such as repr() of numpy. */
MW_TEST(shortest_of_known_singles)
{
    (void)state;
    is_shortest(0x00000000, 0, 0);
    is_shortest(0x40200000, 25, -1);
    is_shortest(0xC0200000, -25, -1);
    is_shortest(0x436A4CCD, 2343, -1); /* 234.3 */
    is_shortest(0x4247EB85, 4998, -2); /* 49.98 */
    is_shortest(0x3DCCCCCD, 1, -1);    /* 0.1, and the one below */
    is_shortest(0x3DCCCCCC, 99999994, -9);
    is_shortest(0x40490FDB, 31415927, -7);
    is_shortest(0x461C3FFF, 9999999, -3);
    is_shortest(0x40400000, 3, 0);
    is_shortest(0x4B7FFFFF, 16777215, 0);
    is_shortest(0x41200000, 10, 0); /* integers keep their zeros */
    is_shortest(0x4B000002, 8388610, 0);
    is_shortest(0x4B7FFFFA, 16777210, 0);
    is_shortest(0x4C000001, 33554436, 0); /* 4 apart */
    is_shortest(0x501502F9, 1, 10);
    is_shortest(0x2EDBE6FF, 1, -10);
    is_shortest(0x7F7FFFFF, 34028235, 31); /* FLT_MAX */
    /* So near to the middle between two singles that few others are as hard; worked out with whole fractions. */
    is_shortest(0x72C4CD7E, 7796158, 24);
    is_shortest(0x75B9EBAE, 4713648, 26);
    is_shortest(0x775C414A, 4467303, 27);
    is_shortest(0x78D93D6F, 352492, 29);
    is_shortest(0x7B1560D3, 7756161, 29);
    is_shortest(0x007FFFFF, 11754942, -45);
}

#ifndef MW_TEST_PLAIN
/* The digits it takes until the number is read back. */
static int digits_needed(float value)
{
    char text[40];
    int digits = 0;
    do {
        (void)snprintf(text, sizeof text, "%.*e", digits++, (double)value);
    } while (strtof(text, NULL) != value);
    return digits;
}
#endif

MW_TEST(shortest_is_read_back_and_has_no_digit_too_many)
{
    (void)state;
#ifndef MW_TEST_PLAIN
    uint32_t bits = 1;
    for (unsigned i = 0; i < 20000; i++) {
        int64_t n;
        int8_t exp10;
        char text[40];
        float value;
        bits = bits * 1664525u + 1013904223u;
        if ((bits >> 23 & 0xFF) == 0xFF || (bits >> 23 & 0xFF) > 127 + 23) {
            continue; /* no number, or an integer */
        }
        memcpy(&value, &bits, sizeof value);
        assert_int_equal(mw_decimal_shortest_f32(bits, &n, &exp10), MW_OK);
        (void)snprintf(text, sizeof text, "%llde%d", (long long)n, exp10);
        assert_true(strtof(text, NULL) == value);
        if (exp10 < 0) {
            assert_int_equal(snprintf(text, sizeof text, "%lld", (long long)(n < 0 ? -n : n)), digits_needed(value));
        }
    }
#endif
}

MW_TESTS(MW_CASE(text_has_as_many_decimals_as_the_exponent_says), MW_CASE(text_of_the_extreme_mantissas),
         MW_CASE(text_of_the_extreme_exponents), MW_CASE(text_with_an_exponent_to_32_fits_the_size_of_the_header),
         MW_CASE(parse_keeps_every_digit), MW_CASE(parse_takes_the_extremes), MW_CASE(parse_refuses_what_is_no_number),
         MW_CASE(parse_refuses_what_does_not_fit), MW_CASE(parse_reads_back_every_text_with_decimals),
         MW_CASE(rescale_is_exact), MW_CASE(rescale_of_zero_has_no_limits),
         MW_CASE(rescale_loses_no_digit_and_does_not_overflow), MW_CASE(f32_with_a_tie_goes_to_the_even_number),
         MW_CASE(f32_beside_a_tie_goes_to_the_nearer_number), MW_CASE(f32_of_readings_of_a_meter),
         MW_CASE(f32_too_small_for_the_decimals_is_zero), MW_CASE(f32_at_the_end_of_64_bits),
         MW_CASE(f32_of_the_most_negative_integer_is_out_of_range_like_its_opposite),
         MW_CASE(f32_that_is_no_number_or_too_many_decimals), MW_CASE(f32_of_every_exponent_is_rounded_correctly),
         MW_CASE(f32_of_every_half_and_quarter_is_rounded_correctly), MW_CASE(to_f32_of_the_pulse_rates_of_a_meter),
         MW_CASE(to_f32_of_zero_is_zero_without_a_sign), MW_CASE(to_f32_with_a_tie_goes_to_the_even_mantissa),
         MW_CASE(to_f32_beside_a_tie_goes_to_the_nearer), MW_CASE(to_f32_carries_a_full_mantissa_into_the_exponent),
         MW_CASE(to_f32_at_the_limits), MW_CASE(three_decimals_survive_a_float_below_16384),
         MW_CASE(a_float_of_at_least_one_thirtysecond_survives_nine_decimals),
         MW_CASE(double_of_readings_is_what_the_compiler_makes_of_the_same_text),
         MW_CASE(double_is_close_with_more_than_53_bits), MW_CASE(double_is_close_with_powers_beyond_22),
         MW_CASE(double_of_a_reading_is_that_of_its_number), MW_CASE(to_f32_agrees_with_strtof),
         MW_CASE(double_agrees_with_strtod_where_one_operation_rounds), MW_CASE(shortest_of_powers_of_two),
         MW_CASE(shortest_of_every_power_of_two_is_read_back_as_it), MW_CASE(shortest_of_what_is_no_number),
         MW_CASE(shortest_of_known_singles), MW_CASE(shortest_is_read_back_and_has_no_digit_too_many))
