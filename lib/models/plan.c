/* SPDX-License-Identifier: MIT */
#include <meterwire/model.h>

void mw_plan_init(mw_plan *plan, const mw_model *model, const mw_selection *selection, unsigned max_regs)
{
    plan->model = model;
    plan->selection = selection;
    plan->next_row = 0;
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

/* Starting each request at the first value that is still wanted, and taking all that fit, gives the fewest requests:
 * any other plan must read that value too, and reaches no further. */
mw_status mw_plan_next(mw_plan *plan, mw_plan_step *step)
{
    const mw_row *const rows = plan->model->rows;
    const uint16_t first = plan_wanted(plan, plan->next_row);
    mw_status status;
    uint32_t limit;
    uint16_t last;
    plan->next_row = first;
    if (first == plan->model->row_count) {
        return MW_END;
    }
    plan->next_row++;
    limit = plan_limit(plan, rows[first].address);
    status = plan_row_end(&rows[first]) <= limit ? MW_OK : MW_ERR_RANGE;
    last = first;
    for (uint16_t i = plan_wanted(plan, plan->next_row);
         status == MW_OK && i < plan->model->row_count && plan_row_end(&rows[i]) <= limit;
         i = plan_wanted(plan, (uint16_t)(i + 1))) {
        last = i;
    }
    step->address = rows[first].address;
    step->regs = (uint16_t)(plan_row_end(&rows[last]) - rows[first].address);
    step->first_row = first;
    step->end_row = (uint16_t)(last + 1);
    plan->next_row = step->end_row;
    return status;
}
