/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "../models/table.h"
#include "identify_internal.h"

/* What is asked for. The first two are what a meter says that it is. */
static const mw_obis identify_codes[] = {
    MW_ID(0, 96, 1, 3),
    MW_ID(0, 96, 1, 4),
    MW_ID(0, 96, 1, 0), /* serial number */
    MW_ID(1, 0, 2, 0),  /* version of the software */
    MW_ID(1, 0, 2, 8),  /* its check sum */
    MW_ID(0, MW_OBIS_C_IDENTITY, 9, 0),
    MW_ID(0, MW_OBIS_C_IDENTITY, 10, 0),
    MW_ID(0, MW_OBIS_C_IDENTITY, 11, 0), /* three parts of a serial number */
    MW_ID(0, MW_OBIS_C_IDENTITY, 27, 0)  /* MID */
};

enum { CODE_NAME, CODE_METER, CODE_SERIAL, CODE_FIRMWARE, CODE_CHECKSUM, CODE_PART, CODE_MID = CODE_PART + 3, CODES };

static const mw_selection identify_selection = {0, identify_codes, CODES};

static const mw_model *identify_model(const mw_identifier *identifier)
{
    return identifier->known ? identifier->identity.model : identifier->models[identifier->index];
}

void mw_identity_clear(mw_identity *identity)
{
    memset(identity, 0, sizeof *identity);
    identity->name.kind = MW_KIND_NONE;
    identity->serial.kind = MW_KIND_NONE;
    identity->firmware.kind = MW_KIND_NONE;
    identity->checksum.kind = MW_KIND_NONE;
}

void mw_identify_begin(mw_identifier *identifier, mw_link *link, mw_modbus_framing framing, uint8_t unit,
                       const mw_model *const *models)
{
    memset(identifier, 0, sizeof *identifier);
    mw_identity_clear(&identifier->identity);
    identifier->link = link;
    identifier->framing = (uint8_t)framing;
    identifier->unit = unit;
    identifier->models = models;
    identifier->repeats = 2;
}

/* Whether a model says what it is in the same register as one that was asked for, so that one request is for both. */
static bool identify_is_alike(const mw_model *one, const mw_model *asked)
{
    const mw_row *const row = mw_model_identity_row(one);
    const mw_row *const same = mw_model_identity_row(asked);
    return row != NULL && row->address == same->address && row->type == same->type &&
           one->read_function == asked->read_function;
}

/* Whether an earlier model was asked for as this one is. */
static bool identify_was_asked(const mw_identifier *identifier, const mw_model *model)
{
    unsigned i = 0;
    while (i < identifier->index && !identify_is_alike(identifier->models[i], model)) {
        i++;
    }
    return i < identifier->index;
}

/* The request that brings the row by which a model shows itself, and as much else as fits. */
static void identify_plan(mw_identifier *identifier, const mw_model *model, const mw_row *row)
{
    const uint16_t at = (uint16_t)(row - model->rows);
    mw_plan_init(&identifier->plan, model, &identify_selection, 0);
    while (mw_plan_next(&identifier->plan, &identifier->step) == MW_OK && identifier->step.end_row <= at) {
    }
}

/* Finds the next kind of identification to ask for. */
static bool identify_next_kind(mw_identifier *identifier)
{
    for (; identifier->models[identifier->index] != NULL; identifier->index++) {
        const mw_model *const model = identifier->models[identifier->index];
        const mw_row *const row = mw_model_identity_row(model);
        if (row != NULL && !identify_was_asked(identifier, model)) {
            identify_plan(identifier, model, row);
            return true;
        }
    }
    return false;
}

/* Finds the next block of the model with something to tell that is not known yet. */
static bool identify_next_block(mw_identifier *identifier)
{
    while (mw_plan_next(&identifier->plan, &identifier->step) == MW_OK) {
        if (identifier->step.address != identifier->done.address) {
            return true;
        }
    }
    return false;
}

