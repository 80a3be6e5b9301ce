/* SPDX-License-Identifier: MIT */
/* What a slave has to answer follows from EN 13757-2 and EN 13757-3 alone: frames are made by definition. */
#include <meterwire/mbus_slave.h>

#include "mbus_hex.h"

#ifndef MW_TEST_PLAIN
#include <stdlib.h>
#endif

#define GUARD 0xA5

/* A meter at address 1: identification 19020246, INM, version 1, electricity. */
static struct bench {
    mw_mbus_slave slave;
    uint8_t room[MW_MBUS_FRAME_MAX + 4]; /* of replies, and a guard behind it */
    size_t length;                       /* of the last reply */
    mw_status status;
    /* The application. */
    unsigned telegrams;   /* it has */
    unsigned fill;        /* not 0: bytes of records, instead of the one record */
    mw_status read_fails; /* not MW_OK: what the readout returns */
    mw_status send_fails;
    uint8_t code; /* of what fails */
    uint8_t new_address;
    unsigned reads;
    unsigned received;
    uint8_t received_ci;
    uint8_t received_bytes;
    uint8_t received_last; /* byte of the body */
} bench;

/* One record tells the number of the telegram and the application: 02 FD 3A NN AA. */
static mw_status app_read(void *user, unsigned application, unsigned number, mw_mbus_draft *draft, bool *more)
{
    const uint8_t record[] = {0x02, 0xFD, 0x3A, (uint8_t)number, (uint8_t)application};
    assert_ptr_equal(user, &bench);
    assert_false(*more);
    bench.reads++;
    if (bench.fill == 0) {
        mw_mbus_put_bytes(draft, record, sizeof record);
    }
    for (unsigned i = 0; i < bench.fill; i++) {
        static const uint8_t filler = 0x2F;
        mw_mbus_put_bytes(draft, &filler, 1);
    }
    *more = number + 1 < bench.telegrams;
    return bench.read_fails;
}

static mw_status app_receive(void *user, const mw_mbus_telegram *telegram, uint8_t *code)
{
    assert_ptr_equal(user, &bench);
    assert_int_equal(*code, 0);
    bench.received++;
    bench.received_ci = telegram->frame.ci;
    bench.received_bytes = telegram->body_bytes;
    bench.received_last = telegram->body_bytes > 0 ? telegram->body[telegram->body_bytes - 1] : 0;
    *code = bench.code;
    if (bench.new_address != 0) {
        bench.slave.address = bench.new_address;
    }
    return bench.send_fails;
}

static void set_up(void)
{
    static const mw_mbus_header header = {0x19020246, 0x25CD, 1, 2, 4, 0, 0};
    memset(&bench, 0, sizeof bench);
    memset(bench.room, GUARD, sizeof bench.room);
    bench.slave.header = header;
    bench.slave.fabrication = 0x87654321;
    bench.slave.address = 1;
    bench.slave.reply = bench.room;
    bench.slave.user = &bench;
    bench.slave.readout = app_read;
    bench.slave.receive = app_receive;
    bench.telegrams = 1;
}

/* Asks with a copy that has nothing readable behind it. */
static void ask(const uint8_t *request, size_t count)
{
#ifndef MW_TEST_PLAIN
    uint8_t *const copy = (uint8_t *)malloc(count > 0 ? count : 1);
    assert_non_null(copy);
#else
    static uint8_t copy[MW_MBUS_FRAME_MAX + 4];
#endif
    memcpy(copy, request, count);
    bench.length = 12345;
    bench.status = mw_mbus_slave_answer(&bench.slave, copy, count, &bench.length);
    assert_true(bench.length <= MW_MBUS_FRAME_MAX);
    for (size_t i = MW_MBUS_FRAME_MAX; i < sizeof bench.room; i++) {
        assert_int_equal(bench.room[i], GUARD);
    }
#ifndef MW_TEST_PLAIN
    free(copy);
#endif
}

/* Asks with what a frame carries: C field, address, and for a long frame CI field and data. */
static void ask_hex(const char *carried)
{
    uint8_t request[MW_MBUS_FRAME_MAX];
    ask(request, mbus_wrap_hex(carried, request));
    assert_int_equal(bench.status, MW_OK);
}

static void check_silence(const char *carried)
{
    ask_hex(carried);
    assert_int_equal(bench.length, 0);
}

