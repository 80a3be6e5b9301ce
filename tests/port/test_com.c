/* SPDX-License-Identifier: MIT */
/* The serial port of Windows: COM7, at whose other end is com_peer.py. It does what it is asked for by a letter:
 * 'S' says how the line is set, 'E' sends the next 256 bytes back, 'X' is another program that has the port for half a
 * second, 'H' hangs up. */
#include <meterwire/port.h>

#include "../mw_test.h"

static void expect(mw_port *port, const uint8_t *bytes, size_t count)
{
    uint8_t seen[256];
    size_t at = 0;
    size_t n = 1;
    while (at < count && n > 0) {
        assert_int_equal(port->io.read(port->io.user, seen + at, count - at, 1000000, &n), MW_OK);
        at += n;
    }
    assert_int_equal(at, count);
    assert_memory_equal(seen, bytes, count);
}

/* What the other end sees: speed and stop bits, of a line that neither edits nor echoes. */
static void expect_line(mw_port *port, const char *line)
{
    assert_int_equal(port->io.write(port->io.user, (const uint8_t *)"S", 1), MW_OK);
    expect(port, (const uint8_t *)line, strlen(line));
}

MW_TEST(opens_with_the_settings_and_says_that_there_is_no_parity)
{
    const mw_serial serial = {19200, MW_PARITY_EVEN, 2, false, false, false, false, 0};
    mw_port port;
    (void)state;
    for (int i = 0; i < 2; i++) {
        /* The second time parity is all that would change. */
        assert_int_equal(mw_port_open_serial(&port, "COM7", &serial), MW_OK);
        assert_int_equal(port.warnings, MW_PORT_PARITY_NOT_APPLIED);
        assert_int_equal(port.protocol, MW_PROTOCOL_RTU);
        assert_int_equal(port.line.char_us, 573); /* 11 bits at 19200 Bd are 572.9 us */
        expect_line(&port, "19200 2 raw\n");
        mw_port_close(&port);
    }
}

MW_TEST(needs_no_warning_without_parity)
{
    const mw_serial serial = {9600, MW_PARITY_NONE, 1, false, false, false, false, 0};
    mw_port port;
    (void)state;
    assert_int_equal(mw_port_open(&port, "\\\\.\\COM7", &serial), MW_OK);
    assert_int_equal(port.warnings, 0);
    expect_line(&port, "9600 1 raw\n");
    mw_port_close(&port);
}

MW_TEST(every_baud_rate_is_set)
{
    static const struct {
        uint32_t baud;
        const char *line;
    } rates[] = {{300, "300 1 raw\n"},      {600, "600 1 raw\n"},     {1200, "1200 1 raw\n"},
                 {2400, "2400 1 raw\n"},    {4800, "4800 1 raw\n"},   {9600, "9600 1 raw\n"},
                 {19200, "19200 1 raw\n"},  {38400, "38400 1 raw\n"}, {57600, "57600 1 raw\n"},
                 {115200, "115200 1 raw\n"}};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(rates); i++) {
        const mw_serial serial = {rates[i].baud, MW_PARITY_NONE, 1, false, false, false, false, 0};
        mw_port port;
        assert_int_equal(mw_port_open_serial(&port, "COM7", &serial), MW_OK);
        expect_line(&port, rates[i].line);
        mw_port_close(&port);
    }
}

MW_TEST(passes_every_byte_in_both_directions)
{
    mw_port port;
    uint8_t all[256];
    (void)state;
    for (size_t i = 0; i < sizeof all; i++) {
        all[i] = (uint8_t)i;
    }
    assert_int_equal(mw_port_open_serial(&port, "COM7", NULL), MW_OK);
    assert_int_equal(port.io.write(port.io.user, (const uint8_t *)"E", 1), MW_OK);
    assert_int_equal(port.io.write(port.io.user, all, sizeof all), MW_OK);
    expect(&port, all, sizeof all);
    mw_port_close(&port);
}

MW_TEST(waits_no_longer_than_it_was_told)
{
    static const uint32_t waits_us[] = {0, 1, 1500, 50000};
    mw_port port;
    (void)state;
    assert_int_equal(mw_port_open_serial(&port, "COM7", NULL), MW_OK);
    for (size_t i = 0; i < MW_COUNT(waits_us); i++) {
        const uint32_t begin_us = port.io.now_us(port.io.user);
        uint8_t byte;
        size_t n = 1;
        assert_int_equal(port.io.read(port.io.user, &byte, 1, waits_us[i], &n), MW_OK);
        assert_int_equal(n, 0);
        assert_in_range(port.io.now_us(port.io.user) - begin_us, waits_us[i], waits_us[i] + 500000);
    }
    mw_port_close(&port);
}

