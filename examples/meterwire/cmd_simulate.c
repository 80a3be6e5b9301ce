/* SPDX-License-Identifier: MIT */
#define _XOPEN_SOURCE 700

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "bus_file.h"
#include "serve_streams.h"
#include "simulated_bus.h"
#include "tool.h"

typedef struct sim_server {
    simulated_bus bus;
    double seconds; /* when time was last let pass */
    serve_streams streams;
} sim_server;

/* Time passes in the simulation as it does outside. */
static void simulate_advance(sim_server *server)
{
    const double now = tool_seconds();
    bus_advance(&server->bus, now - server->seconds);
    server->seconds = now;
}

/* Finds the first request on M-Bus as mw_modbus_find() does on Modbus. */
static mw_status simulate_find_mbus(const serve_stream *stream, bool silent, size_t *skip, size_t *length)
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
    }
    return found;
}

static mw_status simulate_answer(void *user, const serve_stream *stream, bool silent, size_t *skip, size_t *length,
                                 size_t *reply_length)
{
    sim_server *const server = user;
    const mw_modbus_framing framing = server->bus.tcp ? MW_MODBUS_TCP : MW_MODBUS_RTU;
    const mw_status found = server->bus.mbus
                                ? simulate_find_mbus(stream, silent, skip, length)
                                : mw_modbus_find(framing, stream->bytes, stream->count, silent, skip, length);
    simulate_advance(server);
    if (found == MW_OK) {
        *reply_length = bus_answer(&server->bus, &server->streams, stream->bytes + *skip, *length);
    }
    return found;
}

enum { OPT_PTY = 256, OPT_TCP, OPT_BUS, OPT_MBUS, OPT_BAUD, OPT_PARITY, OPT_UNIT, OPT_ADDRESS, OPT_ID, OPT_SET };

typedef struct sim_arguments {
    bool pty;
    const char *tcp;
    const char *file;
    const char *values[OPT_ID - OPT_UNIT + 1]; /* of the options that have a name in a bus file, too */
    size_t set_count;
    const char *sets[SIMULATION_FIXED_MAX];
} sim_arguments;

static const struct option simulate_options[] = {{"pty", no_argument, NULL, OPT_PTY},
                                                 {"tcp", required_argument, NULL, OPT_TCP},
                                                 {"bus", required_argument, NULL, OPT_BUS},
                                                 {"mbus", no_argument, NULL, OPT_MBUS},
                                                 {"baud", required_argument, NULL, OPT_BAUD},
                                                 {"parity", required_argument, NULL, OPT_PARITY},
                                                 {"unit", required_argument, NULL, OPT_UNIT},
                                                 {"address", required_argument, NULL, OPT_ADDRESS},
                                                 {"id", required_argument, NULL, OPT_ID},
                                                 {"set", required_argument, NULL, OPT_SET},
                                                 {NULL, 0, NULL, 0}};

/* Options about the line. */
static int simulate_line_option(simulated_bus *bus, int option, const char *argument)
{
    unsigned long baud;
    uint8_t parity;
    switch (option) {
    case OPT_MBUS:
        bus->mbus = true;
        return TOOL_GOOD;
    case OPT_BAUD:
        if (!tool_number(argument, 300, 115200, &baud) || !serve_is_speed((uint32_t)baud)) {
            return tool_misuse("simulate", "--baud needs a speed from 300 to 115200, not '%s'", argument);
        }
        bus->baud = (uint32_t)baud;
        return TOOL_GOOD;
    default:
        bus->parity = argument;
        return tool_parity(argument, &parity)
                   ? TOOL_GOOD
                   : tool_misuse("simulate", "--parity is even, none or odd, not '%s'", argument);
    }
}

