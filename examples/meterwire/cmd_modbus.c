/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "modbus_value.h"
#include "show.h"
#include "tool.h"

#define VALUES_MAX   MW_MODBUS_WRITE_BITS_MAX
#define READ_REPEATS 2

typedef enum modbus_action { ACTION_READ, ACTION_WRITE, ACTION_ID } modbus_action;

typedef struct modbus_job {
    modbus_action action;
    tool_line line;
    uint8_t unit;
    uint8_t function; /* 0: not given */
    bool address_given;
    uint16_t address;
    unsigned count;          /* values, or registers of a text; 0: not given */
    const modbus_type *type; /* null: not given */
    mw_modbus_order order;
    uint32_t timeout_us;
    bool json;
    unsigned objects; /* of an identification that were shown */
    size_t value_count;
    const char *values[VALUES_MAX];
    uint8_t data[2 * MW_MODBUS_REGISTERS];
} modbus_job;

enum { OPT_UNIT = 256, OPT_FUNCTION, OPT_ADDRESS, OPT_COUNT, OPT_TYPE, OPT_ORDER, OPT_VALUE, OPT_TIMEOUT, OPT_JSON };

static const struct option modbus_options[] = {TOOL_LINE_OPTIONS,
                                               TOOL_ASCII_OPTIONS,
                                               {"unit", required_argument, NULL, OPT_UNIT},
                                               {"function", required_argument, NULL, OPT_FUNCTION},
                                               {"address", required_argument, NULL, OPT_ADDRESS},
                                               {"count", required_argument, NULL, OPT_COUNT},
                                               {"type", required_argument, NULL, OPT_TYPE},
                                               {"order", required_argument, NULL, OPT_ORDER},
                                               {"value", required_argument, NULL, OPT_VALUE},
                                               {"timeout", required_argument, NULL, OPT_TIMEOUT},
                                               {"json", no_argument, NULL, OPT_JSON},
                                               {NULL, 0, NULL, 0}};

/* ---- arguments ---- */

static int modbus_add_value(modbus_job *job, const char *text)
{
    if (job->value_count == VALUES_MAX) {
        return tool_misuse("modbus", "one request writes %d values at most", VALUES_MAX);
    }
    job->values[job->value_count++] = text;
    return TOOL_GOOD;
}

/* Options that are a number. */
static int modbus_number(modbus_job *job, int option, const char *argument)
{
    static const struct {
        const char *name;
        unsigned long least;
        unsigned long most;
    } ranges[] = {{"unit", 0, 255}, {"function", 1, 16}, {"address", 0, 65535}, {"count", 1, 65536}};
    unsigned long n = 0;
    const int i = option - OPT_UNIT;
    if (!tool_number(argument, ranges[i].least, ranges[i].most, &n)) {
        return tool_misuse("modbus", "--%s needs a number from %lu to %lu, not '%s'", ranges[i].name, ranges[i].least,
                           ranges[i].most, argument);
    }
    switch (option) {
    case OPT_UNIT:
        job->unit = (uint8_t)n;
        break;
    case OPT_FUNCTION:
        job->function = (uint8_t)n;
        break;
    case OPT_ADDRESS:
        job->address_given = true;
        job->address = (uint16_t)n;
        break;
    default:
        job->count = (unsigned)n;
        break;
    }
    return TOOL_GOOD;
}

static int modbus_bad_option(int option, const char *argument)
{
    if (option == '?' && optopt >= '0' && optopt <= '9') {
        return tool_misuse("modbus", "a negative value needs --value in front, such as --value -%c", optopt);
    }
    return tool_bad_option("modbus", modbus_options, option, argument);
}