MW_TEST(the_line_can_be_set_and_set_back_while_it_is_open)
{
    const mw_serial serial = {2400, MW_PARITY_NONE, 1, false, false, false, false, 0};
    const mw_line faster = {9600, MW_PARITY_SAME, 2};
    const mw_line wrong = {12345, MW_PARITY_SAME, 0};
    mw_line former;
    mw_port port;
    (void)state;
    assert_int_equal(mw_port_open_serial(&port, "COM7", &serial), MW_OK);
    assert_int_equal(port.line.char_us, 4584); /* 11 bits at 2400 Bd are 4583.3 us */
    assert_int_equal(port.io.set_line(port.io.user, &faster, &former), MW_OK);
    assert_int_equal(former.baud, 2400);
    assert_int_equal(former.parity, MW_PARITY_NONE);
    assert_int_equal(former.stop_bits, 1);
    assert_int_equal(port.line.char_us, 1146); /* at 9600 Bd 1145.8 us */
    expect_line(&port, "9600 2 raw\n");
    assert_int_equal(port.io.set_line(port.io.user, &wrong, NULL), MW_ERR_ARGUMENT);
    assert_string_equal(port.error, "the port cannot be set like this");
    assert_int_equal(port.io.set_line(port.io.user, &former, NULL), MW_OK);
    expect_line(&port, "2400 1 raw\n");
    mw_port_close(&port);
}

static void expect_refused(const char *path, const mw_serial *serial, mw_status status, const char *error)
{
    mw_port port;
    assert_int_equal(mw_port_open_serial(&port, path, serial), status);
    assert_string_equal(port.error != NULL ? port.error : "", error);
    mw_port_close(&port); /* does no harm */
}

MW_TEST(says_why_it_cannot_be_opened)
{
    static const char no_such[] = "no such port";
    const mw_serial no_such_rate = {12345, 0, 0, false, false, false, false, 0};
    (void)state;
    expect_refused("COM77", NULL, MW_ERR_IO, no_such);
    expect_refused("no port at all", NULL, MW_ERR_IO, no_such);
    expect_refused("a name that is longer than the name of any port in the world can be", NULL, MW_ERR_IO, no_such);
    expect_refused("NUL", NULL, MW_ERR_IO, "not a serial port");
    expect_refused("COM7", &no_such_rate, MW_ERR_ARGUMENT, "no such baud rate, parity or number of data or stop bits");
}

/* Windows never opens a port twice. Wine does, so somebody who takes it as programs of Linux do helps. */
MW_TEST(is_opened_by_one_program_at_a_time)
{
    mw_port port;
    mw_status status = MW_ERR_IO;
    uint32_t (*now_us)(void *user);
    uint32_t begin_us;
    (void)state;
    assert_int_equal(mw_port_open_serial(&port, "COM7", NULL), MW_OK);
    now_us = port.io.now_us;
    begin_us = now_us(NULL);
    assert_int_equal(port.io.write(port.io.user, (const uint8_t *)"X", 1), MW_OK);
    expect(&port, (const uint8_t *)"x", 1);
    mw_port_close(&port);
    mw_port_close(&port); /* does no harm */
    expect_refused("COM7", NULL, MW_ERR_IO, "in use by another program");
    while (status != MW_OK && now_us(NULL) - begin_us < 10000000) {
        status = mw_port_open_serial(&port, "COM7", NULL);
    }
    assert_int_equal(status, MW_OK);
    mw_port_close(&port);
}

/* The last one: nobody is there any more. */
MW_TEST(says_that_the_other_end_has_hung_up)
{
    mw_port port;
    mw_status status = MW_OK;
    uint8_t byte = 0;
    size_t n;
    (void)state;
    assert_int_equal(mw_port_open_serial(&port, "COM7", NULL), MW_OK);
    assert_int_equal(port.io.write(port.io.user, (const uint8_t *)"H", 1), MW_OK);
    for (int i = 0; i < 20 && status == MW_OK; i++) {
        status = port.io.read(port.io.user, &byte, 1, 100000, &n);
    }
    assert_int_equal(status, MW_ERR_IO);
    assert_string_equal(port.error != NULL ? port.error : "", "the device is gone (hang-up)");
    port.error = NULL;
    assert_int_equal(port.io.write(port.io.user, &byte, 1), MW_ERR_IO);
    assert_non_null(port.error);
    mw_port_close(&port);
}

MW_TESTS(MW_CASE(opens_with_the_settings_and_says_that_there_is_no_parity), MW_CASE(needs_no_warning_without_parity),
         MW_CASE(every_baud_rate_is_set), MW_CASE(passes_every_byte_in_both_directions),
         MW_CASE(waits_no_longer_than_it_was_told), MW_CASE(the_line_can_be_set_and_set_back_while_it_is_open),
         MW_CASE(says_why_it_cannot_be_opened), MW_CASE(is_opened_by_one_program_at_a_time),
         MW_CASE(says_that_the_other_end_has_hung_up))
