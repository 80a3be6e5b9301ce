/* SPDX-License-Identifier: MIT */
/* bench_many METERS SECONDS: one thread reads that many meters over TCP on loopback, over and over: full reads of a
 * WAGO meter, 101 values in 3 requests. In the same run, by turns,
 * - library: all at once, epoll and the library's port; library_recv: the same with a recv() of its own;
 * - bare: all at once, the same bytes over the same sockets by send() and recv(), without looking at them;
 * - libmodbus: the same requests by modbus_read_registers(). As that waits for each reply, it asks one meter after the
 * other. It gives registers, no values. It waits in select(), so it reads those of the meters whose descriptors fit.
 * The meters are one process of one thread, whose replies mw_device made once, so that the client is what is measured.
 * Not a test: it has no opinion, but stops when a value is wrong. Prints "NAME NUMBER UNIT", medians of the rounds. */
#define _GNU_SOURCE

#include <meterwire/meterwire.h>
#include <meterwire/port.h>

#include <modbus.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench.h"

#define REQUESTS      3
#define REQUEST_BYTES 12
#define VALUES        101
#define POWER_W       4387
#define EVENTS        256
#define PATIENCE_US   60000000u /* one process answers for all meters */
#define SWEEP_US      100000u
#define DESCRIPTORS   40 /* besides the sockets */
#define ROUNDS        5

static const mw_model *const model = &mw_model_wago_879_3000;
static const mw_selection measurements = {MW_GROUP_FAST | MW_GROUP_SLOW, NULL, 0};

typedef struct exchange {
    uint8_t request[REQUEST_BYTES];
    uint8_t reply[MW_MODBUS_FRAME_MAX];
    size_t reply_length;
} exchange;

static exchange exchanges[REQUESTS];

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

/* ---- the meters ---- */

static mw_status give_value(void *user, const mw_row *row, mw_reading *reading)
{
    (void)user;
    reading->n = row->address == 0x5012 ? POWER_W : row->address & 0xFF;
    return MW_OK;
}

/* The requests of a full read, and the replies to them. */
static void make_exchanges(void)
{
    mw_device device = {model, 1, NULL, give_value, NULL};
    mw_plan plan;
    mw_plan_step step;
    mw_plan_init(&plan, model, &measurements, 0);
    for (size_t i = 0; i < REQUESTS; i++) {
        exchange *const e = &exchanges[i];
        mw_modbus_request request = {0, 1, MW_MODBUS_READ_HOLDING, 0, 0, NULL};
        size_t length;
        if (mw_plan_next(&plan, &step) != MW_OK) {
            abort();
        }
        request.address = step.address;
        request.count = step.regs;
        if (mw_modbus_encode_read(MW_MODBUS_TCP, &request, e->request, sizeof e->request, &length) != MW_OK ||
            mw_device_answer(&device, MW_MODBUS_TCP, e->request, length, e->reply, sizeof e->reply, &e->reply_length) !=
                MW_OK) {
            abort();
        }
    }
}

static void watch(int set, int fd, uint64_t tag)
{
    struct epoll_event event = {EPOLLIN, {.u64 = tag}};
    if (epoll_ctl(set, EPOLL_CTL_ADD, fd, &event) != 0) {
        fail("epoll_ctl");
    }
}

static void answer(int fd)
{
    uint8_t request[REQUEST_BYTES];
    const ssize_t n = recv(fd, request, sizeof request, 0);
    if (n != REQUEST_BYTES) {
        close(fd); /* hung up; on loopback a request of a client that waits for its answer comes whole */
        return;
    }
    for (size_t i = 0; i < REQUESTS; i++) {
        if (memcmp(request + 2, exchanges[i].request + 2, REQUEST_BYTES - 2) == 0) {
            memcpy(exchanges[i].reply, request, 2);
            if (send(fd, exchanges[i].reply, exchanges[i].reply_length, MSG_NOSIGNAL) < 0) {
                close(fd);
            }
        }
    }
}

static void serve(mw_port *listener)
{
    const int set = epoll_create1(0);
    watch(set, (int)listener->handle, UINT64_MAX);
    for (;;) {
        struct epoll_event events[EVENTS];
        const int n = epoll_wait(set, events, EVENTS, -1);
        for (int i = 0; i < n; i++) {
            mw_port client;
            if (events[i].data.u64 != UINT64_MAX) {
                answer((int)events[i].data.u64);
            } else if (mw_port_accept(listener, &client) == MW_OK) {
                watch(set, (int)client.handle, (uint64_t)client.handle);
            }
        }
    }
}

/* ---- what both clients share ---- */

typedef struct client {
    mw_port port;
    mw_meter meter;
    unsigned values;
    unsigned at;     /* bare: which exchange */
    size_t received; /* bare: of its reply */
    bool busy;
} client;

