/* SPDX-License-Identifier: MIT */
/* System calls that fail, are interrupted or do only a part: the linker leads those of the library through here. */
#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include "tcp_pair.h"

/* The next calls that fail, by name: so many, with that error. */
static struct {
    const char *call;
    int error;
    int times;
} fault;

static void fail_next(const char *call, int error, int times)
{
    fault.call = call;
    fault.error = error;
    fault.times = times;
}

static bool fails(const char *call)
{
    if (fault.times == 0 || strcmp(fault.call, call) != 0) {
        return false;
    }
    fault.times--;
    errno = fault.error;
    return true;
}

/* WRAP(TYPE, NAME, PARAMETERS, ARGUMENTS): a call that can be made to fail. */
#define WRAP(type, name, parameters, arguments)                                                                        \
    type __real_##name parameters;                                                                                     \
    type __wrap_##name parameters;                                                                                     \
    type __wrap_##name parameters                                                                                      \
    {                                                                                                                  \
        return fails(#name) ? (type)-1 : __real_##name arguments;                                                      \
    }

WRAP(int, socket, (int family, int type, int protocol), (family, type, protocol))
WRAP(int, connect, (int fd, const struct sockaddr *address, socklen_t size), (fd, address, size))
WRAP(int, getsockopt, (int fd, int level, int option, void *value, socklen_t *size), (fd, level, option, value, size))
WRAP(int, getsockname, (int fd, struct sockaddr *address, socklen_t *size), (fd, address, size))
WRAP(int, listen, (int fd, int backlog), (fd, backlog))
WRAP(int, accept4, (int fd, struct sockaddr *address, socklen_t *size, int flags), (fd, address, size, flags))
WRAP(int, ppoll, (struct pollfd * fds, nfds_t count, const struct timespec *time, const sigset_t *mask),
     (fds, count, time, mask))
WRAP(ssize_t, read, (int fd, void *bytes, size_t count), (fd, bytes, count))
WRAP(ssize_t, send, (int fd, const void *bytes, size_t count, int flags), (fd, bytes, count, flags))
WRAP(int, tcdrain, (int fd), (fd))
WRAP(int, tcsetattr, (int fd, int when, const struct termios *settings), (fd, when, settings))
WRAP(int, flock, (int fd, int operation), (fd, operation))

/* Without an error its time is over. */
int __real_poll(struct pollfd *fds, nfds_t count, int timeout_ms);
int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout_ms);
int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout_ms)
{
    return fails("poll") ? (errno != 0 ? -1 : 0) : __real_poll(fds, count, timeout_ms);
}

/* Settings that a driver does not take, though it says that it does. */
static tcflag_t lost_local;
static tcflag_t lost_control;
static bool lost_speed;

int __real_tcgetattr(int fd, struct termios *settings);
int __wrap_tcgetattr(int fd, struct termios *settings);
int __wrap_tcgetattr(int fd, struct termios *settings)
{
    const int result = fails("tcgetattr") ? -1 : __real_tcgetattr(fd, settings);
    if (result == 0) {
        settings->c_lflag ^= lost_local;
        settings->c_cflag ^= lost_control;
        cfsetispeed(settings, lost_speed ? B50 : cfgetispeed(settings));
    }
    return result;
}

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...)
{
    return fails("open") ? -1 : __real_open(path, flags);
}

/* RS-485 is what a pseudo-terminal does not have; here it is granted where it is not made to fail. */
int __real_ioctl(int fd, unsigned long request, ...);
int __wrap_ioctl(int fd, unsigned long request, ...);
int __wrap_ioctl(int fd, unsigned long request, ...)
{
    void *argument;
    va_list arguments;
    va_start(arguments, request);
    argument = va_arg(arguments, void *);
    va_end(arguments);
    return fails("ioctl") ? -1 : request == TIOCSRS485 ? 0 : __real_ioctl(fd, request, argument);
}

