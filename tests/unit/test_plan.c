/* SPDX-License-Identifier: MIT */
#include <meterwire/models.h>

#include "../mw_test.h"

static const mw_selection everything = {0, NULL, 0};
static const mw_selection measurements = {MW_GROUP_FAST | MW_GROUP_SLOW, NULL, 0};

static uint32_t row_end(const mw_row *row)
{
    return (uint32_t)row->address + mw_row_span(row);
}

/* The block a range lies in, or -1. */
static int block_of(const mw_model *model, uint32_t from, uint32_t to)
{
    for (unsigned i = 0; i < model->block_count; i++) {
        const mw_block *const block = &model->blocks[i];
        if (from >= block->address && to <= (uint32_t)block->address + block->regs) {
            return (int)i;
        }
    }
    return -1;
}

/* The fewest requests there can be, found by trying every way to cut the wanted rows into requests. */
static unsigned fewest_requests(const mw_model *model, const mw_selection *selection, unsigned max_regs)
{
    static unsigned best[512];
    size_t wanted[512];
    size_t count = 0;
    for (size_t i = 0; i < model->row_count; i++) {
        if (mw_selection_wants(model, selection, &model->rows[i])) {
            wanted[count++] = i;
        }
    }
    best[count] = 0;
    for (size_t i = count; i-- > 0;) {
        const mw_row *const first = &model->rows[wanted[i]];
        best[i] = 1 + best[i + 1];
        for (size_t j = i; j < count; j++) {
            const mw_row *const last = &model->rows[wanted[j]];
            if (row_end(last) - first->address <= max_regs && block_of(model, first->address, row_end(last)) >= 0 &&
                1 + best[j + 1] < best[i]) {
                best[i] = 1 + best[j + 1];
            }
        }
    }
    return best[0];
}

/* Runs a plan and holds each step against the rules; the number of requests. */
static unsigned check_plan(const mw_model *model, const mw_selection *selection, unsigned max_regs)
{
    mw_plan plan;
    mw_plan_step step;
    unsigned requests = 0;
    size_t next_row = 0;
    mw_plan_init(&plan, model, selection, max_regs);
    while (mw_plan_next(&plan, &step) == MW_OK) {
        requests++;
        assert_in_range(step.regs, 1, max_regs != 0 ? max_regs : model->max_regs);
        assert_true(block_of(model, step.address, (uint32_t)step.address + step.regs) >= 0);
        for (; next_row < step.end_row; next_row++) {
            const mw_row *const row = &model->rows[next_row];
            if (mw_selection_wants(model, selection, row)) {
                assert_true(next_row >= step.first_row);
                assert_true(row->address >= step.address);
                assert_true(row_end(row) <= (uint32_t)step.address + step.regs);
            }
        }
    }
    for (; next_row < model->row_count; next_row++) {
        assert_false(mw_selection_wants(model, selection, &model->rows[next_row]));
    }
    assert_int_equal(mw_plan_next(&plan, &step), MW_END);
    return requests;
}

static void expect_steps(const mw_model *model, const mw_selection *selection, const mw_plan_step *steps, size_t count)
{
    mw_plan plan;
    mw_plan_step step;
    mw_plan_init(&plan, model, selection, 0);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(mw_plan_next(&plan, &step), MW_OK);
        assert_int_equal(step.address, steps[i].address);
        assert_int_equal(step.regs, steps[i].regs);
    }
    assert_int_equal(mw_plan_next(&plan, &step), MW_END);
}

MW_TEST(the_101_measurements_take_3_requests)
{
    /* The ideal plan of the 201 registers. */
    static const mw_plan_step steps[] = {{0x5000, 56, 0, 0}, {0x6000, 125, 0, 0}, {0x607D, 20, 0, 0}};
    (void)state;
    expect_steps(&mw_model_wago_879_3000, &measurements, steps, MW_COUNT(steps));
    expect_steps(&mw_model_wago_879_3040, &measurements, steps, MW_COUNT(steps));
}

MW_TEST(the_whole_map_takes_at_most_7_requests_and_spans_no_hole)
{
    static const mw_plan_step steps[] = {{0x4000, 37, 0, 0}, {0x4026, 1, 0, 0},   {0x4032, 2, 0, 0},
                                         {0x5000, 56, 0, 0}, {0x6000, 125, 0, 0}, {0x607D, 20, 0, 0}};
    (void)state;
    assert_true(MW_COUNT(steps) <= 7);
    expect_steps(&mw_model_wago_879_3000, &everything, steps, MW_COUNT(steps));
    expect_steps(&mw_model_wago_879_3020, &everything, steps, MW_COUNT(steps));
}

MW_TEST(the_history_of_the_transformer_meter_takes_2_more)
{
    (void)state;
    assert_int_equal(check_plan(&mw_model_wago_879_3040, &everything, 0), 8);
}

