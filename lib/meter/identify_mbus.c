/* SPDX-License-Identifier: MIT */
#include "../core/text.h"
#include "../models/table.h"
#include "identify_internal.h"

static bool identify_has_header(const mw_mbus_model *model, const mw_mbus_header *header)
{
    return header->manufacturer == model->manufacturer && header->version == model->version &&
           header->medium == model->medium;
}

static bool identify_has_row(const mw_mbus_model *model, const mw_mbus_telegram *telegram, const mw_mbus_row *row)
{
    mw_mbus_cursor cursor;
    mw_mbus_record record;
    mw_reading reading;
    mw_status status;
    mw_mbus_records(telegram, &cursor);
    cursor.short_bcd6 = model->short_bcd6;
    while ((status = mw_mbus_next(&cursor, &record)) != MW_END) {
        if (status == MW_OK && mw_mbus_row_take(row, &record, &reading)) {
            return true;
        }
    }
    return false;
}

/* How well a model fits: all it sends is there, and the more it sends the better. */
static unsigned identify_fit(const mw_mbus_model *model, const mw_mbus_telegram *telegram)
{
    for (unsigned i = 0; i < model->row_count; i++) {
        if (!identify_has_row(model, telegram, &model->rows[i])) {
            return 1;
        }
    }
    return 1u + model->row_count;
}

static void identify_serial(const mw_mbus_header *header, mw_reading *serial)
{
    static const mw_obis serial_number = MW_ID(0, 96, 1, 0);
    mw_text_draft draft = {0, {0}};
    mw_text_hex(&draft, header->id, 8);
    mw_text_finish(&draft, serial->text, sizeof serial->text);
    serial->kind = MW_KIND_TEXT;
    serial->id = serial_number;
    serial->unit = MW_UNIT_NONE;
    serial->n = header->id;
}

mw_status mw_identify_mbus(const mw_mbus_telegram *telegram, const mw_mbus_model *const *models, mw_identity *identity)
{
    unsigned best = 0;
    mw_identity_clear(identity);
    if (telegram->header_type != MW_MBUS_HEADER_LONG) {
        return MW_ERR_UNSUPPORTED;
    }
    identify_serial(&telegram->header, &identity->serial);
    for (; *models != NULL && telegram->content == MW_MBUS_RECORDS; models++) {
        const unsigned fit = identify_has_header(*models, &telegram->header) ? identify_fit(*models, telegram) : 0;
        if (fit > best) {
            best = fit;
            identity->mbus_model = *models;
            identity->candidates = 1;
        } else if (fit != 0 && fit == best) {
            identity->candidates++;
        }
    }
    if (identity->mbus_model == NULL) {
        return MW_ERR_UNSUPPORTED;
    }
    identity->mid = (uint8_t)((identity->mbus_model->flags & MW_MODEL_MID) != 0 ? MW_VERDICT_YES : MW_VERDICT_UNKNOWN);
    return MW_OK;
}
