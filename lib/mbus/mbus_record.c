/* SPDX-License-Identifier: MIT */
#include <meterwire/mbus.h>

#include <string.h>

#include "mbus_internal.h"

/* Special DIFs. */
#define DIF_MANUFACTURER 0x0Fu
#define DIF_FILLER       0x2Fu
#define DIF_READOUT      0x7Fu

#define LVAR_BYTES_UNKNOWN 0xFFFFu

const uint8_t mw_mbus_data_bytes[16] = {0, 1, 2, 3, 4, 4, 6, 8, 0, 1, 2, 3, 4, 0, 6, 0};

static mw_status walk_fail(mw_mbus_cursor *walk, mw_mbus_fault fault, size_t at, mw_status status)
{
    if (walk->error.fault == MW_MBUS_FAULT_NONE) {
        walk->error.fault = (uint8_t)fault;
        walk->error.offset = (uint16_t)((size_t)(walk->body - walk->frame) + at);
    }
    return status;
}

/* Nothing more is to be understood behind the end of the telegram. */
static mw_status walk_fail_at_end(mw_mbus_cursor *walk, mw_mbus_fault fault)
{
    walk->at = walk->body_bytes;
    return walk_fail(walk, fault, walk->body_bytes, MW_ERR_SHORT);
}

/* The next byte, which is there. */
static uint8_t walk_byte(mw_mbus_cursor *walk)
{
    return walk->body[walk->at++];
}

static bool walk_is_over(const mw_mbus_cursor *walk)
{
    return walk->at >= walk->body_bytes;
}

static mw_status walk_dib(mw_mbus_cursor *walk, mw_mbus_record *record)
{
    uint8_t byte = walk_byte(walk);
    unsigned i = 0;
    record->function = byte >> 4 & 3u;
    record->storage = byte >> 6 & 1u;
    for (; (byte & MW_MBUS_EXTENSION) != 0; i++) {
        if (walk_is_over(walk)) {
            return walk_fail_at_end(walk, MW_MBUS_FAULT_DIFE_END);
        }
        byte = walk_byte(walk);
        if (i < MW_MBUS_CHAIN_MAX) {
            record->storage |= (uint64_t)(byte & 0x0Fu) << (1 + 4 * i);
            record->tariff |= (uint32_t)(byte >> 4 & 3u) << 2 * i;
            record->subunit = (uint16_t)(record->subunit | (byte >> 6 & 1u) << i);
        } else {
            (void)walk_fail(walk, MW_MBUS_FAULT_DIFE_COUNT, walk->at - 1u, MW_ERR_RANGE);
        }
    }
    record->dib_bytes = (uint8_t)(i + 1);
    return MW_OK;
}

/* VIFEs, as long as the byte before them says that one follows; *count of them were passed so far. */
static mw_status walk_vifes(mw_mbus_cursor *walk, uint8_t byte, unsigned *count)
{
    while ((byte & MW_MBUS_EXTENSION) != 0) {
        if (walk_is_over(walk)) {
            return walk_fail_at_end(walk, MW_MBUS_FAULT_VIF_END);
        }
        byte = walk_byte(walk);
        if (++*count > MW_MBUS_CHAIN_MAX) {
            (void)walk_fail(walk, MW_MBUS_FAULT_VIFE_COUNT, walk->at - 1u, MW_ERR_RANGE);
        }
    }
    return MW_OK;
}

static mw_status walk_unit_text(mw_mbus_cursor *walk, mw_mbus_record *record, size_t start)
{
    uint8_t count;
    if (walk_is_over(walk)) {
        return walk_fail_at_end(walk, MW_MBUS_FAULT_VIF_TEXT_END);
    }
    count = walk_byte(walk);
    if (count > walk->body_bytes - walk->at) {
        return walk_fail_at_end(walk, MW_MBUS_FAULT_VIF_TEXT_END);
    }
    record->unit_text = (uint8_t)(walk->at - start);
    record->unit_text_bytes = count;
    walk->at = (uint8_t)(walk->at + count);
    return MW_OK;
}

/* The codes of an extension table stand behind FB, FD, FD FD and EF. Gives the last byte of the code, which says
 * whether VIFEs follow. */
