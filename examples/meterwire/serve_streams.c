/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE /* speeds above 38400 */
#define _XOPEN_SOURCE   700

#include "serve_streams.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* Silence after which what has begun on the line is no frame any more. */
#define SILENCE_MS 50

/* Never waits, so that nobody who does not read keeps the others waiting. A connection that cannot take a reply is of
 * no use any more; a line loses what nobody reads. */
static bool serve_write(const serve_streams *server, int fd, const uint8_t *bytes, size_t count)
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

/* Answers all requests that have come whole. False when the stream is of no use any more. */
static bool serve_all(serve_streams *server, serve_stream *stream, bool silent)
{
    bool alive = true;
    while (alive && stream->count > 0) {
        size_t skip;
        size_t length = 0;
        size_t reply_length = 0;
        const mw_status found = server->answer(server->user, stream, silent, &skip, &length, &reply_length);
        stream->count -= skip + length;
        memmove(stream->bytes, stream->bytes + skip + length, stream->count);
        alive = serve_write(server, stream->fd, server->reply, reply_length);
        if (found != MW_OK) {
            break;
        }
    }
    if (stream->count == sizeof stream->bytes) {
        stream->count = 0; /* a frame is never that long */
    }
    return alive;
}

static bool serve_receive(serve_streams *server, serve_stream *stream)
{
    const ssize_t n = read(stream->fd, stream->bytes + stream->count, sizeof stream->bytes - stream->count);
    if (n <= 0) {
        return n < 0 && (errno == EAGAIN || errno == EINTR);
    }
    stream->count += (size_t)n;
    return serve_all(server, stream, false);
}

static void serve_accept(serve_streams *server)
{
    mw_port client;
    if (mw_port_accept(&server->listener, &client) != MW_OK) {
        return;
    }
    if (server->stream_count == SERVE_CLIENTS_MAX) {
        mw_port_close(&client);
        return;
    }
    server->streams[server->stream_count].fd = (int)client.handle;
    server->streams[server->stream_count++].count = 0;
}

static void serve_drop(serve_streams *server, size_t i)
{
    close(server->streams[i].fd);
    server->streams[i] = server->streams[--server->stream_count];
}

/* Whether silence may end what has begun to come on a line; in a stream it means nothing. */
static bool serve_has_beginning(const serve_streams *server)
{
    return !server->tcp && server->streams[0].count > 0;
}

int serve_run(serve_streams *server)
{
    const bool tcp = server->tcp;
    while (!tool_interrupted()) {
        struct pollfd wait[SERVE_CLIENTS_MAX + 1];
        nfds_t count = 0;
        int ready;
        for (size_t i = 0; i < server->stream_count; i++) {
            wait[count++] = (struct pollfd){server->streams[i].fd, POLLIN, 0};
        }
        if (tcp) {
            wait[count++] = (struct pollfd){(int)server->listener.handle, POLLIN, 0};
        }
        ready = poll(wait, count, serve_has_beginning(server) ? SILENCE_MS : TOOL_WAIT_MS);
        /* From the last one, as one that is dropped is replaced by the last. */
        for (size_t i = server->stream_count; i-- > 0;) {
            const bool alive = wait[i].revents != 0 ? serve_receive(server, &server->streams[i])
                               : ready == 0 && !tcp ? serve_all(server, &server->streams[i], true)
                                                    : true;
            if (!alive && !tcp) {
                return tool_interrupted() ? TOOL_GOOD : tool_fail("the pseudo-terminal failed");
            }
            if (!alive) {
                serve_drop(server, i);
            }
        }
        if (tcp && ready > 0 && wait[count - 1].revents != 0) {
            serve_accept(server);
        }
    }
    return TOOL_GOOD;
}

/* Raw, so that bytes pass as they are even before a client sets it so. */
static int serve_open_terminal(serve_streams *server)
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
static int serve_listen(serve_streams *server, const char *where)
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
            return tool_misuse(server->command, "--tcp needs [HOST:]PORT, not '%s'", where);
        }
        memcpy(host, begin, length);
        host[length] = '\0';
    }
    if (!tool_number(port, 0, 65535, &number)) {
        return tool_misuse(server->command, "--tcp needs [HOST:]PORT, not '%s'", where);
    }
    if (mw_port_listen(&server->listener, host, (uint16_t)number, &bound) != MW_OK) {
        return tool_fail("cannot listen at %s: %s", where, server->listener.error);
    }
    printf(strchr(host, ':') != NULL ? "listening: %stcp://[%s]:%u\n" : "listening: %stcp://%s:%u\n", server->scheme,
           host, bound);
    return TOOL_GOOD;
}

int serve_open(serve_streams *server, const char *tcp)
{
    server->tcp = tcp != NULL;
    return server->tcp ? serve_listen(server, tcp) : serve_open_terminal(server);
}

static const struct {
    uint32_t baud;
    speed_t speed;
} serve_speeds[] = {{300, B300},   {600, B600},     {1200, B1200},   {2400, B2400},   {4800, B4800},
                    {9600, B9600}, {19200, B19200}, {38400, B38400}, {57600, B57600}, {115200, B115200}};

#define SERVE_SPEEDS (sizeof serve_speeds / sizeof serve_speeds[0])

bool serve_is_speed(uint32_t baud)
{
    for (size_t i = 0; i < SERVE_SPEEDS; i++) {
        if (serve_speeds[i].baud == baud) {
            return true;
        }
    }
    return false;
}

bool serve_has_speed(const serve_streams *server, uint32_t baud)
{
    struct termios settings;
    if (server->tcp || baud == 0 || tcgetattr(server->terminal, &settings) != 0) {
        return true;
    }
    for (size_t i = 0; i < SERVE_SPEEDS; i++) {
        if (serve_speeds[i].baud == baud) {
            return cfgetospeed(&settings) == serve_speeds[i].speed;
        }
    }
    return false;
}
