/* SPDX-License-Identifier: MIT */
/* That the simulated bus does what a wire does. */
#include "mbus_hex.h"
#include "sim_bus.h"

#define CHAR_US MW_LINK_CHAR_US(2400)

static struct bench {
    sim_line line;
    sim_bus bus;
    mw_mbus_slave slaves[3];
    uint8_t replies[3][MW_MBUS_FRAME_MAX];
    uint8_t heard[MW_MBUS_FRAME_MAX];
    size_t count;
    uint64_t first_us;
    uint64_t last_us;
} bench;

static void set_up(void)
{
    memset(&bench, 0, sizeof bench);
    sim_init(&bench.line, 0);
    sim_bus_init(&bench.bus, &bench.line, bench.slaves, bench.replies, 3, CHAR_US);
    bench.slaves[0].header.id = 0x10000001;
    bench.slaves[1].header.id = 0x10000002;
    bench.slaves[2].header.id = 0x20000003;
}

/* Sends a request and listens for two seconds. */
static void ask(const char *carried)
{
    uint8_t request[MW_MBUS_FRAME_MAX];
    const uint64_t start = bench.line.time_us;
    sim_send(&bench.line, request, mbus_wrap_hex(carried, request));
    bench.count = 0;
    while (bench.line.time_us < start + 2000000) {
        size_t n;
        sim_wait(&bench.line, start + 2000000 - bench.line.time_us);
        n = sim_take(&bench.line, bench.heard + bench.count, sizeof bench.heard - bench.count);
        if (n > 0 && bench.count == 0) {
            bench.first_us = bench.line.time_us - start;
        }
        bench.last_us = n > 0 ? bench.line.time_us - start : bench.last_us;
        bench.count += n;
    }
}

static bool heard_frame(void)
{
    mw_mbus_frame frame;
    return mw_mbus_open(bench.heard, bench.count, &frame, NULL) == MW_OK && frame.length == bench.count;
}

MW_TEST(one_slave_is_heard_at_the_pace_of_the_line)
{
    (void)state;
    set_up();
    ask("7B 02");
    assert_true(heard_frame());
    assert_int_equal(bench.count, 7 + 12 + 6 + 2);
    assert_int_equal(bench.heard[7], 0x02);
    assert_int_equal(bench.first_us, 7 * CHAR_US); /* five of the request, one of silence, its own */
    assert_int_equal(bench.last_us, bench.first_us + 26 * CHAR_US);
    ask("7B 04");
    assert_int_equal(bench.count, 0);
}

MW_TEST(equal_acknowledgements_overlap)
{
    (void)state;
    set_up();
    ask("40 FE");
    assert_int_equal(bench.count, 1);
    assert_int_equal(bench.heard[0], 0xE5);
    assert_int_equal(bench.bus.crowds, 1);
    bench.bus.acks_collide = true;
    ask("40 FE");
    assert_int_equal(bench.count, 2);
    assert_false(heard_frame());
    ask("40 01");
    assert_int_equal(bench.heard[0], 0xE5);
}

MW_TEST(different_frames_become_garbage)
{
    (void)state;
    set_up();
    ask("7B FE");
    assert_int_equal(bench.count, 7 + 12 + 6 + 2);
    assert_false(heard_frame());
    assert_int_equal(bench.bus.collisions, 1);
    ask("53 FD 52 FF FF FF 2F FF FF FF FF");
    ask("7B FD");
    assert_true(heard_frame());
    assert_int_equal(bench.bus.collisions, 1);
}

MW_TEST(answers_are_lost_and_damaged)
{
    (void)state;
    set_up();
    bench.bus.lose = 3;
    bench.bus.damage = 2;
    ask("7B 01");
    assert_true(heard_frame());
    ask("7B 01");
    assert_int_equal(bench.count, 27);
    assert_false(heard_frame());
    ask("7B 01");
    assert_int_equal(bench.count, 0);
    ask("40 04"); /* nobody's */
    ask("7B 01");
    assert_false(heard_frame());
    ask("7B 01");
    assert_true(heard_frame());
    assert_int_equal(bench.slaves[0].header.access, 1);
}

static sim_fate deaf(sim_bus *bus, const uint8_t *request, size_t length)
{
    (void)request;
    (void)length;
    return bus->line->sent == 1 ? SIM_FATE_DEAF : SIM_FATE_GOOD;
}

MW_TEST(requests_are_lost)
{
    (void)state;
    set_up();
    bench.bus.fate = deaf;
    ask("7B 01");
    assert_int_equal(bench.count, 0);
    assert_int_equal(bench.slaves[0].header.access, 0);
    ask("7B 01");
    assert_true(heard_frame());
}

MW_TESTS(MW_CASE(one_slave_is_heard_at_the_pace_of_the_line), MW_CASE(equal_acknowledgements_overlap),
         MW_CASE(different_frames_become_garbage), MW_CASE(answers_are_lost_and_damaged), MW_CASE(requests_are_lost))
