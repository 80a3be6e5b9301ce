/* SPDX-License-Identifier: MIT */
#define _XOPEN_SOURCE 700

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "show.h"
#include "simulation.h"
#include "tool.h"

#define CLIENTS_MAX 32
/* Silence after which what has begun on the line is no frame any more. */
#define SILENCE_MS  50

/* One stream of requests: the pseudo-terminal, or a connection. */
typedef struct sim_stream {
    int fd;
    size_t count;
    uint8_t bytes[2 * MW_MBUS_FRAME_MAX];
} sim_stream;

typedef struct sim_server {
    simulation sim;
    bool mbus; /* otherwise Modbus */
    bool tcp;
    mw_device device;
    mw_mbus_device mbus_device;
    uint8_t reply[MW_MBUS_FRAME_MAX];
    double seconds; /* when time was last let pass */
    mw_port listener;
    int terminal; /* the other end, kept open so that nobody's closing it is a hang-up */
    size_t stream_count;
    sim_stream streams[CLIENTS_MAX];
} sim_server;

/* Never waits, so that nobody who does not read keeps the others waiting. A connection that cannot take a reply is of
 * no use any more; a line loses what nobody reads. */
static bool simulate_write(const sim_server *server, int fd, const uint8_t *bytes, size_t count)
{
    while (count > 0) {
        const ssize_t n = write(fd, bytes, count);
        if (n <= 0) {
            return n < 0 && errno == EAGAIN && !server->tcp;
        }
        bytes += n;
        count -= (size_t)n;
    }
    return true;
}

/* Time passes in the simulation as it does outside. */
static void simulate_advance(sim_server *server)
{
    const double now = tool_seconds();
    simulation_advance(&server->sim, now - server->seconds);
    server->seconds = now;
}

/* Finds the first request among the bytes that came, and answers it. Gives the bytes to skip first, the request's
 * length and that of the reply. */
