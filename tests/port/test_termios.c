/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE

#include "../../lib/ports/posix_termios.h"
#include "../mw_test.h"

static struct termios settings_of(uint32_t baud, uint8_t parity, uint8_t stop_bits)
{
    const mw_serial serial = {baud, parity, stop_bits, false, false, false, false, 0};
    struct termios settings;
    assert_int_equal(mw_port_termios(&serial, &settings), MW_OK);
    return settings;
}

MW_TEST(every_baud_rate_has_its_speed)
{
    static const struct {
        uint32_t baud;
        speed_t speed;
    } rates[] = {{300, B300},     {600, B600},     {1200, B1200},   {2400, B2400},     {4800, B4800}, {9600, B9600},
                 {19200, B19200}, {38400, B38400}, {57600, B57600}, {115200, B115200}, {0, B9600}};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(rates); i++) {
        const struct termios settings = settings_of(rates[i].baud, MW_PARITY_NONE, 1);
        assert_int_equal(cfgetispeed(&settings), rates[i].speed);
        assert_int_equal(cfgetospeed(&settings), rates[i].speed);
    }
}

MW_TEST(parity_is_even_unless_said)
{
    const mw_serial nothing = {0, 0, 0, false, false, false, false, 0};
    struct termios settings;
    (void)state;
    assert_int_equal(mw_port_termios(&nothing, &settings), MW_OK);
    assert_int_equal(settings.c_cflag & (PARENB | PARODD), PARENB);
    assert_true((settings.c_iflag & INPCK) != 0);
}

MW_TEST(parity_none_and_odd)
{
    const struct termios none = settings_of(9600, MW_PARITY_NONE, 1);
    const struct termios odd = settings_of(9600, MW_PARITY_ODD, 1);
    (void)state;
    assert_int_equal(none.c_cflag & (PARENB | PARODD), 0);
    assert_int_equal(none.c_iflag & INPCK, 0);
    assert_int_equal(odd.c_cflag & (PARENB | PARODD), PARENB | PARODD);
    assert_true((odd.c_iflag & INPCK) != 0);
}

MW_TEST(one_or_two_stop_bits)
{
    (void)state;
    assert_int_equal(settings_of(9600, MW_PARITY_NONE, 0).c_cflag & CSTOPB, 0);
    assert_int_equal(settings_of(9600, MW_PARITY_NONE, 1).c_cflag & CSTOPB, 0);
    assert_int_equal(settings_of(9600, MW_PARITY_NONE, 2).c_cflag & CSTOPB, CSTOPB);
}

MW_TEST(bytes_pass_as_they_are)
{
    const struct termios settings = settings_of(9600, MW_PARITY_EVEN, 1);
    (void)state;
    assert_int_equal(settings.c_cflag & CSIZE, CS8);
    assert_true((settings.c_cflag & CREAD) != 0);
    assert_true((settings.c_cflag & CLOCAL) != 0); /* no modem lines */
    assert_int_equal(settings.c_lflag, 0);         /* no lines, echo or signals */
    assert_int_equal(settings.c_oflag, 0);
    assert_int_equal(settings.c_iflag & (ISTRIP | IXON | IXOFF | ICRNL | INLCR | IGNCR | PARMRK | BRKINT), 0);
}

/* SL 2.5.2: Modbus ASCII has 7 data bits where nothing else is agreed; RTU cannot. */
MW_TEST(only_ascii_can_have_seven_data_bits)
{
    mw_serial serial = {9600, 0, 0, false, false, false, true, 7};
    struct termios settings;
    (void)state;
    assert_int_equal(mw_port_termios(&serial, &settings), MW_OK);
    assert_int_equal(settings.c_cflag & CSIZE, CS7);
    serial.data_bits = 0;
    assert_int_equal(mw_port_termios(&serial, &settings), MW_OK);
    assert_int_equal(settings.c_cflag & CSIZE, CS8);
    serial.data_bits = 6;
    assert_int_equal(mw_port_termios(&serial, &settings), MW_ERR_ARGUMENT);
    serial.data_bits = 7;
    serial.ascii = false;
    assert_int_equal(mw_port_termios(&serial, &settings), MW_ERR_ARGUMENT);
}

MW_TEST(settings_that_do_not_exist_are_refused)
{
    static const mw_serial bad[] = {
        {1, 0, 0, false, false, false, false, 0},       {9601, 0, 0, false, false, false, false, 0},
        {56700, 0, 0, false, false, false, false, 0},   {230400, 0, 0, false, false, false, false, 0},
        {9600, 3, 0, false, false, false, false, 0},    {9600, 0, 3, false, false, false, false, 0},
        {9600, 255, 255, false, false, false, false, 0}};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(bad); i++) {
        struct termios settings;
        memset(&settings, 0x5A, sizeof settings);
        const struct termios before = settings;
        assert_int_equal(mw_port_termios(&bad[i], &settings), MW_ERR_ARGUMENT);
        assert_memory_equal(&settings, &before, sizeof settings);
    }
}

MW_TESTS(MW_CASE(only_ascii_can_have_seven_data_bits), MW_CASE(every_baud_rate_has_its_speed),
         MW_CASE(parity_is_even_unless_said), MW_CASE(parity_none_and_odd), MW_CASE(one_or_two_stop_bits),
         MW_CASE(bytes_pass_as_they_are), MW_CASE(settings_that_do_not_exist_are_refused))