static void check_ack(const char *carried)
{
    ask_hex(carried);
    assert_int_equal(bench.length, 1);
    assert_int_equal(bench.room[0], 0xE5);
}

static void check_reply(const char *carried, const char *reply)
{
    uint8_t expected[MW_MBUS_FRAME_MAX];
    const size_t length = mbus_wrap_hex(reply, expected);
    ask_hex(carried);
    assert_int_equal(bench.length, length);
    assert_memory_equal(bench.room, expected, length);
}

/* The answer is a telegram of the meter at address 1. */
static void check_telegram(const char *carried, unsigned access, unsigned number, unsigned application, bool more)
{
    char reply[100];
    (void)snprintf(reply, sizeof reply, "08 01 72 46 02 02 19 CD 25 01 02 %02X 00 00 00 02 FD 3A %02X %02X%s", access,
                   number, application, more ? " 1F" : "");
    check_reply(carried, reply);
}

#define NKE        "40 01"
#define READ_0     "5B 01" /* REQ_UD2, by its frame count bit */
#define READ_1     "7B 01"
#define READ_253_0 "5B FD"
#define READ_253_1 "7B FD"
#define SELECT     "53 FD 52 46 02 02 19 CD 25 01 02"
#define SELECT_1   "73 FD 52 46 02 02 19 CD 25 01 02"
#define TARIFF_2   "53 01 51 09 7C 01 54 02"

/* ---- link layer ---- */

MW_TEST(short_frames_of_the_wago_manual_are_answered)
{
    static const uint8_t nke[] = {0x10, 0x40, 0x01, 0x41, 0x16};
    static const uint8_t read[] = {0x10, 0x5B, 0x01, 0x5C, 0x16};
    (void)state;
    /* 08+01+72+46+02+02+19+CD+25+01+02+04+02+FD+3A = 310 */
    static const uint8_t reply[] = {0x68, 0x14, 0x14, 0x68, 0x08, 0x01, 0x72, 0x46, 0x02, 0x02, 0x19, 0xCD, 0x25,
                                    0x01, 0x02, 0x04, 0x00, 0x00, 0x00, 0x02, 0xFD, 0x3A, 0x00, 0x00, 0x10, 0x16};
    set_up();
    ask(nke, sizeof nke);
    assert_int_equal(bench.status, MW_OK);
    assert_int_equal(bench.length, 1);
    assert_int_equal(bench.room[0], 0xE5);
    ask(read, sizeof read);
    assert_int_equal(bench.status, MW_OK);
    assert_int_equal(bench.length, sizeof reply);
    assert_memory_equal(bench.room, reply, sizeof reply);
}

MW_TEST(access_number_counts_readouts)
{
    (void)state;
    set_up();
    bench.slave.header.access = 254;
    check_telegram(READ_1, 254, 0, 0, false);
    check_telegram(READ_0, 255, 0, 0, false);
    check_telegram(READ_1, 0, 0, 0, false);
    assert_int_equal(bench.slave.header.access, 1);
}

MW_TEST(same_frame_count_bit_gets_the_same_frame)
{
    (void)state;
    set_up();
    bench.telegrams = 2;
    check_ack(NKE);
    for (unsigned i = 0; i < 3; i++) {
        check_telegram(READ_1, 4, 0, 0, true);
        assert_int_equal(bench.reads, 1);
    }
    for (unsigned i = 0; i < 3; i++) {
        check_telegram(READ_0, 5, 1, 0, false);
        assert_int_equal(bench.reads, 2);
    }
    check_telegram(READ_1, 6, 0, 0, true);
}

MW_TEST(any_first_frame_count_bit_is_taken)
{
    (void)state;
    set_up();
    bench.telegrams = 2;
    check_telegram(READ_0, 4, 0, 0, true);
    check_telegram(READ_0, 4, 0, 0, true);
    check_telegram(READ_1, 5, 1, 0, false);
    set_up();
    bench.telegrams = 2;
    check_ack(NKE);
    check_telegram(READ_0, 4, 0, 0, true);
}

MW_TEST(telegrams_follow_each_other_and_begin_anew)
{
    (void)state;
    set_up();
    bench.telegrams = 3;
    check_telegram(READ_1, 4, 0, 0, true);
    check_telegram(READ_0, 5, 1, 0, true);
    check_telegram(READ_1, 6, 2, 0, false);
    check_telegram(READ_0, 7, 0, 0, true);
    check_telegram(READ_1, 8, 1, 0, true);
}

