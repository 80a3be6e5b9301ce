/* SPDX-License-Identifier: MIT */
#include <meterwire/model.h>

void mw_plan_init(mw_plan *plan, const mw_model *model, const mw_selection *selection, unsigned max_regs)
{
    plan->model = model;
    plan->selection = selection;
    plan->notes = NULL;
    plan->next_row = 0;
    plan->barrier = 0;
    plan->max_regs = (uint8_t)(max_regs != 0 && max_regs < model->max_regs ? max_regs : model->max_regs);
}

/* The first wanted row from `i` on. */
static uint16_t plan_wanted(const mw_plan *plan, uint16_t i)
{
    const mw_model *const model = plan->model;
    while (i < model->row_count && !mw_selection_wants(model, plan->selection, &model->rows[i])) {
        i++;
    }
    return i;
}

static uint32_t plan_row_end(const mw_row *row)
{
    return (uint32_t)row->address + mw_row_span(row);
}

/* Where a request that begins at an address must end: at the end of its block, or when it is full. */
static uint32_t plan_limit(const mw_plan *plan, uint16_t address)
{
    const mw_model *const model = plan->model;
    uint32_t limit = (uint32_t)address + plan->max_regs;
    for (unsigned i = 0; i < model->block_count; i++) {
        const mw_block *const block = &model->blocks[i];
        const uint32_t end = (uint32_t)block->address + block->regs;
        if (block->address <= address && address < end && end < limit) {
            limit = end;
        }
    }
    return limit;
}

/* The note on a row; 0 when there is none. */
static unsigned plan_note(const mw_plan *plan, uint16_t i)
{
    for (unsigned n = 0; plan->notes != NULL && n < plan->notes->count; n++) {
        if ((plan->notes->rows[n] & ~MW_PLAN_MISSING) == i) {
            return 1 + plan->notes->rows[n];
        }
    }
    return 0;
}

/* The last wanted row that the request beginning with this one can bring. Starting each request at the first value that
 * is still wanted, and taking all that fit, gives the fewest requests: any other plan must read that value too, and
 * reaches no further. */
static uint16_t plan_last(const mw_plan *plan, uint16_t first, uint32_t limit)
{
    const mw_model *const model = plan->model;
    const uint16_t wanted_end = plan->barrier > first ? plan->barrier : model->row_count;
    uint16_t last = first;
    for (uint16_t i = (uint16_t)(first + 1); i < wanted_end && plan_note(plan, i) == 0; i++) {
        if (mw_selection_wants(model, plan->selection, &model->rows[i])) {
            if (plan_row_end(&model->rows[i]) > limit) {
                break;
            }
            last = i;
        }
    }
    return last;
}

mw_status mw_plan_next(mw_plan *plan, mw_plan_step *step)
{
    const mw_row *const rows = plan->model->rows;
    const uint16_t first = plan_wanted(plan, plan->next_row);
    mw_status status = MW_OK;
    uint16_t last = first;
    uint32_t limit;
    plan->next_row = first;
    if (first == plan->model->row_count) {
        return MW_END;
    }
    limit = plan_limit(plan, rows[first].address);
    if (plan_note(plan, first) > MW_PLAN_MISSING) {
        status = MW_ERR_UNSUPPORTED;
    } else if (plan_row_end(&rows[first]) > limit) {
        status = MW_ERR_RANGE;
    } else {
        last = plan_last(plan, first, limit);
    }
    plan->barrier = 0;
    step->address = rows[first].address;
    step->regs = (uint16_t)(plan_row_end(&rows[last]) - rows[first].address);
    step->first_row = first;
    step->end_row = (uint16_t)(last + 1);
    plan->next_row = step->end_row;
    return status;
}
