/* SPDX-License-Identifier: MIT */
#include <meterwire/models.h>

#include "../mw_test.h"

#define COUNTIS (&mw_model_socomec_countis_e44) /* 10^10 Wh */
#define WAGO    (&mw_model_wago_879_3000)       /* 10^9 Wh */

static mw_reading counter(const char *name, int64_t n, int exp10)
{
    mw_reading reading;
    memset(&reading, 0, sizeof reading);
    assert_int_equal(mw_obis_parse(name, &reading.id), MW_OK);
    reading.unit = MW_UNIT_WH;
    reading.n = n;
    reading.exp10 = (int8_t)exp10;
    return reading;
}

static void is_delta(const mw_model *model, mw_reading before, mw_reading after, int rollovers, int64_t n, int exp10)
{
    int64_t got = 0x5A5A;
    int8_t got_exp10 = 0x5A;
    assert_int_equal(mw_counter_delta(model, &before, &after, rollovers, &got, &got_exp10), MW_OK);
    assert_true(got == n);
    assert_int_equal(got_exp10, exp10);
}

static void is_no_delta(const mw_model *model, mw_reading before, mw_reading after, int rollovers, mw_status status)
{
    int64_t got = 0x5A5A;
    int8_t got_exp10 = 0x5A;
    assert_int_equal(mw_counter_delta(model, &before, &after, rollovers, &got, &got_exp10), status);
    assert_true(got == 0x5A5A && got_exp10 == 0x5A);
}

#define IMPORT "active_energy_import"

MW_TEST(without_a_rollover_it_is_the_difference)
{
    (void)state;
    is_delta(COUNTIS, counter(IMPORT, 100, 1), counter(IMPORT, 250, 1), MW_ROLLOVERS_UNKNOWN, 150, 1);
    is_delta(COUNTIS, counter(IMPORT, 100, 1), counter(IMPORT, 250, 1), 0, 150, 1);
    is_delta(COUNTIS, counter(IMPORT, 100, 1), counter(IMPORT, 100, 1), MW_ROLLOVERS_UNKNOWN, 0, 1);
}

/* From 999 999 990 times 10 Wh to 5 times 10 Wh: 10 to the end, 5 behind it. */
MW_TEST(a_countis_begins_anew_behind_999999999_times_10_wh)
{
    (void)state;
    is_delta(COUNTIS, counter(IMPORT, 999999990, 1), counter(IMPORT, 5, 1), MW_ROLLOVERS_UNKNOWN, 15, 1);
    is_delta(COUNTIS, counter(IMPORT, 999999999, 1), counter(IMPORT, 0, 1), MW_ROLLOVERS_UNKNOWN, 1, 1);
    is_delta(COUNTIS, counter(IMPORT, 999999990, 1), counter(IMPORT, 5, 1), 1, 15, 1);
    is_delta(COUNTIS, counter("reactive_energy_export_l2", 9999999, 3), counter("reactive_energy_export_l2", 1, 3),
             MW_ROLLOVERS_UNKNOWN, 2, 3);
}

/* With residuals: 9 999 999 kWh and 9999 tenths of a Wh are one tenth below the end. */
MW_TEST(a_countis_does_so_with_residuals_too)
{
    (void)state;
    is_delta(COUNTIS, counter(IMPORT, INT64_C(99999999999), -1), counter(IMPORT, 3, -1), MW_ROLLOVERS_UNKNOWN, 4, -1);
}

/* 999999.999 kWh, which a float may round up to 1000000. */
MW_TEST(a_wago_begins_anew_behind_999999999_wh)
{
    (void)state;
    is_delta(WAGO, counter(IMPORT, 999999999, 0), counter(IMPORT, 0, 0), MW_ROLLOVERS_UNKNOWN, 1, 0);
    is_delta(WAGO, counter("active_energy_total", 999999000, 0), counter("active_energy_total", 500, 0),
             MW_ROLLOVERS_UNKNOWN, 1500, 0);
    is_delta(WAGO, counter(IMPORT, 1000000000, 0), counter(IMPORT, 20, 0), MW_ROLLOVERS_UNKNOWN, 20, 0);
    is_no_delta(WAGO, counter(IMPORT, 1000000001, 0), counter(IMPORT, 20, 0), MW_ROLLOVERS_UNKNOWN, MW_ERR_RANGE);
}

MW_TEST(counted_rollovers_are_all_taken)
{
    (void)state;
    is_delta(COUNTIS, counter(IMPORT, 10, 1), counter(IMPORT, 20, 1), 2, INT64_C(2000000010), 1);
    is_delta(COUNTIS, counter(IMPORT, 20, 1), counter(IMPORT, 10, 1), 255, INT64_C(254999999990), 1);
}

MW_TEST(a_counter_begins_at_0)
{
    (void)state;
    is_delta(COUNTIS, counter(IMPORT, 0, 1), counter(IMPORT, 7, 1), MW_ROLLOVERS_UNKNOWN, 7, 1);
}

