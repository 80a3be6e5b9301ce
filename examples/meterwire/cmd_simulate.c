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
    uint8_t bytes[2 * MW_MODBUS_FRAME_MAX];
} sim_stream;

typedef struct sim_server {
    simulation sim;
    mw_device device;
    mw_modbus_framing framing;
    double seconds;   /* when time was last let pass */
    mw_port listener; /* Modbus TCP */
    int terminal;     /* the other end, kept open so that nobody's closing it is a hang-up */
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
            return n < 0 && errno == EAGAIN && server->framing == MW_MODBUS_RTU;
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

/* Answers all requests that have come whole. False when the stream is of no use any more. */
static bool simulate_answer(sim_server *server, sim_stream *stream, bool silent)
{
    size_t skip;
    size_t length;
    bool alive = true;
    while (alive && stream->count > 0) {
        const mw_status found = mw_modbus_find(server->framing, stream->bytes, stream->count, silent, &skip, &length);
        uint8_t reply[MW_MODBUS_FRAME_MAX];
        size_t reply_length = 0;
        if (found == MW_OK) {
            server->device.unit = server->sim.unit;
            mw_device_answer(&server->device, server->framing, stream->bytes + skip, length, reply, sizeof reply,
                             &reply_length);
            skip += length;
        }
        stream->count -= skip;
        memmove(stream->bytes, stream->bytes + skip, stream->count);
        alive = simulate_write(server, stream->fd, reply, reply_length);
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

static int simulate_serve(sim_server *server)
{
    const bool tcp = server->framing == MW_MODBUS_TCP;
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
        ready = poll(wait, count, !tcp && server->streams[0].count > 0 ? SILENCE_MS : TOOL_WAIT_MS);
        /* From the last one, as one that is dropped is replaced by the last. */
        for (size_t i = server->stream_count; i-- > 0;) {
            const bool alive = wait[i].revents != 0 ? simulate_receive(server, &server->streams[i])
                               : ready == 0         ? simulate_answer(server, &server->streams[i], true)
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
    printf(strchr(host, ':') != NULL ? "listening: tcp://[%s]:%u\n" : "listening: tcp://%s:%u\n", host, bound);
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
    case MW_ERR_SPACE:
        return tool_misuse("simulate", "--set can be given %d times at most", SIMULATION_FIXED_MAX);
    default:
        return tool_misuse("simulate", "%s cannot be '%s'", code, equals + 1);
    }
}

enum { OPT_PTY = 256, OPT_TCP, OPT_UNIT, OPT_SET };

typedef struct sim_arguments {
    bool pty;
    const char *tcp;
    unsigned long unit;
    size_t set_count;
    const char *sets[SIMULATION_FIXED_MAX];
} sim_arguments;

static int simulate_option(sim_arguments *arguments, int option, const char *argument)
{
    switch (option) {
    case OPT_PTY:
        arguments->pty = true;
        return TOOL_GOOD;
    case OPT_TCP:
        arguments->tcp = argument;
        return TOOL_GOOD;
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
        return tool_bad_option("simulate", option, argument);
    }
}

static int simulate_arguments(sim_arguments *arguments, int argc, char **argv)
{
    static const struct option options[] = {{"pty", no_argument, NULL, OPT_PTY},
                                            {"tcp", required_argument, NULL, OPT_TCP},
                                            {"unit", required_argument, NULL, OPT_UNIT},
                                            {"set", required_argument, NULL, OPT_SET},
                                            {NULL, 0, NULL, 0}};
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, ":", options, NULL)) != -1) {
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
    return TOOL_GOOD;
}

int cmd_simulate(int argc, char **argv)
{
    static sim_server server; /* too large for a stack */
    sim_arguments arguments;
    const mw_model *model;
    int code;
    memset(&arguments, 0, sizeof arguments);
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
    if (code != TOOL_GOOD) {
        return code;
    }
    server.device = (mw_device){model, server.sim.unit, &server.sim, simulation_value, simulation_set};
    server.framing = arguments.pty ? MW_MODBUS_RTU : MW_MODBUS_TCP;
    tool_catch_signals();
    code = arguments.tcp != NULL ? simulate_listen(&server, arguments.tcp) : simulate_open_terminal(&server);
    if (code != TOOL_GOOD) {
        return code;
    }
    printf("%s, unit %u; stop with Ctrl-C\n", model->title, server.sim.unit);
    fflush(stdout);
    server.seconds = tool_seconds();
    return simulate_serve(&server);
}
