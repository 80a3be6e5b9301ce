/* SPDX-License-Identifier: MIT */
/* Modbus over a line on which everything goes wrong: random requests to several units, answers from known content.
 *
 *   test_robust_modbus [--exchanges N] [--seed N] [--profile NAME] [--trace FIRST]
 *
 * What is accepted must be what was asked for, every exchange must end by the deadline that link.h gives, and a calm
 * line must work at once. A failure names profile, seed and exchange; the run with that seed begins with that line.
 */
#include <meterwire/modbus.h>

#include "fault_bus.h"

#define BLOCK       500u /* exchanges of one line */
#define REFUSED_AT  0xF000u
#define SERVER_UNIT 255u

/* bits lost inserted forged split merged around late foreign duplicate stale echo master stopped resumed deaf request
 * noise cancel lazy */
static const fault_profile rtu_profiles[] = {
    {"clean", {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 200}},
    {"noisy", {200, 60, 60, 1, 50, 100, 0, 0, 0, 0, 0, 0, 0, 20, 10, 20, 50, 100, 0, 20}},
    {"late", {20, 5, 5, 0, 50, 100, 250, 250, 0, 100, 0, 0, 0, 5, 20, 20, 5, 10, 50, 50}},
    {"second", {10, 5, 5, 0, 50, 100, 20, 20, 100, 20, 0, 0, 400, 5, 5, 20, 5, 10, 20, 20}},
    {"hostile", {100, 50, 50, 1, 100, 100, 150, 150, 150, 150, 0, 100, 150, 50, 50, 80, 50, 150, 50, 50}},
};

/* Inside a connection nothing is damaged. */
static const fault_profile tcp_profiles[] = {
    {"tcp-clean", {0, 0, 0, 0, 0, 300, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 200}},
    {"tcp-late", {0, 0, 0, 0, 100, 200, 250, 250, 50, 100, 100, 0, 0, 0, 50, 30, 0, 0, 50, 50}},
    {"tcp-hostile", {0, 0, 0, 0, 100, 200, 150, 150, 200, 150, 200, 100, 0, 50, 50, 50, 0, 200, 50, 50}},
};

enum {
    TALLY_ACCEPTED,
    TALLY_REFUSED,
    TALLY_FAILED,
    TALLY_CANCELLED,
    TALLY_PROBES,
    TALLY_FORGED,
    TALLY_CHANCE,
    TALLY_MISLED,
    TALLY_STRAY,
    TALLIES
};

static struct robust {
    fault_bus bus;
    mw_modbus_framing framing;
    uint64_t seed;
    bool narrow; /* one unit and one function */
    mw_link link;
    mw_link_config config;
    uint32_t counters[MW_LINK_COUNTERS];
    uint8_t buffer[MW_MODBUS_FRAME_MAX];
    mw_modbus_server server;
    /* The exchange. */
    mw_modbus_request wanted;
    uint8_t data[2 * MW_MODBUS_WRITE_MAX];
    uint8_t request[MW_MODBUS_FRAME_MAX];
    size_t length;
    uint32_t timeout_us;
    uint32_t given_us; /* with the time that the request is on the wire */
    unsigned repeats;
    uint64_t held_until_us; /* what was asked before may be answered until then */
    bool executed;          /* some device did what was asked */
    uint32_t sent;
    uint32_t cancelled; /* attempts */
    uint8_t old[8][MW_MODBUS_FRAME_MAX];
    size_t old_length[8];
    uint32_t old_exchange[8];
    uint64_t tally[TALLIES];
    uint64_t statuses[12];
} robust;

static void fail(const char *what)
{
    printf("FAILED: --profile %s --seed %llu, exchange %u: %s\n", robust.bus.profile->name,
           (unsigned long long)robust.seed, robust.bus.exchange, what);
    exit(1);
}

/* ---- devices ---- */

/* What a register holds: it tells unit, function, address and when it was read. */
static uint16_t content(uint8_t unit, uint8_t function, uint16_t address, uint32_t exchange)
{
    uint64_t z = (uint64_t)exchange << 32 | (uint32_t)unit << 24 | (uint32_t)function << 16 | address;
    z = (z ^ z >> 31) * UINT64_C(0x7FB5D329728EA185);
    z = (z ^ z >> 27) * UINT64_C(0x81DADEF4BC2DD44D);
    return (uint16_t)(z >> 33);
}

