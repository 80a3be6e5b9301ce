/* SPDX-License-Identifier: MIT */
#define _XOPEN_SOURCE 700

#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cjson/cJSON.h>

#include <meterwire/modbus_monitor.h>

#include "modbus_value.h"
#include "show.h"
#include "tool.h"

#define SILENCE_US       50000u
#define SILENCE_ASCII_US 1000000u /* a second may pass between characters */
#define WAIT_US          20000u
#define LATE_US          100000u /* an answer that is under way when its time is over is waited for so long */
#define HINT_BYTES       200     /* of noise, before a word is said of it */
#define TIME_SIZE        32

typedef enum monitor_result {
    RESULT_GOOD,
    RESULT_EXCEPTION,
    RESULT_NO_ANSWER,
    RESULT_BROADCAST,
    RESULT_STRAY,
    RESULTS
} monitor_result;

/* A request and what became of it. Of a stray reply there is no request. */
typedef struct monitor_pair {
    monitor_result result;
    mw_modbus_frame request; /* its pdu is null: none */
    mw_modbus_frame reply;
    uint32_t time_us;
    uint32_t delay_us;
    uint32_t noise_bytes;
} monitor_pair;

/* The registers or bits that a pair is about. */
typedef struct monitor_range {
    bool known; /* it is a function of registers or bits */
    bool bits;
    bool written;
    bool exchange; /* function 23, of which this is what was read */
    uint16_t address;
    uint16_t count;
    const uint8_t *data; /* null: no answer brought them */
    uint8_t coil;        /* function 5: data */
} monitor_range;

typedef struct monitor_job {
    tool_line line;
    const mw_model *model;
    uint32_t timeout_us;
    bool json;
    mw_modbus_monitor monitor;
    bool pending;
    monitor_pair request; /* whose reply may still come; its pdu is in pdu */
    uint8_t pdu[MW_MODBUS_RTU_MAX];
    unsigned results[RESULTS];
    unsigned long heard;  /* bytes */
    unsigned long framed; /* of them in frames */
    bool hinted;
} monitor_job;

enum { OPT_MODEL = 256, OPT_TIMEOUT, OPT_JSON };

static const struct option monitor_options[] = {TOOL_LINE_OPTIONS,
                                                TOOL_ASCII_OPTIONS,
                                                {"model", required_argument, NULL, OPT_MODEL},
                                                {"timeout", required_argument, NULL, OPT_TIMEOUT},
                                                {"json", no_argument, NULL, OPT_JSON},
                                                {NULL, 0, NULL, 0}};

/* ---- arguments ---- */

static int monitor_option(monitor_job *job, int option, const char *argument)
{
    unsigned long n;
    switch (option) {
    case OPT_MODEL:
        job->model = tool_model("monitor", argument);
        return job->model != NULL ? TOOL_GOOD : TOOL_USAGE;
    case OPT_TIMEOUT:
        if (!tool_number(argument, 1, 300000, &n)) {
            return tool_misuse("monitor", "--timeout needs milliseconds from 1 to 300000, not '%s'", argument);
        }
        job->timeout_us = (uint32_t)n * 1000;
        return TOOL_GOOD;
    case OPT_JSON:
        job->json = true;
        return TOOL_GOOD;
    case TOOL_OPT_BAUD:
    case TOOL_OPT_PARITY:
    case TOOL_OPT_TRACE:
    case TOOL_OPT_MBUS:
    case TOOL_OPT_ASCII:
    case TOOL_OPT_DATA_BITS:
        return tool_line_option(&job->line, "monitor", option, argument);
    default:
        return tool_bad_option("monitor", monitor_options, option, argument);
    }
}

static int monitor_arguments(monitor_job *job, int argc, char **argv)
{
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, ":", monitor_options, NULL)) != -1) {
        const int code = monitor_option(job, option, option == ':' || option == '?' ? argv[optind - 1] : optarg);
        if (code != TOOL_GOOD) {
            return code;
        }
    }
    if (argc - optind != 1) {
        return tool_misuse("monitor", "one TARGET is needed");
    }
    job->line.target = argv[optind];
    if (job->line.serial.mbus || tool_is_mbus_tcp(job->line.target)) {
        return tool_misuse("monitor", "this is for Modbus; there is no monitor of M-Bus");
    }
    if (strncmp(job->line.target, "tcp://", 6) == 0) {
        return tool_misuse("monitor", "Modbus TCP has no bus to listen to; behind a gateway that passes the bytes of a "
                                      "bus through it is rtu+tcp://HOST:PORT");
    }
    return TOOL_GOOD;
}

