/* SPDX-License-Identifier: MIT */
/* TCP on the loopback interface, of any system. */
#ifdef _WIN32
#include <winsock2.h>
#include <ws2tcpip.h>
typedef SOCKET mw_handle;
#else
#define _GNU_SOURCE
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
typedef int mw_handle;
#endif

#include "tcp_pair.h"

static void expect_bytes(mw_port *port, const char *bytes)
{
    char seen[32] = "";
    size_t n;
    assert_int_equal(port->io.read(port->io.user, (uint8_t *)seen, sizeof seen - 1, 1000000, &n), MW_OK);
    assert_string_equal(seen, bytes);
}

static void check_pair(const char *host)
{
    pair p;
    int on = 0;
    socklen_t size = sizeof on;
    connect_pair(&p, host, MW_PROTOCOL_TCP);
    assert_int_equal(p.client.protocol, MW_PROTOCOL_TCP);
    assert_int_equal(p.client.line.char_us, 0);
    assert_int_equal(getsockopt((mw_handle)p.client.handle, IPPROTO_TCP, TCP_NODELAY, (void *)&on, &size), 0);
    assert_true(on != 0);
    assert_int_equal(p.client.io.write(p.client.io.user, (const uint8_t *)"question", 8), MW_OK);
    expect_bytes(&p.server, "question");
    assert_int_equal(p.server.io.write(p.server.io.user, (const uint8_t *)"answer", 6), MW_OK);
    expect_bytes(&p.client, "answer");
    close_pair(&p);
}

MW_TEST(connects_over_ipv4)
{
    (void)state;
    check_pair("127.0.0.1");
}

static bool has_ipv6(void)
{
    mw_port listener;
    const bool has = mw_port_listen(&listener, "::1", 0, NULL) == MW_OK;
    mw_port_close(&listener);
    return has;
}

MW_TEST(connects_over_ipv6)
{
    (void)state;
    if (!has_ipv6()) {
        printf("no IPv6 loopback address here: skipped\n");
        skip();
    }
    check_pair("::1");
}

MW_TEST(listens_at_all_addresses_of_both_kinds)
{
    mw_port listener;
    mw_port client;
    mw_port server;
    uint16_t number = 0;
    (void)state;
    assert_int_equal(mw_port_listen(&listener, NULL, 0, &number), MW_OK);
    assert_true(number != 0);
    for (int i = 0; i < (has_ipv6() ? 2 : 1); i++) {
        assert_int_equal(mw_port_open_tcp(&client, i == 0 ? "127.0.0.1" : "::1", number, MW_PROTOCOL_TCP, 0), MW_OK);
        assert_int_equal(mw_port_accept(&listener, &server), MW_OK);
        mw_port_close(&client);
        mw_port_close(&server);
    }
    assert_int_equal(mw_port_listen(&server, NULL, number, NULL), MW_ERR_IO); /* taken */
    mw_port_close(&listener);
}

MW_TEST(says_why_it_cannot_connect)
{
    mw_port port;
    mw_port listener;
    uint16_t number;
    (void)state;
    assert_int_equal(mw_port_listen(&listener, "127.0.0.1", 0, &number), MW_OK);
    mw_port_close(&listener);
    assert_int_equal(mw_port_open_tcp(&port, "127.0.0.1", number, MW_PROTOCOL_TCP, 0), MW_ERR_IO);
    assert_string_equal(port.error, "Connection refused");
    assert_int_equal(mw_port_open_tcp(&port, "no such host", 502, MW_PROTOCOL_TCP, 0), MW_ERR_IO);
    assert_non_null(port.error);
}

MW_TEST(gives_up_connecting_in_time)
{
    (void)state;
    fill_queue();
    close_queue();
}