static mw_status simulate_modbus(sim_server *server, const sim_stream *stream, bool silent, size_t *skip,
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
static mw_status simulate_mbus(sim_server *server, const sim_stream *stream, bool silent, size_t *skip, size_t *length,
                               size_t *reply_length)
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

/* Answers all requests that have come whole. False when the stream is of no use any more. */
static bool simulate_answer(sim_server *server, sim_stream *stream, bool silent)
{
    bool alive = true;
    while (alive && stream->count > 0) {
        size_t skip;
        size_t length = 0;
        size_t reply_length = 0;
        const mw_status found = server->mbus ? simulate_mbus(server, stream, silent, &skip, &length, &reply_length)
                                             : simulate_modbus(server, stream, silent, &skip, &length, &reply_length);
        stream->count -= skip + length;
        memmove(stream->bytes, stream->bytes + skip + length, stream->count);
        alive = simulate_write(server, stream->fd, server->reply, reply_length);
        if (found != MW_OK) {
            break;
        }
    }
    if (stream->count == sizeof stream->bytes) {
        stream->count = 0; /* a frame is never that long */
    }
    return alive;
}

static bool simulate_receive(sim_server *server, sim_stream *stream)
{
    const ssize_t n = read(stream->fd, stream->bytes + stream->count, sizeof stream->bytes - stream->count);
    if (n <= 0) {
        return n < 0 && (errno == EAGAIN || errno == EINTR);
    }
    stream->count += (size_t)n;
    simulate_advance(server);
    return simulate_answer(server, stream, false);
}

static void simulate_accept(sim_server *server)
{
    mw_port client;
    if (mw_port_accept(&server->listener, &client) != MW_OK) {
        return;
    }
    if (server->stream_count == CLIENTS_MAX) {
        mw_port_close(&client);
        return;
    }
    server->streams[server->stream_count].fd = (int)client.handle;
    server->streams[server->stream_count++].count = 0;
}

static void simulate_drop(sim_server *server, size_t i)
{
    close(server->streams[i].fd);
    server->streams[i] = server->streams[--server->stream_count];
}

/* Whether silence may end what has begun to come on a line; in a stream it means nothing. */
static bool simulate_has_beginning(const sim_server *server)
{
    return !server->tcp && server->streams[0].count > 0;
}

static int simulate_serve(sim_server *server)
{
    const bool tcp = server->tcp;
    while (!tool_interrupted()) {
        struct pollfd wait[CLIENTS_MAX + 1];
        nfds_t count = 0;
        int ready;
        for (size_t i = 0; i < server->stream_count; i++) {
            wait[count++] = (struct pollfd){server->streams[i].fd, POLLIN, 0};
        }
        if (tcp) {
            wait[count++] = (struct pollfd){(int)server->listener.handle, POLLIN, 0};
        }
        ready = poll(wait, count, simulate_has_beginning(server) ? SILENCE_MS : TOOL_WAIT_MS);
        /* From the last one, as one that is dropped is replaced by the last. */
        for (size_t i = server->stream_count; i-- > 0;) {
            const bool alive = wait[i].revents != 0 ? simulate_receive(server, &server->streams[i])
                               : ready == 0 && !tcp ? simulate_answer(server, &server->streams[i], true)
                                                    : true;
            if (!alive && !tcp) {
                return tool_interrupted() ? TOOL_GOOD : tool_fail("the pseudo-terminal failed");
            }
            if (!alive) {
                simulate_drop(server, i);
            }
        }
        if (tcp && ready > 0 && wait[count - 1].revents != 0) {
            simulate_accept(server);
        }
    }
    return TOOL_GOOD;
}

/* Raw, so that bytes pass as they are even before a client sets it so. */
static int simulate_open_terminal(sim_server *server)
{
    const int master = posix_openpt(O_RDWR | O_NOCTTY);
    const char *name = NULL;
    struct termios settings;
    if (master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0) {
        name = ptsname(master);
    }
    if (name != NULL) {
        server->terminal = open(name, O_RDWR | O_NOCTTY);
    }
    if (name == NULL || server->terminal < 0 || tcgetattr(server->terminal, &settings) != 0 ||
        fcntl(master, F_SETFL, O_NONBLOCK) != 0) {
        return tool_fail("cannot make a pseudo-terminal");
    }
    settings.c_iflag = 0;
    settings.c_oflag = 0;
    settings.c_lflag = 0;
    tcsetattr(server->terminal, TCSANOW, &settings);
    server->streams[0].fd = master;
    server->stream_count = 1;
    printf("listening: %s\n", name);
    return TOOL_GOOD;
}

/* HOST:PORT, [ADDRESS]:PORT or PORT. */
static int simulate_listen(sim_server *server, const char *where)
{
    char host[256] = "127.0.0.1";
    const char *const colon = strrchr(where, ':');
    const char *const port = colon != NULL ? colon + 1 : where;
    uint16_t bound = 0;
    unsigned long number;
    if (colon != NULL) {
        const bool brackets = where[0] == '[' && colon > where && colon[-1] == ']';
        const char *const begin = brackets ? where + 1 : where;
        const size_t length = (size_t)(colon - begin) - (brackets ? 1 : 0);
        if (length == 0 || length >= sizeof host) {
            return tool_misuse("simulate", "--tcp needs [HOST:]PORT, not '%s'", where);
        }
        memcpy(host, begin, length);
        host[length] = '\0';
    }
    if (!tool_number(port, 0, 65535, &number)) {
        return tool_misuse("simulate", "--tcp needs [HOST:]PORT, not '%s'", where);
    }
    if (mw_port_listen(&server->listener, host, (uint16_t)number, &bound) != MW_OK) {
        return tool_fail("cannot listen at %s: %s", where, server->listener.error);
    }
    printf(strchr(host, ':') != NULL ? "listening: %stcp://[%s]:%u\n" : "listening: %stcp://%s:%u\n",
           server->mbus ? "mbus+" : "", host, bound);
    return TOOL_GOOD;
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
        return tool_misuse("simulate", "'%s' is no OBIS code and no name of one", code);
    }
    switch ((int)simulation_fix(sim, id, equals + 1)) {
    case MW_OK:
        return TOOL_GOOD;
    case MW_ERR_UNSUPPORTED:
        return tool_misuse("simulate", "%s has no %s", sim->model->name, code);
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
    code = arguments.tcp != NULL ? simulate_listen(&server, arguments.tcp) : simulate_open_terminal(&server);
    if (code != TOOL_GOOD) {
        return code;
    }
    if (server.mbus) {
        printf("%s, M-Bus address %u, identification %08lX; stop with Ctrl-C\n", model->title,
               server.mbus_device.slave.address, (unsigned long)server.mbus_device.slave.header.id);
    } else {
        printf("%s, unit %u; stop with Ctrl-C\n", model->title, server.sim.unit);
    }
    fflush(stdout);
    server.seconds = tool_seconds();
    return simulate_serve(&server);
}