/* ---- what a pair is about ---- */

/* As many bytes as the values need. */
static size_t monitor_bytes(const monitor_range *range)
{
    return range->bits ? (range->count + 7u) / 8 : 2u * range->count;
}

/* Takes the request apart. */
static void monitor_asked(const mw_modbus_frame *request, monitor_range *range)
{
    const uint8_t *const pdu = request->pdu;
    if (pdu == NULL || request->pdu_bytes < 5 ||
        mw_modbus_request_length(pdu, request->pdu_bytes) != (int)request->pdu_bytes) {
        return;
    }
    range->known = true;
    range->address = mw_modbus_u16(pdu + 1, 0);
    range->count = mw_modbus_u16(pdu + 1, 1);
    range->bits =
        pdu[0] <= MW_MODBUS_READ_DISCRETE || pdu[0] == MW_MODBUS_WRITE_COIL || pdu[0] == MW_MODBUS_WRITE_COILS;
    switch (pdu[0]) {
    case MW_MODBUS_READ_COILS:
    case MW_MODBUS_READ_DISCRETE:
    case MW_MODBUS_READ_HOLDING:
    case MW_MODBUS_READ_INPUT:
        break;
    case MW_MODBUS_READ_WRITE:
        range->exchange = true;
        break;
    case MW_MODBUS_WRITE_COIL:
    case MW_MODBUS_WRITE_SINGLE:
        range->coil = pdu[3] != 0 ? 1 : 0;
        range->count = 1;
        range->written = true;
        range->data = range->bits ? &range->coil : pdu + 3;
        break;
    case MW_MODBUS_WRITE_COILS:
    case MW_MODBUS_WRITE_MULTIPLE:
        range->written = true;
        range->data = request->pdu_bytes == 6 + monitor_bytes(range) ? pdu + 6 : NULL;
        break;
    default:
        range->known = false;
        break;
    }
}

static void monitor_take_range(const monitor_pair *pair, monitor_range *range)
{
    memset(range, 0, sizeof *range);
    monitor_asked(&pair->request, range);
    if (!range->known) {
        return;
    }
    if (!range->written && pair->result == RESULT_GOOD && pair->reply.pdu_bytes == 2 + monitor_bytes(range)) {
        range->data = pair->reply.pdu + 2;
    }
}

/* The next row of the model, from *i on, that lies inside what was read or written. */
static const mw_row *monitor_row(const monitor_job *job, const monitor_pair *pair, const monitor_range *range,
                                 size_t *i)
{
    const mw_model *const model = job->model;
    const uint8_t function = pair->request.pdu != NULL ? pair->request.pdu[0] : 0;
    const uint8_t area = range->written || range->exchange ? MW_MODBUS_READ_HOLDING : function;
    if (model == NULL || range->bits || range->data == NULL || area != model->read_function ||
        (pair->result != RESULT_GOOD && pair->result != RESULT_BROADCAST)) {
        return NULL;
    }
    while (*i < model->row_count) {
        const mw_row *const row = &model->rows[(*i)++];
        if (row->address >= range->address &&
            row->address + mw_row_span(row) <= (unsigned)range->address + range->count &&
            (range->written || row->group != MW_GROUP_WRITTEN)) {
            return row;
        }
    }
    return NULL;
}

static void monitor_decode(const mw_row *row, const monitor_range *range, mw_reading *reading)
{
    mw_row_decode(row, range->data + 2 * (size_t)(row->address - range->address), reading);
}

/* ---- what is printed ---- */

/* When it was, by the calendar. */
static void monitor_when(const monitor_job *job, uint32_t time_us, struct timespec *when)
{
    const uint32_t ago_us = job->line.port.io.now_us(job->line.port.io.user) - time_us;
    clock_gettime(CLOCK_REALTIME, when);
    when->tv_sec -= (time_t)(ago_us / 1000000);
    when->tv_nsec -= (long)(ago_us % 1000000) * 1000;
    if (when->tv_nsec < 0) {
        when->tv_nsec += 1000000000;
        when->tv_sec--;
    }
}