static mw_status identify_ask(mw_identifier *identifier, uint32_t now_us)
{
    mw_modbus_request request;
    size_t length;
    mw_status status;
    request.transaction = mw_link_number(identifier->link);
    request.unit = identifier->unit;
    request.function = identify_model(identifier)->read_function;
    request.address = identifier->step.address;
    request.count = identifier->step.regs;
    request.data = NULL;
    status = mw_modbus_encode_read((mw_modbus_framing)identifier->framing, &request, identifier->request,
                                   sizeof identifier->request, &length);
    if (status != MW_OK) {
        return status;
    }
    mw_link_start(identifier->link, identifier->request, length, identifier->timeout_us, identifier->repeats, now_us);
    identifier->busy = true;
    return MW_AGAIN;
}

static void identify_take(mw_identifier *identifier, unsigned code, const mw_reading *reading)
{
    mw_identity *const identity = &identifier->identity;
    switch (code) {
    case CODE_NAME:
    case CODE_METER:
        identity->name = *reading;
        break;
    case CODE_SERIAL:
        identity->serial = *reading;
        break;
    case CODE_FIRMWARE:
        identity->firmware = *reading;
        break;
    case CODE_CHECKSUM:
        identity->checksum = *reading;
        break;
    case CODE_MID:
        identity->mid = (uint8_t)(reading->n == 1 ? MW_VERDICT_YES : MW_VERDICT_NO);
        break;
    default:
        identifier->parts[code - CODE_PART] = (uint16_t)reading->n;
        identifier->part_bits |= (uint8_t)(1u << (code - CODE_PART)); /* joined when all are there */
        break;
    }
}

/* What stands in the registers that came. */
static void identify_decode(mw_identifier *identifier)
{
    const mw_model *const model = identify_model(identifier);
    size_t length;
    const uint8_t *const data =
        mw_link_reply(identifier->link, &length) + mw_modbus_pdu_offset((mw_modbus_framing)identifier->framing) + 2;
    for (unsigned i = identifier->step.first_row; i < identifier->step.end_row; i++) {
        const mw_row *const row = &model->rows[i];
        for (unsigned code = 0; code < CODES; code++) {
            mw_reading reading;
            if (!mw_obis_equal(identify_codes[code], mw_row_id(row))) {
                continue;
            }
            mw_model_decode(model, row, data + 2 * (size_t)(row->address - identifier->step.address), &reading);
            if (reading.quality == MW_QUALITY_GOOD) {
                identify_take(identifier, code, &reading);
            }
        }
    }
}

/* The model, among those that say what they are in the same register. */
static const mw_model *identify_find(const mw_identifier *identifier)
{
    const mw_model *const asked = identify_model(identifier);
    for (const mw_model *const *model = identifier->models; *model != NULL; model++) {
        if (identify_is_alike(*model, asked) && mw_model_is(*model, &identifier->identity.name)) {
            return *model;
        }
    }
    return NULL;
}

/* How the request went. A gateway that hears nobody says so by an exception. */
static mw_status identify_status(const mw_identifier *identifier)
{
    const mw_status status = mw_link_status(identifier->link);
    size_t length;
    const uint8_t *const reply = mw_link_reply(identifier->link, &length);
    uint8_t exception;
    if (status != MW_ERR_REFUSED) {
        return status;
    }
    exception = reply[mw_modbus_pdu_offset((mw_modbus_framing)identifier->framing) + 1];
    return exception == MW_MODBUS_GATEWAY_NO_PATH || exception == MW_MODBUS_GATEWAY_NO_ANSWER ? MW_ERR_TIMEOUT : status;
}

/* A request for an identification was answered, or not. What an earlier one seemed to say is of no model. */
static void identify_probed(mw_identifier *identifier, mw_status status)
{
    identifier->heard = identifier->heard || status == MW_OK || status == MW_ERR_REFUSED;
    if (status == MW_OK) {
        mw_identity_clear(&identifier->identity);
        identifier->part_bits = 0;
        identify_decode(identifier);
        identifier->identity.model = identify_find(identifier);
    } else if (identifier->failure == MW_OK || identifier->failure == MW_ERR_TIMEOUT) {
        identifier->failure = (int8_t)status;
    }
    if (identifier->identity.model != NULL) {
        identifier->known = true;
        identifier->done = identifier->step;
        mw_plan_init(&identifier->plan, identifier->identity.model, &identify_selection, 0);
    } else {
        identifier->index++;
    }
}