/* ---- TCP ---- */

static void check_no_connection(uint16_t number, mw_status status)
{
    mw_port port;
    assert_int_equal(mw_port_open_tcp(&port, "127.0.0.1", number, MW_PROTOCOL_TCP, 0), status);
    assert_string_equal(port.error, strerror(fault.error));
    assert_int_equal(port.handle, -1);
    assert_int_equal(fault.times, 0);
}

MW_TEST(connecting_says_what_failed)
{
    static const char *const calls[] = {"socket", "connect", "getsockopt"};
    mw_port listener;
    uint16_t number;
    (void)state;
    assert_int_equal(mw_port_listen(&listener, "127.0.0.1", 0, &number), MW_OK);
    for (size_t i = 0; i < MW_COUNT(calls); i++) {
        fail_next(calls[i], ENOBUFS, 1);
        check_no_connection(number, MW_ERR_IO);
    }
    fail_next("connect", ETIMEDOUT, 1);
    check_no_connection(number, MW_ERR_TIMEOUT);
    mw_port_close(&listener);
}

MW_TEST(waiting_for_a_connection_that_cannot_be_waited_for_is_a_timeout)
{
    mw_port listener;
    mw_port port;
    uint16_t number;
    (void)state;
    assert_int_equal(mw_port_listen(&listener, "127.0.0.1", 0, &number), MW_OK);
    fail_next("poll", ENOMEM, 1);
    assert_int_equal(mw_port_open_tcp(&port, "127.0.0.1", number, MW_PROTOCOL_TCP, 0), MW_ERR_TIMEOUT);
    fail_next("poll", EINTR, 3);
    assert_int_equal(mw_port_open_tcp(&port, "127.0.0.1", number, MW_PROTOCOL_TCP, 0), MW_OK);
    assert_int_equal(fault.times, 0);
    mw_port_close(&port);
    mw_port_close(&listener);
}

MW_TEST(listening_says_what_failed)
{
    static const char *const calls[] = {"socket", "listen"};
    mw_port listener;
    uint16_t number = 1;
    (void)state;
    for (size_t i = 0; i < MW_COUNT(calls); i++) {
        fail_next(calls[i], ENOBUFS, 1);
        assert_int_equal(mw_port_listen(&listener, "127.0.0.1", 0, &number), MW_ERR_IO);
        assert_string_equal(listener.error, strerror(ENOBUFS));
        assert_int_equal(listener.handle, -1);
    }
    fail_next("getsockname", ENOBUFS, 1);
    assert_int_equal(mw_port_listen(&listener, "127.0.0.1", 0, &number), MW_OK);
    assert_int_equal(number, 0); /* not known */
    mw_port_close(&listener);
}

/* accept(2): an error of the connection that is to be taken is none of the listener. */
MW_TEST(a_connection_that_is_gone_before_it_is_taken_is_nobody)
{
    static const int nobody[] = {EAGAIN, EINTR, ECONNABORTED};
    mw_port listener;
    mw_port port;
    (void)state;
    assert_int_equal(mw_port_listen(&listener, "127.0.0.1", 0, NULL), MW_OK);
    for (size_t i = 0; i < MW_COUNT(nobody); i++) {
        fail_next("accept4", nobody[i], 1);
        assert_int_equal(mw_port_accept(&listener, &port), MW_AGAIN);
        assert_null(port.error);
    }
    fail_next("accept4", EMFILE, 1);
    assert_int_equal(mw_port_accept(&listener, &port), MW_ERR_IO);
    assert_string_equal(port.error, strerror(EMFILE));
    mw_port_close(&listener);
}

/* ---- reading and writing ---- */

