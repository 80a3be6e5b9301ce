/* SPDX-License-Identifier: MIT */
#define _XOPEN_SOURCE 700

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "serve_streams.h"
#include "show.h"
#include "simulation.h"
#include "tool.h"

typedef struct sim_server {
    simulation sim;
    bool mbus; /* otherwise Modbus */
    bool tcp;
    mw_device device;
    mw_mbus_device mbus_device;
    uint8_t reply[MW_MBUS_FRAME_MAX];
    double seconds; /* when time was last let pass */
    serve_streams streams;
} sim_server;

/* Time passes in the simulation as it does outside. */
static void simulate_advance(sim_server *server)
{
    const double now = tool_seconds();
    simulation_advance(&server->sim, now - server->seconds);
    server->seconds = now;
}

/* Finds the first request among the bytes that came, and answers it. Gives the bytes to skip first, the request's
 * length and that of the reply. */
static mw_status simulate_modbus(sim_server *server, const serve_stream *stream, bool silent, size_t *skip,
                                 size_t *length, size_t *reply_length)
{
    const mw_modbus_framing framing = server->tcp ? MW_MODBUS_TCP : MW_MODBUS_RTU;
    const mw_status found = mw_modbus_find(framing, stream->bytes, stream->count, silent, skip, length);
    if (found == MW_OK) {
        server->device.unit = server->sim.unit;
        mw_device_answer(&server->device, framing, stream->bytes + *skip, *length, server->reply, sizeof server->reply,
                         reply_length);
    }
    return found;
}

/* The same for M-Bus. */
static mw_status simulate_mbus(sim_server *server, const serve_stream *stream, bool silent, size_t *skip,
                               size_t *length, size_t *reply_length)
{
    mw_mbus_frame frame;
    mw_status found = MW_ERR_FRAME;
    for (*skip = 0; *skip < stream->count; ++*skip) {
        found = mw_mbus_open(stream->bytes + *skip, stream->count - *skip, &frame, NULL);
        if (found == MW_OK || (found == MW_AGAIN && !silent)) {
            break;
        }
    }
    if (found == MW_OK) {
        *length = frame.length;
        mw_mbus_device_answer(&server->mbus_device, stream->bytes + *skip, *length, reply_length);
    }
    return found;
}

static mw_status simulate_answer(void *user, const serve_stream *stream, bool silent, size_t *skip, size_t *length,
                                 size_t *reply_length)
{
    sim_server *const server = user;
    simulate_advance(server);
    return server->mbus ? simulate_mbus(server, stream, silent, skip, length, reply_length)
                        : simulate_modbus(server, stream, silent, skip, length, reply_length);
}

/* OBIS=VALUE */
static int simulate_fix(simulation *sim, const char *text)
{
    char code[SHOW_SIZE];
    const char *const equals = strchr(text, '=');
    mw_obis id;
    if (equals == NULL || (size_t)(equals - text) >= sizeof code) {
        return tool_misuse("simulate", "--set needs OBIS=VALUE, not '%s'", text);
    }
    memcpy(code, text, (size_t)(equals - text));
    code[equals - text] = '\0';
    if (mw_obis_parse(code, &id) != MW_OK) {
        return tool_no_obis("simulate", sim->model, NULL, code);
    }
    switch ((int)simulation_fix(sim, id, equals + 1)) {
    case MW_OK:
        return TOOL_GOOD;
    case MW_ERR_UNSUPPORTED:
        return tool_no_obis("simulate", sim->model, NULL, code);
    case MW_ERR_REFUSED:
        return tool_misuse("simulate", "%s cannot be '%s': the simulator sends floats only", code, equals + 1);
    case MW_ERR_SPACE:
        return tool_misuse("simulate", "--set can be given %d times at most", SIMULATION_FIXED_MAX);
    default:
        return tool_misuse("simulate", "%s cannot be '%s'", code, equals + 1);
    }
}

enum { OPT_PTY = 256, OPT_TCP, OPT_MBUS, OPT_UNIT, OPT_ADDRESS, OPT_ID, OPT_SET };

#define NO_ADDRESS 256

typedef struct sim_arguments {
    bool pty;
    bool mbus;
    const char *tcp;
    unsigned long unit;
    unsigned long address;
    unsigned long id;
    size_t set_count;
    const char *sets[SIMULATION_FIXED_MAX];
} sim_arguments;

static const struct option simulate_options[] = {{"pty", no_argument, NULL, OPT_PTY},
                                                 {"tcp", required_argument, NULL, OPT_TCP},
                                                 {"mbus", no_argument, NULL, OPT_MBUS},
                                                 {"unit", required_argument, NULL, OPT_UNIT},
                                                 {"address", required_argument, NULL, OPT_ADDRESS},
                                                 {"id", required_argument, NULL, OPT_ID},
                                                 {"set", required_argument, NULL, OPT_SET},
                                                 {NULL, 0, NULL, 0}};