/* Parts of a serial number as one text. */
static void identify_join(mw_identifier *identifier)
{
    mw_reading *const serial = &identifier->identity.serial;
    size_t length = 0;
    if (identifier->part_bits != 7 || serial->kind != MW_KIND_NONE) {
        return;
    }
    serial->kind = MW_KIND_TEXT;
    serial->id = identify_codes[CODE_SERIAL];
    serial->unit = MW_UNIT_NONE;
    for (unsigned i = 0; i < 3; i++) { /* three numbers of 5 digits, with two dashes */
        length += mw_decimal_text(identifier->parts[i], 0, serial->text + length, sizeof serial->text - length);
        serial->text[length++] = '-';
    }
    serial->text[length - 1] = '\0';
}

/* Whether the maker's manual has this check sum for this version. */
static uint8_t identify_listed(const mw_model *model, const mw_identity *identity)
{
    uint8_t verdict = MW_VERDICT_UNKNOWN;
    int64_t n;
    int8_t exp10;
    if (identity->firmware.kind != MW_KIND_TEXT || identity->checksum.kind != MW_KIND_TEXT ||
        mw_decimal_parse(identity->firmware.text, &n, &exp10) != MW_OK ||
        mw_decimal_rescale(n, exp10, -2, &n) != MW_OK) {
        return verdict;
    }
    for (unsigned i = 0; i < model->release_count; i++) {
        if (model->releases[i].version == n) {
            verdict = MW_VERDICT_NO;
            if (model->releases[i].checksum == (uint64_t)identity->checksum.n) {
                return MW_VERDICT_YES;
            }
        }
    }
    return verdict;
}

static mw_status identify_end(mw_identifier *identifier, mw_identity *identity)
{
    const mw_model *const model = identifier->identity.model;
    identify_join(identifier);
    *identity = identifier->identity;
    if (model == NULL) {
        return identifier->heard || identifier->failure == MW_OK ? MW_ERR_UNSUPPORTED : (mw_status)identifier->failure;
    }
    identity->candidates = 1;
    identity->listed = identify_listed(model, identity);
    if (identity->mid == MW_VERDICT_UNKNOWN && (model->flags & MW_MODEL_MID) != 0) {
        identity->mid = MW_VERDICT_YES;
    }
    return MW_OK;
}

mw_status mw_identify_step(mw_identifier *identifier, uint32_t now_us, mw_identity *identity)
{
    for (;;) {
        if (identifier->busy) {
            const mw_status status = identify_status(identifier);
            if (status == MW_AGAIN) {
                return MW_AGAIN;
            }
            identifier->busy = false;
            if (!identifier->known) {
                identify_probed(identifier, status);
            } else if (status == MW_OK) {
                identify_decode(identifier);
            }
        }
        if (!(identifier->known ? identify_next_block(identifier) : identify_next_kind(identifier))) {
            return identify_end(identifier, identity);
        }
        if (identify_ask(identifier, now_us) == MW_AGAIN) {
            return MW_AGAIN;
        }
        identifier->index++; /* a model whose registers cannot be asked for */
    }
}

mw_status mw_identify(mw_link *link, const mw_io *io, mw_modbus_framing framing, uint8_t unit,
                      const mw_model *const *models, mw_identity *identity)
{
    mw_identifier identifier;
    mw_status status;
    mw_identify_begin(&identifier, link, framing, unit, models);
    while ((status = mw_identify_step(&identifier, io->now_us(io->user), identity)) == MW_AGAIN) {
        const mw_status ran = mw_link_run(link, io);
        if (mw_link_status(link) == MW_AGAIN) {
            return ran; /* the port failed, so the link never came to an end */
        }
    }
    return status;
}
