/* SPDX-License-Identifier: MIT */
/* The serial port on a pseudo-terminal, whose other end the test holds. A pseudo-terminal has no parity and no timing;
 * what the port asked of it is seen from the other end. */
#define _XOPEN_SOURCE 700
#define _DEFAULT_SOURCE

#include <fcntl.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include <meterwire/port.h>

#include "../mw_test.h"

static int master;
static char path[64];

static void open_terminal(void)
{
    master = posix_openpt(O_RDWR | O_NOCTTY);
    assert_true(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
    snprintf(path, sizeof path, "%s", ptsname(master));
}

static mw_port open_port_error(const char *target, const mw_serial *serial, mw_status expected)
{
    mw_port port;
    assert_int_equal(mw_port_open_serial(&port, target, serial), expected);
    assert_non_null(port.error);
    return port;
}

MW_TEST(opens_with_the_settings_and_says_that_there_is_no_parity)
{
    const mw_serial serial = {19200, MW_PARITY_EVEN, 2, false, false, false, false, 0};
    mw_port port;
    struct termios seen;
    (void)state;
    open_terminal();
    assert_int_equal(mw_port_open_serial(&port, path, &serial), MW_OK);
    assert_int_equal(port.warnings, MW_PORT_PARITY_NOT_APPLIED);
    assert_int_equal(port.protocol, MW_PROTOCOL_RTU);
    assert_int_equal(port.line.char_us, 573); /* 11 bits at 19200 Bd are 572.9 us */
    assert_int_equal(tcgetattr(master, &seen), 0);
    assert_int_equal(cfgetospeed(&seen), B19200);
    assert_int_equal(seen.c_cflag & CSTOPB, CSTOPB);
    assert_int_equal(seen.c_lflag & (ICANON | ECHO | ISIG), 0);
    mw_port_close(&port);
    close(master);
}

MW_TEST(opens_again_with_the_same_settings)
{
    const mw_serial serial = {9600, MW_PARITY_EVEN, 1, false, false, false, false, 0};
    mw_port port;
    (void)state;
    open_terminal();
    for (int i = 0; i < 3; i++) {
        /* The second time parity is all that would change, and a pseudo-terminal answers that with an error. */
        assert_int_equal(mw_port_open_serial(&port, path, &serial), MW_OK);
        assert_int_equal(port.warnings, MW_PORT_PARITY_NOT_APPLIED);
        mw_port_close(&port);
    }
    close(master);
}

MW_TEST(needs_no_warning_without_parity)
{
    const mw_serial serial = {9600, MW_PARITY_NONE, 1, false, false, false, false, 0};
    mw_port port;
    (void)state;
    open_terminal();
    assert_int_equal(mw_port_open_serial(&port, path, &serial), MW_OK);
    assert_int_equal(port.warnings, 0);
    mw_port_close(&port);
    close(master);
}

MW_TEST(passes_every_byte_in_both_directions)
{
    mw_port port;
    uint8_t all[256];
    uint8_t seen[256];
    size_t count = 0;
    (void)state;
    for (size_t i = 0; i < sizeof all; i++) {
        all[i] = (uint8_t)i;
    }
    open_terminal();
    assert_int_equal(mw_port_open_serial(&port, path, NULL), MW_OK);
    assert_int_equal(port.io.write(port.io.user, all, sizeof all), MW_OK);
    assert_int_equal(read(master, seen, sizeof seen), sizeof seen);
    assert_memory_equal(all, seen, sizeof all);
    assert_int_equal(write(master, all, sizeof all), sizeof all);
    while (count < sizeof seen) {
        size_t n;
        assert_int_equal(port.io.read(port.io.user, seen + count, sizeof seen - count, 1000000, &n), MW_OK);
        assert_true(n > 0);
        count += n;
    }
    assert_memory_equal(all, seen, sizeof all);
    mw_port_close(&port);
    close(master);
}

MW_TEST(waits_no_longer_than_it_was_told)
{
    mw_port port;
    uint8_t byte;
    size_t n = 1;
    uint32_t begin;
    (void)state;
    open_terminal();
    assert_int_equal(mw_port_open_serial(&port, path, NULL), MW_OK);
    begin = port.io.now_us(port.io.user);
    assert_int_equal(port.io.read(port.io.user, &byte, 1, 2000, &n), MW_OK);
    assert_int_equal(n, 0);
    assert_true(port.io.now_us(port.io.user) - begin >= 2000);
    mw_port_close(&port);
    close(master);
}

MW_TEST(says_that_the_other_end_has_hung_up)
{
    mw_port port;
    uint8_t byte;
    size_t n;
    (void)state;
    open_terminal();
    assert_int_equal(mw_port_open_serial(&port, path, NULL), MW_OK);
    close(master);
    assert_int_equal(port.io.read(port.io.user, &byte, 1, 1000000, &n), MW_ERR_IO);
    assert_non_null(port.error);
    port.error = NULL;
    assert_int_equal(port.io.write(port.io.user, &byte, 1), MW_ERR_IO);
    assert_non_null(port.error);
    mw_port_close(&port);
}

MW_TEST(is_opened_by_one_program_at_a_time)
{
    mw_port port;
    (void)state;
    open_terminal();
    assert_int_equal(mw_port_open_serial(&port, path, NULL), MW_OK);
    assert_string_equal(open_port_error(path, NULL, MW_ERR_IO).error, "in use by another program");
    mw_port_close(&port);
    assert_int_equal(mw_port_open_serial(&port, path, NULL), MW_OK);
    mw_port_close(&port);
    close(master);
}

MW_TEST(refuses_what_is_no_serial_port_or_cannot_be_set_so)
{
    const mw_serial no_such_rate = {12345, 0, 0, false, false, false, false, 0};
    const mw_serial rs485 = {9600, 0, 0, true, false, false, false, 0};
    (void)state;
    open_port_error("/dev/null", NULL, MW_ERR_IO);
    open_port_error("/nowhere/at/all", NULL, MW_ERR_IO);
    open_terminal();
    open_port_error(path, &no_such_rate, MW_ERR_ARGUMENT);
    open_port_error(path, &rs485, MW_ERR_UNSUPPORTED); /* a pseudo-terminal has no driver to switch */
    close(master);
}

MW_TEST(closing_twice_or_after_a_failure_does_no_harm)
{
    mw_port port;
    (void)state;
    port = open_port_error("/dev/null", NULL, MW_ERR_IO);
    mw_port_close(&port);
    open_terminal();
    assert_int_equal(mw_port_open_serial(&port, path, NULL), MW_OK);
    mw_port_close(&port);
    mw_port_close(&port);
    close(master);
}

/* 11 bits at 2400 Bd are 4583.3 us, at 9600 Bd 1145.8 us. */
MW_TEST(the_line_can_be_set_and_set_back_while_it_is_open)
{
    const mw_serial serial = {2400, MW_PARITY_NONE, 1, false, false, false, false, 0};
    const mw_line faster = {9600, MW_PARITY_SAME, 2};
    const mw_line wrong = {12345, MW_PARITY_SAME, 0};
    mw_line former;
    mw_port port;
    struct termios seen;
    (void)state;
    open_terminal();
    assert_int_equal(mw_port_open_serial(&port, path, &serial), MW_OK);
    assert_int_equal(port.serial.baud, 2400);
    assert_int_equal(port.line.char_us, 4584);
    assert_int_equal(port.io.set_line(port.io.user, &faster, &former), MW_OK);
    assert_int_equal(former.baud, 2400);
    assert_int_equal(former.parity, MW_PARITY_NONE);
    assert_int_equal(former.stop_bits, 1);
    assert_int_equal(port.serial.baud, 9600);
    assert_int_equal(port.line.char_us, 1146);
    assert_int_equal(tcgetattr(master, &seen), 0);
    assert_int_equal(cfgetospeed(&seen), B9600);
    assert_int_equal(seen.c_cflag & CSTOPB, CSTOPB);
    assert_int_equal(port.io.set_line(port.io.user, &wrong, NULL), MW_ERR_ARGUMENT);
    assert_non_null(port.error);
    assert_int_equal(port.serial.baud, 9600);
    assert_int_equal(port.io.set_line(port.io.user, &former, NULL), MW_OK);
    assert_int_equal(tcgetattr(master, &seen), 0);
    assert_int_equal(cfgetospeed(&seen), B2400);
    assert_int_equal(seen.c_cflag & CSTOPB, 0);
    mw_port_close(&port);
    close(master);
}

/* 11 bits at 2400 Bd are 4583.3 us, at 9600 Bd 1145.8 us; a byte of Modbus ASCII is two characters. */
MW_TEST(each_protocol_has_its_speed_and_its_time_of_a_byte)
{
    const mw_serial mbus = {0, 0, 0, false, false, true, false, 0};
    const mw_serial ascii = {0, 0, 0, false, false, false, true, 0};
    const mw_line same = {0, MW_PARITY_SAME, 0};
    mw_port port;
    (void)state;
    open_terminal();
    assert_int_equal(mw_port_open_serial(&port, path, &mbus), MW_OK);
    assert_int_equal(port.protocol, MW_PROTOCOL_MBUS);
    assert_int_equal(port.serial.baud, 2400);
    assert_int_equal(port.line.char_us, 4584);
    mw_port_close(&port);
    assert_int_equal(mw_port_open_serial(&port, path, &ascii), MW_OK);
    assert_int_equal(port.protocol, MW_PROTOCOL_ASCII);
    assert_int_equal(port.serial.baud, 9600);
    assert_int_equal(port.line.char_us, 2 * 1146);
    assert_int_equal(port.io.set_line(port.io.user, &same, NULL), MW_OK);
    assert_int_equal(port.serial.baud, 9600);
    assert_int_equal(port.line.char_us, 2 * 1146);
    mw_port_close(&port);
    close(master);
}

MW_TEST(modbus_ascii_sends_whole_frames_only)
{
    const mw_serial ascii = {0, 0, 0, false, false, false, true, 0};
    static const uint8_t frame[] = {0x11, 0x03, 0x00, 0x6B, 0x00, 0x03, 0x76, 0x87};
    uint8_t seen[32] = {0};
    mw_port port;
    (void)state;
    open_terminal();
    assert_int_equal(mw_port_open_serial(&port, path, &ascii), MW_OK);
    assert_true(port.io.write(port.io.user, frame, 2) != MW_OK);
    assert_string_equal(port.error, "only whole frames can be sent as Modbus ASCII");
    assert_int_equal(port.io.write(port.io.user, frame, sizeof frame), MW_OK);
    assert_int_equal(read(master, seen, sizeof seen - 1), 17); /* and nothing of what was no frame */
    assert_string_equal((const char *)seen, ":1103006B00037E\r\n");
    mw_port_close(&port);
    close(master);
}

MW_TEST(a_target_without_a_scheme_is_a_serial_port)
{
    mw_port port;
    (void)state;
    open_terminal();
    assert_int_equal(mw_port_open(&port, path, NULL), MW_OK);
    assert_int_equal(port.protocol, MW_PROTOCOL_RTU);
    mw_port_close(&port);
    close(master);
}

MW_TESTS(MW_CASE(opens_with_the_settings_and_says_that_there_is_no_parity), MW_CASE(opens_again_with_the_same_settings),
         MW_CASE(needs_no_warning_without_parity), MW_CASE(passes_every_byte_in_both_directions),
         MW_CASE(waits_no_longer_than_it_was_told), MW_CASE(says_that_the_other_end_has_hung_up),
         MW_CASE(is_opened_by_one_program_at_a_time), MW_CASE(refuses_what_is_no_serial_port_or_cannot_be_set_so),
         MW_CASE(closing_twice_or_after_a_failure_does_no_harm),
         MW_CASE(the_line_can_be_set_and_set_back_while_it_is_open),
         MW_CASE(each_protocol_has_its_speed_and_its_time_of_a_byte), MW_CASE(modbus_ascii_sends_whole_frames_only),
         MW_CASE(a_target_without_a_scheme_is_a_serial_port))
