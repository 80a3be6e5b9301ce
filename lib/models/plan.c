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
static unsigned plan_note(const mw_plan *plan, unsigned i)
{
    for (unsigned n = 0; plan->notes != NULL && n < plan->notes->count; n++) {
        if ((plan->notes->rows[n] & ~MW_PLAN_MISSING) == i) {
            return 1 + plan->notes->rows[n];
        }
    }
    return 0;
}

/* Whether the first value of a request, with that note on its row, can be read; if not, it is the only one. */
static mw_status plan_first(unsigned note, uint32_t end, uint32_t limit)
{
    if (note > MW_PLAN_MISSING) {
        return MW_ERR_UNSUPPORTED;
    }
    return end > limit ? MW_ERR_RANGE : MW_OK;
}

/* Starting each request at the first value that is still wanted, and taking all that fit, gives the fewest requests:
 * any other plan must read that value too, and reaches no further. */
mw_status mw_plan_next(mw_plan *plan, mw_plan_step *step)
{
    const mw_model *const model = plan->model;
    mw_status status = MW_END;
    uint32_t limit = 0;
    for (unsigned i = plan->next_row; i < model->row_count; i++) {
        const mw_row *const row = &model->rows[i];
        const unsigned note = plan_note(plan, i);
        uint32_t end;
        if (status != MW_END && (status != MW_OK || note != 0 || i == plan->barrier)) {
            break;
        }
        if (!mw_selection_wants(model, plan->selection, row)) {
            continue;
        }
        end = (uint32_t)row->address + mw_row_span(row);
        if (status == MW_END) {
            limit = plan_limit(plan, row->address);
            step->address = row->address;
            step->first_row = (uint16_t)i;
            status = plan_first(note, end, limit);
        } else if (end > limit) {
            break;
        }
        step->regs = (uint16_t)(end - step->address);
        step->end_row = (uint16_t)(i + 1);
        plan->next_row = step->end_row;
    }
    plan->barrier = 0;
    return status;
}