static uint8_t device_read(void *user, uint8_t unit, uint8_t function, uint16_t address, uint16_t count, uint8_t *data)
{
    (void)user;
    if (address >= REFUSED_AT) {
        return MW_MODBUS_ILLEGAL_ADDRESS;
    }
    for (unsigned i = 0; i < count; i++) {
        const uint16_t value = content(unit, function, (uint16_t)(address + i), robust.bus.exchange);
        data[2 * i] = (uint8_t)(value >> 8);
        data[2 * i + 1] = (uint8_t)value;
    }
    return 0;
}

static uint8_t device_write(void *user, uint8_t unit, uint8_t function, uint16_t address, uint16_t count,
                            const uint8_t *data)
{
    const mw_modbus_request *const wanted = &robust.wanted;
    (void)user;
    if (address >= REFUSED_AT) {
        return MW_MODBUS_ILLEGAL_ADDRESS;
    }
    if (unit == wanted->unit && function == wanted->function && address == wanted->address && count == wanted->count &&
        memcmp(data, robust.data, 2u * count) == 0) {
        robust.executed = true;
    }
    return 0;
}

/* ---- what else is on the line ---- */

static uint16_t key_of(const uint8_t *pdu_with_unit)
{
    return (uint16_t)(pdu_with_unit[0] << 8 | pdu_with_unit[1]);
}

/* Damage that CRC-16 cannot see: the polynomial itself, somewhere. */
static void forge(fault_bus *bus, uint8_t *bytes, size_t count, uint8_t *flipped)
{
    static const uint8_t pattern[] = {0x03, 0x40, 0x01}; /* x^16 + x^15 + x^2 + 1 in the order of the wire */
    const uint32_t at = fault_below(bus, (uint32_t)count * 8 - 16);
    for (unsigned bit = 0; bit < 17; bit++) {
        if ((pattern[bit / 8] >> bit % 8 & 1) != 0) {
            bytes[(at + bit) / 8] = (uint8_t)(bytes[(at + bit) / 8] ^ 1u << (at + bit) % 8);
            flipped[(at + bit) / 8] = (uint8_t)(flipped[(at + bit) / 8] ^ 1u << (at + bit) % 8);
        }
    }
}

/* A random PDU of an answer to somebody else. */
static size_t random_pdu(uint8_t *pdu, uint8_t function)
{
    fault_bus *const bus = &robust.bus;
    size_t length = 5;
    pdu[0] = function;
    for (size_t i = 1; i < MW_MODBUS_PDU_MAX; i++) {
        pdu[i] = fault_noise_byte(bus);
    }
    if (function <= 4) {
        pdu[1] = (uint8_t)(2 * (1 + fault_below(bus, fault_one_in(bus, 8) ? 125 : 8)));
        length = 2u + pdu[1];
    }
    return length;
}

/* Another unit answers, with the very content if it likes. */
static void say_foreign(uint64_t at_us)
{
    fault_bus *const bus = &robust.bus;
    uint8_t frame[MW_MODBUS_FRAME_MAX];
    size_t length;
    const size_t front = mw_modbus_pdu_offset(robust.framing);
    uint16_t key;
    uint8_t unit;
    do {
        unit = (uint8_t)(1 + fault_below(bus, 247));
    } while (unit == robust.wanted.unit);
    length = random_pdu(frame + front, robust.wanted.function);
    if (robust.framing == MW_MODBUS_TCP && fault_one_in(bus, 2)) { /* the right unit, another function */
        unit = robust.wanted.unit;
        length = random_pdu(frame + front, (uint8_t)(robust.wanted.function ^ 7u));
    }
    /* What begins when that unit is asked the same is an answer to it, for all that RTU says. */
    key = (uint16_t)(robust.framing == MW_MODBUS_RTU ? unit << 8 | frame[front] : 0);
    (void)mw_modbus_seal(robust.framing, robust.wanted.transaction, unit, frame, sizeof frame, length, &length);
    (void)fault_say(bus, at_us, UINT64_MAX, FAULT_KIND_FOREIGN, key, frame, length);
}