MW_TEST(reading_that_is_interrupted_brings_nothing)
{
    static const int harmless[] = {EAGAIN, EINTR};
    uint8_t byte = 7;
    size_t n;
    pair p;
    (void)state;
    connect_pair(&p, "127.0.0.1", MW_PROTOCOL_TCP);
    for (size_t i = 0; i < MW_COUNT(harmless); i++) {
        fail_next("read", harmless[i], 1);
        n = 1;
        assert_int_equal(p.client.io.read(p.client.io.user, &byte, 1, 0, &n), MW_OK);
        assert_int_equal(n, 0);
    }
    fail_next("ppoll", EINTR, 1);
    assert_int_equal(p.server.io.write(p.server.io.user, &byte, 1), MW_OK);
    assert_int_equal(p.client.io.read(p.client.io.user, &byte, 1, 1000000, &n), MW_OK);
    assert_int_equal(n, 0);
    assert_int_equal(p.client.io.read(p.client.io.user, &byte, 1, 1000000, &n), MW_OK);
    assert_int_equal(n, 1);
    close_pair(&p);
}

MW_TEST(reading_that_fails_says_why)
{
    uint8_t byte;
    size_t n;
    pair p;
    (void)state;
    connect_pair(&p, "127.0.0.1", MW_PROTOCOL_TCP);
    fail_next("read", ECONNRESET, 1);
    assert_int_equal(p.client.io.read(p.client.io.user, &byte, 1, 0, &n), MW_ERR_IO);
    assert_string_equal(p.client.error, strerror(ECONNRESET));
    fail_next("read", EIO, 1);
    assert_int_equal(p.client.io.read(p.client.io.user, &byte, 1, 0, &n), MW_ERR_IO);
    assert_string_equal(p.client.error, "the device is gone (hang-up)");
    close_pair(&p);
}

MW_TEST(writing_goes_on_behind_a_signal_and_when_there_is_room)
{
    uint8_t seen[8] = {0};
    size_t n;
    pair p;
    (void)state;
    connect_pair(&p, "127.0.0.1", MW_PROTOCOL_TCP);
    fail_next("send", EINTR, 2);
    assert_int_equal(p.client.io.write(p.client.io.user, (const uint8_t *)"one", 3), MW_OK);
    fail_next("send", EAGAIN, 2);
    assert_int_equal(p.client.io.write(p.client.io.user, (const uint8_t *)"two", 3), MW_OK);
    assert_int_equal(fault.times, 0);
    assert_int_equal(p.server.io.read(p.server.io.user, seen, 3, 1000000, &n), MW_OK);
    assert_int_equal(p.server.io.read(p.server.io.user, seen + 3, 3, 1000000, &n), MW_OK);
    assert_string_equal((const char *)seen, "onetwo");
    close_pair(&p);
}

MW_TEST(writing_that_fails_says_why)
{
    uint8_t byte = 0;
    pair p;
    (void)state;
    connect_pair(&p, "127.0.0.1", MW_PROTOCOL_TCP);
    fail_next("send", ECONNRESET, 1);
    assert_int_equal(p.client.io.write(p.client.io.user, &byte, 1), MW_ERR_IO);
    assert_string_equal(p.client.error, strerror(ECONNRESET));
    fail_next("send", EIO, 1);
    assert_int_equal(p.client.io.write(p.client.io.user, &byte, 1), MW_ERR_IO);
    assert_string_equal(p.client.error, "the device is gone (hang-up)");
    close_pair(&p);
}

/* ---- serial ports ---- */

static int master;

