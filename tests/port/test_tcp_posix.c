/* SPDX-License-Identifier: MIT */
/* What TCP does about signals, and how many system calls it takes: the linker leads those of the library through here,
 * so that they can be counted. */
#define _GNU_SOURCE

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "tcp_pair.h"

static unsigned calls;

ssize_t __real_send(int fd, const void *bytes, size_t count, int flags);
ssize_t __real_read(int fd, void *bytes, size_t count);
int __real_ppoll(struct pollfd *fds, nfds_t count, const struct timespec *time, const sigset_t *mask);
ssize_t __wrap_send(int fd, const void *bytes, size_t count, int flags);
ssize_t __wrap_read(int fd, void *bytes, size_t count);
int __wrap_ppoll(struct pollfd *fds, nfds_t count, const struct timespec *time, const sigset_t *mask);

ssize_t __wrap_send(int fd, const void *bytes, size_t count, int flags)
{
    calls++;
    return __real_send(fd, bytes, count, flags);
}

ssize_t __wrap_read(int fd, void *bytes, size_t count)
{
    calls++;
    return __real_read(fd, bytes, count);
}

int __wrap_ppoll(struct pollfd *fds, nfds_t count, const struct timespec *time, const sigset_t *mask)
{
    calls++;
    return __real_ppoll(fds, count, time, mask);
}

static void on_alarm(int signal_number)
{
    (void)signal_number;
}

MW_TEST(signals_do_not_shorten_connecting)
{
    const struct itimerval often = {{0, 30000}, {0, 30000}};
    const struct itimerval never = {{0, 0}, {0, 0}};
    mw_port port;
    struct sigaction action;
    uint32_t begin_us;
    mw_status status;
    (void)state;
    fill_queue();
    memset(&action, 0, sizeof action);
    action.sa_handler = on_alarm;
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &often, NULL);
    begin_us = full.listener.io.now_us(full.listener.io.user);
    status = mw_port_open_tcp(&port, "127.0.0.1", full.number, MW_PROTOCOL_TCP, 200);
    setitimer(ITIMER_REAL, &never, NULL);
    assert_int_equal(status, MW_ERR_TIMEOUT);
    assert_in_range(full.listener.io.now_us(full.listener.io.user) - begin_us, 195000, 2000000);
    close_queue();
}

MW_TEST(a_transaction_takes_at_most_3_system_calls)
{
    pair p;
    uint8_t request[MW_MODBUS_READ_BYTES];
    uint8_t reply[MW_MODBUS_FRAME_MAX];
    size_t length;
    (void)state;
    connect_pair(&p, "127.0.0.1", MW_PROTOCOL_TCP);
    for (uint16_t transaction = 1; transaction <= 3; transaction++) {
        const mw_modbus_request read = {transaction, 1, MW_MODBUS_READ_HOLDING, 0, 125, NULL};
        const size_t at = mw_modbus_pdu_offset(MW_MODBUS_TCP);
        assert_int_equal(mw_modbus_encode_read(MW_MODBUS_TCP, &read, request, sizeof request, &length), MW_OK);
        memset(reply, 0, sizeof reply);
        reply[at] = 3;
        reply[at + 1] = 250;
        /* The answer is there before the question, so that one read brings all of it. */
        {
            size_t reply_length;
            assert_int_equal(mw_modbus_seal(MW_MODBUS_TCP, transaction, 1, reply, sizeof reply, 252, &reply_length),
                             MW_OK);
            assert_int_equal(p.server.io.write(p.server.io.user, reply, reply_length), MW_OK);
        }
        calls = 0;
        assert_int_equal(mw_link_exchange(&p.client.link, &p.client.io, request, length, 0, 0), MW_OK);
        assert_in_range(calls, 1, 3);
    }
    close_pair(&p);
}

MW_TESTS(MW_CASE(signals_do_not_shorten_connecting), MW_CASE(a_transaction_takes_at_most_3_system_calls))