/* A second master asks units, and they answer. It asks ours for something else than we do: an answer to the same
 * question is an answer to ours, too, for all that RTU says. */
static void say_master(uint64_t at_us)
{
    static const uint8_t functions[] = {1, 2, 5, 15};
    fault_bus *const bus = &robust.bus;
    unsigned pairs = 1 + fault_below(bus, fault_one_in(bus, 10) ? 60 : 4);
    for (; pairs > 0; pairs--) {
        uint8_t frame[MW_MODBUS_FRAME_MAX];
        size_t length;
        uint8_t function = functions[fault_below(bus, sizeof functions)];
        uint8_t unit = (uint8_t)(1 + fault_below(bus, 4));
        if (fault_one_in(bus, 2)) {
            static const uint8_t ours[] = {3, 4, 6, 16};
            unit = (uint8_t)(100 + fault_below(bus, 20));
            function = ours[fault_below(bus, sizeof ours)];
        }
        frame[1] = function;
        for (unsigned i = 2; i < 6; i++) {
            frame[i] = (uint8_t)fault_below(bus, i % 2 == 0 ? 4 : 256);
        }
        (void)mw_modbus_seal(MW_MODBUS_RTU, 0, unit, frame, sizeof frame, 5, &length);
        (void)fault_say(bus, at_us, UINT64_MAX, FAULT_KIND_FOREIGN, 0, frame, length);
        at_us += (length + 4 + fault_below(bus, 30)) * bus->char_us;
        if (!fault_one_in(bus, 4)) {
            length = random_pdu(frame + 1, function);
            (void)mw_modbus_seal(MW_MODBUS_RTU, 0, unit, frame, sizeof frame, length, &length);
            (void)fault_say(bus, at_us, UINT64_MAX, FAULT_KIND_FOREIGN, 0, frame, length);
            at_us += (length + 4 + fault_below(bus, fault_one_in(bus, 4) ? 300 : 8)) * bus->char_us;
        }
    }
}

/* ---- the line hears a request ---- */

/* When an answer begins, after the end of the request. */
static uint64_t answer_after(bool *late)
{
    fault_bus *const bus = &robust.bus;
    const uint32_t timeout_us = robust.timeout_us;
    *late = false;
    if (fault_happens(bus, FAULT_LATE)) {
        *late = true;
        return timeout_us + fault_below(bus, timeout_us);
    }
    if (fault_happens(bus, FAULT_AROUND)) {
        const uint32_t spread_us = timeout_us / 8;
        *late = true;
        return timeout_us - spread_us + fault_below(bus, 2 * spread_us);
    }
    return 2 * bus->char_us + fault_below(bus, timeout_us / 4);
}

static void say_echo(uint64_t at_us)
{
    fault_bus *const bus = &robust.bus;
    uint8_t echo[MW_MODBUS_FRAME_MAX];
    size_t length = robust.length;
    memcpy(echo, robust.request, length);
    (void)fault_say(bus, at_us, UINT64_MAX, FAULT_KIND_FOREIGN, 0, echo, length);
}