static const char *monitor_time(const monitor_job *job, uint32_t time_us, char out[TIME_SIZE])
{
    struct timespec when;
    struct tm parts;
    size_t length;
    monitor_when(job, time_us, &when);
    if (job->json) {
        gmtime_r(&when.tv_sec, &parts);
        length = strftime(out, TIME_SIZE, "%Y-%m-%dT%H:%M:%S", &parts);
    } else {
        localtime_r(&when.tv_sec, &parts);
        length = strftime(out, TIME_SIZE, "%H:%M:%S", &parts);
    }
    snprintf(out + length, TIME_SIZE - length, ".%03u%s", (unsigned)(when.tv_nsec / 1000000) % 1000u,
             job->json ? "Z" : "");
    return out;
}

/* The frame that says unit and function: the request, where there is one. */
static const mw_modbus_frame *monitor_head(const monitor_pair *pair)
{
    return pair->request.pdu != NULL ? &pair->request : &pair->reply;
}

static uint8_t monitor_function(const monitor_pair *pair)
{
    return monitor_head(pair)->pdu[0] & 0x7F;
}

/* The code of a refusal; 0 where it is none, or a stray one without a code. */
static uint8_t monitor_exception(const monitor_pair *pair)
{
    const mw_modbus_frame *const reply = &pair->reply;
    return reply->pdu != NULL && (reply->pdu[0] & 0x80) != 0 && reply->pdu_bytes > 1 ? reply->pdu[1] : 0;
}

static void monitor_print_hex(const mw_modbus_frame *frame)
{
    for (size_t i = 1; i < frame->pdu_bytes; i++) {
        printf("%s%02X", i > 1 ? " " : "", frame->pdu[i]);
    }
}

static void monitor_print_values(const monitor_range *range)
{
    for (unsigned i = 0; i < range->count; i++) {
        if (range->bits) {
            printf(" %d", mw_modbus_bit(range->data, i) ? 1 : 0);
        } else {
            printf(" %04X", mw_modbus_u16(range->data, i));
        }
    }
}

/* What was asked: the function, and its range or its bytes. */
static void monitor_print_request(const monitor_pair *pair, const monitor_range *range)
{
    const uint8_t function = monitor_function(pair);
    const char *const name = modbus_function_name(function);
    printf("%s", name);
    if (strcmp(name, "function") == 0) {
        printf(" %u", function);
    }
    if (range->known) {
        printf(" 0x%04X", range->address);
        if (range->count > 1) {
            printf("-0x%04X", (range->address + range->count - 1u) & 0xFFFF);
        }
    } else if (pair->request.pdu_bytes > 1) {
        putchar(' ');
        monitor_print_hex(&pair->request);
    }
    if (range->exchange) {
        printf(" (");
        monitor_print_hex(&pair->request);
        printf(")");
    }
}

static void monitor_print_answer(const monitor_pair *pair, const monitor_range *range)
{
    const uint8_t exception = monitor_exception(pair);
    putchar(':');
    if (range->known && range->data != NULL) {
        monitor_print_values(range);
    } else if (exception == 0 && pair->reply.pdu_bytes > 1) {
        putchar(' ');
        monitor_print_hex(&pair->reply);
    }
    if (exception != 0) {
        printf("%s exception %u, %s", range->data != NULL ? ":" : "", exception, mw_modbus_exception_text(exception));
    }
    if (pair->result == RESULT_NO_ANSWER) {
        printf("%s no answer", range->data != NULL ? ":" : "");
    } else if (pair->result == RESULT_BROADCAST) {
        printf(" (to all units)");
    } else if (pair->result == RESULT_STRAY) {
        printf(" (a reply without a request)");
    } else {
        printf(" (%lu.%03lu ms)", (unsigned long)(pair->delay_us / 1000), (unsigned long)(pair->delay_us % 1000));
    }
}

static void monitor_print(const monitor_job *job, const monitor_pair *pair, const monitor_range *range)
{
    char text[TIME_SIZE];
    const mw_row *row;
    size_t i = 0;
    printf("%s  unit %u  ", monitor_time(job, pair->time_us, text), monitor_head(pair)->unit);
    monitor_print_request(pair, range);
    monitor_print_answer(pair, range);
    if (pair->noise_bytes > 0) {
        printf(" [%lu bytes of noise]", (unsigned long)pair->noise_bytes);
    }
    putchar('\n');
    while ((row = monitor_row(job, pair, range, &i)) != NULL) {
        char name[SHOW_SIZE];
        char value[SHOW_SIZE];
        mw_reading reading;
        monitor_decode(row, range, &reading);
        printf("              0x%04X %-28s %s %s\n", row->address, show_name(reading.id, name),
               show_value(job->model, &reading, value), reading.quality == MW_QUALITY_GOOD ? show_unit(&reading) : "");
    }
}

/* ---- the same as JSON ---- */

