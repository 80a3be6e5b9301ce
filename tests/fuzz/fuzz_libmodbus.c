/* SPDX-License-Identifier: MIT */
/* Meterwire against libmodbus, which is not ours: the same request to both servers, and the same answer to both
 * clients.
 *
 * The first byte says which. To the servers go PDUs, each with its length in front: they must send the same bytes and
 * have the same registers and bits afterwards. The clients ask the same, and are given the rest of the input as the
 * answer: they must send the same request, and agree whether the answer is one and what it says.
 *
 * Where they differ, and are right to, is listed in docs/fuzzing.md, and here in differs() and in check_client(). */
#define _POSIX_C_SOURCE 200809L

#include <meterwire/modbus.h>

#include <errno.h>
#include <modbus.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fuzz.h"

#define FIRST     10u /* address of the first register and bit */
#define REGISTERS 150u
#define BITS      2100u
#define UNIT      5
#define REQUESTS  4

static struct peers {
    modbus_t *context; /* of libmodbus, on one end of a pair of sockets */
    int other;
    modbus_mapping_t *map; /* its registers and bits */
    uint16_t number;       /* of its last request */
    /* Ours. */
    uint8_t coils[BITS];
    uint8_t discrete[BITS];
    uint16_t holding[REGISTERS];
    uint16_t input[REGISTERS];
} peers;