/* Registers of the longest value of a model that is read. */
static unsigned longest_value(const mw_model *model)
{
    unsigned longest = 0;
    for (size_t i = 0; i < model->row_count; i++) {
        const mw_row *const row = &model->rows[i];
        longest = row->group != MW_GROUP_WRITTEN && mw_row_span(row) > longest ? mw_row_span(row) : longest;
    }
    return longest;
}

MW_TEST(of_any_model_group_and_limit_is_the_shortest_there_is)
{
    (void)state;
    for (const mw_model *const *model = mw_models; *model != NULL; model++) {
        for (unsigned groups = 0; groups < 2 * MW_GROUP_EXTRA; groups += MW_STRIDE(37)) {
            const mw_selection selection = {(uint8_t)groups, NULL, 0};
            for (unsigned max_regs = longest_value(*model); max_regs <= 125; max_regs += max_regs < 20 ? 1 : 7) {
                assert_int_equal(check_plan(*model, &selection, max_regs),
                                 fewest_requests(*model, &selection, max_regs));
            }
        }
    }
}

MW_TEST(of_any_two_values_reads_them_together_only_where_that_is_possible)
{
    const mw_model *const model = &mw_model_wago_879_3040;
    (void)state;
    for (size_t i = 0; i < model->row_count; i += 3 * MW_STRIDE(11)) {
        for (size_t j = i; j < model->row_count; j += 5) {
            const mw_obis codes[] = {mw_row_id(&model->rows[j]), mw_row_id(&model->rows[i])};
            const mw_selection selection = {0, codes, 2};
            assert_int_equal(check_plan(model, &selection, 0), fewest_requests(model, &selection, 125));
        }
    }
}

MW_TEST(reads_a_single_value_alone)
{
    const mw_obis frequency = mw_obis_make(1, 14, 7, 0);
    const mw_selection selection = {0, &frequency, 1};
    static const mw_plan_step step = {0x5008, 2, 0, 0};
    (void)state;
    expect_steps(&mw_model_wago_879_3000, &selection, &step, 1);
}

MW_TEST(reads_the_register_beside_a_transformer_ratio_too)
{
    const mw_obis primary = mw_obis_make(1, 0, 4, 2);
    const mw_selection selection = {0, &primary, 1};
    static const mw_plan_step step = {0x401F, 2, 0, 0};
    (void)state;
    expect_steps(&mw_model_wago_879_3040, &selection, &step, 1);
}

MW_TEST(adds_codes_to_groups)
{
    const mw_obis tariff = mw_obis_make(0, 96, 14, 0);
    const mw_selection selection = {MW_GROUP_FAST, &tariff, 1};
    static const mw_plan_step steps[] = {{0x5000, 56, 0, 0}, {0x6048, 1, 0, 0}};
    (void)state;
    expect_steps(&mw_model_wago_879_3000, &selection, steps, 2);
}

MW_TEST(finds_a_value_by_the_code_the_maker_prints)
{
    /* 15.7.0 is the sum of the phases for the maker; C.87.0 is the tariff. */
    static const char *const printed[] = {"15.7.0", "16.7.0"};
    mw_obis id;
    (void)state;
    for (size_t i = 0; i < MW_COUNT(printed); i++) {
        mw_selection selection = {0, &id, 1};
        static const mw_plan_step step = {0x5012, 2, 0, 0};
        assert_int_equal(mw_obis_parse(printed[i], &id), MW_OK);
        expect_steps(&mw_model_wago_879_3000, &selection, &step, 1);
    }
    for (uint8_t phase = 1; phase <= 3; phase++) {
        const size_t row = mw_model_find(&mw_model_wago_879_3000, mw_obis_make(1, (uint8_t)(15 + 20 * phase), 7, 0));
        assert_int_equal(mw_model_wago_879_3000.rows[row].address, 0x5012 + 2 * phase);
    }
    assert_int_equal(mw_obis_parse("C.87.0", &id), MW_OK);
    assert_int_equal(mw_model_wago_879_3000.rows[mw_model_find(&mw_model_wago_879_3000, id)].address, 0x6048);
}

/* What is imported, or exported, is never negative: a signed register is neither. */
MW_TEST(has_no_power_of_one_direction)
{
    static const uint8_t directions[] = {1, 2, 4};
    (void)state;
    for (const mw_model *const *model = mw_models; *model != NULL; model++) {
        for (size_t i = 0; i < MW_COUNT(directions); i++) {
            for (unsigned c = directions[i]; c < 80; c += 20) {
                assert_int_equal(mw_model_find(*model, mw_obis_make(1, (uint8_t)c, 7, 0)), (*model)->row_count);
            }
        }
    }
}