MW_TEST(reset_begins_anew_and_forgets_the_bit)
{
    (void)state;
    set_up();
    bench.telegrams = 3;
    check_telegram(READ_1, 4, 0, 0, true);
    check_telegram(READ_0, 5, 1, 0, true);
    check_ack(NKE);
    check_telegram(READ_0, 6, 0, 0, true);
    check_ack(NKE);
    check_ack(NKE);
    check_telegram(READ_0, 7, 0, 0, true);
}

MW_TEST(nothing_is_urgent)
{
    (void)state;
    set_up();
    bench.telegrams = 2;
    check_ack("5A 01");
    check_ack("7A 01");
    check_telegram(READ_1, 4, 0, 0, true);
    check_ack("5A 01");
    check_telegram(READ_1, 5, 1, 0, false);
    assert_int_equal(bench.reads, 2);
}

MW_TEST(commands_are_carried_out_once)
{
    (void)state;
    set_up();
    check_ack(TARIFF_2);
    assert_int_equal(bench.received, 1);
    assert_int_equal(bench.received_ci, 0x51);
    assert_int_equal(bench.received_bytes, 5);
    assert_int_equal(bench.received_last, 2);
    check_ack(TARIFF_2);
    assert_int_equal(bench.received, 1);
    check_ack("73 01 51 09 7C 01 54 02");
    assert_int_equal(bench.received, 2);
    check_ack(TARIFF_2);
    assert_int_equal(bench.received, 3);
    check_telegram(READ_0, 4, 0, 0, false);
}

MW_TEST(other_commands_with_the_same_bit_are_carried_out)
{
    (void)state;
    set_up();
    check_ack(TARIFF_2);
    check_ack("53 01 51 09 7C 01 54 03");
    assert_int_equal(bench.received, 2);
    assert_int_equal(bench.received_last, 3);
    check_ack("53 01 BB");
    assert_int_equal(bench.received, 3);
    assert_int_equal(bench.received_ci, 0xBB);
    assert_int_equal(bench.received_bytes, 0);
}

MW_TEST(other_c_fields_are_not_answered)
{
    (void)state;
    for (unsigned c = 0; c < 256; c++) {
        const uint8_t carried[] = {(uint8_t)c, 0x01, 0x51, 0x01, 0x7A, 0x01};
        const unsigned base = c & ~0x20u;
        uint8_t request[MW_MBUS_FRAME_MAX];
        set_up();
        ask(request, mbus_wrap(carried, 2, request));
        assert_int_equal(bench.status, MW_OK);
        assert_int_equal(bench.length > 0, c == 0x40 || base == 0x5A || base == 0x5B);
        set_up();
        ask(request, mbus_wrap(carried, sizeof carried, request));
        assert_int_equal(bench.status, MW_OK);
        assert_int_equal(bench.length > 0, base == 0x53);
        assert_int_equal(bench.received, base == 0x53 ? 1 : 0);
    }
}

MW_TEST(frames_for_others_are_not_answered)
{
    static const char *const frames[] = {"40 %02X", "5B %02X", "7A %02X", "53 %02X 51 01 7A 07"};
    (void)state;
    for (unsigned address = 0; address < 256; address++) {
        for (size_t i = 0; i < MW_COUNT(frames); i++) {
            char carried[40];
            (void)snprintf(carried, sizeof carried, frames[i], address);
            set_up();
            ask_hex(carried);
            assert_int_equal(bench.length > 0, address == 1 || address == 254);
        }
        assert_int_equal(bench.received, address == 1 || address == 254 || address == 255 ? 1 : 0);
    }
}

MW_TEST(other_frames_in_between_change_nothing)
{
    (void)state;
    set_up();
    check_telegram(READ_1, 4, 0, 0, false);
    check_silence("40 02");
    check_silence("7B 02");
    check_silence("40 FD");
    check_telegram(READ_1, 4, 0, 0, false);
    assert_int_equal(bench.reads, 1);
}

MW_TEST(address_0_is_an_address)
{
    (void)state;
    set_up();
    bench.slave.address = 0;
    check_ack("40 00");
    check_reply("7B 00", "08 00 72 46 02 02 19 CD 25 01 02 04 00 00 00 02 FD 3A 00 00");
    check_silence("7B 01");
}

