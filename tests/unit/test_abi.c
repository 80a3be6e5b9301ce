/* SPDX-License-Identifier: MIT */
/* The sizes of all public structures, pinned: who was compiled with other ones must not be linked with this library.
 * Each is the sum of its members in their order and of the gaps between them, by the rules of the usual ABIs. When one
 * of these lines does not compile, the ABI has changed: the library gets another soname (tests/package/abi tells what
 * changed). */
#include <meterwire/meterwire.h>
#include <meterwire/port.h>

#include "../mw_test.h"

/* P: the size of a pointer, of size_t and of intptr_t. A gap that is there wherever there are any, and where pointers
 * are aligned to 8, where int64_t is, and where only int64_t is. */
#if defined(__AVR__)
#define P                  2
#define GAP(bytes)         0
#define GAP_POINTER(bytes) 0
#define GAP_INT64(bytes)   0
#define GAP_LARGER(bytes)  0
#elif UINTPTR_MAX > 0xFFFFFFFFu
#define P                  8
#define GAP(bytes)         (bytes)
#define GAP_POINTER(bytes) (bytes)
#define GAP_INT64(bytes)   (bytes)
#define GAP_LARGER(bytes)  0
#elif defined(__i386__) && !defined(_WIN32)
#define P                  4
#define GAP(bytes)         (bytes)
#define GAP_POINTER(bytes) 0
#define GAP_INT64(bytes)   0
#define GAP_LARGER(bytes)  0
#else
#define P                  4
#define GAP(bytes)         (bytes)
#define GAP_POINTER(bytes) 0
#define GAP_INT64(bytes)   (bytes)
#define GAP_LARGER(bytes)  (bytes)
#endif

#define LARGER(x, y) ((x) > (y) ? (x) : (y))

/* An array of -1 elements does not compile. */
#define PIN(type, bytes) typedef char pin_##type[sizeof(type) == (bytes) ? 1 : -1]

/* core.h */
PIN(mw_obis, 6);
PIN(mw_reading, 8 + sizeof(mw_obis) + 4 + 2 + 20);

/* link.h, io.h */
PIN(mw_framer, 2 * P + 2 + 2 + GAP_POINTER(4));
PIN(mw_link_config, 3 * 4 + 1 + GAP(3) + P);
PIN(mw_link, 3 + GAP(1) + 7 * 2 + GAP(2) + 6 * 4 + GAP_POINTER(4) + 4 * P);
PIN(mw_line, 4 + 2 + GAP(2));
PIN(mw_io, 6 * P);

/* modbus.h, modbus_monitor.h */
PIN(mw_modbus_request, 2 + 2 + 2 + 2 + P);
PIN(mw_modbus_reply, 1 + GAP(P - 1) + 4 * P);
PIN(mw_modbus_diagnostics, 2 + GAP(P - 2) + 2 * P);
PIN(mw_modbus_events, 3 * 2 + GAP(2) + 2 * P);
PIN(mw_modbus_mask_write, 3 * 2);
PIN(mw_modbus_read_write, 4 * 2 + P);
PIN(mw_modbus_file_part, 3 * 2 + GAP(2) + P);
PIN(mw_modbus_object, 2 + GAP(P - 2) + P);
PIN(mw_modbus_id, 5);
PIN(mw_modbus_frame, 2 + 1 + GAP(P - 3) + 2 * P);
PIN(mw_modbus_ascii, 4 + 2 + 2);
PIN(mw_modbus_server, 5 * P);
/* Its enum, of any size, is as large as a pointer together with the gap behind it. */
PIN(mw_modbus_event, P + 2 * sizeof(mw_modbus_frame) + 3 * 4 + GAP_POINTER(4));
PIN(mw_modbus_monitor, 4 * 2 + 2 + GAP(2) + 5 * 4 + 256 + 512);

/* mbus.h, mbus_master.h, mbus_slave.h */
PIN(mw_mbus_frame, P + 2 + 5 + GAP(1));
PIN(mw_mbus_error, 1 + GAP(1) + 2);
PIN(mw_mbus_header, 4 + 2 + 4 + 2);
PIN(mw_mbus_telegram, sizeof(mw_mbus_frame) + sizeof(mw_mbus_header) + GAP_POINTER(4) + P + 6 + GAP(2));
PIN(mw_mbus_record, 2 * 8 + P + 4 + 2 + 1 + GAP(1) + 2 + 17 + GAP(1) + GAP_POINTER(4));
PIN(mw_mbus_cursor, 2 * P + 11 + GAP(1) + sizeof(mw_mbus_error) + 3 + GAP(1) + GAP_POINTER(4) + P);
PIN(mw_mbus_draft, P + 2 + 2 + 1 + GAP(3));
PIN(mw_mbus_secondary, 4 + 2 + 2 + 4 + 1 + GAP(3));
PIN(mw_mbus_master,
    4 + 2 + GAP(2) + 4 + GAP_POINTER(4) + P + 7 + GAP(1) + 2 * 2 + 4 + sizeof(mw_mbus_secondary) + P + 32 + 32 + 24);