/* What the request brings onto the line. `end_us`: when its last bit is out. */
static void hear(uint64_t end_us)
{
    fault_bus *const bus = &robust.bus;
    const bool tcp = robust.framing == MW_MODBUS_TCP;
    const uint8_t *const unit = robust.request + mw_modbus_pdu_offset(robust.framing) - 1;
    uint8_t request[MW_MODBUS_FRAME_MAX];
    uint8_t reply[MW_MODBUS_FRAME_MAX];
    size_t reply_length = 0;
    uint32_t source;
    bool misled = false;
    bool late;
    const uint64_t at_us = end_us + answer_after(&late);
    /* An answer later than twice its time is past what the link holds back. */
    const uint64_t latest_us = end_us + 2 * (uint64_t)robust.timeout_us - 1;
    fault_drop_unheard(bus, key_of(unit));
    if (fault_happens(bus, FAULT_NOISE)) {
        fault_noise(bus, end_us + fault_below(bus, robust.timeout_us), 1 + fault_below(bus, 20));
    }
    if (fault_happens(bus, FAULT_FOREIGN)) {
        say_foreign(end_us + fault_below(bus, robust.timeout_us));
    }
    if (!tcp && fault_happens(bus, FAULT_MASTER)) {
        say_master(end_us + fault_below(bus, robust.timeout_us));
    }
    if (tcp && fault_happens(bus, FAULT_STALE)) {
        const unsigned i = fault_below(bus, 8);
        if (robust.old_length[i] > 0) {
            source = fault_say(bus, end_us + fault_below(bus, robust.timeout_us), UINT64_MAX, FAULT_KIND_DUPLICATE, 0,
                               robust.old[i], robust.old_length[i]);
            bus->frames[source % FAULT_FRAMES].exchange = robust.old_exchange[i];
        }
    }
    if (fault_happens(bus, FAULT_DEAF)) {
        return;
    }
    memcpy(request, robust.request, robust.length);
    if (fault_happens(bus, FAULT_REQUEST)) {
        fault_flip(bus, request, robust.length, NULL);
        misled = memcmp(request, robust.request, robust.length) != 0;
    }
    if (mw_modbus_serve(&robust.server, robust.framing, request, robust.length, reply, sizeof reply, &reply_length) !=
            MW_OK ||
        reply_length == 0) {
        return;
    }
    source = fault_say(bus, at_us, latest_us, FAULT_KIND_ANSWER, key_of(unit), reply, reply_length);
    bus->frames[source % FAULT_FRAMES].misled = misled;
    if (fault_happens(bus, FAULT_DUPLICATE)) {
        const uint64_t behind_us = at_us + reply_length * bus->char_us;
        source = fault_say(bus, behind_us + fault_below(bus, fault_one_in(bus, 2) ? 2 * bus->char_us + 1 : 300000),
                           UINT64_MAX, FAULT_KIND_DUPLICATE, key_of(unit), reply, reply_length);
        bus->frames[source % FAULT_FRAMES].misled = misled;
    }
    if (tcp) {
        const unsigned i = fault_below(bus, 8);
        memcpy(robust.old[i], reply, reply_length);
        robust.old_length[i] = reply_length;
        robust.old_exchange[i] = bus->exchange;
    }
}

/* The request goes out. */
static void send_request(void)
{
    fault_bus *const bus = &robust.bus;
    const uint32_t wire_us = (uint32_t)robust.length * bus->char_us;
    const uint64_t end_us = bus->time_us + wire_us;
    const bool blocking = fault_one_in(bus, 2); /* the port returns when the last bit is out */
    robust.sent++;
    bus->heard_count = 0;
    fault_show(bus, "sent", robust.request, robust.length);
    if (robust.config.echo) {
        /* As many bytes as were sent are skipped, whatever they are. The echo of writing one register is equal to its
         * answer, so nobody talks into it. */
        if (robust.wanted.function == MW_MODBUS_WRITE_SINGLE) {
            size_t kept = bus->first;
            for (size_t i = bus->first; i < bus->end; i++) {
                if (bus->queue[i].at_us > end_us) {
                    bus->queue[kept++] = bus->queue[i];
                }
            }
            bus->end = kept;
        }
        for (size_t i = 0; i < robust.length; i++) {
            const fault_byte byte = {bus->time_us + (i + 1) * bus->char_us, 0, 0, robust.request[i], 0};
            fault_put_byte(bus, &byte);
        }
    } else if (robust.wanted.function != MW_MODBUS_WRITE_SINGLE && fault_happens(bus, FAULT_ECHO)) {
        say_echo(bus->time_us + bus->char_us);
    }
    hear(end_us);
    if (blocking) {
        bus->time_us = end_us;
    }
    mw_link_sent(&robust.link, fault_now(bus));
}

/* ---- exchanges ---- */

