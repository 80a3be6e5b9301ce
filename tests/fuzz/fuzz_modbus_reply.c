/* SPDX-License-Identifier: MIT */
/* What a client takes for the answer to its request, of any function, and takes apart.
 *
 * The first byte says the framing and whether the answer is a frame as it is or a PDU to be put into one; the second
 * how long the PDU of the request is, which follows. The rest is the answer. */
#include <meterwire/link.h>
#include <meterwire/modbus.h>

#include "fuzz.h"

#define MODE_TCP  1u
#define MODE_WRAP 2u
#define UNIT      17
#define NUMBER    0x1234

static bool is_inside(const uint8_t *part, size_t bytes, const uint8_t *whole, size_t whole_bytes)
{
    return part >= whole && part + bytes <= whole + whole_bytes;
}

/* ---- contents of PDUs: what is taken apart and put together again is the same ---- */

static void check_same(mw_status status, const uint8_t *made, const size_t *made_bytes, const uint8_t *pdu,
                       size_t pdu_bytes)
{
    CHECK(status == MW_OK);
    CHECK(*made_bytes == pdu_bytes && memcmp(made, pdu, pdu_bytes) == 0);
}

static void check_diagnostics(const uint8_t *pdu, size_t count)
{
    uint8_t made[MW_MODBUS_PDU_MAX];
    size_t made_bytes = 0;
    mw_modbus_diagnostics content;
    const mw_status status = mw_modbus_get_diagnostics(pdu, count, &content);
    CHECK(status == MW_OK || status == MW_ERR_FRAME);
    if (status == MW_OK) {
        CHECK(is_inside(content.data, content.data_bytes, pdu, count));
        check_same(mw_modbus_put_diagnostics(&content, made, sizeof made, &made_bytes), made, &made_bytes, pdu, count);
    }
}

static void check_events(const uint8_t *pdu, size_t count)
{
    uint8_t made[MW_MODBUS_PDU_MAX];
    size_t made_bytes = 0;
    mw_modbus_events content;
    mw_status status = mw_modbus_get_events(pdu, count, &content);
    CHECK(status == MW_OK || status == MW_ERR_FRAME);
    if (status == MW_OK) {
        CHECK(content.log_bytes <= MW_MODBUS_LOG_MAX);
        CHECK(content.log_bytes == 0 || is_inside(content.log, content.log_bytes, pdu, count));
        status = pdu[0] == MW_MODBUS_EVENT_LOG ? mw_modbus_put_event_log(&content, made, sizeof made, &made_bytes)
                                               : mw_modbus_put_event_counter(&content, made, sizeof made, &made_bytes);
        check_same(status, made, &made_bytes, pdu, count);
    }
}

static void check_server_id(const uint8_t *pdu, size_t count)
{
    uint8_t made[MW_MODBUS_PDU_MAX];
    size_t made_bytes = 0;
    const uint8_t *id;
    size_t id_bytes;
    const mw_status status = mw_modbus_get_server_id(pdu, count, &id, &id_bytes);
    CHECK(status == MW_OK || status == MW_ERR_FRAME);
    if (status == MW_OK) {
        CHECK(is_inside(id, id_bytes, pdu, count));
        check_same(mw_modbus_put_server_id(id, id_bytes, made, sizeof made, &made_bytes), made, &made_bytes, pdu,
                   count);
    }
}

static void check_registers(const uint8_t *pdu, size_t count)
{
    uint8_t made[MW_MODBUS_PDU_MAX];
    size_t made_bytes = 0;
    mw_modbus_mask_write mask;
    mw_modbus_read_write both;
    const uint8_t *queue;
    size_t queued;
    if (mw_modbus_get_mask_write(pdu, count, &mask) == MW_OK) {
        check_same(mw_modbus_put_mask_write(&mask, made, sizeof made, &made_bytes), made, &made_bytes, pdu, count);
    }
    if (mw_modbus_get_read_write(pdu, count, &both) == MW_OK) {
        mw_status status = MW_OK;
        CHECK(both.read_count >= 1 && both.read_count <= MW_MODBUS_READ_MAX);
        CHECK(both.write_count >= 1 && both.write_count <= MW_MODBUS_EXCHANGE_MAX);
        CHECK(is_inside(both.data, 2u * both.write_count, pdu, count));
        status = mw_modbus_put_read_write(&both, made, sizeof made, &made_bytes);
        if (both.read_address + both.read_count > MW_MODBUS_REGISTERS ||
            both.write_address + both.write_count > MW_MODBUS_REGISTERS) {
            CHECK(status == MW_ERR_ARGUMENT); /* which is for the server to refuse */
        } else {
            check_same(status, made, &made_bytes, pdu, count);
        }
    }
    if (mw_modbus_get_fifo(pdu, count, &queue, &queued) == MW_OK) {
        CHECK(queued <= MW_MODBUS_FIFO_MAX && is_inside(queue, 2 * queued, pdu, count));
        check_same(mw_modbus_put_fifo(queue, queued, made, sizeof made, &made_bytes), made, &made_bytes, pdu, count);
    }
}