MW_TEST(exponents_may_differ)
{
    (void)state;
    is_delta(COUNTIS, counter(IMPORT, 5, 3), counter(IMPORT, 51234, -1), 0, 1234, -1);
    is_delta(COUNTIS, counter(IMPORT, INT64_C(99999999990), -1), counter(IMPORT, 1, 1), MW_ROLLOVERS_UNKNOWN, 110, -1);
    is_no_delta(COUNTIS, counter(IMPORT, INT64_MAX, 1), counter(IMPORT, 1, -1), 0, MW_ERR_RANGE);
}

MW_TEST(a_balance_grows_and_shrinks)
{
    (void)state;
    is_delta(COUNTIS, counter("active_energy_net", 100, -1), counter("active_energy_net", -50, -1),
             MW_ROLLOVERS_UNKNOWN, -150, -1);
    is_delta(COUNTIS, counter("reactive_energy_net", -100, -1), counter("reactive_energy_net", 50, -1), 0, 150, -1);
    is_no_delta(COUNTIS, counter("active_energy_net", 100, -1), counter("active_energy_net", 50, -1), 1,
                MW_ERR_UNSUPPORTED);
    is_no_delta(COUNTIS, counter("active_energy_net", INT64_MIN, 0), counter("active_energy_net", 1, 0), 0,
                MW_ERR_RANGE);
    is_no_delta(COUNTIS, counter("active_energy_net", 2, 0), counter("active_energy_net", INT64_MIN, 0), 0,
                MW_ERR_RANGE);
}

/* What the user can reset, and what nobody knows the end of. */
MW_TEST(a_counter_that_may_have_been_reset_has_no_difference_when_it_is_smaller)
{
    static const char *const names[] = {"partial_active_import", "partial_active_import_t2", "active_energy_resettable",
                                        "secondary_active_import"};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(names); i++) {
        is_delta(COUNTIS, counter(names[i], 1, 1), counter(names[i], 5, 1), MW_ROLLOVERS_UNKNOWN, 4, 1);
        is_no_delta(COUNTIS, counter(names[i], 5, 1), counter(names[i], 1, 1), MW_ROLLOVERS_UNKNOWN,
                    MW_ERR_UNSUPPORTED);
    }
}

MW_TEST(what_cannot_be_subtracted_is_refused)
{
    mw_reading good = counter(IMPORT, 100, 1);
    mw_reading other = counter("active_energy_export", 100, 1);
    mw_reading power = counter("active_power", 100, 1);
    mw_reading bad = good;
    (void)state;
    is_no_delta(COUNTIS, good, other, 0, MW_ERR_ARGUMENT);
    is_no_delta(COUNTIS, power, power, 0, MW_ERR_ARGUMENT);
    is_no_delta(COUNTIS, good, good, -2, MW_ERR_ARGUMENT);
    is_no_delta(COUNTIS, good, good, 256, MW_ERR_ARGUMENT);
    bad.unit = MW_UNIT_VARH;
    is_no_delta(COUNTIS, good, bad, 0, MW_ERR_ARGUMENT);
    bad = good;
    bad.quality = MW_QUALITY_NOT_READ;
    is_no_delta(COUNTIS, good, bad, 0, MW_ERR_VALUE);
    is_no_delta(COUNTIS, bad, good, 0, MW_ERR_VALUE);
    bad = good;
    bad.kind = MW_KIND_BITS;
    is_no_delta(COUNTIS, good, bad, 0, MW_ERR_VALUE);
    is_no_delta(COUNTIS, counter(IMPORT, 2, 1), counter(IMPORT, 1, 1), 0, MW_ERR_RANGE);
    is_no_delta(COUNTIS, counter(IMPORT, -1, 1), counter(IMPORT, 1, 1), 0, MW_ERR_RANGE);
    is_no_delta(COUNTIS, counter(IMPORT, 1, 1), counter(IMPORT, 1000000001, 1), 0, MW_ERR_RANGE);
}

MW_TEST(a_counter_names_the_count_of_its_rollovers)
{
    static const char *const names[][2] = {
        {"active_energy_import", "rollovers_active_import"},
        {"active_energy_import_t3", "rollovers_active_import_t3"},
        {"active_energy_export", "rollovers_active_export"},
        {"reactive_energy_import", "rollovers_reactive_import"},
        {"reactive_energy_export", "rollovers_reactive_export"},
        {"apparent_energy", "rollovers_apparent"},
    };
    const mw_obis none = {0, 0, 0, 0, 0, 0};
    mw_obis id;
    mw_obis count;
    (void)state;
    for (size_t i = 0; i < MW_COUNT(names); i++) {
        assert_int_equal(mw_obis_parse(names[i][0], &id), MW_OK);
        assert_int_equal(mw_obis_parse(names[i][1], &count), MW_OK);
        assert_true(mw_obis_equal(mw_counter_rollovers(id), count));
        assert_true(mw_model_find(COUNTIS, count) < COUNTIS->row_count);
    }
    assert_true(mw_obis_equal(mw_counter_rollovers(mw_obis_make(1, 16, 7, 0)), none));
    assert_true(mw_obis_equal(mw_counter_rollovers(mw_obis_make(1, 21, 8, 0)), none)); /* of a phase none is counted */
    assert_true(mw_obis_equal(mw_counter_rollovers(mw_obis_make(6, 1, 8, 0)), none));
}