static void ask_something(void)
{
    static const uint8_t functions[] = {3, 3, 3, 4, 4, 6, 16};
    static const uint32_t timeouts_us[] = {20000, 50000, 100000, 300000, 600000};
    fault_bus *const bus = &robust.bus;
    mw_modbus_request *const wanted = &robust.wanted;
    const bool many = fault_one_in(bus, 8);
    wanted->transaction = robust.framing == MW_MODBUS_TCP ? mw_link_number(&robust.link) : 0;
    wanted->unit = (uint8_t)(1 + fault_below(bus, robust.narrow ? 1 : 4));
    if (robust.framing == MW_MODBUS_TCP && fault_one_in(bus, 8)) {
        wanted->unit = SERVER_UNIT;
    }
    wanted->function = functions[fault_below(bus, robust.narrow ? 1 : sizeof functions)];
    wanted->count = (uint16_t)(1 + fault_below(bus, many ? MW_MODBUS_WRITE_MAX : 6));
    if (wanted->function == MW_MODBUS_WRITE_SINGLE) {
        wanted->count = 1;
    }
    wanted->address = (uint16_t)fault_below(bus, fault_one_in(bus, 16) ? 0xFF00u : 0x1000u);
    for (size_t i = 0; i < 2u * wanted->count; i++) {
        robust.data[i] = fault_noise_byte(bus);
    }
    wanted->data = robust.data;
    if ((wanted->function > 4 ? mw_modbus_encode_write : mw_modbus_encode_read)(
            robust.framing, wanted, robust.request, sizeof robust.request, &robust.length) != MW_OK) {
        fail("request not encoded");
    }
    robust.timeout_us = timeouts_us[fault_below(bus, 5)] + 4 * bus->char_us;
    robust.repeats = fault_below(bus, 3);
    robust.given_us = robust.timeout_us + (uint32_t)robust.length * bus->char_us;
    robust.executed = false;
    bus->exchange++;
}

/* CRC-16 bit by bit. */
static uint16_t slow_crc(const uint8_t *bytes, size_t count)
{
    unsigned crc = 0xFFFF;
    for (size_t i = 0; i < count; i++) {
        crc ^= bytes[i];
        for (unsigned bit = 0; bit < 8; bit++) {
            crc = crc >> 1 ^ (crc & 1) * 0xA001u;
        }
    }
    return (uint16_t)crc;
}

/* What is wrong with a reply to this request, or null. */
static const char *complaint_about(const uint8_t *reply, size_t length, mw_status status)
{
    const mw_modbus_request *const wanted = &robust.wanted;
    const bool refused = wanted->address >= REFUSED_AT;
    mw_modbus_reply decoded;
    if (mw_modbus_decode_reply(robust.framing, robust.request, robust.length, reply, length, &decoded) != status) {
        return "the decoder takes the reply for something else";
    }
    if ((status == MW_ERR_REFUSED) != refused || (refused && decoded.exception != MW_MODBUS_ILLEGAL_ADDRESS)) {
        return "a wrong refusal";
    }
    if (refused || wanted->function > 4) {
        return refused || robust.executed ? NULL : "a write reported that no device did";
    }
    if (decoded.data_bytes != 2u * wanted->count) {
        return "a wrong count";
    }
    for (unsigned i = 0; i < wanted->count; i++) {
        if (mw_modbus_u16(decoded.data, i) !=
            content(wanted->unit, wanted->function, (uint16_t)(wanted->address + i), robust.bus.exchange)) {
            return "a wrong value accepted";
        }
    }
    return NULL;
}

/* Nobody sent this frame as it is, or not for this request. */
static void check_undetectable(const uint8_t *reply, size_t length, const fault_frame *frame, unsigned flips,
                               fault_verdict verdict)
{
    const uint16_t crc = slow_crc(reply, length - 2);
    if (verdict == FAULT_NOWHERE) {
        fail("bytes accepted that never came");
    }
    if (robust.framing == MW_MODBUS_TCP) {
        fail("a mixture accepted");
    }
    if (length < 5 || reply[length - 2] != (crc & 0xFF) || reply[length - 1] != crc >> 8) {
        fail("a wrong CRC accepted");
    }
    if (reply[0] != robust.wanted.unit || (reply[1] & 0x7F) != robust.wanted.function) {
        fail("another unit or function accepted");
    }
    if (flips < 4) { /* of frames that short it finds all errors of three bits */
        fail("a damage accepted that CRC-16 detects");
    }
    robust.tally[frame != NULL && frame->forged ? TALLY_FORGED : TALLY_CHANCE]++;
    if (frame == NULL || !frame->forged) {
        fault_show(&robust.bus, "undetectable", reply, length);
    }
}

