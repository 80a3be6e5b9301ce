/* SPDX-License-Identifier: MIT */
/* A Modbus server that is asked anything: whole frames, PDUs put into frames, and streams of RTU, TCP and ASCII.
 *
 * The first byte says how it is asked, the second how much room there is for a reply. */
#include <meterwire/modbus.h>

#include "fuzz.h"

enum { ASK_FRAME, ASK_PDU, ASK_STREAM, ASK_ASCII, ASK_WAYS };

#define MODE_TCP      0x10u
#define MODE_NO_READ  0x20u
#define MODE_NO_WRITE 0x40u
#define MODE_NO_OTHER 0x80u
#define UNIT          17
#define END           0xFF00u /* registers and bits from here on do not exist */

static struct asked {
    unsigned writes; /* that were done */
    unsigned calls;
    bool waits; /* what is sent is left unanswered by the application */
} asked;

static bool serves(void *user, uint8_t unit)
{
    (void)user;
    return unit == UNIT;
}

static bool is_bits(uint8_t function)
{
    const mw_modbus_area area = mw_modbus_area_of(function);
    return area == MW_MODBUS_COILS || area == MW_MODBUS_DISCRETE;
}

static uint8_t read_values(void *user, uint8_t unit, uint8_t function, uint16_t address, uint16_t count, uint8_t *data)
{
    const bool bits = is_bits(function);
    const size_t bytes = bits ? (count + 7u) / 8 : 2u * count;
    (void)user;
    asked.calls++;
    CHECK(unit == UNIT || unit == 0);
    CHECK((function >= 1 && function <= 4) || function == 22 || function == 23);
    CHECK(count >= 1 && count <= (bits ? MW_MODBUS_READ_BITS_MAX : MW_MODBUS_READ_MAX));
    CHECK((uint32_t)address + count <= MW_MODBUS_REGISTERS);
    for (size_t i = 0; i < bytes; i++) {
        CHECK(data[i] == 0 || function == 22);
        data[i] = 0xA5; /* and whatever is behind the last bit */
    }
    return (uint32_t)address + count > END ? MW_MODBUS_ILLEGAL_ADDRESS : 0;
}

static uint8_t write_values(void *user, uint8_t unit, uint8_t function, uint16_t address, uint16_t count,
                            const uint8_t *data)
{
    const bool bits = is_bits(function);
    const size_t bytes = bits ? (count + 7u) / 8 : 2u * count;
    unsigned sum = 0;
    (void)user;
    asked.calls++;
    CHECK(unit == UNIT || unit == 0);
    CHECK(function == 5 || function == 6 || function == 15 || function == 16 || function == 22 || function == 23);
    CHECK(count >= 1 && count <= (bits ? MW_MODBUS_WRITE_BITS_MAX : MW_MODBUS_WRITE_MAX));
    CHECK((uint32_t)address + count <= MW_MODBUS_REGISTERS);
    for (size_t i = 0; i < bytes; i++) {
        sum += data[i];
    }
    if ((uint32_t)address + count > END || sum == 1) {
        return MW_MODBUS_ILLEGAL_ADDRESS;
    }
    asked.writes++;
    return 0;
}

