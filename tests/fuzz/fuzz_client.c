/* SPDX-License-Identifier: MIT */
/* The whole client against a hostile peer, in simulated time: reading, getting, setting, commands, identification, load
 * curve, search, speed, raw exchanges, on Modbus RTU, Modbus TCP and M-Bus.
 *
 * The first four bytes say protocol, model, address and line. Then each job has its bytes, and each request that it
 * sends a byte that says what the peer does: it answers as the meter would, in time, late, in pieces, behind noise;
 * with an answer that is changed and checks all right, or is damaged, or cut off; with any bytes; not at all; or the
 * line fails. When the input is over there is silence. */
#include <meterwire/meterwire.h>

#include "fuzz.h"

#define QUEUE    4096u
#define CALLS    2000000u
#define JOBS     4u
#define SETTINGS 64u
#define UNITS    247u

enum { RTU, TCP, MBUS, PROTOCOLS };

static struct peer {
    fuzz_input script;
    unsigned protocol;
    uint32_t now_us;
    unsigned calls;
    /* What is still to be heard. */
    uint8_t queue[QUEUE];
    size_t queued;
    size_t piece;
    uint32_t due_us;
    /* What was heard since the last request, and how many there were. */
    uint8_t heard[QUEUE];
    size_t heard_count;
    unsigned requests;
    unsigned written; /* of these, such that write */
    uint32_t asked_us;
    bool failed; /* the line, once */
    bool talked; /* somebody, long after a request */
    /* The honest meter. */
    mw_device device;
    mw_mbus_device mbus;
    uint8_t reply[MW_MODBUS_FRAME_MAX];
    bool stored[SETTINGS];
    int64_t values[SETTINGS];
} peer;

static mw_modbus_framing framing(void)
{
    return peer.protocol == TCP ? MW_MODBUS_TCP : MW_MODBUS_RTU;
}

/* ---- the honest meter ---- */

static bool stored_value(const mw_row *row, mw_reading *reading)
{
    const mw_model *const model = peer.device.model;
    for (unsigned i = 0; i < model->setting_count && i < SETTINGS; i++) {
        const mw_setting *const what = &model->settings[i].what;
        if (peer.stored[i] && (mw_obis_equal(what->id, mw_row_id(row)) || model->settings[i].address == row->address)) {
            reading->n = what->kind == MW_SETTING_RATIO ? peer.values[i] / 100 : peer.values[i];
            reading->exp10 = what->exp10;
            reading->kind = what->kind == MW_SETTING_TIME ? MW_KIND_DATETIME : MW_KIND_NUMBER;
            return true;
        }
    }
    return false;
}

static mw_status value(void *user, const mw_row *row, mw_reading *reading)
{
    static const char digits[] = "0123456789012345";
    (void)user;
    reading->exp10 = row->exp10;
    if (stored_value(row, reading)) {
        return MW_OK;
    }
    reading->kind = MW_KIND_TEXT;
    switch (row->type) {
    case MW_TYPE_TEXT:
    case MW_TYPE_TEXT_LOW:
        if (row == mw_model_identity_row(peer.device.model) && strlen(peer.device.model->identity) < 19) {
            strcpy(reading->text, peer.device.model->identity);
        }
        break;
    case MW_TYPE_VERSION:
        strcpy(reading->text, "1.34");
        break;
    case MW_TYPE_DIGITS:
    case MW_TYPE_RAW:
        memcpy(reading->text, digits, 4u * row->regs);
        break;
    case MW_TYPE_CLOCK:
    case MW_TYPE_SECONDS_2000:
        reading->kind = MW_KIND_DATETIME;
        reading->n = 1796000000;
        break;
    case MW_TYPE_BITS:
        reading->kind = MW_KIND_BITS;
        break;
    default:
        reading->kind = MW_KIND_NUMBER;
        reading->n = row->type == MW_TYPE_CT_RATIO ? 5 : row->address % 7;
        break;
    }
    return MW_OK;
}

