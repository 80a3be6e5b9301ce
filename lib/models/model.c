/* SPDX-License-Identifier: MIT */
#include <meterwire/model.h>

#include "row.h"

unsigned mw_row_span(const mw_row *row)
{
    return row->type == MW_TYPE_CT_RATIO ? row->regs + 1u : row->regs;
}

/* The code of the row that goes by this one. */
static mw_obis model_resolve(const mw_model *model, mw_obis id)
{
    for (unsigned i = 0; i < model->alias_count; i++) {
        if (mw_obis_equal(model->aliases[i].printed, id)) {
            return model->aliases[i].id;
        }
    }
    return id;
}

size_t mw_model_find(const mw_model *model, mw_obis id)
{
    const mw_obis wanted = model_resolve(model, id);
    size_t found = model->row_count;
    for (size_t i = 0; i < model->row_count; i++) {
        const mw_row *const row = &model->rows[i];
        if (row->group != MW_GROUP_WRITTEN && mw_obis_equal(mw_row_id(row), wanted)) {
            if (row->group != MW_GROUP_EXTRA) {
                return i;
            }
            found = found < i ? found : i;
        }
    }
    return found;
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
    const bool everything = selection->groups == 0 && selection->code_count == 0;
    const unsigned groups = everything ? MW_GROUP_FAST | MW_GROUP_SLOW | MW_GROUP_ONCE : selection->groups;
    const mw_obis id = mw_row_id(row);
    if ((groups & row->group & ~(unsigned)MW_GROUP_WRITTEN) != 0) {
        return true;
    }
    for (size_t i = 0; i < selection->code_count; i++) {
        if (mw_obis_equal(model_resolve(model, selection->codes[i]), id) &&
            &model->rows[mw_model_find(model, id)] == row) {
            return true;
        }
    }
    return false;
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