/* As an application answers the other functions: with what it was asked, or from a table. */
static uint8_t other(void *user, uint8_t unit, const uint8_t *pdu, size_t pdu_bytes, uint8_t *reply, size_t size,
                     size_t *reply_bytes)
{
    static const mw_modbus_object objects[] = {{0, 5, "Maker"},
                                               {1, 4, "Code"},
                                               {2, 3, "1.0"},
                                               {4, 0, ""},
                                               {0x80, 100,
                                                "0123456789012345678901234567890123456"
                                                "789012345678901234567890123456789012345"
                                                "678901234567890123456789"}};
    static const uint8_t content[MW_MODBUS_LOG_MAX] = {1, 0xFF, 'x'};
    const mw_modbus_events events = {0, 7, 8, content, pdu_bytes % (MW_MODBUS_LOG_MAX + 1)};
    mw_modbus_diagnostics diagnostics;
    mw_status status = MW_ERR_UNSUPPORTED;
    (void)user;
    asked.calls++;
    CHECK(unit == UNIT || unit == 0);
    CHECK(pdu_bytes >= 1 && pdu_bytes <= MW_MODBUS_PDU_MAX && pdu[0] >= 1 && pdu[0] < 0x80 && *reply_bytes == 0);
    memset(reply, 0, size);
    switch (pdu[0]) {
    case MW_MODBUS_DIAGNOSTICS:
        CHECK(pdu_bytes >= 5);
        status = mw_modbus_get_diagnostics(pdu, pdu_bytes, &diagnostics);
        asked.waits = status == MW_OK && diagnostics.sub_function == 4;
        if (asked.waits) {
            return 0; /* listens only */
        }
        status = status == MW_OK ? mw_modbus_put_diagnostics(&diagnostics, reply, size, reply_bytes) : status;
        break;
    case MW_MODBUS_EVENT_COUNTER:
        status = mw_modbus_put_event_counter(&events, reply, size, reply_bytes);
        break;
    case MW_MODBUS_EVENT_LOG:
        status = mw_modbus_put_event_log(&events, reply, size, reply_bytes);
        break;
    case MW_MODBUS_SERVER_ID:
        status = mw_modbus_put_server_id(content, 3, reply, size, reply_bytes);
        break;
    case MW_MODBUS_READ_FIFO:
        CHECK(pdu_bytes == 3);
        status = mw_modbus_put_fifo(content, pdu[2] % 40u, reply, size, reply_bytes);
        break;
    case MW_MODBUS_ENCAPSULATED:
        return mw_modbus_serve_id(objects, COUNT(objects), pdu, pdu_bytes, reply, size, reply_bytes);
    default:
        break;
    }
    return status == MW_OK ? 0 : MW_MODBUS_DEVICE_FAILURE;
}

/* A reply is a frame of the same unit, number and function, and what a client would take for the answer. */
static void check_reply(mw_modbus_framing framing, const uint8_t *request, size_t length, const uint8_t *reply,
                        size_t reply_length)
{
    mw_modbus_frame question;
    mw_modbus_frame answer;
    mw_modbus_reply taken;
    CHECK(mw_modbus_open(framing, request, length, &question) == MW_OK);
    CHECK(mw_modbus_open(framing, reply, reply_length, &answer) == MW_OK);
    CHECK(answer.unit == UNIT && question.unit == UNIT && answer.transaction == question.transaction);
    CHECK((answer.pdu[0] | 0x80) == (question.pdu[0] | 0x80));
    if ((answer.pdu[0] & 0x80) != 0 && answer.pdu[0] != question.pdu[0]) {
        CHECK(answer.pdu_bytes == 2 && answer.pdu[1] != 0 && asked.writes == 0);
    } else {
        CHECK(asked.writes <= 1);
    }
    if (mw_modbus_request_length(question.pdu, question.pdu_bytes) == (int)question.pdu_bytes) {
        const mw_status status = mw_modbus_decode_reply(framing, request, length, reply, reply_length, &taken);
        CHECK(status == ((answer.pdu[0] & 0x80) != 0 ? MW_ERR_REFUSED : MW_OK));
        if (status == MW_OK && answer.pdu[0] <= MW_MODBUS_READ_DISCRETE && question.pdu[4] % 8 != 0) {
            CHECK(taken.data[taken.data_bytes - 1] >> question.pdu[4] % 8 == 0); /* nothing behind the last bit */
        }
    }
}

static void ask(const mw_modbus_server *server, mw_modbus_framing framing, size_t room, const uint8_t *request,
                size_t length)
{
    uint8_t *const frame = fuzz_copy(request, length);
    uint8_t *const reply = (uint8_t *)malloc(room > 0 ? room : 1);
    size_t reply_length = SIZE_MAX;
    mw_status status;
    CHECK(reply != NULL);
    memset(&asked, 0, sizeof asked);
    status = mw_modbus_serve(server, framing, frame, length, reply, room, &reply_length);
    CHECK(memcmp(frame, request, length) == 0);
    if (status != MW_OK) {
        CHECK(status == MW_ERR_FRAME || status == MW_ERR_CHECK || status == MW_ERR_SPACE);
        CHECK((status == MW_ERR_SPACE) == (room < (framing == MW_MODBUS_TCP ? 12u : 8u)) || status != MW_ERR_SPACE);
        CHECK(asked.calls == 0);
    } else if (reply_length > 0) {
        CHECK(reply_length <= room && !asked.waits);
        check_reply(framing, frame, length, reply, reply_length);
    }
    free(reply);
    free(frame);
}

/* As a server takes frames out of what came. */
static void ask_stream(const mw_modbus_server *server, mw_modbus_framing framing, size_t room, const uint8_t *bytes,
                       size_t count, bool silent)
{
    size_t at = 0;
    size_t skip;
    size_t length;
    while (at < count && mw_modbus_find(framing, bytes + at, count - at, silent, &skip, &length) == MW_OK) {
        CHECK(length > 0 && skip + length <= count - at);
        ask(server, framing, room, bytes + at + skip, length);
        at += skip + length;
    }
}