static void monitor_add_hex(cJSON *object, const char *name, const mw_modbus_frame *frame)
{
    char hex[2 * MW_MODBUS_RTU_MAX + 1] = "";
    if (frame->pdu != NULL) {
        for (size_t i = 0; i < frame->pdu_bytes; i++) {
            snprintf(hex + 2 * i, 3, "%02X", frame->pdu[i]);
        }
        cJSON_AddStringToObject(object, name, hex);
    }
}

static void monitor_add_range(cJSON *object, const monitor_range *range)
{
    cJSON *list;
    cJSON_AddNumberToObject(object, "address", range->address);
    cJSON_AddNumberToObject(object, "count", range->count);
    if (range->data == NULL) {
        return;
    }
    list = cJSON_CreateArray();
    for (unsigned i = 0; i < range->count; i++) {
        cJSON_AddItemToArray(list, cJSON_CreateNumber(range->bits ? (mw_modbus_bit(range->data, i) ? 1 : 0)
                                                                  : mw_modbus_u16(range->data, i)));
    }
    cJSON_AddItemToObject(object, "values", list);
}

static void monitor_add_readings(cJSON *object, const monitor_job *job, const monitor_pair *pair,
                                 const monitor_range *range)
{
    cJSON *const list = cJSON_CreateArray();
    const mw_row *row;
    size_t i = 0;
    while ((row = monitor_row(job, pair, range, &i)) != NULL) {
        mw_reading reading;
        monitor_decode(row, range, &reading);
        cJSON_AddItemToArray(list, show_json_reading(&reading, false));
    }
    cJSON_AddItemToObject(object, "readings", list);
}

static void monitor_print_json(const monitor_job *job, const monitor_pair *pair, const monitor_range *range)
{
    static const char *const results[] = {"good", "exception", "no_answer", "broadcast", "stray"};
    cJSON *const root = cJSON_CreateObject();
    const uint8_t exception = monitor_exception(pair);
    char text[TIME_SIZE];
    cJSON_AddStringToObject(root, "time", monitor_time(job, pair->time_us, text));
    cJSON_AddNumberToObject(root, "unit", monitor_head(pair)->unit);
    cJSON_AddNumberToObject(root, "function", monitor_function(pair));
    cJSON_AddStringToObject(root, "name", modbus_function_name(monitor_function(pair)));
    cJSON_AddStringToObject(root, "result", results[pair->result]);
    if (range->known) {
        monitor_add_range(root, range);
    }
    if (exception != 0) {
        cJSON_AddNumberToObject(root, "exception", exception);
        cJSON_AddStringToObject(root, "exception_text", mw_modbus_exception_text(exception));
    }
    if (pair->result == RESULT_GOOD || pair->result == RESULT_EXCEPTION) {
        cJSON_AddNumberToObject(root, "delay_us", pair->delay_us);
    }
    cJSON_AddNumberToObject(root, "noise_bytes", pair->noise_bytes);
    monitor_add_hex(root, "request", &pair->request);
    monitor_add_hex(root, "reply", &pair->reply);
    if (job->model != NULL) {
        monitor_add_readings(root, job, pair, range);
    }
    tool_print_json(root);
}

/* ---- listening ---- */

static void monitor_show(monitor_job *job, const monitor_pair *pair)
{
    monitor_range range;
    monitor_take_range(pair, &range);
    job->results[pair->result]++;
    if (job->json) {
        monitor_print_json(job, pair, &range);
    } else {
        monitor_print(job, pair, &range);
    }
    fflush(stdout);
}

/* The request that was held back for its reply gets none any more. */
static void monitor_give_up(monitor_job *job)
{
    if (job->pending) {
        job->pending = false;
        job->request.result = RESULT_NO_ANSWER;
        monitor_show(job, &job->request);
    }
}

static void monitor_hold(monitor_job *job, const monitor_pair *pair)
{
    job->request = *pair;
    memcpy(job->pdu, pair->request.pdu, pair->request.pdu_bytes);
    job->request.request.pdu = job->pdu;
    job->pending = true;
}