static mw_status walk_code(mw_mbus_cursor *walk, uint8_t *byte, unsigned *count)
{
    bool more = *byte == MW_MBUS_VIF_FB || *byte == MW_MBUS_VIF_FD || *byte == MW_MBUS_VIF_EF;
    const bool second = *byte == MW_MBUS_VIF_FD;
    while (more) {
        if (walk_is_over(walk)) {
            return walk_fail_at_end(walk, MW_MBUS_FAULT_VIF_END);
        }
        *byte = walk_byte(walk);
        more = second && *count == 0 && *byte == MW_MBUS_VIF_FD;
        ++*count;
    }
    return MW_OK;
}

static mw_status walk_vib(mw_mbus_cursor *walk, mw_mbus_record *record, size_t start)
{
    const size_t vif_at = walk->at;
    unsigned count = 0;
    uint8_t byte;
    bool text;
    mw_status status;
    if (walk_is_over(walk)) {
        return walk_fail_at_end(walk, MW_MBUS_FAULT_VIF_END);
    }
    byte = walk_byte(walk);
    text = (byte & MW_MBUS_CODE) == MW_MBUS_VIF_TEXT;
    walk->layout_matters = text && (byte & MW_MBUS_EXTENSION) != 0;
    status = walk_code(walk, &byte, &count);
    if (status == MW_OK && text && walk->layout == MW_MBUS_LAYOUT_FIELD) {
        status = walk_unit_text(walk, record, start);
        text = false;
    }
    if (status == MW_OK) {
        record->vife = (uint8_t)(walk->at - start);
        status = walk_vifes(walk, byte, &count);
        record->vife_bytes = (uint8_t)(walk->at - start - record->vife);
    }
    if (status == MW_OK && text) {
        status = walk_unit_text(walk, record, start);
    }
    record->vib_bytes = (uint8_t)(walk->at - vif_at);
    return status;
}

/* Bytes of data behind LVAR. */
static unsigned walk_lvar_bytes(uint8_t lvar)
{
    if (lvar < MW_MBUS_LVAR_BCD) {
        return lvar;
    }
    if (lvar < MW_MBUS_LVAR_INTEGER) {
        const unsigned bytes = lvar & 0x0Fu;
        return bytes <= 9 ? bytes : LVAR_BYTES_UNKNOWN;
    }
    if (lvar < MW_MBUS_LVAR_LONG_INTEGER) {
        return lvar - MW_MBUS_LVAR_INTEGER;
    }
    switch (lvar) {
    case 0xF0:
    case 0xF1:
    case 0xF2:
    case 0xF3:
    case 0xF4:
        return 4u * (lvar - 0xECu);
    case 0xF5:
        return 48;
    case 0xF6:
        return 64;
    default:
        return LVAR_BYTES_UNKNOWN;
    }
}

/* LVAR, and how many bytes of data it announces. */
static mw_status walk_lvar(mw_mbus_cursor *walk, mw_mbus_record *record, unsigned *bytes)
{
    if (walk_is_over(walk)) {
        return walk_fail_at_end(walk, MW_MBUS_FAULT_DATA_END);
    }
    record->lvar = walk_byte(walk);
    *bytes = walk_lvar_bytes(record->lvar);
    if (*bytes == LVAR_BYTES_UNKNOWN) {
        const size_t at = walk->at - 1u;
        walk->at = walk->body_bytes;
        return walk_fail(walk, MW_MBUS_FAULT_LVAR_RESERVED, at, MW_ERR_UNSUPPORTED);
    }
    return MW_OK;
}

static mw_status walk_data(mw_mbus_cursor *walk, mw_mbus_record *record, unsigned coding)
{
    unsigned bytes = mw_mbus_data_bytes[coding];
    unsigned left;
    if (coding == MW_MBUS_LVAR) {
        const mw_status status = walk_lvar(walk, record, &bytes);
        if (status != MW_OK) {
            return status;
        }
    }
    left = walk->body_bytes - walk->at;
    if (walk->short_bcd6 && coding == MW_MBUS_BCD4 && left == 3 && (walk->body[walk->at + 2] & 0x0Fu) != 0x0F) {
        bytes = 3; /* no 1F, which would say that a telegram follows: these are digits */
    }
    if (bytes > left) {
        return walk_fail_at_end(walk, MW_MBUS_FAULT_DATA_END);
    }
    record->data_bytes = (uint8_t)bytes;
    walk->at = (uint8_t)(walk->at + bytes);
    return MW_OK;
}

