/* SPDX-License-Identifier: MIT */
/* Proves: each step is inside the table and goes on
 * Bound: tables of up to 6 rows, 3 blocks, 1 alias, 1 code, 2 notes
 * Unwind: 7 mw_plan_next.0:7 plan_limit.0:4 plan_note.0:3 mw_selection_wants.0:2 mw_model_find.0:7 model_resolve.0:2
 * memcmp.0:7
 */
#include <meterwire/model.h>

#include "proof.h"

#define ROWS   6
#define BLOCKS 3

void proof(void)
{
    mw_row rows[ROWS];
    mw_block blocks[BLOCKS];
    mw_alias aliases[1];
    mw_obis codes[1];
    mw_model model;
    mw_selection selection;
    mw_plan_notes notes;
    mw_plan plan;
    mw_plan_step step;
    mw_status status;
    uint16_t before;
    model.rows = rows;
    model.blocks = blocks;
    model.aliases = aliases;
    selection.codes = codes;
    for (unsigned i = 1; i < ROWS; i++) {
        ASSUME(rows[i - 1].address <= rows[i].address); /* as it is documented */
    }
    ASSUME(model.row_count <= ROWS && model.block_count <= BLOCKS && model.alias_count <= 1 &&
           selection.code_count <= 1 && notes.count <= 2);
    mw_plan_init(&plan, &model, &selection, (unsigned)any_size(0, 125));
    plan.notes = nondet_bool() ? &notes : NULL;
    plan.next_row = nondet_u16();
    plan.barrier = nondet_u16();
    /* As the call before has left it, and who adds a barrier. */
    ASSUME(plan.next_row <= model.row_count && plan.barrier <= model.row_count);
    before = plan.next_row;
    status = mw_plan_next(&plan, &step);
    PROVE(plan.next_row <= model.row_count, "inside the table");
    PROVE(status == MW_END || (step.first_row >= before && step.end_row > step.first_row &&
                               step.end_row <= model.row_count && plan.next_row == step.end_row),
          "goes on");
}