/* In two pieces, which come to the same as one. A frame that was understood comes out again as it was written. */
static void ask_ascii(const mw_modbus_server *server, size_t room, const uint8_t *text, size_t count)
{
    uint8_t *const bytes = fuzz_copy(text, count);
    uint8_t *const pieces = fuzz_copy(text, count);
    const size_t half = count > 0 ? text[0] % count : 0;
    mw_modbus_ascii ascii;
    size_t got;
    size_t got_pieces;
    mw_modbus_ascii_init(&ascii);
    got = mw_modbus_ascii_receive(&ascii, bytes, count);
    CHECK(got <= count);
    mw_modbus_ascii_init(&ascii);
    got_pieces = mw_modbus_ascii_receive(&ascii, pieces, half);
    CHECK(got_pieces <= half);
    memmove(pieces + got_pieces, pieces + half, count - half);
    got_pieces += mw_modbus_ascii_receive(&ascii, pieces + got_pieces, count - half);
    CHECK(got_pieces == got && memcmp(pieces, bytes, got) == 0);
    ask_stream(server, MW_MODBUS_RTU, room, bytes, got, mw_modbus_ascii_idle(&ascii));
    free(pieces);
    free(bytes);
}

/* Whatever frame of RTU there is, ASCII carries it. */
static void check_ascii(const uint8_t *frame, size_t length)
{
    uint8_t text[MW_MODBUS_ASCII_MAX];
    size_t characters = 0;
    mw_modbus_ascii ascii;
    CHECK(mw_modbus_ascii_encode(frame, length, text, sizeof text, &characters) == MW_OK);
    CHECK(characters == 2 * (length - 1) + 3 && text[0] == ':' && text[characters - 1] == '\n');
    CHECK(mw_modbus_ascii_encode(frame, length, text, characters - 1, &characters) == MW_ERR_SPACE);
    mw_modbus_ascii_init(&ascii);
    CHECK(mw_modbus_ascii_receive(&ascii, text, characters) == length && memcmp(text, frame, length) == 0);
    CHECK(mw_modbus_ascii_idle(&ascii));
}

static void ask_pdu(const mw_modbus_server *server, mw_modbus_framing framing, size_t room, const uint8_t *pdu,
                    size_t count)
{
    uint8_t frame[MW_MODBUS_FRAME_MAX];
    size_t length = 0;
    if (count == 0 || count > MW_MODBUS_PDU_MAX) {
        return;
    }
    memcpy(frame + mw_modbus_pdu_offset(framing), pdu, count);
    CHECK(mw_modbus_seal(framing, 0x4711, UNIT, frame, sizeof frame, count, &length) == MW_OK);
    ask(server, framing, room, frame, length);
    if (framing == MW_MODBUS_RTU) {
        check_ascii(frame, length);
    }
    CHECK(mw_modbus_seal(framing, 0x4711, 0, frame, sizeof frame, count, &length) == MW_OK);
    if (framing == MW_MODBUS_RTU) {
        ask(server, framing, room, frame, length); /* for all units */
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input in = {data, size};
    const unsigned mode = fuzz_byte(&in);
    const unsigned narrow = fuzz_byte(&in);
    const size_t room = narrow < MW_MODBUS_FRAME_MAX - 200 ? MW_MODBUS_FRAME_MAX : narrow - (MW_MODBUS_FRAME_MAX - 200);
    const mw_modbus_framing framing = (mode & MODE_TCP) != 0 ? MW_MODBUS_TCP : MW_MODBUS_RTU;
    mw_modbus_server server = {NULL, read_values, write_values, serves, other};
    server.read = (mode & MODE_NO_READ) != 0 ? NULL : server.read;
    server.write = (mode & MODE_NO_WRITE) != 0 ? NULL : server.write;
    server.other = (mode & MODE_NO_OTHER) != 0 ? NULL : server.other;
    switch (mode % ASK_WAYS) {
    case ASK_FRAME:
        ask(&server, framing, room, in.bytes, in.count);
        break;
    case ASK_PDU:
        ask_pdu(&server, framing, room, in.bytes, in.count);
        break;
    case ASK_STREAM:
        ask_stream(&server, framing, room, in.bytes, in.count, (narrow & 1) != 0);
        break;
    default:
        ask_ascii(&server, room, in.bytes, in.count);
        break;
    }
    return 0;
}