/* DIB and VIB of the record that begins here. */
static mw_status walk_head(mw_mbus_cursor *walk, mw_mbus_record *record)
{
    const size_t start = walk->at;
    mw_status status;
    memset(record, 0, sizeof *record);
    record->bytes = walk->body + start;
    walk->error.fault = MW_MBUS_FAULT_NONE;
    status = walk_dib(walk, record);
    return status == MW_OK ? walk_vib(walk, record, start) : status;
}

/* Takes the record apart that begins here. */
static mw_status walk_record(mw_mbus_cursor *walk, mw_mbus_record *record)
{
    const size_t start = walk->at;
    const unsigned coding = walk->body[start] & 0x0Fu;
    mw_status status = walk_head(walk, record);
    if (status == MW_OK) {
        status = walk_data(walk, record, coding);
    }
    record->length = (uint8_t)(walk->at - start);
    if (walk->error.fault == MW_MBUS_FAULT_NONE) {
        return MW_OK;
    }
    if (walk->error.fault == MW_MBUS_FAULT_DIFE_COUNT || walk->error.fault == MW_MBUS_FAULT_VIFE_COUNT) {
        return MW_ERR_RANGE;
    }
    return status;
}

static void walk_fillers(mw_mbus_cursor *walk)
{
    while (!walk_is_over(walk) && walk->body[walk->at] == DIF_FILLER) {
        walk->at++;
    }
}

/* How far records can be taken apart from here on: to where the one begins that cannot, or to the end. */
static unsigned walk_reach(mw_mbus_cursor *walk, mw_mbus_record *record)
{
    unsigned start;
    mw_status status;
    do {
        walk_fillers(walk);
        start = walk->at;
        if (walk_is_over(walk) || walk->body[start] == DIF_MANUFACTURER || walk->body[start] == MW_MBUS_DIF_MORE) {
            return walk->body_bytes;
        }
        status = MW_ERR_UNSUPPORTED;
        if (walk->body[start] == DIF_READOUT) {
            walk->at++;
            status = MW_OK;
        } else if ((walk->body[start] & 0x0Fu) != MW_MBUS_SPECIAL) {
            status = walk_record(walk, record);
        }
    } while (status == MW_OK);
    return start;
}

/* Finds out which of the layouts the telegram has that is at a record with a plain-text VIF and modifiers: the one that
 * gets further, which is the standard's where both do. */
static void walk_find_layout(mw_mbus_cursor *walk, mw_mbus_record *record)
{
    const uint8_t start = walk->at;
    unsigned standard;
    walk->layout = MW_MBUS_LAYOUT_STANDARD;
    standard = walk_reach(walk, record);
    walk->at = start;
    walk->layout = MW_MBUS_LAYOUT_FIELD;
    if (standard == walk->body_bytes || walk_reach(walk, record) <= standard) {
        walk->layout = MW_MBUS_LAYOUT_STANDARD;
    }
    walk->at = start;
}

void mw_mbus_records_of(const uint8_t *bytes, size_t count, mw_mbus_cursor *cursor)
{
    memset(cursor, 0, sizeof *cursor);
    cursor->content = MW_MBUS_RECORDS;
    cursor->frame = bytes;
    cursor->body = bytes;
    cursor->body_bytes = (uint8_t)count;
}

void mw_mbus_records(const mw_mbus_telegram *telegram, mw_mbus_cursor *cursor)
{
    mw_mbus_records_of(telegram->body, telegram->body_bytes, cursor);
    cursor->content = telegram->content;
    cursor->frame = telegram->frame.data - (telegram->frame.length - 2 - telegram->frame.data_bytes);
    cursor->msb_first = telegram->msb_first;
    if (telegram->content == MW_MBUS_FIXED) {
        cursor->status = telegram->header.status;
        memcpy(cursor->fixed_units, telegram->body - 2, 2);
    } else if (telegram->content != MW_MBUS_RECORDS) {
        cursor->body_bytes = 0;
    }
}