static void open_terminal(mw_port *port, const mw_serial *serial, mw_status status)
{
    master = posix_openpt(O_RDWR | O_NOCTTY);
    assert_true(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
    assert_int_equal(mw_port_open_serial(port, ptsname(master), serial), status);
}

static void close_terminal(mw_port *port)
{
    mw_port_close(port);
    close(master);
}

MW_TEST(a_serial_port_that_cannot_be_opened_or_set_says_why)
{
    static const struct {
        const char *call;
        int error;
        const char *text;
    } faults[] = {
        {"open", EBUSY, "in use by another program"},        {"open", EACCES, NULL},   {"tcdrain", EIO, NULL},
        {"flock", EWOULDBLOCK, "in use by another program"}, {"tcsetattr", EIO, NULL}, {"tcgetattr", EIO, NULL},
        {"ioctl", ENOTTY, "in use by another program"},
    };
    (void)state;
    for (size_t i = 0; i < MW_COUNT(faults); i++) {
        mw_port port;
        fail_next(faults[i].call, faults[i].error, 1);
        open_terminal(&port, NULL, MW_ERR_IO);
        assert_int_equal(fault.times, 0);
        assert_string_equal(port.error, faults[i].text != NULL ? faults[i].text : strerror(faults[i].error));
        assert_int_equal(port.handle, -1);
        close_terminal(&port);
    }
}

MW_TEST(a_driver_that_does_not_do_what_it_was_told_is_noticed)
{
    mw_port port;
    (void)state;
    lost_local = ECHO;
    open_terminal(&port, NULL, MW_ERR_UNSUPPORTED);
    assert_string_equal(port.error, "the port cannot be set like this");
    close_terminal(&port);
    lost_local = 0;
    lost_control = CSTOPB;
    open_terminal(&port, NULL, MW_ERR_UNSUPPORTED);
    close_terminal(&port);
    lost_control = 0;
    lost_speed = true;
    open_terminal(&port, NULL, MW_ERR_UNSUPPORTED);
    close_terminal(&port);
    lost_speed = false;
    open_terminal(&port, NULL, MW_OK);
    close_terminal(&port);
}

MW_TEST(a_line_that_cannot_be_set_any_more_says_why)
{
    const mw_line faster = {19200, MW_PARITY_SAME, 0};
    mw_port port;
    (void)state;
    open_terminal(&port, NULL, MW_OK);
    fail_next("tcdrain", EIO, 1);
    assert_int_equal(port.io.set_line(port.io.user, &faster, NULL), MW_ERR_IO);
    assert_string_equal(port.error, strerror(EIO));
    assert_int_equal(port.serial.baud, 9600);
    close_terminal(&port);
}

MW_TEST(rs485_is_switched_on_where_the_driver_has_it)
{
    const mw_serial serial = {9600, 0, 0, true, false, false, false, 0};
    mw_port port;
    (void)state;
    open_terminal(&port, &serial, MW_OK);
    close_terminal(&port);
}

/* A pseudo-terminal nobody reads from is full after some kilobytes; then 5 s pass at once. */
MW_TEST(a_line_that_takes_no_bytes_is_broken_after_a_while)
{
    static uint8_t many[70000];
    mw_port port;
    (void)state;
    open_terminal(&port, NULL, MW_OK);
    fail_next("poll", 0, 1);
    assert_int_equal(port.io.write(port.io.user, many, sizeof many), MW_ERR_IO);
    assert_string_equal(port.error, "cannot write: the line does not take any bytes");
    close_terminal(&port);
}

MW_TESTS(MW_CASE(connecting_says_what_failed), MW_CASE(waiting_for_a_connection_that_cannot_be_waited_for_is_a_timeout),
         MW_CASE(listening_says_what_failed), MW_CASE(a_connection_that_is_gone_before_it_is_taken_is_nobody),
         MW_CASE(reading_that_is_interrupted_brings_nothing), MW_CASE(reading_that_fails_says_why),
         MW_CASE(writing_goes_on_behind_a_signal_and_when_there_is_room), MW_CASE(writing_that_fails_says_why),
         MW_CASE(a_serial_port_that_cannot_be_opened_or_set_says_why),
         MW_CASE(a_driver_that_does_not_do_what_it_was_told_is_noticed),
         MW_CASE(a_line_that_cannot_be_set_any_more_says_why), MW_CASE(rs485_is_switched_on_where_the_driver_has_it),
         MW_CASE(a_line_that_takes_no_bytes_is_broken_after_a_while))
