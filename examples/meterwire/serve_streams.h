/* SPDX-License-Identifier: MIT */
/* Streams of requests that commands of the tool serve: a pseudo-terminal, or connections over TCP. */
#ifndef SERVE_STREAMS_H
#define SERVE_STREAMS_H

#include "tool.h"

#define SERVE_CLIENTS_MAX 32

/* One stream: the pseudo-terminal, or a connection. */
typedef struct serve_stream {
    int fd;
    size_t count;
    uint8_t bytes[2 * MW_MBUS_FRAME_MAX];
} serve_stream;

/* Finds the first request among the bytes that came, and answers it: gives the bytes to skip first, the request's
 * length, and that of the reply, 0 for none. MW_OK when there was a request. `silent` as for mw_modbus_find(). */
typedef mw_status serve_answer(void *user, const serve_stream *stream, bool silent, size_t *skip, size_t *length,
                               size_t *reply_length);

typedef struct serve_streams {
    const char *command; /* for messages */
    const char *scheme;  /* in front of "tcp://" in what is printed */
    serve_answer *answer;
    void *user;
    const uint8_t *reply; /* where answer() puts it */
    /* The rest is private. */
    bool tcp;
    mw_port listener;
    int terminal; /* the other end, kept open so that nobody's closing it is a hang-up */
    size_t stream_count;
    serve_stream streams[SERVE_CLIENTS_MAX];
} serve_streams;

/* Listens at [HOST:]PORT, or where that is null at a new pseudo-terminal, and prints "listening: TARGET". Gives
 * TOOL_GOOD, or the exit code after an error. */
int serve_open(serve_streams *server, const char *tcp);

/* Whether it is one of the speeds that lines have. */
bool serve_is_speed(uint32_t baud);

/* Whether those who are on the line can understand each other at that speed: 0 is any, and connections have none. A
 * pseudo-terminal keeps the speed it is set to, but neither has one nor keeps a parity. */
bool serve_has_speed(const serve_streams *server, uint32_t baud);

/* Serves until the tool is interrupted. */
int serve_run(serve_streams *server);

#endif