static mw_status set(void *user, const mw_modbus_setting *setting, const mw_reading *reading)
{
    const size_t i = (size_t)(setting - peer.device.model->settings);
    (void)user;
    CHECK(mw_setting_allows(&setting->what, reading->n));
    if (i < SETTINGS) {
        peer.stored[i] = true;
        peer.values[i] = reading->n;
    }
    if (mw_obis_equal(setting->what.id, mw_obis_make(0, MW_OBIS_C_COMMUNICATION, 0, 0))) {
        peer.device.unit = (uint8_t)reading->n;
    }
    return MW_OK;
}

static mw_status mbus_value(void *user, mw_obis id, mw_reading *reading)
{
    (void)user;
    reading->n = id.c;
    return MW_OK;
}

static mw_status mbus_set(void *user, const mw_mbus_setting *setting, int64_t n)
{
    (void)user;
    CHECK(setting->what.kind == MW_SETTING_ACTION || mw_setting_allows(&setting->what, n));
    return MW_OK;
}

static size_t honest(const uint8_t *request, size_t count, uint8_t *answer)
{
    size_t length = 0;
    if (peer.protocol != MBUS) {
        CHECK(mw_device_answer(&peer.device, framing(), request, count, answer, MW_MODBUS_FRAME_MAX, &length) == MW_OK);
        return length;
    }
    (void)mw_mbus_device_answer(&peer.mbus, request, count, &length);
    memcpy(answer, peer.reply, length);
    return length;
}

/* ---- the hostile peer ---- */

/* Makes the checks of a frame right. */
static void seal(uint8_t *frame, size_t length)
{
    if (peer.protocol == RTU && length > 3) {
        const uint16_t crc = mw_crc16(frame, length - 2);
        frame[length - 2] = (uint8_t)crc;
        frame[length - 1] = (uint8_t)(crc >> 8);
    } else if (peer.protocol == MBUS && length > 6) {
        unsigned sum = 0;
        for (size_t i = 4; i < length - 2; i++) {
            sum += frame[i];
        }
        frame[length - 2] = (uint8_t)sum;
    }
}

/* A frame of its own around bytes of the script, to whoever asked. */
static size_t make(const uint8_t *request, uint8_t *answer)
{
    const unsigned most = fuzz_byte(&peer.script);
    const fuzz_input bytes = fuzz_take(&peer.script, most);
    mw_mbus_draft draft;
    size_t length = 0;
    if (bytes.count == 0) {
        return 0;
    }
    if (peer.protocol == MBUS) {
        mw_mbus_begin(&draft, answer, MW_MODBUS_FRAME_MAX, MW_MBUS_RSP_UD, request[0] == 0x10 ? request[2] : request[5],
                      bytes.bytes[0]);
        mw_mbus_put_bytes(&draft, bytes.bytes + 1, bytes.count - 1);
        return mw_mbus_finish(&draft, &length) == MW_OK ? length : 0;
    }
    if (bytes.count <= MW_MODBUS_PDU_MAX) {
        const size_t offset = mw_modbus_pdu_offset(framing());
        memcpy(answer + offset, bytes.bytes, bytes.count);
        CHECK(mw_modbus_seal(framing(), peer.protocol == TCP ? mw_modbus_u16(request, 0) : 0, request[offset - 1],
                             answer, MW_MODBUS_FRAME_MAX, bytes.count, &length) == MW_OK);
    }
    return length;
}

static void queue(const uint8_t *bytes, size_t count)
{
    count = count < QUEUE - peer.queued ? count : QUEUE - peer.queued;
    if (count > 0) {
        memcpy(peer.queue + peer.queued, bytes, count);
        peer.queued += count;
    }
}

