/* SPDX-License-Identifier: MIT */
/* bench_many [METERS [SECONDS]]: one thread reads that many meters over TCP on loopback, all at once, over and over:
 * full reads of a WAGO meter, 101 values in 3 requests. In the same run a bare loop of send() and recv() moves the same
 * bytes over the same sockets, without the library and without looking at them. The meters are one process of one
 * thread, whose replies mw_device made once, so that the client is what is measured. Not a test: it has no opinion, but
 * stops when a value is wrong. */
#define _GNU_SOURCE

#include <meterwire/meterwire.h>
#include <meterwire/port.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define REQUESTS      3
#define REQUEST_BYTES 12
#define VALUES        101
#define POWER_W       4387
#define EVENTS        256
#define SWEEP_US      100000u
#define DESCRIPTORS   40 /* besides the sockets */

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

/* ---- the measurement ---- */

typedef struct way {
    const char *name;
    void (*start)(client *c);
    void (*receive)(client *c);
    void (*work)(client *c); /* now and then, for what is due; or null */
    double time_s, cpu_s, user_s;
    unsigned long reads, transactions;
} way;

static double cpu(double *user)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    *user = (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec / 1e6;
    return *user + (double)usage.ru_stime.tv_sec + (double)usage.ru_stime.tv_usec / 1e6;
}

static void run(way *w, int set, double time_s)
{
    const double begin = seconds();
    double user, user_before;
    const double cpu_before = cpu(&user_before);
    uint32_t swept_us = clients[0].port.io.now_us(NULL);
    reads = transactions = 0;
    busy = client_count;
    deadline = begin + time_s;
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
    w->time_s += seconds() - begin;
    w->cpu_s += cpu(&user) - cpu_before;
    w->user_s += user - user_before;
    w->reads += reads;
    w->transactions += transactions;
}

static void print(const way *w, const way *bare)
{
    const double n = (double)w->reads;
    const double rate = (double)w->transactions / w->time_s;
    printf(
        "  %-22s %7.0f reads/s %8.0f transactions/s (%3.0f %%) %6.1f us CPU per read, %5.1f of it outside the kernel\n",
        w->name, n / w->time_s, rate, 100 * rate / ((double)bare->transactions / bare->time_s), w->cpu_s / n * 1e6,
        w->user_s / n * 1e6);
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

int main(int argc, char **argv)
{
    static way ways[] = {
        {"library", library_start, library_receive, library_work, 0, 0, 0, 0, 0},
        {"library, own recv()", library_start, library_receive_directly, library_work, 0, 0, 0, 0, 0},
        {"bare send() and recv()", bare_start, bare_receive, NULL, 0, 0, 0, 0, 0},
    };
    const size_t way_count = sizeof ways / sizeof ways[0];
    const double time_s = argc > 2 ? atof(argv[2]) : 9;
    const unsigned rounds = 10; /* by turns, so that a busy machine is the same for all */
    mw_port listener;
    uint16_t number;
    pid_t server;
    int set;
    client_count = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000;
    if (!raise_limit(client_count + DESCRIPTORS)) {
        printf("Reading %zu meters at once is left out: too few descriptors (ulimit -n).\n", client_count);
        return 0;
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
    clients = calloc(client_count, sizeof *clients);
    set = epoll_create1(0);
    for (size_t i = 0; i < client_count; i++) {
        if (mw_port_open_tcp(&clients[i].port, "127.0.0.1", number, MW_PROTOCOL_TCP, 0) != MW_OK) {
            fprintf(stderr, "%s\n", clients[i].port.error);
            kill(server, SIGKILL);
            return 1;
        }
        watch(set, (int)clients[i].port.handle, i);
    }
    printf("%zu meters over TCP on loopback, one thread; a full read is %d values in %d requests\n", client_count,
           VALUES, REQUESTS);
    for (unsigned round = 0; round < rounds; round++) {
        for (size_t i = 0; i < way_count; i++) {
            run(&ways[i], set, time_s / (double)(way_count * rounds));
        }
    }
    for (size_t i = 0; i < way_count; i++) {
        print(&ways[i], &ways[way_count - 1]);
    }
    kill(server, SIGKILL);
    return 0;
}