static void check_reply(mw_status status)
{
    size_t length;
    const uint8_t *const reply = mw_link_reply(&robust.link, &length);
    const fault_frame *frame;
    unsigned flips;
    fault_verdict verdict;
    if (status != MW_OK && status != MW_ERR_REFUSED) {
        if (length != 0 || status < MW_ERR_MISMATCH || status > MW_ERR_TIMEOUT) {
            fail("an outcome that link.h does not know");
        }
        robust.tally[TALLY_FAILED]++;
        return;
    }
    verdict = fault_judge(&robust.bus, reply, length, &frame, &flips);
    if (verdict == FAULT_INTACT && frame->misled) {
        robust.tally[TALLY_MISLED]++; /* the device accepted a damaged request */
    } else if (verdict == FAULT_INTACT) {
        if (frame->kind == FAULT_KIND_FOREIGN) {
            fail("an answer to somebody else accepted");
        }
        if (frame->exchange != robust.bus.exchange) {
            fail("the answer to an earlier request accepted");
        }
        const char *const complaint = complaint_about(reply, length, status);
        if (complaint != NULL) {
            fail(complaint);
        }
    } else if (verdict == FAULT_NOWHERE || complaint_about(reply, length, status) != NULL) {
        check_undetectable(reply, length, frame, flips, verdict);
    }
    robust.tally[status == MW_OK ? TALLY_ACCEPTED : TALLY_REFUSED]++;
}

/* What link.h promises. */
static uint64_t latest_end(uint64_t begin_us, uint32_t lazy_us)
{
    const mw_link_config *const config = &robust.config;
    uint64_t gap_us = 4 * (uint64_t)config->char_us + 1750;
    uint64_t hold_us = robust.held_until_us > begin_us ? robust.held_until_us - begin_us : 0;
    if (config->gap_us > gap_us) {
        gap_us = config->gap_us;
    }
    if (robust.framing == MW_MODBUS_TCP) {
        hold_us = 0;
    }
    return begin_us + hold_us +
           (robust.repeats + 1) * (1000000u + 2 * gap_us + robust.given_us +
                                   (uint64_t)robust.length * config->char_us + /* a port that returns then */
                                   264 * (uint64_t)config->char_us + 10 * (uint64_t)lazy_us + 10);
}

static void held_for(uint64_t time_us)
{
    const uint64_t until_us = robust.bus.time_us + time_us;
    robust.held_until_us = robust.held_until_us > until_us ? robust.held_until_us : until_us;
}

static mw_status run_exchange(void)
{
    fault_bus *const bus = &robust.bus;
    const uint64_t begin_us = bus->time_us;
    const uint32_t lazy_us = fault_happens(bus, FAULT_LAZY) ? 1 + fault_below(bus, 3000) : 0;
    const uint64_t deadline_us = latest_end(begin_us, lazy_us);
    const uint64_t cancel_us =
        fault_happens(bus, FAULT_CANCEL) ? begin_us + fault_below(bus, 3 * robust.timeout_us) : UINT64_MAX;
    const uint32_t sent = robust.sent;
    mw_status status;
    unsigned long steps = 0;
    mw_link_start(&robust.link, robust.request, robust.length, robust.timeout_us, robust.repeats, fault_now(bus));
    for (;;) {
        uint32_t wait_us;
        const mw_link_want want = mw_link_poll(&robust.link, fault_now(bus), &wait_us);
        if (want == MW_LINK_SEND) {
            send_request();
            continue;
        }
        if (want == MW_LINK_DONE) {
            break;
        }
        if (++steps > 200000 || (want != MW_LINK_WAIT && want != MW_LINK_RECEIVE) || wait_us == 0) {
            fail("the link does not know what it wants");
        }
        if (bus->time_us >= cancel_us) {
            mw_link_cancel(&robust.link, fault_now(bus));
            robust.cancelled += want == MW_LINK_RECEIVE ? 1 : 0;
            robust.tally[TALLY_CANCELLED]++;
            held_for(3 * (uint64_t)robust.given_us);
            return MW_AGAIN;
        }
        fault_wait(bus, wait_us + (lazy_us > 0 ? fault_below(bus, lazy_us) : 0));
        fault_hand_over(bus, &robust.link);
    }
    status = mw_link_status(&robust.link);
    if (bus->time_us > deadline_us) {
        printf("begun %.6f, held until %.6f, deadline %.6f, ended %.6f\n", (double)begin_us / 1e6,
               (double)robust.held_until_us / 1e6, (double)deadline_us / 1e6, (double)bus->time_us / 1e6);
        fail("it ends after its deadline");
    }
    robust.statuses[-status]++;
    if (robust.sent - sent > 1 || (status != MW_OK && status != MW_ERR_REFUSED)) {
        held_for(2 * (uint64_t)robust.given_us);
    }
    return status;
}