/* The maker's data, to the end of the telegram. */
static void walk_take_rest(mw_mbus_cursor *walk)
{
    walk->more_records = walk_byte(walk) == MW_MBUS_DIF_MORE;
    walk->manufacturer = walk->body + walk->at;
    walk->manufacturer_bytes = (uint8_t)(walk->body_bytes - walk->at);
    walk->at = walk->body_bytes;
}

/* Goes on to the next DIF of a record. MW_END when there is none. */
static mw_status walk_find(mw_mbus_cursor *walk)
{
    for (;;) {
        walk_fillers(walk);
        if (walk_is_over(walk)) {
            return MW_END;
        }
        if ((walk->body[walk->at] & 0x0Fu) != MW_MBUS_SPECIAL) {
            return MW_OK;
        }
        switch (walk->body[walk->at]) {
        case DIF_MANUFACTURER:
        case MW_MBUS_DIF_MORE:
            walk_take_rest(walk);
            return MW_END;
        case DIF_READOUT:
            walk->global_readout = true;
            walk->at++;
            break;
        default:
            walk->error.fault = MW_MBUS_FAULT_NONE;
            (void)walk_fail(walk, MW_MBUS_FAULT_DIF_RESERVED, walk->at, MW_OK);
            walk->at = walk->body_bytes;
            return MW_ERR_UNSUPPORTED;
        }
    }
}

mw_status mw_mbus_next(mw_mbus_cursor *cursor, mw_mbus_record *record)
{
    mw_status status;
    uint8_t start;
    if (cursor->content == MW_MBUS_FIXED) {
        return mw_mbus_fixed_next(cursor, record);
    }
    status = walk_find(cursor);
    if (status == MW_END) {
        return MW_END;
    }
    start = cursor->at;
    if (status == MW_OK) {
        status = walk_record(cursor, record);
        if (cursor->layout_matters && cursor->layout == MW_MBUS_LAYOUT_AUTO) {
            cursor->at = start;
            walk_find_layout(cursor, record);
            status = walk_record(cursor, record);
        }
    }
    if (status == MW_OK) {
        record->offset = (uint16_t)(record->bytes - cursor->frame);
        record->index = cursor->index;
        record->msb_first = cursor->msb_first;
        mw_mbus_value(record);
    }
    cursor->index++;
    return status;
}

mw_status mw_mbus_head(const uint8_t *head, size_t head_bytes, mw_mbus_meaning *meaning)
{
    mw_mbus_cursor walk;
    mw_mbus_record record;
    if (head_bytes == 0 || head_bytes > MW_MBUS_DATA_MAX || (head[0] & 0x0Fu) == MW_MBUS_SPECIAL) {
        return MW_ERR_UNSUPPORTED;
    }
    mw_mbus_records_of(head, head_bytes, &walk);
    if (walk_head(&walk, &record) != MW_OK || walk.at != walk.body_bytes || walk.error.fault != MW_MBUS_FAULT_NONE) {
        return MW_ERR_UNSUPPORTED;
    }
    mw_mbus_vif(record.bytes + record.dib_bytes, meaning);
    record.quantity = meaning->quantity;
    (void)mw_mbus_modify(&record, meaning);
    return MW_OK;
}

bool mw_mbus_looks_plain(const mw_mbus_telegram *telegram)
{
    mw_mbus_cursor walk;
    mw_mbus_record record;
    mw_mbus_meaning meaning;
    mw_mbus_records(telegram, &walk);
    walk_fillers(&walk);
    if (walk.at > 1) {
        return true; /* what is decrypted begins with two of them */
    }
    while (!walk_is_over(&walk)) {
        if ((walk.body[walk.at] & 0x0Fu) == MW_MBUS_SPECIAL || walk_record(&walk, &record) != MW_OK) {
            return false;
        }
        mw_mbus_vif(record.bytes + record.dib_bytes, &meaning);
        if (meaning.quantity == MW_MBUS_Q_RESERVED || meaning.quantity == MW_MBUS_Q_MANUFACTURER_SPECIFIC) {
            return false;
        }
        walk_fillers(&walk);
    }
    return true;
}