static client *clients;
static size_t client_count;
static size_t busy;
static unsigned long reads, transactions;
static double deadline;

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Whether a client goes on with another read. */
static bool goes_on(client *c)
{
    c->busy = seconds() < deadline;
    busy -= c->busy ? 0 : 1;
    return c->busy;
}

/* ---- with the library ---- */

static void take(client *c, const mw_reading *reading)
{
    c->values++;
    if (reading->quality != MW_QUALITY_GOOD && reading->quality != MW_QUALITY_NOT_AVAILABLE) {
        fprintf(stderr, "a value is %s\n", mw_quality_text(reading->quality));
        exit(1);
    }
    if (reading->source == 0x5012 && (reading->n != POWER_W || reading->exp10 != 0)) {
        fprintf(stderr, "a value is wrong\n");
        exit(1);
    }
}

static void library_begin(client *c)
{
    c->values = 0;
    mw_meter_begin(&c->meter, &measurements);
}

static void library_end(client *c)
{
    if (mw_meter_status(&c->meter) != MW_OK || c->values != VALUES) {
        fprintf(stderr, "a read failed: %s\n", mw_status_text(mw_meter_status(&c->meter)));
        exit(1);
    }
    reads++;
    transactions += mw_meter_requests(&c->meter);
    if (goes_on(c)) {
        library_begin(c);
    }
}

/* The clock is read once for all that can be done now. */
static void library_work(client *c)
{
    const uint32_t now_us = c->port.io.now_us(&c->port);
    mw_link *const link = &c->port.link;
    const mw_io *const io = &c->port.io;
    while (c->busy) {
        mw_reading reading;
        const mw_status status = mw_meter_next(&c->meter, now_us, &reading);
        uint32_t wait_us;
        size_t length;
        if (status == MW_OK) {
            take(c, &reading);
        } else if (status == MW_END) {
            library_end(c);
        } else {
            const mw_link_want want = mw_link_poll(link, now_us, &wait_us);
            const uint8_t *const request = mw_link_request(link, &length);
            if (want == MW_LINK_WAIT || want == MW_LINK_RECEIVE) {
                return;
            }
            if (want == MW_LINK_SEND) {
                if (io->write(io->user, request, length) != MW_OK) {
                    fail("write");
                }
                mw_link_sent(link, now_us);
            }
        }
    }
}

static void library_receive(client *c)
{
    const mw_io *const io = &c->port.io;
    size_t space, count;
    uint8_t *const to = mw_link_space(&c->port.link, &space);
    if (io->read(io->user, to, space, 0, &count) != MW_OK) {
        fail("read");
    }
    mw_link_received(&c->port.link, count, io->now_us(io->user));
    library_work(c);
}

/* The same without mw_port's own wait, as epoll has already said that there is something. */
static void library_receive_directly(client *c)
{
    size_t space;
    uint8_t *const to = mw_link_space(&c->port.link, &space);
    const ssize_t n = recv((int)c->port.handle, to, space, 0);
    if (n <= 0) {
        fail("recv");
    }
    mw_link_received(&c->port.link, (size_t)n, c->port.io.now_us(&c->port));
    library_work(c);
}

static void library_start(client *c)
{
    mw_meter_init(&c->meter, model, &c->port.link, MW_MODBUS_TCP, 1);
    c->meter.timeout_us = PATIENCE_US;
    library_begin(c);
    library_work(c);
}

/* ---- bare ---- */

static void bare_send(client *c)
{
    c->received = 0;
    if (send((int)c->port.handle, exchanges[c->at].request, REQUEST_BYTES, MSG_NOSIGNAL) != REQUEST_BYTES) {
        fail("send");
    }
}

static void bare_start(client *c)
{
    c->at = 0;
    bare_send(c);
}

static void bare_receive(client *c)
{
    const exchange *const e = &exchanges[c->at];
    uint8_t reply[MW_MODBUS_FRAME_MAX];
    const ssize_t n = recv((int)c->port.handle, reply, e->reply_length - c->received, 0);
    if (n <= 0) {
        fail("recv");
    }
    c->received += (size_t)n;
    if (c->received < e->reply_length) {
        return;
    }
    transactions++;
    if (++c->at < REQUESTS) {
        bare_send(c);
        return;
    }
    reads++;
    c->at = 0;
    if (goes_on(c)) {
        bare_send(c);
    }
}

/* ---- libmodbus ---- */

static void libmodbus_read(modbus_t *context)
{
    for (size_t i = 0; i < REQUESTS; i++) {
        const uint8_t *const r = exchanges[i].request;
        const int count = r[10] << 8 | r[11];
        uint16_t registers[MODBUS_MAX_READ_REGISTERS];
        if (modbus_read_registers(context, r[8] << 8 | r[9], count, registers) != count) {
            fail("libmodbus");
        }
        transactions++;
    }
    reads++;
}