/* Nothing is known of the end of what the table does not say, nor of other media. */
MW_TEST(without_a_known_end_there_is_no_difference_when_it_is_smaller)
{
    mw_model model;
    (void)state;
    memcpy(&model, COUNTIS, sizeof model);
    model.rollover_exp10 = 0;
    is_delta(&model, counter(IMPORT, 1, 1), counter(IMPORT, 5, 1), MW_ROLLOVERS_UNKNOWN, 4, 1);
    is_no_delta(&model, counter(IMPORT, 5, 1), counter(IMPORT, 1, 1), MW_ROLLOVERS_UNKNOWN, MW_ERR_UNSUPPORTED);
    is_delta(COUNTIS, counter("6-0:1.8.0", 1, 1), counter("6-0:1.8.0", 5, 1), MW_ROLLOVERS_UNKNOWN, 4, 1);
    is_no_delta(COUNTIS, counter("6-0:1.8.0", 5, 1), counter("6-0:1.8.0", 1, 1), MW_ROLLOVERS_UNKNOWN,
                MW_ERR_UNSUPPORTED);
    is_no_delta(COUNTIS, counter("1-0:0.8.0", 5, 1), counter("1-0:0.8.0", 1, 1), MW_ROLLOVERS_UNKNOWN,
                MW_ERR_UNSUPPORTED);
    is_no_delta(COUNTIS, counter("1-0:10.8.0", 5, 1), counter("1-0:10.8.0", 1, 1), MW_ROLLOVERS_UNKNOWN,
                MW_ERR_UNSUPPORTED); /* export of apparent energy: no table has it */
    is_no_delta(COUNTIS, counter("6-0:16.8.0", 5, 1), counter("6-0:16.8.0", -1, 1), 0, MW_ERR_RANGE); /* no balance */
}

MW_TEST(reactive_energy_of_all_quadrants_has_an_end_too)
{
    (void)state;
    is_delta(COUNTIS, counter("reactive_energy_total", 999999999, 1), counter("reactive_energy_total", 1, 1),
             MW_ROLLOVERS_UNKNOWN, 2, 1);
}

/* 10 times 10^18 is more than 2^63, which is about 9.22 times 10^18. */
MW_TEST(a_difference_beyond_63_bits_is_out_of_range)
{
    mw_model model;
    (void)state;
    memcpy(&model, COUNTIS, sizeof model);
    model.rollover_exp10 = 18;
    is_delta(&model, counter(IMPORT, 5, 0), counter(IMPORT, 5, 0), 9, INT64_C(9000000000000000000), 0);
    is_no_delta(&model, counter(IMPORT, 5, 0), counter(IMPORT, 5, 0), 10, MW_ERR_RANGE);
    model.rollover_exp10 = 19;
    is_no_delta(&model, counter(IMPORT, 5, 0), counter(IMPORT, 5, 0), 0, MW_ERR_RANGE);
}

MW_TEST(counters_beyond_their_end_are_out_of_range)
{
    (void)state;
    is_no_delta(COUNTIS, counter(IMPORT, 1000000001, 1), counter(IMPORT, 1, 1), 0, MW_ERR_RANGE);
    is_no_delta(COUNTIS, counter(IMPORT, 1, 1), counter(IMPORT, -1, 1), 0, MW_ERR_RANGE);
    is_no_delta(COUNTIS, counter(IMPORT, 1, -1), counter(IMPORT, INT64_MAX, 1), 0, MW_ERR_RANGE);
}

MW_TESTS(MW_CASE(without_a_rollover_it_is_the_difference), MW_CASE(a_countis_begins_anew_behind_999999999_times_10_wh),
         MW_CASE(a_countis_does_so_with_residuals_too), MW_CASE(a_wago_begins_anew_behind_999999999_wh),
         MW_CASE(counted_rollovers_are_all_taken), MW_CASE(a_counter_begins_at_0), MW_CASE(exponents_may_differ),
         MW_CASE(a_balance_grows_and_shrinks),
         MW_CASE(a_counter_that_may_have_been_reset_has_no_difference_when_it_is_smaller),
         MW_CASE(what_cannot_be_subtracted_is_refused), MW_CASE(a_counter_names_the_count_of_its_rollovers),
         MW_CASE(without_a_known_end_there_is_no_difference_when_it_is_smaller),
         MW_CASE(reactive_energy_of_all_quadrants_has_an_end_too), MW_CASE(a_difference_beyond_63_bits_is_out_of_range),
         MW_CASE(counters_beyond_their_end_are_out_of_range))