PIN(mw_mbus_search, 3 * sizeof(mw_mbus_secondary) + 4 + 2 * 2 + 2 + 3 * 2 + 4);
PIN(mw_mbus_slave, sizeof(mw_mbus_header) + 4 + 1 + GAP(P - 1) + 4 * P + 2 * 2 + 6 + GAP(2) + GAP_POINTER(4));

/* model.h */
PIN(mw_row, 2 + 10);
PIN(mw_block, 2 + 2);
PIN(mw_choice, 4 + 1 + GAP(1) + 2 + P);
PIN(mw_setting, sizeof(mw_obis) + 5 + GAP(1) + 2 * 4 + GAP_POINTER(4) + P);
PIN(mw_modbus_setting, sizeof(mw_setting) + 2 + 2 + GAP_POINTER(4));
PIN(mw_alias, 2 * sizeof(mw_obis));
PIN(mw_load_curve, 4 * 2 + 2 + sizeof(mw_obis) + 2);
PIN(mw_release, 2 + GAP(2) + 4);
PIN(mw_model, 8 * P + 2 + 8 + GAP(2) + 4 + 2 + 2 + GAP_POINTER(4) + 4 * P);
PIN(mw_selection, 1 + GAP(P - 1) + 2 * P);
PIN(mw_plan_notes, 8 * 2 + 1 + GAP(1));
PIN(mw_plan, 3 * P + 2 * 2 + 1 + GAP(3));
PIN(mw_plan_step, 4 * 2);
PIN(mw_curve_record, sizeof(mw_reading) + 8 + 3 * 2 + 1 + GAP(1));
PIN(mw_mbus_row, 6 + 9);
PIN(mw_mbus_setting, sizeof(mw_setting) + 1 + 6 + 2 + GAP(3) + GAP_POINTER(4));
PIN(mw_mbus_model, 5 * P + 2 + 2 + 5 + GAP(3) + 4);

/* meter.h, change.h, identify.h */
#define METER_ON_MODBUS (P + sizeof(mw_plan_step) + sizeof(mw_plan) + sizeof(mw_plan_notes) + 12 + GAP(2))
#define METER_ON_MBUS   (3 * P + sizeof(mw_mbus_cursor) + 2 * 4 + 2 + 2 + GAP_POINTER(4))
PIN(mw_meter, 4 + 2 + GAP(2) + P + 9 + GAP(1) + 3 * 2 + 4 * P + LARGER(METER_ON_MODBUS, METER_ON_MBUS));
PIN(mw_curve_reader, P + GAP_LARGER(4) + 8 + 2 + 2 + 16 + GAP_INT64(4));
PIN(mw_change, 2 + GAP(2) + sizeof(mw_line) + 10 + GAP(2) + 2 * 8 + 2 * P + sizeof(mw_mbus_secondary) + 32);
PIN(mw_identity, 2 * P + 3 + GAP(1) + GAP_INT64(4) + 4 * sizeof(mw_reading));
PIN(mw_identifier, 4 + 7 + GAP(1) + 2 + 1 + GAP(1) + 3 * 2 + GAP(2) + 2 * P + sizeof(mw_plan) +
                       2 * sizeof(mw_plan_step) + GAP_LARGER(4) + sizeof(mw_identity) + 12 + GAP_INT64(4));

/* device.h */
PIN(mw_device, P + 1 + GAP(P - 1) + 3 * P);
PIN(mw_mbus_device, sizeof(mw_mbus_slave) + 4 * P);

/* port.h; an enum is as large as an int together with the gap behind it. */
PIN(mw_serial, 4 + 7 + GAP(1));
PIN(mw_port, sizeof(mw_link) + sizeof(mw_io) + 2 * sizeof(int) + 2 * P + sizeof(mw_link_config) + sizeof(mw_serial) +
                 1 + GAP(1) + sizeof(mw_modbus_ascii) + 522);

MW_TEST(version_is_that_of_the_headers)
{
    char text[40];
    (void)state;
    (void)snprintf(text, sizeof text, "%d.%d.%d", MW_VERSION_MAJOR, MW_VERSION_MINOR, MW_VERSION_PATCH);
    assert_string_equal(MW_VERSION, text);
    assert_string_equal(mw_version(), MW_VERSION);
}

MW_TESTS(MW_CASE(version_is_that_of_the_headers))
