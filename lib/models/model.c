/* SPDX-License-Identifier: MIT */
#include <meterwire/model.h>

#include <string.h>

#include "row.h"

unsigned mw_row_span(const mw_row *row)
{
    return row->type == MW_TYPE_CT_RATIO ? row->regs + 1u : row->regs;
}

/* The code of the row that goes by this one. */
static const mw_obis *model_resolve(const mw_model *model, const mw_obis *id)
{
    const mw_alias *alias = model->aliases;
    for (unsigned i = model->alias_count; i > 0; i--, alias++) {
        if (memcmp(&alias->printed, id, sizeof *id) == 0) {
            return &alias->id;
        }
    }
    return id;
}

static bool model_row_has(const mw_row *row, const mw_obis *id)
{
    return row->c == id->c && row->d == id->d && row->e == id->e && row->a == id->a && id->b == 0 && id->f == 255;
}

/* The row to be read for a code that is no alias. */
static const mw_row *model_row_of(const mw_model *model, const mw_obis *id)
{
    const mw_row *const end = model->rows + model->row_count;
    const mw_row *found = end;
    for (const mw_row *row = model->rows; row < end; row++) {
        if (row->group != MW_GROUP_WRITTEN && model_row_has(row, id)) {
            if (row->group != MW_GROUP_EXTRA) {
                return row;
            }
            found = found < row ? found : row;
        }
    }
    return found;
}

size_t mw_model_find(const mw_model *model, mw_obis id)
{
    return (size_t)(model_row_of(model, model_resolve(model, &id)) - model->rows);
}

const mw_modbus_setting *mw_model_find_setting(const mw_model *model, mw_obis id)
{
    for (unsigned i = 0; i < model->setting_count; i++) {
        if (mw_obis_equal(model->settings[i].what.id, id)) {
            return &model->settings[i];
        }
    }
    return NULL;
}

bool mw_selection_wants(const mw_model *model, const mw_selection *selection, const mw_row *row)
{
    unsigned groups = selection->groups;
    if (groups == 0 && selection->code_count == 0) {
        groups = MW_GROUP_FAST | MW_GROUP_SLOW | MW_GROUP_ONCE;
    }
    if ((groups & row->group & ~(unsigned)MW_GROUP_WRITTEN) != 0) {
        return true;
    }
    for (size_t i = 0; i < selection->code_count; i++) {
        const mw_obis *const id = model_resolve(model, &selection->codes[i]);
        /* Most rows are told apart by two fields. */
        if (row->c == id->c && row->e == id->e && model_row_of(model, id) == row) {
            return true;
        }
    }
    return false;
}

const mw_row *mw_model_identity_row(const mw_model *model)
{
    size_t i = mw_model_find(model, mw_obis_make(0, 96, 1, 3));
    if (i == model->row_count) {
        i = mw_model_find(model, mw_obis_make(0, 96, 1, 4));
    }
    return i < model->row_count && model->identity != NULL ? &model->rows[i] : NULL;
}

void mw_model_decode(const mw_model *model, const mw_row *row, const uint8_t *data, mw_reading *reading)
{
    mw_row_decode_by(model->decode, row, data, reading);
}

static char model_lower(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

bool mw_model_is(const mw_model *model, const mw_reading *reading)
{
    const char *expected = model->identity;
    const char *text = reading->text;
    if (expected == NULL || reading->kind != MW_KIND_TEXT || reading->quality != MW_QUALITY_GOOD) {
        return false;
    }
    while (*expected != '\0' && model_lower(*expected) == model_lower(*text)) {
        expected++;
        text++;
    }
    return *expected == '\0';
}