/* Changes some bytes of an answer that do not move its end. */
static void change(uint8_t *answer, size_t length, unsigned times)
{
    for (unsigned i = 0; i <= times % 4 && length > 0; i++) {
        const size_t at = fuzz_byte(&peer.script) % length;
        answer[at] = (uint8_t)(answer[at] ^ fuzz_byte(&peer.script));
    }
}

static void react(const uint8_t *request, size_t count)
{
    uint8_t answer[MW_MODBUS_FRAME_MAX + 1];
    const unsigned what = fuzz_byte(&peer.script);
    const unsigned how = what >> 3;
    size_t length = honest(request, count, answer);
    fuzz_input noise;
    peer.piece = QUEUE;
    peer.due_us = peer.now_us + 5000;
    switch (what % 8) {
    case 1: /* late, perhaps too late */
        peer.due_us += how * 60000;
        break;
    case 2:
        peer.piece = 1 + how;
        break;
    case 3:
        noise = fuzz_take(&peer.script, how);
        queue(noise.bytes, noise.count);
        break;
    case 4:
        change(answer, length, how);
        seal(answer, length);
        break;
    case 5:
        if (how % 2 == 0) {
            change(answer, length, how / 2);
        } else if (length > 0) {
            length = fuzz_byte(&peer.script) % length;
        }
        break;
    case 6:
        length = make(request, answer);
        break;
    case 7:
        length = 0;
        noise = fuzz_take(&peer.script, how % 16);
        queue(noise.bytes, noise.count);
        break;
    default:
        break;
    }
    queue(answer, length);
}

static mw_status io_write(void *user, const uint8_t *bytes, size_t count)
{
    mw_modbus_frame frame;
    mw_mbus_frame mbus;
    (void)user;
    CHECK(++peer.calls < CALLS);
    peer.requests++;
    peer.asked_us = peer.now_us;
    peer.heard_count = 0;
    if (peer.script.count == 0) { /* silence, and nobody there */
        return MW_OK;
    }
    if (peer.protocol == MBUS) {
        CHECK(mw_mbus_open(bytes, count, &mbus, NULL) == MW_OK && mbus.length == count);
        peer.written += mbus.type >= MW_MBUS_CONTROL && mbus.ci != MW_MBUS_CI_SELECT ? 1 : 0;
    } else {
        CHECK(mw_modbus_open(framing(), bytes, count, &frame) == MW_OK);
        CHECK(mw_modbus_request_length(frame.pdu, frame.pdu_bytes) != 0);
        peer.written += frame.pdu[0] == MW_MODBUS_WRITE_SINGLE || frame.pdu[0] == MW_MODBUS_WRITE_MULTIPLE ? 1 : 0;
    }
    if (*peer.script.bytes == 0xFF) { /* the line fails */
        (void)fuzz_byte(&peer.script);
        peer.failed = true;
        return MW_ERR_IO;
    }
    react(bytes, count);
    return MW_OK;
}

static mw_status io_read(void *user, uint8_t *bytes, size_t size, uint32_t wait_us, size_t *count)
{
    size_t n = peer.queued < peer.piece ? peer.queued : peer.piece;
    (void)user;
    CHECK(++peer.calls < CALLS);
    CHECK(size > 0);
    *count = 0;
    if (n == 0 || (int32_t)(peer.due_us - (peer.now_us + wait_us)) > 0) {
        peer.now_us += wait_us + 1;
        return MW_OK;
    }
    peer.now_us = (int32_t)(peer.due_us - peer.now_us) > 0 ? peer.due_us : peer.now_us;
    n = n < size ? n : size;
    memcpy(bytes, peer.queue, n);
    memmove(peer.queue, peer.queue + n, peer.queued - n);
    peer.queued -= n;
    peer.due_us = peer.now_us + 3000;
    peer.talked = peer.talked || peer.now_us - peer.asked_us > 150000;
    if (n <= QUEUE - peer.heard_count) {
        memcpy(peer.heard + peer.heard_count, bytes, n);
        peer.heard_count += n;
    }
    *count = n;
    return MW_OK;
}