static void open_peers(void)
{
    int ends[2];
    if (peers.context != NULL) {
        return;
    }
    peers.context = modbus_new_tcp("127.0.0.1", 1502);
    CHECK(peers.context != NULL && socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    CHECK(modbus_set_socket(peers.context, ends[0]) == 0 && modbus_set_slave(peers.context, UNIT) == 0);
    CHECK(modbus_set_response_timeout(peers.context, 0, 1) == 0 && modbus_set_byte_timeout(peers.context, 0, 1) == 0);
    peers.other = ends[1];
    peers.map = modbus_mapping_new_start_address(FIRST, BITS, FIRST, BITS, FIRST, REGISTERS, FIRST, REGISTERS);
    CHECK(peers.map != NULL);
}

/* The same content in both. */
static void fill_peers(void)
{
    for (unsigned i = 0; i < BITS; i++) {
        peers.map->tab_bits[i] = peers.coils[i] = i % 3 == 0;
        peers.map->tab_input_bits[i] = peers.discrete[i] = i % 5 == 0;
    }
    for (unsigned i = 0; i < REGISTERS; i++) {
        peers.map->tab_registers[i] = peers.holding[i] = (uint16_t)(i * 257u);
        peers.map->tab_input_registers[i] = peers.input[i] = (uint16_t)(i * 65521u);
    }
}

/* What is there to be received at an end. */
static size_t receive(int fd, uint8_t *bytes, size_t size)
{
    const ssize_t n = recv(fd, bytes, size, MSG_DONTWAIT);
    return n > 0 ? (size_t)n : 0;
}

static void drain(void)
{
    uint8_t bytes[1024];
    while (receive(peers.other, bytes, sizeof bytes) > 0 ||
           receive(modbus_get_socket(peers.context), bytes, sizeof bytes) > 0) {
    }
}

/* ---- servers ---- */

static uint8_t server_read(void *user, uint8_t unit, uint8_t function, uint16_t address, uint16_t count, uint8_t *data)
{
    const mw_modbus_area area = mw_modbus_area_of(function);
    const bool bits = area == MW_MODBUS_COILS || area == MW_MODBUS_DISCRETE;
    (void)user;
    (void)unit;
    if (address < FIRST || address - FIRST + count > (bits ? BITS : REGISTERS)) {
        return MW_MODBUS_ILLEGAL_ADDRESS;
    }
    for (unsigned i = 0; i < count; i++) {
        const unsigned at = address - FIRST + i;
        if (bits) {
            mw_modbus_put_bit(data, i, (area == MW_MODBUS_COILS ? peers.coils : peers.discrete)[at] != 0);
        } else {
            mw_modbus_put_u16(data, i, (area == MW_MODBUS_HOLDING ? peers.holding : peers.input)[at]);
        }
    }
    return 0;
}

static uint8_t server_write(void *user, uint8_t unit, uint8_t function, uint16_t address, uint16_t count,
                            const uint8_t *data)
{
    const bool bits = mw_modbus_area_of(function) == MW_MODBUS_COILS;
    (void)user;
    (void)unit;
    if (address < FIRST || address - FIRST + count > (bits ? BITS : REGISTERS)) {
        return MW_MODBUS_ILLEGAL_ADDRESS;
    }
    for (unsigned i = 0; i < count; i++) {
        if (bits) {
            peers.coils[address - FIRST + i] = mw_modbus_bit(data, i);
        } else {
            peers.holding[address - FIRST + i] = mw_modbus_u16(data, i);
        }
    }
    return 0;
}

static unsigned word_at(const uint8_t *pdu, size_t at)
{
    return (unsigned)pdu[at] << 8 | pdu[at + 1];
}

/* Requests that libmodbus answers otherwise, or not at all. */
static bool differs(const uint8_t *pdu, size_t count)
{
    if (mw_modbus_request_length(pdu, count) != (int)count) {
        return true; /* it does not look whether a request is as long as it says */
    }
    switch (pdu[0]) {
    case 5: /* of two faults it tells the address, ours the value */
        return word_at(pdu, 3) != 0xFF00 && word_at(pdu, 3) != 0;
    case 7:  /* no answer */
    case 17: /* its own name */
        return true;
    case 15: /* more data than bits are taken */
        return pdu[5] != (word_at(pdu, 3) + 7) / 8;
    default:
        return false;
    }
}

static void check_content(void)
{
    CHECK(memcmp(peers.map->tab_bits, peers.coils, BITS) == 0);
    CHECK(memcmp(peers.map->tab_input_bits, peers.discrete, BITS) == 0);
    CHECK(memcmp(peers.map->tab_registers, peers.holding, sizeof peers.holding) == 0);
    CHECK(memcmp(peers.map->tab_input_registers, peers.input, sizeof peers.input) == 0);
}

static void ask_servers(const uint8_t *pdu, size_t count)
{
    static const mw_modbus_server server = {NULL, server_read, server_write, NULL, NULL};
    uint8_t request[MW_MODBUS_TCP_MAX];
    uint8_t ours[MW_MODBUS_TCP_MAX];
    uint8_t theirs[MW_MODBUS_TCP_MAX];
    size_t length = 0;
    size_t ours_length = 0;
    size_t theirs_length;
    if (count < 1 || count > MW_MODBUS_PDU_MAX || differs(pdu, count)) {
        return;
    }
    memset(request, 0, sizeof request);
    memcpy(request + 7, pdu, count);
    CHECK(mw_modbus_seal(MW_MODBUS_TCP, 0xABCD, UNIT, request, sizeof request, count, &length) == MW_OK);
    CHECK(mw_modbus_serve(&server, MW_MODBUS_TCP, request, length, ours, sizeof ours, &ours_length) == MW_OK);
    (void)modbus_reply(peers.context, request, (int)length, peers.map);
    theirs_length = receive(peers.other, theirs, sizeof theirs);
    CHECK(theirs_length == ours_length && memcmp(theirs, ours, ours_length) == 0);
    check_content();
}

static void run_servers(fuzz_input *in)
{
    fill_peers();
    for (unsigned i = 0; i < REQUESTS && in->count > 0; i++) {
        const unsigned most = fuzz_byte(in);
        const fuzz_input pdu = fuzz_take(in, most);
        ask_servers(pdu.bytes, pdu.count);
    }
}

/* ---- clients ---- */

typedef struct question {
    mw_modbus_request request;
    uint8_t data[2 * MW_MODBUS_WRITE_MAX];
    uint16_t registers[MW_MODBUS_READ_MAX]; /* to be written, or that were read */
    uint8_t bits[MW_MODBUS_READ_BITS_MAX];
} question;

static int ask_libmodbus(question *asked)
{
    const int address = asked->request.address;
    const int count = asked->request.count;
    switch (asked->request.function) {
    case 1:
        return modbus_read_bits(peers.context, address, count, asked->bits);
    case 2:
        return modbus_read_input_bits(peers.context, address, count, asked->bits);
    case 3:
        return modbus_read_registers(peers.context, address, count, asked->registers);
    case 4:
        return modbus_read_input_registers(peers.context, address, count, asked->registers);
    case 5:
        return modbus_write_bit(peers.context, address, asked->bits[0]);
    case 6:
        return modbus_write_register(peers.context, address, asked->registers[0]);
    case 15:
        return modbus_write_bits(peers.context, address, count, asked->bits);
    default:
        return modbus_write_registers(peers.context, address, count, asked->registers);
    }
}

static void check_values(const question *asked, const mw_modbus_reply *reply)
{
    for (unsigned i = 0; i < asked->request.count; i++) {
        if (asked->request.function <= 2) {
            CHECK(asked->bits[i] == mw_modbus_bit(reply->data, i));
        } else if (asked->request.function <= 4) {
            CHECK(asked->registers[i] == mw_modbus_u16(reply->data, i));
        }
    }
}

/* What both make of an answer. */
static void check_client(const question *asked, const uint8_t *request, size_t length, const uint8_t *answer,
                         size_t answer_length, int result, int error)
{
    mw_modbus_reply reply;
    const mw_status status = mw_modbus_decode_reply(MW_MODBUS_TCP, request, length, answer, answer_length, &reply);
    if (status == MW_OK) {
        CHECK(result == (int)asked->request.count);
        check_values(asked, &reply);
    } else if (status == MW_ERR_REFUSED) {
        CHECK(result == -1);
        /* It has names for codes 1 to 11. */
        CHECK(error == MODBUS_ENOBASE + reply.exception || reply.exception == 0 || reply.exception > 11);
    } else if (result >= 0) {
        /* It does not look at the length in the header, the unit, the first byte of an address or of a number that
         * comes back, nor at what follows the frame. */
        CHECK(answer_length >= 9);
        CHECK(memcmp(answer, request, 4) == 0 && (answer[7] & 0x80) == 0 && answer[7] == request[7]);
    }
}

static void make_question(question *asked, fuzz_input *in, uint8_t *request, size_t *length)
{
    static const uint8_t functions[] = {1, 2, 3, 4, 5, 6, 15, 16};
    static const uint16_t most[] = {2000, 2000, 125, 125, 1, 1, 1968, 123};
    const unsigned which = fuzz_byte(in) % COUNT(functions);
    const unsigned pattern = fuzz_byte(in);
    memset(asked, 0, sizeof *asked);
    asked->request.transaction = ++peers.number;
    asked->request.unit = UNIT;
    asked->request.function = functions[which];
    asked->request.address = (uint16_t)(fuzz_u16(in) & 0x7FFF);
    asked->request.count = (uint16_t)(1u + fuzz_u16(in) % most[which]);
    asked->request.data = asked->data;
    for (unsigned i = 0; i < asked->request.count; i++) {
        if (which == 4 || which == 6) {
            asked->bits[i] = pattern >> i % 8 & 1;
            mw_modbus_put_bit(asked->data, i, asked->bits[i] != 0);
        } else if (which > 4) {
            asked->registers[i] = (uint16_t)(pattern * 251u + i);
            mw_modbus_put_u16(asked->data, i, asked->registers[i]);
        }
    }
    CHECK((which < 4
               ? mw_modbus_encode_read(MW_MODBUS_TCP, &asked->request, request, MW_MODBUS_TCP_MAX, length)
               : mw_modbus_encode_write(MW_MODBUS_TCP, &asked->request, request, MW_MODBUS_TCP_MAX, length)) == MW_OK);
}

static void run_clients(fuzz_input *in)
{
    static question asked;
    uint8_t request[MW_MODBUS_TCP_MAX];
    uint8_t sent[MW_MODBUS_TCP_MAX];
    uint8_t answer[MW_MODBUS_TCP_MAX];
    const unsigned way = fuzz_byte(in);
    size_t length = 0;
    size_t answer_length;
    size_t sent_length;
    int result;
    make_question(&asked, in, request, &length);
    answer_length = in->count < sizeof answer ? in->count : sizeof answer;
    if (answer_length > 0) {
        memcpy(answer, in->bytes, answer_length);
    }
    if (way % 4 != 0 && answer_length > 0 && answer_length <= MW_MODBUS_PDU_MAX) { /* the rest is a PDU */
        memmove(answer + 7, answer, answer_length);
        CHECK(mw_modbus_seal(MW_MODBUS_TCP, asked.request.transaction, UNIT, answer, sizeof answer, answer_length,
                             &answer_length) == MW_OK);
    }
    CHECK(answer_length == 0 || send(peers.other, answer, answer_length, 0) == (ssize_t)answer_length);
    errno = 0;
    result = ask_libmodbus(&asked);
    sent_length = receive(peers.other, sent, sizeof sent);
    CHECK(sent_length == length && memcmp(sent, request, length) == 0);
    check_client(&asked, request, length, answer, answer_length, result, errno);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input in = {data, size};
    open_peers();
    if (fuzz_byte(&in) % 2 == 0) {
        run_servers(&in);
    } else {
        run_clients(&in);
    }
    drain();
    return 0;
}