static int modbus_option(modbus_job *job, int option, const char *argument)
{
    unsigned long n;
    switch (option) {
    case OPT_UNIT:
    case OPT_FUNCTION:
    case OPT_ADDRESS:
    case OPT_COUNT:
        return modbus_number(job, option, argument);
    case OPT_TYPE:
        job->type = modbus_type_by_name(argument);
        return job->type != NULL
                   ? TOOL_GOOD
                   : tool_no_word("modbus", "--type", "u16|s16|u32|s32|u64|s64|f32|f64|text|bcd|bcd32|bcd64", argument);
    case OPT_ORDER:
        return modbus_order_by_name(argument, &job->order)
                   ? TOOL_GOOD
                   : tool_no_word("modbus", "--order", "ABCD|BADC|CDAB|DCBA", argument);
    case OPT_VALUE:
        return modbus_add_value(job, argument);
    case OPT_TIMEOUT:
        if (!tool_number(argument, 1, 300000, &n)) { /* what the link takes */
            return tool_misuse("modbus", "--timeout needs milliseconds from 1 to 300000, not '%s'", argument);
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
        return tool_line_option(&job->line, "modbus", option, argument);
    default:
        return modbus_bad_option(option, argument);
    }
}

static bool modbus_is_bits(uint8_t function)
{
    return function <= MW_MODBUS_READ_DISCRETE || function == MW_MODBUS_WRITE_COIL || function == MW_MODBUS_WRITE_COILS;
}

static bool modbus_is_write(uint8_t function)
{
    return function == MW_MODBUS_WRITE_COIL || function == MW_MODBUS_WRITE_SINGLE ||
           function == MW_MODBUS_WRITE_COILS || function == MW_MODBUS_WRITE_MULTIPLE;
}

/* Registers or bits of `values` values, or of so many registers of a text. */
static unsigned long modbus_items(const modbus_job *job, unsigned long values)
{
    return values * (job->type->regs > 0 ? job->type->regs : 1);
}

static int modbus_check_action(const modbus_job *job)
{
    if (job->action == ACTION_ID) {
        return job->function == 0 && !job->address_given && job->count == 0 && job->type == NULL
                   ? TOOL_GOOD
                   : tool_misuse("modbus", "'meterwire modbus id' takes no --function, --address, --count and --type");
    }
    if (!job->address_given) {
        return tool_misuse("modbus", "--address is needed: that on the wire, so what a manual calls 40001 is 0");
    }
    if (job->action == ACTION_READ && job->function > MW_MODBUS_READ_INPUT) {
        return tool_misuse("modbus", "--function to read is 1, 2, 3 or 4, not %u", job->function);
    }
    if (job->action == ACTION_WRITE && job->function != 0 && !modbus_is_write(job->function)) {
        return tool_misuse("modbus", "--function to write is 5, 6, 15 or 16, not %u", job->function);
    }
    return TOOL_GOOD;
}

/* The type goes with the function, and the order with the type. */
static int modbus_check_type(modbus_job *job)
{
    if (job->function == 0 && job->action == ACTION_READ) {
        job->function = MW_MODBUS_READ_HOLDING;
    }
    if (job->function != 0 && modbus_is_bits(job->function)) {
        if (job->type != NULL || job->order != MW_MODBUS_ABCD) {
            return tool_misuse("modbus", "function %u is about bits, which have no --type and no --order",
                               job->function);
        }
        job->type = &modbus_type_bit;
    }
    if (job->type == NULL) {
        job->type = &modbus_type_u16;
    }
    if (job->type->kind == MODBUS_KIND_TEXT && (job->order & MW_MODBUS_CDAB) != 0) {
        return tool_misuse("modbus", "text has no word order: --order is ABCD, or BADC where the characters of each "
                                     "register are exchanged");
    }
    return TOOL_GOOD;
}

static int modbus_check_end(const modbus_job *job)
{
    const unsigned long items = modbus_items(job, job->count);
    return job->address + items <= MW_MODBUS_REGISTERS
               ? TOOL_GOOD
               : tool_misuse("modbus", "%lu %s from address %u on go beyond 65535", items,
                             job->type->regs > 0 ? "registers" : "bits", job->address);
}

static int modbus_check_unit(const modbus_job *job)
{
    if (strncmp(job->line.target, "tcp://", 6) == 0) {
        return TOOL_GOOD;
    }
    if (job->unit == 0 && job->action != ACTION_WRITE) {
        return tool_misuse("modbus", "--unit 0 is for all units, which only a write can be; nobody answers");
    }
    return job->unit <= 247 ? TOOL_GOOD
                            : tool_misuse("modbus", "--unit on a serial line is 1 to 247, not %u", job->unit);
}

/* ---- values to write ---- */

static int modbus_encode_text(modbus_job *job)
{
    const char *const text = job->values[0];
    const size_t length = strlen(text);
    const size_t exchange = job->order == MW_MODBUS_BADC ? 1 : 0;
    if (job->value_count != 1) {
        return tool_misuse("modbus", "one text is written at a time; put it in quotes where it has spaces");
    }
    if (job->count == 0) {
        job->count = length > 0 ? (unsigned)((length < VALUES_MAX ? length : VALUES_MAX) + 1) / 2 : 1;
    }
    if (length > 2 * (size_t)job->count) {
        return tool_misuse("modbus", "a text of %zu bytes does not fit into %u registers", length, job->count);
    }
    for (size_t i = 0; i < length; i++) {
        job->data[i ^ exchange] = (uint8_t)text[i];
    }
    return TOOL_GOOD;
}

static int modbus_encode_numbers(modbus_job *job)
{
    if (job->count != 0 && job->count != job->value_count) {
        return tool_misuse("modbus", "--count is %u, but there are %zu values", job->count, job->value_count);
    }
    job->count = (unsigned)job->value_count;
    for (size_t i = 0; i < job->value_count; i++) {
        const mw_status status = modbus_value_parse(job->type, job->order, job->values[i], job->data, i);
        if (status != MW_OK) {
            return tool_misuse("modbus", "'%s' %s %s", job->values[i],
                               status == MW_ERR_RANGE ? "is out of the range of" : "is no value of type",
                               job->type->name);
        }
    }
    return TOOL_GOOD;
}

/* Chooses the function, and holds it against what is written. */
static int modbus_check_write(modbus_job *job)
{
    const unsigned long items = modbus_items(job, job->count);
    const bool bits = job->type->regs == 0;
    const unsigned long most = bits ? MW_MODBUS_WRITE_BITS_MAX : MW_MODBUS_WRITE_MAX;
    if (job->function == 0) {
        job->function = items == 1 ? MW_MODBUS_WRITE_SINGLE : MW_MODBUS_WRITE_MULTIPLE;
    }
    if (items > 1 && (job->function == MW_MODBUS_WRITE_COIL || job->function == MW_MODBUS_WRITE_SINGLE)) {
        return tool_misuse("modbus", "function %u writes one %s; for %lu it is --function %d", job->function,
                           bits ? "bit" : "register", items, bits ? MW_MODBUS_WRITE_COILS : MW_MODBUS_WRITE_MULTIPLE);
    }
    return items <= most ? TOOL_GOOD
                         : tool_misuse("modbus", "one request writes %lu %s at most, not %lu", most,
                                       bits ? "bits" : "registers", items);
}

static int modbus_prepare_write(modbus_job *job)
{
    int code;
    if (job->value_count == 0) {
        return tool_misuse("modbus", "what is to be written? give values behind TARGET, or with --value");
    }
    code = job->type->kind == MODBUS_KIND_TEXT ? modbus_encode_text(job) : modbus_encode_numbers(job);
    return code == TOOL_GOOD ? modbus_check_write(job) : code;
}

/* ---- arguments, all together ---- */

static int modbus_positional(modbus_job *job, int argc, char **argv)
{
    static const char *const actions[] = {"read", "write", "id"}; /* by modbus_action */
    int action = 0;
    if (argc < 2) {
        return tool_misuse("modbus", "read, write or id, and TARGET are needed");
    }
    while (action <= ACTION_ID && strcmp(argv[0], actions[action]) != 0) {
        action++;
    }
    if (action > ACTION_ID) {
        return tool_no_word("modbus", "", "read|write|id", argv[0]);
    }
    job->action = (modbus_action)action;
    job->line.target = argv[1];
    for (int i = 2; i < argc && job->action == ACTION_WRITE; i++) {
        const int code = modbus_add_value(job, argv[i]);
        if (code != TOOL_GOOD) {
            return code;
        }
    }
    if (job->action != ACTION_WRITE && (argc > 2 || job->value_count > 0)) {
        return tool_misuse("modbus", "only 'meterwire modbus write' takes values; what is '%s'?",
                           argc > 2 ? argv[2] : job->values[0]);
    }
    return job->line.serial.mbus || tool_is_mbus_tcp(job->line.target)
               ? tool_misuse("modbus", "this is for Modbus; 'meterwire read mbus' reads M-Bus")
               : TOOL_GOOD;
}

static int modbus_complete(modbus_job *job)
{
    int code = modbus_check_action(job);
    if (code != TOOL_GOOD || job->action == ACTION_ID) {
        return code == TOOL_GOOD ? modbus_check_unit(job) : code;
    }
    code = modbus_check_type(job);
    if (code == TOOL_GOOD && job->action == ACTION_WRITE) {
        code = modbus_prepare_write(job);
    }
    if (code == TOOL_GOOD && job->count == 0) {
        job->count = 1;
    }
    if (code == TOOL_GOOD) {
        code = modbus_check_end(job);
    }
    return code == TOOL_GOOD ? modbus_check_unit(job) : code;
}

static int modbus_arguments(modbus_job *job, int argc, char **argv)
{
    int option;
    int code;
    job->unit = 1;
    opterr = 0;
    while ((option = getopt_long(argc, argv, ":", modbus_options, NULL)) != -1) {
        code = modbus_option(job, option, option == ':' || option == '?' ? argv[optind - 1] : optarg);
        if (code != TOOL_GOOD) {
            return code;
        }
    }
    code = modbus_positional(job, argc - optind, argv + optind);
    return code == TOOL_GOOD ? modbus_complete(job) : code;
}

/* ---- exchanges ---- */

static mw_status modbus_exchange(modbus_job *job, const uint8_t *frame, size_t length, unsigned repeats,
                                 mw_modbus_reply *reply)
{
    mw_port *const port = &job->line.port;
    const mw_status status = mw_link_exchange(&port->link, &port->io, frame, length, job->timeout_us, repeats);
    const uint8_t *bytes;
    size_t count;
    memset(reply, 0, sizeof *reply);
    if (status != MW_OK && status != MW_ERR_REFUSED) {
        return status;
    }
    bytes = mw_link_reply(&port->link, &count);
    return count == 0 ? MW_OK /* a broadcast */
                      : mw_modbus_decode_reply(mw_port_framing(port), frame, length, bytes, count, reply);
}

static int modbus_explain(const modbus_job *job, mw_status status, const mw_modbus_reply *reply,
                          const mw_modbus_request *request)
{
    char who[SHOW_SIZE];
    char line[SHOW_SIZE];
    const char *check = "";
    snprintf(who, sizeof who, "unit %u", job->unit);
    if (status != MW_ERR_REFUSED) {
        return tool_explain(&job->line, who, status,
                            (job->timeout_us != 0 ? job->timeout_us : MW_LINK_TIMEOUT_US) / 1000);
    }
    tool_line_text(job->line.target, &job->line.serial, line, sizeof line);
    if (request == NULL) {
        return tool_fail("%s at %s refused to say what it is: exception %u, %s", who, line, reply->exception,
                         mw_modbus_exception_text(reply->exception));
    }
    if (reply->exception == MW_MODBUS_ILLEGAL_FUNCTION) {
        check = ": check --function";
    } else if (reply->exception == MW_MODBUS_ILLEGAL_ADDRESS) {
        check = ": check --address (on the wire it is one less than in many manuals), --count and --function";
    } else if (reply->exception == MW_MODBUS_ILLEGAL_VALUE) {
        check = job->action == ACTION_WRITE ? ": check the values" : ": check --count";
    }
    return tool_fail("%s at %s refused function %u, %u from address %u (0x%04X): exception %u, %s%s", who, line,
                     request->function, request->count, request->address, request->address, reply->exception,
                     mw_modbus_exception_text(reply->exception), check);
}

/* One request of a read; its values go to where they belong among all. */
static int modbus_read_part(modbus_job *job, unsigned long done, unsigned long count)
{
    mw_modbus_request request = {0, 0, 0, 0, 0, NULL};
    uint8_t frame[MW_MODBUS_READ_BYTES];
    size_t length = 0;
    mw_modbus_reply reply = {0, NULL, 0, NULL, 0};
    mw_status status;
    request.transaction = mw_link_number(&job->line.port.link);
    request.unit = job->unit;
    request.function = job->function;
    request.address = (uint16_t)(job->address + done);
    request.count = (uint16_t)count;
    status = mw_modbus_encode_read(mw_port_framing(&job->line.port), &request, frame, sizeof frame, &length);
    if (status == MW_OK) {
        status = modbus_exchange(job, frame, length, READ_REPEATS, &reply);
    }
    if (status != MW_OK) {
        return modbus_explain(job, status, &reply, &request);
    }
    if (reply.data != NULL) {
        memcpy(job->data + (job->type->regs > 0 ? 2 * done : done / 8), reply.data, reply.data_bytes);
    }
    return TOOL_GOOD;
}

/* As many requests as it needs, none of which splits a value. */
static int modbus_read(modbus_job *job)
{
    const unsigned long items = modbus_items(job, job->count);
    const unsigned regs = job->type->regs;
    const unsigned long most = regs > 0 ? MW_MODBUS_READ_MAX / regs * regs : MW_MODBUS_READ_BITS_MAX;
    for (unsigned long done = 0; done < items; done += most) {
        const int code = modbus_read_part(job, done, items - done < most ? items - done : most);
        if (code != TOOL_GOOD) {
            return code;
        }
    }
    return TOOL_GOOD;
}

/* Once: what is not answered may have been done all the same. */
static int modbus_write(modbus_job *job)
{
    mw_modbus_request request = {0, 0, 0, 0, 0, NULL};
    uint8_t frame[MW_MODBUS_FRAME_MAX];
    size_t length = 0;
    mw_modbus_reply reply = {0, NULL, 0, NULL, 0};
    mw_status status;
    request.transaction = mw_link_number(&job->line.port.link);
    request.unit = job->unit;
    request.function = job->function;
    request.address = job->address;
    request.count = (uint16_t)modbus_items(job, job->count);
    request.data = job->data;
    status = mw_modbus_encode_write(mw_port_framing(&job->line.port), &request, frame, sizeof frame, &length);
    if (status == MW_OK) {
        status = modbus_exchange(job, frame, length, 0, &reply);
    }
    return status == MW_OK ? TOOL_GOOD : modbus_explain(job, status, &reply, &request);
}

/* ---- what is printed ---- */

static void modbus_job_text(const modbus_job *job, char *out)
{
    modbus_text(job->data, 2 * (size_t)job->count, job->order == MW_MODBUS_BADC, out);
}

static char modbus_text_buffer[4 * MW_MODBUS_REGISTERS + 1];

static void modbus_print(const modbus_job *job)
{
    if (job->type->kind == MODBUS_KIND_TEXT) {
        modbus_job_text(job, modbus_text_buffer);
        printf("0x%04X %5u  ", job->address, job->address);
        modbus_print_text(modbus_text_buffer);
        putchar('\n');
        return;
    }
    for (unsigned i = 0; i < job->count; i++) {
        const unsigned address = (unsigned)(job->address + modbus_items(job, i));
        char value[MODBUS_VALUE_SIZE];
        modbus_value_text(job->type, job->order, job->data, i, value);
        printf("0x%04X %5u  %s\n", address, address, value);
    }
}

static int modbus_print_json(const modbus_job *job)
{
    cJSON *const root = cJSON_CreateObject();
    cJSON *const list = cJSON_CreateArray();
    cJSON_AddNumberToObject(root, "unit", job->unit);
    cJSON_AddNumberToObject(root, "function", job->function);
    cJSON_AddNumberToObject(root, "address", job->address);
    cJSON_AddStringToObject(root, "type", job->type->name);
    cJSON_AddItemToObject(root, "values", list);
    if (job->type->kind == MODBUS_KIND_TEXT) {
        modbus_job_text(job, modbus_text_buffer);
        cJSON_AddItemToArray(list, cJSON_CreateString(modbus_text_buffer));
        return tool_print_json(root);
    }
    for (unsigned i = 0; i < job->count; i++) {
        char value[MODBUS_VALUE_SIZE];
        const bool number = modbus_value_text(job->type, job->order, job->data, i, value);
        cJSON_AddItemToArray(list, number ? cJSON_CreateRaw(value) : cJSON_CreateNull());
    }
    return tool_print_json(root);
}

/* ---- identification ---- */

static mw_status modbus_ask(modbus_job *job, const uint8_t *pdu, size_t pdu_bytes, mw_modbus_reply *reply)
{
    uint8_t frame[MW_MODBUS_FRAME_MAX];
    size_t length = 0;
    const mw_status status =
        mw_modbus_encode_pdu(mw_port_framing(&job->line.port), mw_link_number(&job->line.port.link), job->unit, pdu,
                             pdu_bytes, frame, sizeof frame, &length);
    return status == MW_OK ? modbus_exchange(job, frame, length, READ_REPEATS, reply) : status;
}

static const char *modbus_object_name(uint8_t id, char out[SHOW_SIZE])
{
    static const char *const names[] = {"vendor", "product code", "revision", "URL", "product", "model", "application"};
    if (id < sizeof names / sizeof names[0]) {
        return names[id];
    }
    snprintf(out, SHOW_SIZE, "object 0x%02X", id);
    return out;
}

/* As text where it is one, else in hexadecimal; needs room for 2 * count + 1. */
static void modbus_bytes_text(const uint8_t *bytes, size_t count, char *out)
{
    bool printable = count > 0;
    for (size_t i = 0; i < count; i++) {
        printable = printable && bytes[i] >= ' ' && bytes[i] != 0x7F;
    }
    *out = '\0';
    if (printable) {
        modbus_text(bytes, count, false, out);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        snprintf(out + 2 * i, 3, "%02X", bytes[i]);
    }
}

static void modbus_show_object(const mw_modbus_object *object, cJSON *list)
{
    char name[SHOW_SIZE];
    char value[2 * MW_MODBUS_PDU_MAX + 1];
    modbus_bytes_text((const uint8_t *)object->value, object->bytes, value);
    if (list != NULL) {
        cJSON *const item = cJSON_CreateObject();
        cJSON_AddNumberToObject(item, "id", object->id);
        cJSON_AddStringToObject(item, "name", modbus_object_name(object->id, name));
        cJSON_AddStringToObject(item, "value", value);
        cJSON_AddItemToArray(list, item);
    } else {
        printf("%-14s ", modbus_object_name(object->id, name));
        modbus_print_text(value);
        putchar('\n');
    }
}

/* Reads the objects of an access level, in as many requests as the device wants. */
static mw_status modbus_read_objects(modbus_job *job, uint8_t access, cJSON *list, mw_modbus_reply *reply)
{
    mw_modbus_id id;
    int last = -1; /* object read last */
    uint8_t next = 0;
    do {
        uint8_t pdu[4];
        size_t bytes = 0;
        size_t position = 0;
        mw_modbus_object object;
        mw_status status;
        mw_modbus_put_id_request(access, next, pdu, sizeof pdu, &bytes);
        status = modbus_ask(job, pdu, bytes, reply);
        if (status == MW_OK) {
            status = mw_modbus_get_id(reply->pdu, reply->pdu_bytes, &id);
        }
        if (status != MW_OK) {
            return status;
        }
        while ((status = mw_modbus_get_id_object(reply->pdu, reply->pdu_bytes, &position, &object)) == MW_OK) {
            modbus_show_object(&object, list);
            job->objects++;
            last = object.id > last ? object.id : last;
        }
        if (status != MW_END || (id.more && id.next <= last)) {
            return MW_ERR_FRAME;
        }
        last = id.more ? id.next - 1 : last; /* it may give nothing, but not the same again */
        next = id.next;
    } while (id.more && next > 0);
    return MW_OK;
}

/* All there is, or less where the device does not know that one may ask for so much. */
static mw_status modbus_identify(modbus_job *job, cJSON *list, mw_modbus_reply *reply)
{
    mw_status status = MW_ERR_REFUSED;
    for (uint8_t access = MW_MODBUS_ID_EXTENDED; status == MW_ERR_REFUSED && access >= MW_MODBUS_ID_BASIC; access--) {
        status = modbus_read_objects(job, access, list, reply);
        if (job->objects > 0 ||
            (reply->exception != MW_MODBUS_ILLEGAL_VALUE && reply->exception != MW_MODBUS_ILLEGAL_ADDRESS)) {
            break;
        }
    }
    return status;
}

static mw_status modbus_server_id(modbus_job *job, cJSON *root, mw_modbus_reply *reply)
{
    static const uint8_t pdu[] = {MW_MODBUS_SERVER_ID};
    const uint8_t *id;
    size_t count;
    char hex[2 * MW_MODBUS_PDU_MAX + 1] = "";
    char text[2 * MW_MODBUS_PDU_MAX + 1];
    uint8_t printable[MW_MODBUS_PDU_MAX];
    size_t length = 0;
    mw_status status = modbus_ask(job, pdu, sizeof pdu, reply);
    if (status == MW_OK) {
        status = mw_modbus_get_server_id(reply->pdu, reply->pdu_bytes, &id, &count);
    }
    if (status != MW_OK) {
        return status;
    }
    for (size_t i = 0; i < count; i++) {
        snprintf(hex + 2 * i, 3, "%02X", id[i]);
        if (id[i] >= ' ' && id[i] < 0x7F) {
            printable[length++] = id[i];
        }
    }
    modbus_text(printable, length, false, text);
    if (root != NULL) {
        cJSON_AddStringToObject(root, "server_id", hex);
        cJSON_AddStringToObject(root, "text", text);
    } else {
        printf("%-14s %s ", "server id", hex);
        modbus_print_text(text);
        putchar('\n');
    }
    return MW_OK;
}

static int modbus_id(modbus_job *job)
{
    cJSON *const root = job->json ? cJSON_CreateObject() : NULL;
    cJSON *const list = job->json ? cJSON_CreateArray() : NULL;
    mw_modbus_reply reply = {0, NULL, 0, NULL, 0};
    mw_status status = modbus_identify(job, list, &reply);
    const bool refused = status == MW_ERR_REFUSED && job->objects == 0;
    cJSON_AddNumberToObject(root, "unit", job->unit);
    cJSON_AddNumberToObject(root, "function", refused ? MW_MODBUS_SERVER_ID : MW_MODBUS_ENCAPSULATED);
    if (refused) {
        status = modbus_server_id(job, root, &reply);
        cJSON_Delete(list);
    } else if (root != NULL) {
        cJSON_AddItemToObject(root, "objects", list);
    }
    if (status != MW_OK) {
        cJSON_Delete(root);
        return modbus_explain(job, status, &reply, NULL);
    }
    return root != NULL ? tool_print_json(root) : TOOL_GOOD;
}

static int modbus_run(modbus_job *job)
{
    int code;
    if (job->action == ACTION_ID) {
        return modbus_id(job);
    }
    code = job->action == ACTION_READ ? modbus_read(job) : modbus_write(job);
    if (code != TOOL_GOOD) {
        return code;
    }
    if (job->json) {
        return modbus_print_json(job);
    }
    modbus_print(job);
    return TOOL_GOOD;
}

int cmd_modbus(int argc, char **argv)
{
    static modbus_job job;
    int code = modbus_arguments(&job, argc, argv);
    if (code == TOOL_GOOD) {
        code = tool_line_open(&job.line, "modbus", 0, MW_PARITY_EVEN);
    }
    if (code == TOOL_GOOD) {
        code = modbus_run(&job);
        mw_port_close(&job.line.port);
    }
    return code;
}