static int simulate_option(sim_arguments *arguments, simulated_bus *bus, int option, const char *argument)
{
    switch (option) {
    case OPT_PTY:
        arguments->pty = true;
        return TOOL_GOOD;
    case OPT_TCP:
        arguments->tcp = argument;
        return TOOL_GOOD;
    case OPT_BUS:
        arguments->file = argument;
        return TOOL_GOOD;
    case OPT_MBUS:
    case OPT_BAUD:
    case OPT_PARITY:
        return simulate_line_option(bus, option, argument);
    case OPT_UNIT:
    case OPT_ADDRESS:
    case OPT_ID:
        arguments->values[option - OPT_UNIT] = argument;
        return TOOL_GOOD;
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

/* Whether the options go together; `models` is how many were named. */
static int simulate_check(const sim_arguments *arguments, const simulated_bus *bus, int models)
{
    bool of_meter = models != 0 || arguments->set_count != 0;
    for (size_t i = 0; i < sizeof arguments->values / sizeof arguments->values[0]; i++) {
        of_meter = of_meter || arguments->values[i] != NULL;
    }
    if (arguments->file != NULL ? of_meter : models != 1) {
        return tool_misuse("simulate", arguments->file != NULL
                                           ? "--bus comes without MODEL, --unit, --address, --id and --set"
                                           : "one MODEL is needed, or --bus");
    }
    if (arguments->pty == (arguments->tcp != NULL)) {
        return tool_misuse("simulate", "either --pty or --tcp is needed");
    }
    if (!arguments->pty && (bus->baud != 0 || bus->parity != NULL)) {
        return tool_misuse("simulate", "--baud and --parity are for --pty");
    }
    return bus->mbus && bus->parity != NULL
               ? tool_misuse("simulate", "--parity is for Modbus, on M-Bus it is always even")
               : TOOL_GOOD;
}

static int simulate_arguments(sim_arguments *arguments, simulated_bus *bus, int argc, char **argv)
{
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, ":", simulate_options, NULL)) != -1) {
        const int code =
            simulate_option(arguments, bus, option, option == ':' || option == '?' ? argv[optind - 1] : optarg);
        if (code != TOOL_GOOD) {
            return code;
        }
    }
    return simulate_check(arguments, bus, argc - optind);
}

/* A bus of the one meter that the options describe. */
static int simulate_add(simulated_bus *bus, const sim_arguments *arguments, const char *name)
{
    static const char *const names[] = {"unit", "address", "id"}; /* by option from OPT_UNIT on */
    const mw_model *const model = tool_model("simulate", name);
    char error[BUS_ERROR_SIZE];
    bus_meter *meter;
    if (model == NULL) {
        return TOOL_USAGE;
    }
    meter = bus_add(bus, model, error);
    if (meter == NULL) {
        return tool_misuse("simulate", "%s", error);
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (arguments->values[i] != NULL && !bus_set(bus, meter, names[i], arguments->values[i], error)) {
            return tool_misuse("simulate", "--%s", error);
        }
    }
    for (size_t i = 0; i < arguments->set_count; i++) {
        if (!bus_fix(meter, arguments->sets[i], error)) {
            tool_fail("%s", error); /* says itself what to do */
            return TOOL_USAGE;
        }
    }
    return bus_finish(bus, meter, error) ? TOOL_GOOD : tool_misuse("simulate", "%s", error);
}

static void simulate_print(const simulated_bus *bus)
{
    for (const bus_meter *meter = bus->first; meter != NULL; meter = meter->next) {
        if (bus->mbus) {
            printf("%s, M-Bus address %u, identification %08lX", meter->sim.model->title, meter->mbus.slave.address,
                   (unsigned long)meter->mbus.slave.header.id);
        } else {
            printf("%s, unit %u", meter->sim.model->title, meter->sim.unit);
        }
        if (meter->sim.baud != 0) {
            printf(", %lu baud", (unsigned long)meter->sim.baud);
        }
        puts(meter->next == NULL ? "; stop with Ctrl-C" : "");
    }
    fflush(stdout);
}

int cmd_simulate(int argc, char **argv)
{
    static sim_server server; /* too large for a stack */
    sim_arguments arguments;
    int code;
    memset(&arguments, 0, sizeof arguments);
    code = simulate_arguments(&arguments, &server.bus, argc, argv);
    if (code != TOOL_GOOD) {
        return code;
    }
    server.bus.tcp = arguments.tcp != NULL;
    code = arguments.file != NULL ? bus_file_load(&server.bus, arguments.file)
                                  : simulate_add(&server.bus, &arguments, argv[optind]);
    if (code != TOOL_GOOD) {
        return code;
    }
    tool_catch_signals();
    server.streams.command = "simulate";
    server.streams.scheme = server.bus.mbus ? "mbus+" : "";
    server.streams.answer = simulate_answer;
    server.streams.user = &server;
    server.streams.reply = server.bus.reply;
    server.seconds = tool_seconds();
    code = serve_open(&server.streams, arguments.tcp);
    if (code != TOOL_GOOD) {
        return code;
    }
    simulate_print(&server.bus);
    return tool_written() ? serve_run(&server.streams) : TOOL_FAILED;
}