MW_TEST(address_254_is_answered_with_ones_own)
{
    (void)state;
    set_up();
    bench.telegrams = 2;
    check_ack("40 FE");
    check_telegram("7B FE", 4, 0, 0, true);
    check_telegram("7B FE", 4, 0, 0, true);
    check_telegram("5B FE", 5, 1, 0, false);
    check_telegram(READ_0, 6, 0, 0, true); /* to another address: no repetition */
    check_ack("5A FE");
    check_ack("53 FE 51 09 7C 01 54 02");
    assert_int_equal(bench.received, 1);
}

MW_TEST(address_255_is_obeyed_in_silence)
{
    (void)state;
    set_up();
    bench.telegrams = 2;
    check_silence("53 FF 51 09 7C 01 54 02");
    assert_int_equal(bench.received, 1);
    check_silence("53 FF 51 09 7C 01 54 02");
    assert_int_equal(bench.received, 1);
    check_telegram(READ_1, 4, 0, 0, true);
    check_silence("5B FF");
    check_silence("5A FF");
    check_telegram(READ_1, 4, 0, 0, true); /* those requests did nothing */
    assert_int_equal(bench.reads, 1);
    check_silence("40 FF");
    check_telegram(READ_1, 5, 0, 0, true);
}

MW_TEST(address_may_be_changed_by_a_command)
{
    (void)state;
    set_up();
    bench.new_address = 7;
    check_ack("53 01 51 01 7A 07");
    check_silence(READ_1);
    check_reply("7B 07", "08 07 72 46 02 02 19 CD 25 01 02 04 00 00 00 02 FD 3A 00 00");
}

/* ---- damaged frames ---- */

static const char *const requests[] = {NKE, READ_0, READ_1, "5A 01", TARIFF_2, "53 01 BB", SELECT, "53 01 50 10"};

MW_TEST(prefixes_are_not_answered)
{
    (void)state;
    for (size_t i = 0; i < MW_COUNT(requests); i++) {
        uint8_t request[MW_MBUS_FRAME_MAX];
        const size_t length = mbus_wrap_hex(requests[i], request);
        set_up();
        for (size_t count = 0; count < length; count++) {
            ask(request, count);
            assert_int_equal(bench.status, MW_AGAIN);
            assert_int_equal(bench.length, 0);
        }
        assert_int_equal(bench.reads + bench.received, 0);
        ask(request, length);
        assert_true(bench.length > 0);
    }
}

MW_TEST(what_stands_behind_a_frame_is_not_looked_at)
{
    (void)state;
    for (size_t i = 0; i < MW_COUNT(requests); i++) {
        uint8_t request[MW_MBUS_FRAME_MAX];
        const size_t length = mbus_wrap_hex(requests[i], request);
        set_up();
        request[length] = 0x68;
        request[length + 1] = 0xFF;
        ask(request, length + 2);
        assert_int_equal(bench.status, MW_OK);
        assert_true(bench.length > 0);
        assert_true(bench.received == 0 || bench.received_bytes + 9 == (int)length);
    }
}

/* A wrong bit is seen wherever it is: in the start, one of the lengths, what is summed up, the sum, the stop. */
MW_TEST(damaged_frames_are_not_answered)
{
    (void)state;
    for (size_t i = 0; i < MW_COUNT(requests); i++) {
        uint8_t request[MW_MBUS_FRAME_MAX];
        const size_t length = mbus_wrap_hex(requests[i], request);
        set_up();
        for (size_t bit = 0; bit < 8 * length; bit++) {
            request[bit / 8] = (uint8_t)(request[bit / 8] ^ 1u << bit % 8);
            ask(request, length);
            assert_true(bench.status != MW_OK);
            assert_int_equal(bench.length, 0);
            request[bit / 8] = (uint8_t)(request[bit / 8] ^ 1u << bit % 8);
        }
        assert_int_equal(bench.reads + bench.received, 0);
        assert_false(bench.slave.selected);
    }
}

MW_TEST(acknowledgements_are_not_answered)
{
    static const uint8_t ack = 0xE5;
    (void)state;
    set_up();
    ask(&ack, 1);
    assert_int_equal(bench.status, MW_OK);
    assert_int_equal(bench.length, 0);
}

MW_TEST(replies_of_others_are_not_answered)
{
    (void)state;
    set_up();
    check_silence("08 01 72 46 02 02 19 CD 25 01 02 04 00 00 00 02 FD 3A 00 00");
    check_silence("08 01 70 00");
}