/* Parts of a file: each goes on, the last one ends with the PDU. */
static void check_files(const uint8_t *pdu, size_t count)
{
    mw_modbus_file_part part;
    const uint8_t *data;
    size_t registers;
    size_t position = 0;
    size_t before = 0;
    mw_status status;
    while ((status = mw_modbus_file_asked(pdu, count, &position, &part)) == MW_OK) {
        CHECK(position > before && position <= count && part.count > 0);
        CHECK(pdu[0] == MW_MODBUS_READ_FILE || is_inside(part.data, 2u * part.count, pdu, count));
        before = position;
    }
    CHECK(status == MW_END || status == MW_ERR_FRAME);
    position = before = 0;
    while ((status = mw_modbus_file_given(pdu, count, &position, &data, &registers)) == MW_OK) {
        CHECK(position > before && position <= count && is_inside(data, 2 * registers, pdu, count));
        before = position;
    }
    CHECK(status == MW_END || status == MW_ERR_FRAME);
}

static void check_id(const uint8_t *pdu, size_t count)
{
    mw_modbus_id id;
    mw_modbus_object object;
    size_t position = 0;
    size_t before = 0;
    unsigned objects = 0;
    mw_status status;
    if (mw_modbus_get_id(pdu, count, &id) != MW_OK) {
        return;
    }
    while ((status = mw_modbus_get_id_object(pdu, count, &position, &object)) == MW_OK) {
        CHECK(position > before && position <= count);
        CHECK(is_inside((const uint8_t *)object.value, object.bytes, pdu, count));
        before = position;
        objects++;
    }
    CHECK(status == MW_END && objects == id.count);
}

static void check_contents(const uint8_t *pdu, size_t count)
{
    check_diagnostics(pdu, count);
    check_events(pdu, count);
    check_server_id(pdu, count);
    check_registers(pdu, count);
    if (count > 0 && (pdu[0] == MW_MODBUS_READ_FILE || pdu[0] == MW_MODBUS_WRITE_FILE)) {
        check_files(pdu, count);
    }
    check_id(pdu, count);
}

/* A length that is told once stays the same, however much follows. */
static void check_length(int (*length_of)(const uint8_t *, size_t), const uint8_t *pdu, size_t count)
{
    int told = 0;
    for (size_t n = 0; n <= count; n++) {
        const int length = length_of(pdu, n);
        CHECK(length >= -1 && length <= MW_MODBUS_PDU_MAX);
        CHECK(told == 0 || length == told);
        told = length;
    }
}

/* ---- answers ---- */

/* Whether the PDU of an answer can be one to that request, as the specification says and not as the library does. */
static void check_answers(const uint8_t *asked, const mw_modbus_reply *reply)
{
    const uint8_t *const pdu = reply->pdu;
    const unsigned wanted = asked[0] == 43 ? 0 : (unsigned)asked[3] << 8 | asked[4];
    CHECK(pdu[0] == asked[0]);
    switch (asked[0]) {
    case 1:
    case 2:
        CHECK(reply->data_bytes == (wanted + 7) / 8 && reply->pdu_bytes == 2 + reply->data_bytes);
        break;
    case 3:
    case 4:
    case 23:
        CHECK(reply->data_bytes == 2 * (size_t)wanted && reply->pdu_bytes == 2 + reply->data_bytes);
        break;
    case 5:
    case 6:
    case 15:
    case 16:
        CHECK(reply->pdu_bytes == 5 && memcmp(pdu, asked, 5) == 0);
        break;
    case 22:
        CHECK(reply->pdu_bytes == 7 && memcmp(pdu, asked, 7) == 0);
        break;
    case 7:
        CHECK(reply->pdu_bytes == 2);
        break;
    case 21:
        CHECK(reply->pdu_bytes == 2u + asked[1] && memcmp(pdu, asked, reply->pdu_bytes) == 0);
        break;
    case 8:
        CHECK(memcmp(pdu, asked, 3) == 0);
        break;
    case 43:
        CHECK(pdu[1] == asked[1]);
        break;
    default:
        break;
    }
}

static void check_reply(mw_modbus_framing framing, const uint8_t *request, size_t request_length, const uint8_t *frame,
                        size_t length)
{
    const size_t offset = mw_modbus_pdu_offset(framing);
    mw_modbus_frame parts;
    mw_modbus_reply reply;
    const mw_status opened = mw_modbus_open(framing, frame, length, &parts);
    const mw_status status = mw_modbus_decode_reply(framing, request, request_length, frame, length, &reply);
    CHECK(opened == MW_OK || opened == MW_ERR_FRAME || (opened == MW_ERR_CHECK && framing == MW_MODBUS_RTU));
    if (opened != MW_OK) {
        CHECK(status == opened);
        return;
    }
    CHECK(is_inside(parts.pdu, parts.pdu_bytes, frame, length));
    CHECK(parts.pdu_bytes >= 1 && parts.pdu_bytes <= MW_MODBUS_PDU_MAX);
    check_contents(parts.pdu, parts.pdu_bytes);
    CHECK(status == MW_OK || status == MW_ERR_REFUSED || status == MW_ERR_MISMATCH);
    if (status == MW_ERR_MISMATCH) {
        return;
    }
    CHECK(parts.unit == request[offset - 1]);
    CHECK(framing == MW_MODBUS_RTU || memcmp(request, frame, 2) == 0);
    if (status == MW_ERR_REFUSED) {
        CHECK(parts.pdu_bytes == 2 && parts.pdu[0] == (request[offset] | 0x80) && reply.exception == parts.pdu[1]);
        CHECK(mw_modbus_exception_text(reply.exception)[0] != '\0');
        return;
    }
    CHECK(reply.exception == 0 && reply.pdu == parts.pdu && reply.pdu_bytes == parts.pdu_bytes);
    CHECK(is_inside(reply.data, reply.data_bytes, frame, length));
    check_answers(request + offset, &reply);
}