static void check_counters(void)
{
    uint32_t outcomes = 0;
    for (unsigned i = 0; i < MW_LINK_COUNTERS; i++) {
        outcomes += i == MW_LINK_STRAY_FRAMES || i == MW_LINK_STRAY_BYTES ? 0 : robust.counters[i];
    }
    if (outcomes + robust.cancelled != robust.sent) {
        fail("the outcomes counted are not the requests sent");
    }
}

/* The line falls silent, and works. */
static void probe(void)
{
    fault_bus *const bus = &robust.bus;
    fault_clear(bus);
    bus->calm = true;
    ask_something();
    robust.tally[TALLY_PROBES]++;
    {
        const mw_status status = run_exchange();
        if (status != (robust.wanted.address >= REFUSED_AT ? MW_ERR_REFUSED : MW_OK)) {
            fail("a calm line does not work");
        }
        check_reply(status);
    }
    bus->calm = false;
}

/* How many exchanges there were. */
static uint32_t run_line(const fault_profile *profile, mw_modbus_framing framing, uint64_t seed, uint32_t exchanges,
                         uint32_t trace_from)
{
    static const uint32_t bauds[] = {1200, 9600, 19200, 115200};
    fault_bus *const bus = &robust.bus;
    uint64_t tally[TALLIES];
    uint64_t statuses[12];
    uint64_t injected[FAULTS];
    memcpy(tally, robust.tally, sizeof tally);
    memcpy(statuses, robust.statuses, sizeof statuses);
    memcpy(injected, bus->injected, sizeof injected);
    memset(&robust, 0, sizeof robust);
    memcpy(robust.tally, tally, sizeof tally);
    memcpy(robust.statuses, statuses, sizeof statuses);
    fault_init(bus, profile, seed);
    memcpy(bus->injected, injected, sizeof injected);
    robust.seed = seed;
    robust.framing = framing;
    robust.narrow = fault_one_in(bus, 4);
    robust.server.read = device_read;
    robust.server.write = device_write;
    bus->forge = forge;
    bus->stream = framing == MW_MODBUS_TCP;
    if (!bus->stream) {
        bus->char_us = MW_LINK_CHAR_US(bauds[fault_below(bus, 4)]);
        robust.config.char_us = bus->char_us;
        robust.config.echo = fault_one_in(bus, 4);
        robust.config.gap_us = fault_one_in(bus, 4) ? fault_below(bus, 100000) : 0;
    }
    robust.config.silence_us = fault_one_in(bus, 4) ? 20000 : 0;
    bus->silence_us = robust.config.silence_us != 0 ? robust.config.silence_us : 250000;
    robust.config.counters = robust.counters;
    mw_link_init(&robust.link, framing == MW_MODBUS_TCP ? &mw_framer_tcp : &mw_framer_rtu, &robust.config,
                 robust.buffer, sizeof robust.buffer, fault_now(bus));
    while (bus->exchange < exchanges) {
        mw_status status;
        bus->trace = trace_from != 0 && bus->exchange + 1 >= trace_from;
        ask_something();
        status = run_exchange();
        if (status != MW_AGAIN) {
            check_reply(status);
            if (status != MW_OK && status != MW_ERR_REFUSED && profile->often[FAULT_DEAF] == 0) {
                fail("a clean line does not work");
            }
        }
        check_counters();
        if (bus->trace) {
            printf("%12.6f #%u status %d\n", (double)bus->time_us / 1e6, bus->exchange, (int)status);
        }
        if (bus->stream && (bus->cut || status == MW_ERR_SHORT)) {
            fault_clear(bus); /* a new connection, as link.h asks for */
        }
        if (fault_one_in(bus, 8)) {
            probe();
        } else if (fault_one_in(bus, 2)) { /* time passes, and nobody reads */
            bus->time_us += fault_below(bus, fault_one_in(bus, 8) ? 2000000 : 50000);
        }
    }
    robust.tally[TALLY_STRAY] += robust.counters[MW_LINK_STRAY_FRAMES];
    return bus->exchange;
}