/* ---- selection ---- */

typedef struct selection {
    const char *data; /* behind the CI field */
    bool matches;
} selection;

/* Of a meter that was selected or not; whether it answers, and is then selected. */
static void check_selection(unsigned ci, const selection *row)
{
    for (unsigned fcb = 0; fcb < 2; fcb++) {
        for (unsigned before = 0; before < 2; before++) {
            char carried[80];
            (void)snprintf(carried, sizeof carried, "%s FD %02X %s", fcb == 0 ? "53" : "73", ci, row->data);
            set_up();
            bench.slave.header.id = 0x1902A24E;
            bench.slave.selected = before != 0;
            ask_hex(carried);
            if ((bench.length == 1 && bench.room[0] == 0xE5) != row->matches || (bench.length > 0) != row->matches) {
                printf("%s\n", carried);
                assert_true(false);
            }
            ask_hex(READ_253_1);
            assert_int_equal(bench.length > 0, row->matches);
        }
    }
}

static void check_selections(unsigned ci, const selection *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        check_selection(ci, rows + i);
    }
}

MW_TEST(selection_compares_everything)
{
    static const selection rows[] = {
        {"4E A2 02 19 CD 25 01 02", true},  {"4D A2 02 19 CD 25 01 02", false}, {"4E A2 02 18 CD 25 01 02", false},
        {"19 02 A2 4E CD 25 01 02", false}, {"4E A2 02 19 25 CD 01 02", false}, {"4E A2 02 19 CE 25 01 02", false},
        {"4E A2 02 19 CD A5 01 02", false}, {"4E A2 02 19 CD 25 02 02", false}, {"4E A2 02 19 CD 25 01 03", false},
    };
    (void)state;
    check_selections(0x52, rows, MW_COUNT(rows));
}

MW_TEST(selection_knows_wildcards)
{
    static const selection rows[] = {
        {"FF FF FF FF FF FF FF FF", true},  {"4E A2 02 19 FF FF FF FF", true},  {"4E A2 02 19 FF FF 01 02", true},
        {"4E A2 02 19 CD 25 FF 02", true},  {"4E A2 02 19 CD 25 01 FF", true},  {"FF FF FF FF CD 25 FF 02", true},
        {"4E A2 02 19 FF 25 01 02", false}, {"4E A2 02 19 CD FF 01 02", false}, {"4E A2 02 19 CD 25 F1 02", false},
        {"4E A2 02 19 CD 25 1F 02", false}, {"4E A2 02 19 CD 25 01 F2", false}, {"FF FF FF FF CE 25 FF FF", false},
        {"4D A2 02 19 FF FF FF FF", false}, {"FF FF FF 2F FF FF FF FF", false}, {"FF FF FF 1F FF FF FF FF", true},
    };
    (void)state;
    check_selections(0x52, rows, MW_COUNT(rows));
}

/* At each place: the digit, F, and every other one; with all others right and with all others F. */
MW_TEST(selection_knows_wildcards_at_each_digit)
{
    const uint32_t id = 0x1902A24E;
    (void)state;
    for (unsigned place = 0; place < 8; place++) {
        for (unsigned digit = 0; digit < 16; digit++) {
            const unsigned shift = 4 * place;
            const uint32_t hole = ~((uint32_t)0xF << shift);
            for (unsigned others = 0; others < 2; others++) {
                const uint32_t wanted = ((others == 0 ? id : UINT32_C(0xFFFFFFFF)) & hole) | (uint32_t)digit << shift;
                char data[40];
                selection row = {data, digit == 15 || digit == (id >> shift & 0xF)};
                (void)snprintf(data, sizeof data, "%02X %02X %02X %02X FF FF FF FF", (unsigned)(wanted & 0xFF),
                               (unsigned)(wanted >> 8 & 0xFF), (unsigned)(wanted >> 16 & 0xFF),
                               (unsigned)(wanted >> 24));
                check_selection(0x52, &row);
            }
        }
    }
}