static uint32_t io_now(void *user)
{
    (void)user;
    return peer.now_us++;
}

static mw_status io_set_line(void *user, const mw_line *line, mw_line *former)
{
    static const mw_line before = {9600, MW_PARITY_EVEN, 1};
    (void)user;
    CHECK(line->baud != 0 || line->parity != MW_PARITY_SAME || line->stop_bits != 0);
    if (former != NULL) {
        *former = before;
    }
    return fuzz_byte(&peer.script) % 8 == 1 ? MW_ERR_IO : MW_OK;
}

/* ---- jobs ---- */

typedef struct client {
    mw_link link;
    mw_link_config config;
    uint32_t counters[MW_LINK_COUNTERS];
    uint8_t *buffer;
    mw_io io;
    mw_meter meter;
    mw_mbus_master master;
    mw_mbus_secondary who;
    const mw_model *model;
    const mw_mbus_model *mbus_model;
} client;

static void check_reading(const mw_reading *reading)
{
    CHECK(reading->kind <= MW_KIND_NONE && reading->quality <= MW_QUALITY_TRUNCATED);
    CHECK(memchr(reading->text, '\0', sizeof reading->text) != NULL);
}

typedef struct readings {
    unsigned count;
    unsigned lost;
} readings;

static bool take(void *user, const mw_reading *reading)
{
    readings *const all = (readings *)user;
    check_reading(reading);
    all->count++;
    all->lost += reading->quality == MW_QUALITY_NOT_READ ? 1 : 0;
    return true;
}

/* Every value that is wanted comes once, whatever happens. */
static void job_read(client *c)
{
    mw_obis codes[2];
    mw_selection selection = {fuzz_byte(&peer.script) & 15, codes, 0};
    readings all = {0, 0};
    unsigned wanted = 0;
    mw_status status;
    selection.code_count = fuzz_byte(&peer.script) % 3;
    for (size_t i = 0; i < selection.code_count; i++) {
        const unsigned row = fuzz_byte(&peer.script);
        codes[i] = c->meter.writer == NULL || peer.protocol != MBUS
                       ? mw_row_id(&c->model->rows[row % c->model->row_count])
                       : mw_mbus_row_id(&c->mbus_model->rows[row % c->mbus_model->row_count]);
    }
    if (peer.protocol == MBUS) {
        for (unsigned i = 0; i < c->mbus_model->row_count; i++) {
            wanted += mw_mbus_wants(&selection, &c->mbus_model->rows[i]) ? 1 : 0;
        }
    } else {
        for (unsigned i = 0; i < c->model->row_count; i++) {
            wanted += mw_selection_wants(c->model, &selection, &c->model->rows[i]) ? 1 : 0;
        }
    }
    status = mw_meter_read_each(&c->meter, &c->io, &selection, take, &all);
    CHECK(status <= MW_OK);
    CHECK(all.count == wanted);
    CHECK(status != MW_OK || all.lost == 0);
    CHECK(mw_status_text(status)[0] != '\0');
}

static const mw_setting *some_setting(const client *c)
{
    const unsigned wanted = fuzz_byte(&peer.script);
    size_t count = 0;
    while (mw_meter_setting(&c->meter, count) != NULL) {
        count++;
    }
    return count > 0 ? mw_meter_setting(&c->meter, wanted % count) : NULL;
}

static void job_get(client *c)
{
    const mw_setting *const setting = some_setting(c);
    mw_reading reading;
    memset(&reading, 0, sizeof reading);
    if (setting != NULL && mw_meter_get(&c->meter, &c->io, setting->id, &reading) == MW_OK) {
        check_reading(&reading);
    }
}

