/* SPDX-License-Identifier: MIT */
/* Proves: records, headers and readings are put as bytes of the length that the DIF says
 * Bound: room of 0 to 261 bytes, any length so far, heads of 1 to 252 bytes, any value; numbers by mbus_encode_number
 * Unwind: 1 encode_put_raw.0:9 encode_latin.0:20 encode_put_text.0:20
 */
#define STUB_mw_mbus_checksum
#include "draft.h"
#include "mbus.h"
#include "proof.h"

void mw_mbus_put_bytes(mw_mbus_draft *draft, const uint8_t *bytes, size_t count)
{
    put_any(draft, bytes, count);
}

mw_status mw_mbus_head(const uint8_t *head, size_t head_bytes, mw_mbus_meaning *meaning)
{
    READABLE(head, head_bytes);
    __CPROVER_havoc_object(meaning);
    ASSUME(is_meaning(meaning));
    return head_bytes > 0 && (head[0] & 0x0Fu) != MW_MBUS_SPECIAL && nondet_bool() ? MW_OK : MW_ERR_UNSUPPORTED;
}

static mw_status any_raw(uint64_t *raw)
{
    *raw = nondet_u64();
    return nondet_bool() ? MW_OK : MW_ERR_RANGE;
}

mw_status encode_number(const mw_mbus_meaning *meaning, unsigned coding, int64_t n, uint64_t *raw)
{
    (void)n;
    PROVE(is_meaning(meaning) && coding < MW_MBUS_SPECIAL, "a meaning and a coding");
    return any_raw(raw);
}

mw_status encode_scaled(const mw_mbus_meaning *meaning, unsigned coding, const mw_reading *reading, uint64_t *raw)
{
    return encode_number(meaning, coding, reading->n, raw);
}

mw_status encode_time(unsigned coding, int64_t n, uint64_t *raw)
{
    PROVE(coding == 2 || coding == 3 || coding == 4 || coding == 6, "types F, G, I, J");
    (void)n;
    return any_raw(raw);
}

void proof(void)
{
    uint8_t head[MW_MBUS_DATA_MAX];
    const size_t bytes = any_size(1, sizeof head);
    mw_mbus_draft draft = any_draft();
    const mw_mbus_draft before = draft;
    mw_reading reading;
    mw_mbus_header header;
    reading.text[MW_READING_TEXT_SIZE - 1] = '\0';
    switch (nondet_int()) {
    case 0:
        mw_mbus_put_header(&draft, &header);
        break;
    case 1:
        mw_mbus_put_integer(&draft, TAIL(head, bytes), bytes, nondet_i64());
        PROVE(is_put(&draft, &before, integer_bytes(TAIL(head, bytes), bytes)), "as long as the DIF says");
        break;
    default:
        mw_mbus_put(&draft, TAIL(head, bytes), bytes, &reading);
        break;
    }
    PROVE(is_draft(&draft), "inside");
}