MW_TEST(selection_with_the_high_byte_first)
{
    static const selection rows[] = {
        {"19 02 A2 4E 25 CD 01 02", true},
        {"F9 02 A2 4F 25 CD 01 02", true},
        {"F9 02 A2 4F FF FF FF FF", true},
        {"4E A2 02 19 25 CD 01 02", false},
        {"19 02 A2 4E CD 25 01 02", false},
        {"19 02 A2 4E 25 CD 01 02 0C 78 87 65 43 21", true},
        {"FF FF FF FF FF FF FF FF 0C 78 F7 65 43 2F", true},
        {"FF FF FF FF FF FF FF FF 0C 78 21 43 65 87", false},
    };
    (void)state;
    check_selections(0x56, rows, MW_COUNT(rows));
}

MW_TEST(enhanced_selection_compares_the_fabrication_number)
{
    static const selection rows[] = {
        {"4E A2 02 19 CD 25 01 02 0C 78 21 43 65 87", true},  {"FF FF FF FF FF FF FF FF 0C 78 21 43 65 87", true},
        {"FF FF FF FF FF FF FF FF 0C 78 FF FF FF FF", true},  {"FF FF FF FF FF FF FF FF 0C 78 2F F3 65 87", true},
        {"FF FF FF FF FF FF FF FF 0C 78 22 43 65 87", false}, {"FF FF FF FF FF FF FF FF 0C 78 21 43 65 97", false},
        {"4D A2 02 19 CD 25 01 02 0C 78 21 43 65 87", false}, {"4E A2 02 19 CD 25 01 02 0C 79 21 43 65 87", false},
        {"4E A2 02 19 CD 25 01 02 0B 78 21 43 65 87", false},
    };
    (void)state;
    check_selections(0x52, rows, MW_COUNT(rows));
}

MW_TEST(selection_of_another_length_matches_nothing)
{
    static const char pattern[] = " FF FF FF FF FF FF FF FF 0C 78 FF FF FF FF FF FF";
    (void)state;
    for (unsigned bytes = 0; bytes <= 16; bytes++) {
        char data[60];
        selection row = {data, bytes == 8 || bytes == 14};
        memcpy(data, pattern, 3 * (size_t)bytes);
        data[3 * bytes] = '\0';
        check_selection(0x52, &row);
        check_selection(0x56, &row);
    }
}

MW_TEST(selection_of_the_wago_manual)
{
    static const uint8_t request[] = {0x68, 0x0B, 0x0B, 0x68, 0x53, 0xFD, 0x52, 0x01, 0x00,
                                      0x07, 0x13, 0xCD, 0x25, 0x01, 0x02, 0xB2, 0x16};
    static const uint8_t anybody[] = {0x68, 0x0B, 0x0B, 0x68, 0x53, 0xFD, 0x52, 0xFF, 0xFF,
                                      0xFF, 0xFF, 0xCD, 0x25, 0xFF, 0x02, 0x91, 0x16};
    (void)state;
    set_up();
    ask(request, sizeof request);
    assert_int_equal(bench.length, 0);
    bench.slave.header.id = 0x13070001;
    ask(request, sizeof request);
    assert_int_equal(bench.length, 1);
    ask(anybody, sizeof anybody);
    assert_int_equal(bench.length, 1);
    bench.slave.header.id = 0x13070002;
    ask(request, sizeof request);
    assert_int_equal(bench.length, 0);
    assert_false(bench.slave.selected);
}

MW_TEST(selected_meter_answers_to_253_with_its_own_address)
{
    (void)state;
    set_up();
    check_silence(READ_253_1);
    check_silence("5A FD");
    check_silence("53 FD 51 09 7C 01 54 02");
    check_ack(SELECT);
    check_telegram(READ_253_1, 4, 0, 0, false);
    check_telegram(READ_253_1, 4, 0, 0, false);
    check_telegram(READ_253_0, 5, 0, 0, false);
    check_ack("7A FD");
    check_ack("53 FD 51 09 7C 01 54 02");
    assert_int_equal(bench.received, 1);
    check_telegram(READ_1, 6, 0, 0, false); /* the other address goes on working */
}

MW_TEST(selection_ends_with_a_reset_at_253)
{
    (void)state;
    set_up();
    check_silence("40 FD");
    check_ack(SELECT);
    check_ack("40 FD");
    check_silence("40 FD");
    check_silence(READ_253_1);
    check_ack(SELECT);
    check_ack(NKE);
    check_ack("40 FE");
    check_silence("40 FF");
    check_telegram(READ_253_1, 4, 0, 0, false); /* a reset of another address does not end it */
}