/* A value that the setting allows, mostly. */
static int64_t some_value(const mw_setting *setting)
{
    const unsigned which = fuzz_byte(&peer.script);
    if (setting->kind == MW_SETTING_RATIO) {
        return 100 * (int64_t)(setting->least - setting->least % 5 + 5 * (int32_t)(which % 40)) + 5;
    }
    if (setting->choice_count > 0) {
        return setting->choices[which % setting->choice_count].n;
    }
    return which % 16 == 15 ? (int64_t)setting->most + 1
                            : setting->least + (int64_t)which * (((int64_t)setting->most - setting->least) / 256);
}

/* What the outcome says of what was sent. */
static void check_outcome(const mw_change *change, mw_status status, bool command)
{
    CHECK(change->outcome <= MW_OUTCOME_UNKNOWN);
    CHECK(status != MW_OK || change->outcome == MW_OUTCOME_NEW || change->outcome == MW_OUTCOME_ACKNOWLEDGED);
    if (peer.script.count > 0) { /* otherwise nobody has counted */
        CHECK(change->outcome == MW_OUTCOME_OLD || peer.written > 0 ||
              (change->outcome == MW_OUTCOME_UNKNOWN && (peer.failed || peer.talked)));
        CHECK(!command || peer.protocol == MBUS || peer.written <= 1);
    }
}

static void job_change(client *c, bool broadcast)
{
    const mw_setting *const setting = some_setting(c);
    const unsigned requests = peer.requests;
    const unsigned flags = MW_WRITE_IRREVERSIBLE | (broadcast ? MW_WRITE_BROADCAST : 0u);
    mw_change change;
    int64_t n;
    mw_status status;
    if (setting == NULL) {
        return;
    }
    n = some_value(setting);
    peer.written = 0;
    peer.talked = false;
    status = mw_change_begin(&change, &c->meter, setting->id, n, setting->exp10,
                             fuzz_byte(&peer.script) % 4 == 3 ? flags & ~MW_WRITE_IRREVERSIBLE : flags);
    if (status != MW_OK) {
        CHECK(peer.requests == requests && change.outcome == MW_OUTCOME_OLD);
        CHECK(mw_change_step(&change, 0) == status);
        return;
    }
    CHECK(mw_setting_allows(setting, n));
    status = mw_change_run(&change, &c->io);
    check_outcome(&change, status, setting->kind == MW_SETTING_ACTION);
    CHECK(mw_change_step(&change, 0) == (status == MW_OK ? MW_END : status));
}

static void job_identify(client *c)
{
    mw_identity identity;
    const mw_status status =
        mw_identify(&c->link, &c->io, framing(), c->meter.unit != 0 ? c->meter.unit : 1, mw_models, &identity);
    CHECK(status != MW_AGAIN && status != MW_END);
    CHECK(status != MW_OK || (identity.model != NULL && identity.candidates >= 1));
    if (status == MW_OK) {
        check_reading(&identity.name);
        check_reading(&identity.serial);
        check_reading(&identity.firmware);
        check_reading(&identity.checksum);
    }
}

static void job_curve(client *c)
{
    mw_curve_record records[8];
    size_t count = SIZE_MAX;
    (void)mw_curve_read(&c->meter, &c->io, records, COUNT(records), &count);
    CHECK(count == SIZE_MAX || count <= COUNT(records));
    for (size_t i = 0; count != SIZE_MAX && i < count; i++) {
        check_reading(&records[i].mean);
    }
}

static bool was_heard(const uint8_t *bytes, size_t count)
{
    for (size_t at = 0; at + count <= peer.heard_count; at++) {
        if (memcmp(peer.heard + at, bytes, count) == 0) {
            return true;
        }
    }
    return false;
}

