/* SPDX-License-Identifier: MIT */
/* How long a bus at 9600 baud is taken by reading the first 1, 2, 3 ... measured values of a WAGO 879-3000: planned by
 * the library, and one request for each value. Nothing is measured: each request takes (8 + 5 + 2n) characters, the
 * meter's time and one gap of 3.5 characters, which is what tests/unit/test_wire_time.c requires of the library within
 * 2 %. Prints VALUES PLANNED-REQUESTS PLANNED-MS SINGLE-REQUESTS SINGLE-MS. */
#include <meterwire/models.h>

#include <stdio.h>

#define CHAR_US       (11000000.0 / 9600)
#define TURNAROUND_US 20000
#define VALUES_MAX    256

static double request_ms(unsigned registers)
{
    return ((13 + 2 * registers + 3.5) * CHAR_US + TURNAROUND_US) / 1000;
}

static void print(const mw_model *model, const mw_obis *codes, size_t count, double single_ms)
{
    const mw_selection selection = {0, codes, count};
    mw_plan plan;
    mw_plan_step step;
    unsigned requests = 0;
    double ms = 0;
    mw_plan_init(&plan, model, &selection, 0);
    while (mw_plan_next(&plan, &step) == MW_OK) {
        requests++;
        ms += request_ms(step.regs);
    }
    printf("%zu %u %.1f %zu %.1f\n", count, requests, ms, count, single_ms);
}

int main(void)
{
    const mw_model *const model = &mw_model_wago_879_3000;
    mw_obis codes[VALUES_MAX];
    size_t count = 0;
    double single_ms = 0;
    for (unsigned i = 0; i < model->row_count && count < VALUES_MAX; i++) {
        const mw_row *const row = &model->rows[i];
        if ((row->group & (MW_GROUP_FAST | MW_GROUP_SLOW)) != 0) {
            codes[count++] = mw_row_id(row);
            single_ms += request_ms(row->regs);
            print(model, codes, count, single_ms);
        }
    }
    return 0;
}