MW_TEST(selection_ends_with_one_that_does_not_match)
{
    (void)state;
    set_up();
    check_ack(SELECT);
    check_silence("53 FD 52 47 02 02 19 CD 25 01 02");
    check_silence(READ_253_1);
    check_silence("40 FD");
}

MW_TEST(selection_begins_anew)
{
    (void)state;
    set_up();
    bench.telegrams = 3;
    check_ack(SELECT);
    check_telegram(READ_253_1, 4, 0, 0, true);
    check_telegram(READ_253_0, 5, 1, 0, true);
    check_ack(SELECT);
    check_telegram(READ_253_0, 6, 0, 0, true);
    check_telegram(READ_253_1, 7, 1, 0, true);
    check_ack(SELECT_1);
    check_ack(SELECT_1);
    check_telegram(READ_253_1, 8, 0, 0, true);
}

MW_TEST(primary_address_and_253_have_bits_of_their_own)
{
    (void)state;
    set_up();
    bench.telegrams = 4;
    check_ack(NKE);
    check_ack(SELECT_1);
    check_telegram(READ_1, 4, 0, 0, true);
    check_telegram(READ_253_1, 5, 1, 0, true);
    check_telegram(READ_0, 6, 2, 0, true);
    check_telegram(READ_253_0, 7, 3, 0, false);
}

MW_TEST(selection_at_another_address_is_ignored)
{
    static const unsigned addresses[] = {0x01, 0xFE, 0xFF};
    (void)state;
    for (size_t i = 0; i < MW_COUNT(addresses); i++) {
        char carried[60];
        set_up();
        (void)snprintf(carried, sizeof carried, "53 %02X 52 46 02 02 19 CD 25 01 02", addresses[i]);
        check_silence(carried);
        check_silence(READ_253_1);
        assert_int_equal(bench.received, 0);
        check_telegram(READ_1, 4, 0, 0, false);
    }
}

/* ---- application ---- */

MW_TEST(application_is_selected_and_reset)
{
    (void)state;
    set_up();
    bench.telegrams = 2;
    check_telegram(READ_1, 4, 0, 0, true);
    check_ack("53 01 50 20");
    check_telegram(READ_0, 5, 0, 2, true);
    check_ack("73 01 50 F3");
    check_telegram(READ_0, 6, 0, 15, true);
    check_telegram(READ_1, 7, 1, 15, false);
    check_ack(NKE);
    check_telegram(READ_1, 8, 0, 15, true); /* that reset is none of the application */
    check_ack("53 01 50");
    check_telegram(READ_1, 9, 0, 0, true);
    assert_int_equal(bench.received, 0);
}

MW_TEST(refused_command_is_told_in_the_next_readout)
{
    (void)state;
    set_up();
    bench.send_fails = MW_ERR_RANGE;
    bench.code = 8;
    check_ack(TARIFF_2);
    check_reply(READ_1, "08 01 70 08");
    check_reply(READ_1, "08 01 70 08"); /* a repetition */
    assert_int_equal(bench.reads, 0);
    check_telegram(READ_0, 4, 0, 0, false);
    bench.code = 255;
    check_ack(TARIFF_2);
    check_ack(NKE);
    check_ack(SELECT);
    check_reply(READ_253_1, "08 01 70 FF");
    bench.code = 0;
    check_ack(TARIFF_2);
    check_reply(READ_0, "08 01 70 00");
}

MW_TEST(refusal_lasts_until_it_is_told)
{
    (void)state;
    set_up();
    bench.send_fails = MW_ERR_RANGE;
    bench.code = 8;
    check_ack(TARIFF_2);
    bench.send_fails = MW_OK;
    check_ack("73 01 51 09 7C 01 54 03");
    check_reply(READ_0, "08 01 70 08");
    check_telegram(READ_1, 4, 0, 0, false);
}

MW_TEST(code_of_a_command_that_succeeded_is_not_told)
{
    (void)state;
    set_up();
    bench.code = 8;
    check_ack(TARIFF_2);
    check_telegram(READ_0, 4, 0, 0, false);
}

MW_TEST(application_reset_forgets_a_refusal)
{
    (void)state;
    set_up();
    bench.send_fails = MW_ERR_RANGE;
    check_ack(TARIFF_2);
    check_ack("53 01 50");
    check_telegram(READ_1, 4, 0, 0, false);
}