static int simulate_mbus_option(sim_arguments *arguments, int option, const char *argument)
{
    char *end;
    switch (option) {
    case OPT_MBUS:
        arguments->mbus = true;
        return TOOL_GOOD;
    case OPT_ADDRESS:
        return tool_number(argument, 0, MW_MBUS_ADDRESS_MAX, &arguments->address)
                   ? TOOL_GOOD
                   : tool_misuse("simulate", "--address needs a number from 0 to 250, not '%s'", argument);
    default:
        arguments->id = strtoul(argument, &end, 16); /* digits as they are, one a nibble */
        return strlen(argument) == 8 && strspn(argument, "0123456789ABCDEFabcdef") == 8
                   ? TOOL_GOOD
                   : tool_misuse("simulate", "--id needs eight digits, not '%s'", argument);
    }
}

static int simulate_option(sim_arguments *arguments, int option, const char *argument)
{
    switch (option) {
    case OPT_PTY:
        arguments->pty = true;
        return TOOL_GOOD;
    case OPT_TCP:
        arguments->tcp = argument;
        return TOOL_GOOD;
    case OPT_MBUS:
    case OPT_ADDRESS:
    case OPT_ID:
        return simulate_mbus_option(arguments, option, argument);
    case OPT_UNIT:
        return tool_number(argument, 1, 247, &arguments->unit)
                   ? TOOL_GOOD
                   : tool_misuse("simulate", "--unit needs a number from 1 to 247, not '%s'", argument);
    case OPT_SET:
        if (arguments->set_count == SIMULATION_FIXED_MAX) {
            return tool_misuse("simulate", "--set can be given %d times at most", SIMULATION_FIXED_MAX);
        }
        arguments->sets[arguments->set_count++] = argument;
        return TOOL_GOOD;
    default:
        return tool_bad_option("simulate", simulate_options, option, argument);
    }
}

static int simulate_arguments(sim_arguments *arguments, int argc, char **argv)
{
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, ":", simulate_options, NULL)) != -1) {
        const int code = simulate_option(arguments, option, option == ':' || option == '?' ? argv[optind - 1] : optarg);
        if (code != TOOL_GOOD) {
            return code;
        }
    }
    if (argc - optind != 1) {
        return tool_misuse("simulate", "one MODEL is needed");
    }
    if (arguments->pty == (arguments->tcp != NULL)) {
        return tool_misuse("simulate", "either --pty or --tcp is needed");
    }
    if (arguments->mbus ? arguments->unit != 0 : arguments->address != NO_ADDRESS || arguments->id != 0) {
        return tool_misuse("simulate", "--unit is for Modbus, --address and --id are for --mbus");
    }
    return TOOL_GOOD;
}

/* Makes the server a device of the model. */
static int simulate_make_device(sim_server *server, const sim_arguments *arguments, const mw_model *model)
{
    const mw_mbus_model *const mbus_model = mw_mbus_model_by_name(model->name);
    server->tcp = arguments->tcp != NULL;
    server->mbus = arguments->mbus;
    if (!server->mbus) {
        server->device = (mw_device){model, server->sim.unit, &server->sim, simulation_value, simulation_set};
        return TOOL_GOOD;
    }
    if (mbus_model == NULL) {
        return tool_misuse("simulate", "%s has no M-Bus", model->name);
    }
    mw_mbus_device_init(&server->mbus_device, mbus_model, server->reply);
    server->mbus_device.user = &server->sim;
    server->mbus_device.value = simulation_mbus_value;
    server->mbus_device.set = simulation_mbus_set;
    server->mbus_device.slave.header.id = arguments->id != 0 ? (uint32_t)arguments->id : SIMULATION_ID;
    server->mbus_device.slave.fabrication = SIMULATION_ID;
    if (arguments->address != NO_ADDRESS) {
        server->mbus_device.slave.address = (uint8_t)arguments->address;
    }
    return TOOL_GOOD;
}

int cmd_simulate(int argc, char **argv)
{
    static sim_server server; /* too large for a stack */
    sim_arguments arguments;
    const mw_model *model;
    int code;
    memset(&arguments, 0, sizeof arguments);
    arguments.address = NO_ADDRESS;
    code = simulate_arguments(&arguments, argc, argv);
    if (code != TOOL_GOOD) {
        return code;
    }
    model = tool_model("simulate", argv[optind]);
    if (model == NULL) {
        return TOOL_USAGE;
    }
    simulation_init(&server.sim, model, arguments.unit != 0 ? (uint8_t)arguments.unit : model->unit);
    for (size_t i = 0; i < arguments.set_count && code == TOOL_GOOD; i++) {
        code = simulate_fix(&server.sim, arguments.sets[i]);
    }
    if (code == TOOL_GOOD) {
        code = simulate_make_device(&server, &arguments, model);
    }
    if (code != TOOL_GOOD) {
        return code;
    }
    tool_catch_signals();
    server.streams.command = "simulate";
    server.streams.scheme = server.mbus ? "mbus+" : "";
    server.streams.answer = simulate_answer;
    server.streams.user = &server;
    server.streams.reply = server.reply;
    server.seconds = tool_seconds();
    code = serve_open(&server.streams, arguments.tcp);
    if (code != TOOL_GOOD) {
        return code;
    }
    if (server.mbus) {
        printf("%s, M-Bus address %u, identification %08lX; stop with Ctrl-C\n", model->title,
               server.mbus_device.slave.address, (unsigned long)server.mbus_device.slave.header.id);
    } else {
        printf("%s, unit %u; stop with Ctrl-C\n", model->title, server.sim.unit);
    }
    return tool_written() ? serve_run(&server.streams) : TOOL_FAILED;
}