MW_TEST(says_that_the_other_side_has_hung_up)
{
    pair p;
    uint8_t byte = 0;
    size_t n;
    mw_status status = MW_OK;
    (void)state;
    connect_pair(&p, "127.0.0.1", MW_PROTOCOL_TCP);
    mw_port_close(&p.server);
    assert_int_equal(p.client.io.read(p.client.io.user, &byte, 1, 1000000, &n), MW_ERR_IO);
    assert_string_equal(p.client.error, "the other side has hung up");
    /* Writing fails as soon as the other side has said so; it never ends the program. */
    for (int i = 0; i < 100 && status == MW_OK; i++) {
        status = p.client.io.write(p.client.io.user, &byte, 1);
    }
    assert_int_equal(status, MW_ERR_IO);
    close_pair(&p);
}

MW_TEST(a_port_number_that_is_taken_cannot_be_listened_at)
{
    mw_port first;
    mw_port second;
    uint16_t number;
    (void)state;
    assert_int_equal(mw_port_listen(&first, "127.0.0.1", 0, &number), MW_OK);
    assert_int_equal(mw_port_listen(&second, "127.0.0.1", number, NULL), MW_ERR_IO);
    assert_non_null(second.error);
    assert_int_equal(mw_port_accept(&first, &second), MW_AGAIN); /* nobody has come */
    mw_port_close(&first);
}

/* What goes over the line is text; the link sees frames of RTU. */
MW_TEST(modbus_ascii_is_text_on_the_line_only)
{
    static const char answer[] = "?:1103040001000ADD\r\n:1103040001000ADE\r\n"; /* the first with a wrong LRC */
    static const char request[] = ":1103006B00027F\r\n";
    static const mw_modbus_request wanted = {0, 0x11, MW_MODBUS_READ_HOLDING, 0x6B, 2, NULL};
    uint8_t frame[MW_MODBUS_READ_BYTES];
    mw_modbus_reply reply;
    const uint8_t *got;
    size_t length;
    size_t count;
    mw_status status = MW_AGAIN;
    pair p;
    (void)state;
    connect_pair(&p, "127.0.0.1", MW_PROTOCOL_ASCII);
    assert_int_equal(mw_port_framing(&p.client), MW_MODBUS_RTU);
    assert_int_equal(mw_modbus_encode_read(MW_MODBUS_RTU, &wanted, frame, sizeof frame, &length), MW_OK);
    mw_link_start(&p.client.link, frame, length, 0, 0, p.client.io.now_us(NULL));
    while (status == MW_AGAIN) {
        uint32_t wait_us;
        switch (mw_link_poll(&p.client.link, p.client.io.now_us(NULL), &wait_us)) {
        case MW_LINK_SEND:
            assert_int_equal(p.client.io.write(p.client.io.user, frame, length), MW_OK);
            mw_link_sent(&p.client.link, p.client.io.now_us(NULL));
            expect_bytes(&p.server, request);
            assert_int_equal(p.server.io.write(p.server.io.user, (const uint8_t *)answer, strlen(answer)), MW_OK);
            break;
        case MW_LINK_DONE:
            status = mw_link_status(&p.client.link);
            break;
        case MW_LINK_IDLE:
        case MW_LINK_WAIT:
        case MW_LINK_RECEIVE:
        default: {
            uint8_t bytes[5];
            assert_int_equal(p.client.io.read(p.client.io.user, bytes, sizeof bytes, wait_us, &count), MW_OK);
            mw_link_feed(&p.client.link, bytes, count, p.client.io.now_us(NULL));
            break;
        }
        }
    }
    assert_int_equal(status, MW_OK);
    got = mw_link_reply(&p.client.link, &count);
    assert_int_equal(mw_modbus_decode_reply(MW_MODBUS_RTU, frame, length, got, count, &reply), MW_OK);
    assert_int_equal(mw_modbus_u32(reply.data, 0, MW_MODBUS_ABCD), 0x0001000A);
    close_pair(&p);
}