MW_TEST(slave_that_takes_nothing_says_so)
{
    (void)state;
    set_up();
    bench.slave.receive = NULL;
    check_ack(TARIFF_2);
    check_reply(READ_0, "08 01 70 01");
    check_ack("53 01 50 10"); /* its own business */
    check_telegram(READ_0, 4, 0, 1, false);
}

MW_TEST(telegram_without_its_whole_header_is_not_handed_over)
{
    (void)state;
    set_up();
    check_ack("53 01 72 46 02 02 19");
    assert_int_equal(bench.received, 0);
    check_reply(READ_0, "08 01 70 04");
}

MW_TEST(readout_that_fails_is_an_application_error)
{
    (void)state;
    set_up();
    bench.telegrams = 2;
    check_telegram(READ_1, 4, 0, 0, true);
    bench.read_fails = MW_ERR_IO;
    check_reply(READ_0, "08 01 70 00");
    check_reply(READ_0, "08 01 70 00");
    assert_int_equal(bench.reads, 2);
    bench.read_fails = MW_OK;
    check_telegram(READ_1, 5, 0, 0, true); /* from the beginning */
}

/* 252 bytes follow the CI field of the longest frame; 12 of them are the header. */
MW_TEST(longest_readout_and_longer_ones)
{
    (void)state;
    set_up();
    bench.fill = 240;
    ask_hex(READ_1);
    assert_int_equal(bench.length, 261);
    assert_int_equal(bench.room[1], 255);
    assert_int_equal(bench.room[260], 0x16);
    bench.fill = 241;
    check_reply(READ_0, "08 01 70 00");
    bench.telegrams = 2;
    bench.fill = 240;
    check_reply(READ_1, "08 01 70 00");
    bench.fill = 239;
    ask_hex(READ_0);
    assert_int_equal(bench.length, 261);
    assert_int_equal(bench.room[258], 0x1F);
}

MW_TESTS(MW_CASE(short_frames_of_the_wago_manual_are_answered), MW_CASE(access_number_counts_readouts),
         MW_CASE(same_frame_count_bit_gets_the_same_frame), MW_CASE(any_first_frame_count_bit_is_taken),
         MW_CASE(telegrams_follow_each_other_and_begin_anew), MW_CASE(reset_begins_anew_and_forgets_the_bit),
         MW_CASE(nothing_is_urgent), MW_CASE(commands_are_carried_out_once),
         MW_CASE(other_commands_with_the_same_bit_are_carried_out), MW_CASE(other_c_fields_are_not_answered),
         MW_CASE(frames_for_others_are_not_answered), MW_CASE(other_frames_in_between_change_nothing),
         MW_CASE(address_0_is_an_address), MW_CASE(address_254_is_answered_with_ones_own),
         MW_CASE(address_255_is_obeyed_in_silence), MW_CASE(address_may_be_changed_by_a_command),
         MW_CASE(prefixes_are_not_answered), MW_CASE(what_stands_behind_a_frame_is_not_looked_at),
         MW_CASE(damaged_frames_are_not_answered), MW_CASE(acknowledgements_are_not_answered),
         MW_CASE(replies_of_others_are_not_answered), MW_CASE(selection_compares_everything),
         MW_CASE(selection_knows_wildcards), MW_CASE(selection_knows_wildcards_at_each_digit),
         MW_CASE(selection_with_the_high_byte_first), MW_CASE(enhanced_selection_compares_the_fabrication_number),
         MW_CASE(selection_of_another_length_matches_nothing), MW_CASE(selection_of_the_wago_manual),
         MW_CASE(selected_meter_answers_to_253_with_its_own_address), MW_CASE(selection_ends_with_a_reset_at_253),
         MW_CASE(selection_ends_with_one_that_does_not_match), MW_CASE(selection_begins_anew),
         MW_CASE(primary_address_and_253_have_bits_of_their_own), MW_CASE(selection_at_another_address_is_ignored),
         MW_CASE(application_is_selected_and_reset), MW_CASE(refused_command_is_told_in_the_next_readout),
         MW_CASE(refusal_lasts_until_it_is_told), MW_CASE(code_of_a_command_that_succeeded_is_not_told),
         MW_CASE(application_reset_forgets_a_refusal), MW_CASE(slave_that_takes_nothing_says_so),
         MW_CASE(telegram_without_its_whole_header_is_not_handed_over),
         MW_CASE(readout_that_fails_is_an_application_error), MW_CASE(longest_readout_and_longer_ones))