/* What is taken for an answer was heard since the request, and answers it. */
static void job_exchange(client *c)
{
    const unsigned most = fuzz_byte(&peer.script);
    const fuzz_input pdu = fuzz_take(&peer.script, most);
    uint8_t request[MW_MODBUS_FRAME_MAX];
    size_t length = 0;
    size_t reply_length = 0;
    const uint8_t *frame;
    mw_modbus_reply reply;
    mw_status status;
    if (mw_modbus_encode_pdu(framing(), mw_link_number(&c->link), 5, pdu.bytes, pdu.count, request, sizeof request,
                             &length) != MW_OK) {
        return;
    }
    status = mw_link_exchange(&c->link, &c->io, request, length, 0, fuzz_byte(&peer.script) % 3);
    if (status == MW_OK || status == MW_ERR_REFUSED) {
        mw_status judged = MW_OK;
        frame = mw_link_reply(&c->link, &reply_length);
        CHECK(reply_length > 0 && was_heard(frame, reply_length));
        judged = mw_modbus_decode_reply(framing(), request, length, frame, reply_length, &reply);
        CHECK(judged == status || (pdu.bytes[0] == MW_MODBUS_DIAGNOSTICS && judged == MW_ERR_MISMATCH));
    }
}

/* ---- jobs of the master on M-Bus ---- */

static void drive(client *c)
{
    mw_mbus_telegram telegram;
    mw_mbus_cursor cursor;
    mw_mbus_record record;
    unsigned telegrams = 0;
    mw_status status;
    while ((status = mw_mbus_wait(&c->master, &c->io, &telegram)) == MW_OK) {
        CHECK(++telegrams <= MW_MBUS_TELEGRAMS_MAX);
        mw_mbus_records(&telegram, &cursor);
        while (mw_mbus_next(&cursor, &record) != MW_END) {
        }
    }
    CHECK(status != MW_AGAIN);
}

static void job_master(client *c)
{
    const unsigned what = fuzz_byte(&peer.script);
    const uint8_t address = fuzz_byte(&peer.script);
    uint8_t frame[MW_MBUS_COMMAND_SIZE];
    size_t length = 0;
    mw_mbus_telegram telegram;
    switch (what % 6) {
    case 0:
        mw_mbus_begin_reset(&c->master, address <= MW_MBUS_ADDRESS_MAX ? address : MW_MBUS_ADDRESS_SILENT);
        drive(c);
        break;
    case 1:
        mw_mbus_begin_read(&c->master, address <= MW_MBUS_ADDRESS_MAX ? address : MW_MBUS_ADDRESS_ALL);
        drive(c);
        break;
    case 2:
        mw_mbus_begin_read_secondary(&c->master, &c->who);
        drive(c);
        break;
    case 3:
        mw_mbus_begin_urgent(&c->master, 1);
        drive(c);
        break;
    case 4:
        CHECK(mw_mbus_encode_clock(1, 1796000000, what >= 128, frame, &length) == MW_OK);
        mw_mbus_begin_send(&c->master, frame, length);
        drive(c);
        break;
    default:
        mw_mbus_begin_baud(&c->master, 1, 2400, address % 2 == 0 ? 9600 : 300);
        while (mw_mbus_wait(&c->master, &c->io, &telegram) == MW_OK) { /* another speed */
            CHECK(c->master.baud == 2400 || c->master.baud == 9600 || c->master.baud == 300);
        }
        break;
    }
}

static void job_search(client *c)
{
    mw_mbus_search search;
    mw_mbus_telegram telegram;
    unsigned progress = 0;
    mw_status status;
    mw_mbus_search_init(&search, &c->who);
    while ((status = mw_mbus_search_wait(&search, &c->master, &c->io, &telegram)) == MW_OK) {
        CHECK(mw_mbus_search_progress(&search) >= progress && mw_mbus_search_progress(&search) <= 1000);
        progress = mw_mbus_search_progress(&search);
        CHECK(mw_mbus_secondary_matches(&search.meter, &telegram.header));
    }
    CHECK(status == MW_END || status < MW_OK);
    CHECK(status != MW_END || mw_mbus_search_progress(&search) == 1000);
}

/* ---- */