/* ---- report ---- */

static void report(const char *name, uint64_t exchanges)
{
    static const char *const outcomes[] = {"good",        "",         "",        "", "timeout", "short", "no frame",
                                           "wrong check", "mismatch", "refused", "", ""};
    const uint64_t *const tally = robust.tally;
    printf("%-12s %8llu exchanges: ", name, (unsigned long long)exchanges);
    for (unsigned i = 0; i < 12; i++) {
        if (robust.statuses[i] > 0) {
            printf("%s %llu, ", outcomes[i], (unsigned long long)robust.statuses[i]);
        }
    }
    printf("cancelled %llu; %llu probes, %llu stray frames\n", (unsigned long long)tally[TALLY_CANCELLED],
           (unsigned long long)tally[TALLY_PROBES], (unsigned long long)tally[TALLY_STRAY]);
    printf("%12s undetectable: %llu forged, %llu by chance, %llu requests; faults:", "",
           (unsigned long long)tally[TALLY_FORGED], (unsigned long long)tally[TALLY_CHANCE],
           (unsigned long long)tally[TALLY_MISLED]);
    for (unsigned i = 0; i < FAULTS; i++) {
        if (robust.bus.injected[i] > 0) {
            printf(" %s %llu", fault_names[i], (unsigned long long)robust.bus.injected[i]);
        }
    }
    printf("\n");
}

static void run_profile(const fault_profile *profile, mw_modbus_framing framing, uint64_t seed, uint64_t exchanges,
                        uint32_t trace_from)
{
    uint64_t done = 0;
    memset(&robust, 0, sizeof robust);
    for (; done < exchanges; seed++) {
        done += run_line(profile, framing, seed, exchanges - done < BLOCK ? (uint32_t)(exchanges - done) : BLOCK,
                         trace_from);
    }
    report(profile->name, done);
    /* One in 2^16 of the damaged frames has a right CRC. */
    if (robust.tally[TALLY_CHANCE] + robust.tally[TALLY_MISLED] > 5 + exchanges / 10000) {
        fail("more damage accepted than chance explains");
    }
}

int main(int argc, char **argv)
{
    unsigned long long exchanges = 20000;
    unsigned long long seed = 1;
    unsigned trace_from = 0;
    const char *only = NULL;
    const size_t rtu = sizeof rtu_profiles / sizeof rtu_profiles[0];
    const size_t all = rtu + sizeof tcp_profiles / sizeof tcp_profiles[0];
    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--exchanges") == 0) {
            exchanges = strtoull(argv[i + 1], NULL, 10);
        } else if (strcmp(argv[i], "--seed") == 0) {
            seed = strtoull(argv[i + 1], NULL, 10);
        } else if (strcmp(argv[i], "--profile") == 0) {
            only = argv[i + 1];
        } else if (strcmp(argv[i], "--trace") == 0) {
            trace_from = (unsigned)strtoul(argv[i + 1], NULL, 10);
        }
    }
    for (size_t i = 0; i < all; i++) {
        const fault_profile *const profile = i < rtu ? &rtu_profiles[i] : &tcp_profiles[i - rtu];
        if (only == NULL || strcmp(only, profile->name) == 0) {
            run_profile(profile, i < rtu ? MW_MODBUS_RTU : MW_MODBUS_TCP, seed,
                        only == NULL ? (exchanges + all - 1) / all : exchanges, trace_from);
        }
    }
    return 0;
}