MW_TEST(of_nothing_that_the_model_has_is_empty)
{
    const mw_obis gas = mw_obis_make(7, 3, 0, 0);
    const mw_selection selection = {0, &gas, 1};
    (void)state;
    assert_int_equal(check_plan(&mw_model_wago_879_3000, &selection, 0), 0);
    assert_int_equal(mw_model_find(&mw_model_wago_879_3000, gas), mw_model_wago_879_3000.row_count);
}

MW_TEST(skips_a_value_that_is_larger_than_a_request_and_says_so)
{
    mw_plan plan;
    mw_plan_step step;
    unsigned skipped = 0;
    unsigned requests = 0;
    mw_status status;
    (void)state;
    mw_plan_init(&plan, &mw_model_wago_879_3000, &everything, 1);
    memset(&step, 0x5A, sizeof step);
    for (uint16_t i = 0; (status = mw_plan_next(&plan, &step)) != MW_END; i++) {
        const mw_row *const row = &mw_model_wago_879_3000.rows[i];
        skipped += status == MW_ERR_RANGE;
        requests += status == MW_OK;
        assert_int_equal(step.first_row, i);
        assert_int_equal(step.end_row, i + 1);
        assert_int_equal(step.address, row->address);
        assert_int_equal(step.regs, mw_row_span(row));
        assert_int_equal(status, step.regs > 1 ? MW_ERR_RANGE : MW_OK);
    }
    /* Of the 133 rows, 100 are floats; besides, 4000 4005 4007 4009 400D 401B 401D 4023 have two registers, and the
     * transformer ratio needs the one beside it. */
    assert_int_equal(skipped, 100 + 8 + 1);
    assert_int_equal(requests, 133 - 109);
}

/* By hand, from the blocks of the table: identification, metrology, secondary values, totals, totals per tariff; four
 * blocks with residuals; three blocks of tariffs for each of three phases and the sum; partial per tariff, balance;
 * roll-overs, indexes; secondary currents; address, network and transformers, averaging; mode, board. */
MW_TEST(reads_all_of_a_countis_e4x_with_31_requests)
{
    (void)state;
    assert_int_equal(check_plan(&mw_model_socomec_countis_e43, &everything, 0), 5 + 4 + 12 + 2 + 2 + 1 + 3 + 2);
    assert_int_equal(check_plan(&mw_model_socomec_countis_e44, &everything, 0), 31);
    assert_int_equal(fewest_requests(&mw_model_socomec_countis_e44, &everything, 125), 31);
}

/* No indexes, averaging and transformers; the RS-485 meters have two blocks of settings. */
MW_TEST(reads_all_of_a_countis_e2x_with_27_or_29_requests)
{
    (void)state;
    assert_int_equal(check_plan(&mw_model_socomec_countis_e27, &everything, 0), 5 + 4 + 12 + 2 + 1 + 1 + 2);
    assert_int_equal(check_plan(&mw_model_socomec_countis_e28, &everything, 0), 27);
    assert_int_equal(fewest_requests(&mw_model_socomec_countis_e28, &everything, 125), 27);
    assert_int_equal(check_plan(&mw_model_socomec_countis_e23, &everything, 0), 29);
    assert_int_equal(check_plan(&mw_model_socomec_countis_e24, &everything, 0), 29);
}

MW_TEST(notes_are_as_many_as_are_counted)
{
    static const mw_plan_notes notes = {{MW_PLAN_MISSING + 1, MW_PLAN_MISSING}, 1};
    mw_plan plan;
    mw_plan_step step;
    (void)state;
    mw_plan_init(&plan, &mw_model_wago_879_3000, &everything, 0);
    plan.notes = &notes;
    assert_int_equal(mw_plan_next(&plan, &step), MW_OK);
    assert_int_equal(step.address, 0x4000);
    assert_int_equal(mw_plan_next(&plan, &step), MW_ERR_UNSUPPORTED);
    assert_int_equal(step.address, 0x4002);
}

MW_TESTS(MW_CASE(the_101_measurements_take_3_requests),
         MW_CASE(the_whole_map_takes_at_most_7_requests_and_spans_no_hole),
         MW_CASE(the_history_of_the_transformer_meter_takes_2_more),
         MW_CASE(of_any_model_group_and_limit_is_the_shortest_there_is),
         MW_CASE(of_any_two_values_reads_them_together_only_where_that_is_possible),
         MW_CASE(reads_all_of_a_countis_e4x_with_31_requests),
         MW_CASE(reads_all_of_a_countis_e2x_with_27_or_29_requests), MW_CASE(reads_a_single_value_alone),
         MW_CASE(reads_the_register_beside_a_transformer_ratio_too), MW_CASE(adds_codes_to_groups),
         MW_CASE(finds_a_value_by_the_code_the_maker_prints), MW_CASE(has_no_power_of_one_direction),
         MW_CASE(of_nothing_that_the_model_has_is_empty),
         MW_CASE(skips_a_value_that_is_larger_than_a_request_and_says_so), MW_CASE(notes_are_as_many_as_are_counted))