/* What a link would make of the same bytes. */
static void check_examine(mw_modbus_framing framing, const mw_framer *framer, const uint8_t *request,
                          size_t request_length, const uint8_t *bytes, size_t count)
{
    size_t length = 0;
    mw_modbus_frame parts;
    mw_modbus_reply reply;
    const mw_status status = framer->examine(request, bytes, count, &length);
    mw_status judged;
    CHECK(framer->key(request) == framer->key(request));
    switch ((int)status) {
    case MW_OK:
    case MW_ERR_REFUSED:
        CHECK(length > 0 && length <= count);
        judged = mw_modbus_decode_reply(framing, request, request_length, bytes, length, &reply);
        /* A link compares only the first register of diagnostics; whoever decodes them compares the rest. */
        CHECK(judged == status || (request[mw_modbus_pdu_offset(framing)] == 8 && judged == MW_ERR_MISMATCH));
        break;
    case MW_ERR_MISMATCH:
        CHECK(length > 0 && length <= count);
        CHECK(mw_modbus_open(framing, bytes, length, &parts) == MW_OK);
        break;
    default:
        CHECK(status == MW_AGAIN || status == MW_ERR_CHECK || status == MW_ERR_FRAME);
        break;
    }
}

static void check_find(mw_modbus_framing framing, const uint8_t *bytes, size_t count, bool silent)
{
    size_t at = 0;
    size_t skip = 0;
    size_t length = 0;
    mw_modbus_frame parts;
    while (at < count && mw_modbus_find(framing, bytes + at, count - at, silent, &skip, &length) == MW_OK) {
        CHECK(length > 0 && skip + length <= count - at);
        CHECK(mw_modbus_open(framing, bytes + at + skip, length, &parts) == MW_OK);
        at += skip + length;
    }
    CHECK(at == count || skip <= count - at);
}

/* What the small framer is for: it takes a request to be one that an encoder has made. */
static bool is_of_registers(const uint8_t *pdu)
{
    if (pdu[0] == 3 || pdu[0] == 4) {
        const unsigned count = (unsigned)pdu[3] << 8 | pdu[4];
        return count >= 1 && count <= MW_MODBUS_READ_MAX;
    }
    return pdu[0] == 6 || pdu[0] == 16;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input in = {data, size};
    const unsigned mode = fuzz_byte(&in);
    const mw_modbus_framing framing = (mode & MODE_TCP) != 0 ? MW_MODBUS_TCP : MW_MODBUS_RTU;
    const fuzz_input asked = fuzz_take(&in, fuzz_byte(&in));
    uint8_t request[MW_MODBUS_FRAME_MAX];
    uint8_t wrapped[MW_MODBUS_FRAME_MAX];
    size_t request_length = 0;
    uint8_t *frame;
    check_length(mw_modbus_request_length, asked.bytes, asked.count);
    check_contents(asked.bytes, asked.count < MW_MODBUS_PDU_MAX ? asked.count : MW_MODBUS_PDU_MAX);
    check_length(mw_modbus_reply_length, in.bytes, in.count < MW_MODBUS_PDU_MAX ? in.count : MW_MODBUS_PDU_MAX);
    check_find(framing, in.bytes, in.count, false);
    check_find(framing, in.bytes, in.count, true);
    if (mw_modbus_encode_pdu(framing, NUMBER, UNIT, asked.bytes, asked.count, request, sizeof request,
                             &request_length) != MW_OK) {
        return 0;
    }
    if ((mode & MODE_WRAP) != 0 && in.count >= 1 && in.count <= MW_MODBUS_PDU_MAX) {
        memcpy(wrapped + mw_modbus_pdu_offset(framing), in.bytes, in.count);
        CHECK(mw_modbus_seal(framing, NUMBER, UNIT, wrapped, sizeof wrapped, in.count, &in.count) == MW_OK);
        in.bytes = wrapped;
    }
    frame = fuzz_copy(in.bytes, in.count);
    check_reply(framing, request, request_length, frame, in.count);
    if (in.count > 0) {
        check_examine(framing, framing == MW_MODBUS_TCP ? &mw_framer_tcp : &mw_framer_rtu, request, request_length,
                      frame, in.count);
        if (framing == MW_MODBUS_RTU && is_of_registers(asked.bytes)) {
            check_examine(framing, &mw_framer_rtu_registers, request, request_length, frame, in.count);
        }
    }
    free(frame);
    return 0;
}