MW_TEST(targets_are_written_as_people_do)
{
    static const struct {
        const char *format;
        mw_protocol protocol;
    } targets[] = {{"tcp://127.0.0.1:%u", MW_PROTOCOL_TCP},
                   {"tcp://[127.0.0.1]:%u", MW_PROTOCOL_TCP},
                   {"rtu+tcp://127.0.0.1:%u", MW_PROTOCOL_RTU},
                   {"ascii+tcp://127.0.0.1:%u", MW_PROTOCOL_ASCII},
                   {"mbus+tcp://127.0.0.1:%u", MW_PROTOCOL_MBUS}};
    static const char *const bad[] = {"tcp://",
                                      "tcp://:502",
                                      "tcp://host:",
                                      "tcp://host:0",
                                      "tcp://host:65536",
                                      "tcp://host:5x",
                                      "tcp://[::1",
                                      "tcp://[::1]502",
                                      "udp://host:502",
                                      "rtu+tcp://[]:502",
                                      "http://a",
                                      "tcp://host:/502",
                                      "tcp://host:99999999999",
                                      "mbus+tcp://host"};
    mw_port listener;
    uint16_t number;
    (void)state;
    assert_int_equal(mw_port_listen(&listener, "127.0.0.1", 0, &number), MW_OK);
    for (size_t i = 0; i < MW_COUNT(targets); i++) {
        char target[64];
        mw_port port;
        snprintf(target, sizeof target, targets[i].format, number);
        assert_int_equal(mw_port_open(&port, target, NULL), MW_OK);
        assert_int_equal(port.protocol, targets[i].protocol);
        mw_port_close(&port);
    }
    for (size_t i = 0; i < MW_COUNT(bad); i++) {
        mw_port port;
        assert_int_equal(mw_port_open(&port, bad[i], NULL), MW_ERR_ARGUMENT);
        assert_non_null(port.error);
    }
    mw_port_close(&listener);
}

/* 11 bits at 2400 Bd are 4583.3 us, at 300 Bd 36666.7 us. */
MW_TEST(the_line_behind_a_gateway_of_mbus_has_a_speed)
{
    const mw_serial slow = {300, 0, 0, false, false, true, false, 0};
    mw_port listener;
    mw_port port;
    char target[64];
    uint16_t number;
    (void)state;
    assert_int_equal(mw_port_listen(&listener, "127.0.0.1", 0, &number), MW_OK);
    snprintf(target, sizeof target, "mbus+tcp://127.0.0.1:%u", number);
    assert_int_equal(mw_port_open(&port, target, NULL), MW_OK);
    assert_int_equal(port.line.char_us, 4584);
    mw_port_close(&port);
    assert_int_equal(mw_port_open(&port, target, &slow), MW_OK);
    assert_int_equal(port.line.char_us, 36667);
    mw_port_close(&port);
    mw_port_close(&listener);
    assert_int_equal(mw_port_open(&port, target, &slow), MW_ERR_IO);
    assert_int_equal(port.line.char_us, 0);
}

MW_TEST(a_host_has_at_most_255_characters)
{
    char target[300] = "tcp://";
    mw_port port;
    (void)state;
    memset(target + 6, 'a', 256);
    target[262] = '\0';
    assert_int_equal(mw_port_open(&port, target, NULL), MW_ERR_ARGUMENT);
    target[261] = '\0';
    assert_int_equal(mw_port_open(&port, target, NULL), MW_ERR_IO); /* it is looked for */
}

MW_TEST(a_host_that_nobody_knows_is_not_listened_at)
{
    mw_port listener;
    (void)state;
    assert_int_equal(mw_port_listen(&listener, "no such host", 0, NULL), MW_ERR_IO);
    assert_non_null(listener.error);
}

MW_TESTS(MW_CASE(connects_over_ipv4), MW_CASE(connects_over_ipv6), MW_CASE(listens_at_all_addresses_of_both_kinds),
         MW_CASE(says_why_it_cannot_connect), MW_CASE(gives_up_connecting_in_time),
         MW_CASE(says_that_the_other_side_has_hung_up), MW_CASE(a_port_number_that_is_taken_cannot_be_listened_at),
         MW_CASE(targets_are_written_as_people_do), MW_CASE(modbus_ascii_is_text_on_the_line_only),
         MW_CASE(the_line_behind_a_gateway_of_mbus_has_a_speed), MW_CASE(a_host_has_at_most_255_characters),
         MW_CASE(a_host_that_nobody_knows_is_not_listened_at))
