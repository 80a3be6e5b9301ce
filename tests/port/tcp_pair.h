/* SPDX-License-Identifier: MIT */
/* Both ends of a connection, and a server that is too busy for any. */
#ifndef TCP_PAIR_H
#define TCP_PAIR_H

#include <meterwire/meterwire.h>
#include <meterwire/port.h>

#include "../mw_test.h"

/* A client and the server's end of its connection. */
typedef struct pair {
    mw_port listener;
    mw_port client;
    mw_port server;
} pair;

static inline void connect_pair(pair *p, const char *host, mw_protocol protocol)
{
    uint16_t number = 0;
    assert_int_equal(mw_port_listen(&p->listener, host, 0, &number), MW_OK);
    assert_true(number != 0);
    assert_int_equal(mw_port_open_tcp(&p->client, host, number, protocol, 0), MW_OK);
    assert_int_equal(mw_port_accept(&p->listener, &p->server), MW_OK);
}

static inline void close_pair(pair *p)
{
    mw_port_close(&p->client);
    mw_port_close(&p->server);
    mw_port_close(&p->listener);
}

/* A listener nobody takes connections from: once its queue is full, connecting takes for ever. */
static struct {
    mw_port listener;
    mw_port ports[300];
    size_t count;
    uint16_t number;
} full;

static inline void fill_queue(void)
{
    mw_status status = MW_OK;
    full.count = 0;
    assert_int_equal(mw_port_listen(&full.listener, "127.0.0.1", 0, &full.number), MW_OK);
    while (status == MW_OK && full.count < MW_COUNT(full.ports)) {
        status = mw_port_open_tcp(&full.ports[full.count], "127.0.0.1", full.number, MW_PROTOCOL_TCP, 50);
        full.count += status == MW_OK;
    }
    assert_int_equal(status, MW_ERR_TIMEOUT);
}

static inline void close_queue(void)
{
    while (full.count > 0) {
        mw_port_close(&full.ports[--full.count]);
    }
    mw_port_close(&full.listener);
}

#endif