/* On the connections that are there. */
static void libmodbus_run(void)
{
    modbus_t *const context = modbus_new_tcp("127.0.0.1", 0);
    modbus_set_slave(context, 1);
    for (size_t i = 0; seconds() < deadline; i = (i + 1) % client_count) {
        if (clients[i].port.handle < FD_SETSIZE) {
            modbus_set_socket(context, (int)clients[i].port.handle);
            libmodbus_read(context);
        }
    }
    modbus_set_socket(context, -1);
    modbus_free(context);
}

/* ---- the measurement ---- */

typedef struct way {
    const char *name;
    void (*start)(client *c);
    void (*receive)(client *c);
    void (*work)(client *c); /* now and then, for what is due; or null */
    void (*run)(void);       /* instead of these: all of it */
    double cpu_us[ROUNDS], reads_per_s[ROUNDS];
} way;

static void run_events(const way *w, int set)
{
    uint32_t swept_us = clients[0].port.io.now_us(NULL);
    busy = client_count;
    for (size_t i = 0; i < client_count; i++) {
        clients[i].busy = true;
        w->start(&clients[i]);
    }
    while (busy > 0) {
        struct epoll_event events[EVENTS];
        const int n = epoll_wait(set, events, EVENTS, (int)(SWEEP_US / 1000));
        const uint32_t now_us = clients[0].port.io.now_us(NULL);
        for (int i = 0; i < n; i++) {
            w->receive(&clients[events[i].data.u64]);
        }
        if (now_us - swept_us > SWEEP_US) {
            swept_us = now_us;
            for (size_t i = 0; i < client_count && w->work != NULL; i++) {
                w->work(&clients[i]);
            }
        }
    }
}

static void run(way *w, int set, double time_s, unsigned round)
{
    const double cpu_before = bench_cpu_s();
    const double begin = seconds();
    reads = transactions = 0;
    deadline = begin + time_s;
    if (w->run != NULL) {
        w->run();
    } else {
        run_events(w, set);
    }
    w->cpu_us[round] = (bench_cpu_s() - cpu_before) / (double)reads * 1e6;
    w->reads_per_s[round] = (double)reads / (seconds() - begin);
}

static void print(way *w)
{
    printf("%s.cpu %.2f us\n", w->name, bench_median(w->cpu_us, ROUNDS));
    printf("%s.reads %.0f 1/s\n", w->name, bench_median(w->reads_per_s, ROUNDS));
}

static bool raise_limit(size_t wanted)
{
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur < wanted && limit.rlim_max >= wanted) {
        limit.rlim_cur = wanted;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
    return limit.rlim_cur >= wanted;
}

static void connect_all(uint16_t number, int set, pid_t server)
{
    clients = calloc(client_count, sizeof *clients);
    for (size_t i = 0; i < client_count; i++) {
        if (mw_port_open_tcp(&clients[i].port, "127.0.0.1", number, MW_PROTOCOL_TCP, 0) != MW_OK) {
            fprintf(stderr, "%s\n", clients[i].port.error);
            kill(server, SIGKILL);
            exit(1);
        }
        watch(set, (int)clients[i].port.handle, i);
    }
}

int main(int argc, char **argv)
{
    static way ways[] = {
        {"library", library_start, library_receive, library_work, NULL, {0}, {0}},
        {"library_recv", library_start, library_receive_directly, library_work, NULL, {0}, {0}},
        {"bare", bare_start, bare_receive, NULL, NULL, {0}, {0}},
        {"libmodbus", NULL, NULL, NULL, libmodbus_run, {0}, {0}},
    };
    const size_t way_count = sizeof ways / sizeof ways[0];
    const double time_s = argc > 2 ? atof(argv[2]) : 0;
    mw_port listener;
    uint16_t number;
    pid_t server;
    const int set = epoll_create1(0);
    client_count = argc > 2 ? strtoul(argv[1], NULL, 10) : 0;
    if (client_count == 0 || !raise_limit(client_count + DESCRIPTORS)) {
        fprintf(stderr, "bench_many METERS SECONDS; each meter takes a descriptor (ulimit -n)\n");
        return 1;
    }
    make_exchanges();
    if (mw_port_listen(&listener, "127.0.0.1", 0, &number) != MW_OK) {
        fail("listen");
    }
    server = fork();
    if (server == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        serve(&listener);
    }
    mw_port_close(&listener);
    connect_all(number, set, server);
    for (unsigned round = 0; round < ROUNDS; round++) { /* by turns, so that a busy machine is the same for all */
        for (size_t i = 0; i < way_count; i++) {
            run(&ways[i], set, time_s / (double)(way_count * ROUNDS), round);
        }
    }
    for (size_t i = 0; i < way_count; i++) {
        print(&ways[i]);
    }
    printf("ram %zu bytes\n", sizeof(mw_port) + sizeof(mw_meter));
    kill(server, SIGKILL);
    return 0;
}
