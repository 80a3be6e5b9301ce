/* SPDX-License-Identifier: MIT */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "registers.h"
#include "serve_streams.h"
#include "tool.h"

typedef struct serve_server {
    registers all;
    serve_streams streams;
    uint8_t reply[MW_MODBUS_FRAME_MAX];
} serve_server;

static mw_status serve_modbus(void *user, const serve_stream *stream, bool silent, size_t *skip, size_t *length,
                              size_t *reply_length)
{
    serve_server *const server = user;
    const mw_modbus_framing framing = server->all.tcp ? MW_MODBUS_TCP : MW_MODBUS_RTU;
    const mw_status found = mw_modbus_find(framing, stream->bytes, stream->count, silent, skip, length);
    if (found == MW_OK) {
        *reply_length =
            registers_answer(&server->all, stream->bytes + *skip, *length, server->reply, sizeof server->reply);
    }
    return found;
}

enum { OPT_PTY = 256, OPT_TCP, OPT_UNIT };

typedef struct serve_arguments {
    bool pty;
    const char *tcp;
    bool unit_given;
    bool units[REGISTERS_UNITS];
} serve_arguments;

static const struct option serve_options[] = {{"pty", no_argument, NULL, OPT_PTY},
                                              {"tcp", required_argument, NULL, OPT_TCP},
                                              {"unit", required_argument, NULL, OPT_UNIT},
                                              {NULL, 0, NULL, 0}};

static int serve_option(serve_arguments *arguments, int option, const char *argument)
{
    unsigned long unit;
    switch (option) {
    case OPT_PTY:
        arguments->pty = true;
        return TOOL_GOOD;
    case OPT_TCP:
        arguments->tcp = argument;
        return TOOL_GOOD;
    case OPT_UNIT:
        if (!tool_number(argument, 0, REGISTERS_UNITS - 1, &unit)) {
            return tool_misuse("serve", "--unit needs a number from 0 to 255, not '%s'", argument);
        }
        arguments->unit_given = true;
        arguments->units[unit] = true;
        return TOOL_GOOD;
    default:
        return tool_bad_option("serve", serve_options, option, argument);
    }
}

static int serve_parse(serve_arguments *arguments, int argc, char **argv)
{
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, ":", serve_options, NULL)) != -1) {
        const int code = serve_option(arguments, option, option == ':' || option == '?' ? argv[optind - 1] : optarg);
        if (code != TOOL_GOOD) {
            return code;
        }
    }
    if (argc - optind != 2 || strcmp(argv[optind], "modbus") != 0) {
        return tool_misuse("serve", "'modbus' and one FILE are needed");
    }
    if (arguments->pty == (arguments->tcp != NULL)) {
        return tool_misuse("serve", "either --pty or --tcp is needed");
    }
    for (size_t i = 0; i < REGISTERS_UNITS; i++) {
        if (arguments->pty && arguments->units[i] && (i == 0 || i > 247)) {
            return tool_misuse("serve", "--unit needs a number from 1 to 247 with --pty");
        }
    }
    if (!arguments->unit_given) {
        arguments->units[1] = true;
    }
    return TOOL_GOOD;
}

/* Whether there is a unit at all, and every one that an option named. */
static int serve_check_units(const registers *all, const serve_arguments *arguments, const char *path)
{
    size_t count = 0;
    for (size_t i = 0; i < REGISTERS_UNITS; i++) {
        if (arguments->unit_given && arguments->units[i] && all->units[i] == NULL) {
            return tool_misuse("serve", "%s has nothing for --unit %u", path, (unsigned)i);
        }
        count += all->units[i] != NULL;
    }
    return count != 0 ? TOOL_GOOD : tool_fail("%s has no registers", path);
}

int cmd_serve(int argc, char **argv)
{
    static serve_server server; /* too large for a stack */
    serve_arguments arguments;
    const char *separator = ", unit ";
    int code;
    memset(&arguments, 0, sizeof arguments);
    code = serve_parse(&arguments, argc, argv);
    if (code != TOOL_GOOD) {
        return code;
    }
    server.all.tcp = arguments.tcp != NULL;
    code = registers_load(&server.all, argv[optind + 1], arguments.units);
    if (code == TOOL_GOOD) {
        code = serve_check_units(&server.all, &arguments, argv[optind + 1]);
    }
    if (code != TOOL_GOOD) {
        return code;
    }
    server.streams.command = "serve";
    server.streams.scheme = "";
    server.streams.answer = serve_modbus;
    server.streams.user = &server;
    server.streams.reply = server.reply;
    tool_catch_signals();
    code = serve_open(&server.streams, arguments.tcp);
    if (code != TOOL_GOOD) {
        return code;
    }
    printf("Modbus %s", server.all.tcp ? "TCP" : "RTU");
    for (size_t i = 0; i < REGISTERS_UNITS; i++) {
        if (server.all.units[i] != NULL) {
            printf("%s%u", separator, (unsigned)i);
            separator = ", ";
        }
    }
    puts("; stop with Ctrl-C");
    return tool_written() ? serve_run(&server.streams) : TOOL_FAILED;
}