static void monitor_take(monitor_job *job, const mw_modbus_event *event)
{
    monitor_pair pair;
    memset(&pair, 0, sizeof pair);
    pair.time_us = event->time_us;
    pair.noise_bytes = event->noise_bytes;
    job->framed += event->frame.pdu_bytes + 3;
    if (event->kind == MW_MODBUS_SEEN_REPLY) {
        pair.result = (event->frame.pdu[0] & 0x80) != 0 ? RESULT_EXCEPTION : RESULT_GOOD;
        pair.request = event->request;
        pair.reply = event->frame;
        pair.time_us -= event->delay_us;
        pair.delay_us = event->delay_us;
        pair.noise_bytes += job->pending ? job->request.noise_bytes : 0;
        job->pending = false;
        monitor_show(job, &pair);
    } else if (event->kind == MW_MODBUS_SEEN_STRAY) {
        monitor_give_up(job);
        pair.result = RESULT_STRAY;
        pair.reply = event->frame;
        monitor_show(job, &pair);
    } else {
        monitor_give_up(job);
        pair.request = event->frame;
        if (event->frame.unit == 0) {
            pair.result = RESULT_BROADCAST;
            monitor_show(job, &pair);
        } else {
            monitor_hold(job, &pair);
        }
    }
}

static void monitor_feed(monitor_job *job, const uint8_t *bytes, size_t count, uint32_t now_us)
{
    mw_modbus_event event;
    do {
        const size_t taken = mw_modbus_monitor_feed(&job->monitor, bytes, count, now_us);
        bytes += taken;
        count -= taken;
        while (mw_modbus_monitor_next(&job->monitor, now_us, &event) == MW_OK) {
            monitor_take(job, &event);
        }
    } while (count > 0);
}

/* Whoever sees only noise has most likely set the line wrongly. */
static void monitor_hint(monitor_job *job)
{
    if (!job->hinted && job->framed == 0 && job->heard >= HINT_BYTES) {
        job->hinted = true;
        fprintf(stderr, "meterwire: %lu bytes so far, but no frame of Modbus: check baud rate, parity, A/B wires\n",
                job->heard);
    }
}

/* Until the line ends, or the user has had enough, or nobody reads the output any more. */
static void monitor_listen(monitor_job *job)
{
    const mw_io *const io = &job->line.port.io;
    for (;;) {
        uint8_t bytes[MW_MODBUS_RTU_MAX];
        size_t count = 0;
        const mw_status status = io->read(io->user, bytes, sizeof bytes, WAIT_US, &count);
        const uint32_t now_us = io->now_us(io->user);
        if (count > 0 && io->trace != NULL) {
            io->trace(io->user, false, bytes, count);
        }
        job->heard += count;
        monitor_feed(job, bytes, count, now_us);
        if (job->pending && now_us - job->request.time_us > job->timeout_us + LATE_US) {
            monitor_give_up(job);
        }
        if (status != MW_OK || ferror(stdout) != 0) {
            return;
        }
        monitor_hint(job);
    }
}

static void monitor_summary(const monitor_job *job)
{
    const unsigned *const n = job->results;
    FILE *const out = job->json ? stderr : stdout;
    fprintf(out,
            "%s%u requests: %u answered, %u refused, %u without answer, %u to all units; %u stray replies, "
            "%lu bytes of noise\n",
            job->json ? "meterwire: " : "",
            n[RESULT_GOOD] + n[RESULT_EXCEPTION] + n[RESULT_NO_ANSWER] + n[RESULT_BROADCAST], n[RESULT_GOOD],
            n[RESULT_EXCEPTION], n[RESULT_NO_ANSWER], n[RESULT_BROADCAST], n[RESULT_STRAY], job->heard - job->framed);
}

static int monitor_run(monitor_job *job)
{
    const bool ascii = job->line.port.protocol == MW_PROTOCOL_ASCII;
    job->timeout_us = job->timeout_us != 0 ? job->timeout_us : MW_LINK_TIMEOUT_US;
    mw_modbus_monitor_init(&job->monitor, ascii ? SILENCE_ASCII_US : SILENCE_US + 4 * job->line.port.line.char_us,
                           job->timeout_us);
    monitor_listen(job);
    monitor_give_up(job);
    monitor_summary(job);
    return tool_interrupted() || ferror(stdout) != 0 ? TOOL_GOOD : tool_explain(&job->line, "the bus", MW_ERR_IO, 0);
}

int cmd_monitor(int argc, char **argv)
{
    static monitor_job job;
    int code = monitor_arguments(&job, argc, argv);
    if (code == TOOL_GOOD) {
        code = tool_line_open(&job.line, "monitor", job.model != NULL ? job.model->baud : 0,
                              job.model != NULL ? job.model->parity : MW_PARITY_EVEN);
    }
    if (code == TOOL_GOOD) {
        code = monitor_run(&job);
        mw_port_close(&job.line.port);
    }
    return code;
}