static void run_job(client *c)
{
    const bool mbus = peer.protocol == MBUS;
    switch (fuzz_byte(&peer.script) % 8) {
    case 0:
    case 1:
        job_read(c);
        break;
    case 2:
        job_get(c);
        break;
    case 3:
        job_change(c, false);
        break;
    case 4:
        job_change(c, true);
        break;
    case 5:
        (mbus ? job_master : job_identify)(c);
        break;
    case 6:
        (mbus ? job_search : job_curve)(c);
        break;
    default:
        (mbus ? job_master : job_exchange)(c);
        break;
    }
}

static void begin(client *c)
{
    static const mw_framer *const framers[] = {&mw_framer_rtu, &mw_framer_tcp, &mw_framer_mbus};
    static const mw_mbus_secondary anybody = MW_MBUS_ANYBODY;
    const size_t number = fuzz_byte(&peer.script);
    const unsigned address = fuzz_byte(&peer.script);
    const unsigned line = fuzz_byte(&peer.script);
    size_t models = 0;
    size_t mbus_models = 0;
    while (mw_models[models] != NULL) {
        models++;
    }
    while (mw_mbus_models[mbus_models] != NULL) {
        mbus_models++;
    }
    c->model = mw_models[number % models];
    c->mbus_model = mw_mbus_models[number % mbus_models];
    c->who = anybody;
    c->who.enhanced = (line & 8) != 0;
    c->config.char_us = peer.protocol == TCP ? 0 : MW_LINK_CHAR_US(9600);
    c->config.echo = (line & 1) != 0;
    c->config.counters = c->counters;
    c->buffer = (uint8_t *)malloc(MW_MODBUS_FRAME_MAX + 1);
    CHECK(c->buffer != NULL);
    mw_link_init(&c->link, framers[peer.protocol], &c->config, c->buffer, MW_MODBUS_FRAME_MAX + 1, peer.now_us);
    peer.device = (mw_device){c->model, (uint8_t)(1 + address % UNITS), NULL, value, set};
    mw_mbus_device_init(&peer.mbus, c->mbus_model, peer.reply);
    peer.mbus.slave.address = (uint8_t)(address % (MW_MBUS_ADDRESS_MAX + 1));
    peer.mbus.slave.header.id = 0x12345678;
    peer.mbus.value = mbus_value;
    peer.mbus.set = mbus_set;
    mw_mbus_master_init(&c->master, &c->link);
    if (peer.protocol == MBUS) {
        mw_meter_init_mbus(&c->meter, c->mbus_model, &c->master, peer.mbus.slave.address,
                           (line & 2) != 0 ? &c->who : NULL);
    } else {
        mw_meter_init(&c->meter, c->model, &c->link, framing(), peer.device.unit);
        c->meter.max_regs = (line & 4) != 0 ? (uint8_t)(line >> 3) : 0;
    }
    c->io = (mw_io){NULL, io_write, io_read, io_now, (line & 16) != 0 ? NULL : io_set_line, NULL};
}

/* The outcomes of all requests are as many as there were, when no exchange was given up. */
static void check_counters(const client *c)
{
    uint32_t sum = 0;
    for (unsigned i = 0; i < MW_LINK_COUNTERS; i++) {
        sum += i == MW_LINK_STRAY_FRAMES || i == MW_LINK_STRAY_BYTES ? 0 : c->counters[i];
    }
    CHECK(sum == peer.requests || (peer.failed && sum < peer.requests));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static client c;
    memset(&c, 0, sizeof c);
    memset(&peer, 0, sizeof peer);
    peer.script = (fuzz_input){data, size};
    peer.protocol = fuzz_byte(&peer.script) % PROTOCOLS;
    peer.now_us = UINT32_MAX - 3000000; /* the clock wraps around soon */
    begin(&c);
    for (unsigned job = 0; job < JOBS && peer.script.count > 0; job++) {
        run_job(&c);
        check_counters(&c);
    }
    free(c.buffer);
    return 0;
}
