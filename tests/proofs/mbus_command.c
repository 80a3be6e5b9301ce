/* SPDX-License-Identifier: MIT */
/* Proves: frames of commands and settings are inside, as long as they say, and made of what was asked for; what cannot
 * be, is refused
 * Bound: any arguments; commands in 24 bytes, settings in 0 to 261, with up to 4 choices; numbers by mbus_encode; a
 * setting that is no record has values that are CI fields
 * Unwind: 10
 */
#define STUB_mw_mbus_checksum
#include <meterwire/mbus_master.h>
#include <meterwire/model.h>

#include "draft.h"
#include "proof.h"

#define DAY_S 86400

static const mw_mbus_setting *written;

void mw_mbus_put_integer(mw_mbus_draft *draft, const uint8_t *head, size_t head_bytes, int64_t n)
{
    (void)n;
    PROVE(head_bytes >= 1, "there is a DIF");
    READABLE(head, head_bytes);
    put_any_bytes(draft, integer_bytes(head, head_bytes));
}

/* A value that is added to the CI field leaves one. */
mw_status mw_decimal_rescale(int64_t n, int8_t from, int8_t to, int64_t *out)
{
    (void)n, (void)from, (void)to;
    *out = nondet_i64();
    ASSUME(written->head_bytes > 0 || (*out >= 0 && *out <= 0xFF - written->ci));
    return nondet_bool() ? MW_OK : MW_ERR_RANGE;
}

/* Around the data of a frame of that length. */
static void prove_frame(const uint8_t *frame, size_t length, size_t size, size_t data_bytes)
{
    PROVE(length == 9 + data_bytes && length <= size, "as long as its data, and inside");
    PROVE(frame[0] == 0x68 && frame[1] == 3 + data_bytes && frame[2] == frame[1] && frame[3] == 0x68, "its front");
    PROVE(frame[length - 1] == 0x16, "its end");
}

static void prove_command(const uint8_t *frame, size_t length, uint8_t address, uint8_t ci, size_t data_bytes)
{
    prove_frame(frame, length, MW_MBUS_COMMAND_SIZE, data_bytes);
    PROVE(frame[4] == 0x53 && frame[5] == address && frame[6] == ci, "SND_UD to this meter");
}

static void encode_address(uint8_t address, uint8_t *frame)
{
    const uint8_t wanted = nondet_u8();
    size_t length;
    const mw_status status = mw_mbus_encode_address(address, wanted, frame, &length);
    PROVE(status == (wanted <= 250 && address != 255 ? MW_OK : MW_ERR_ARGUMENT), "0 to 250, and not for all meters");
    if (status == MW_OK) {
        prove_command(frame, length, address, 0x51, 3);
        PROVE(frame[7] == 0x01 && frame[8] == 0x7A && frame[9] == wanted, "its record");
    }
}

static void encode_id(uint8_t address, uint8_t *frame)
{
    const uint32_t id = nondet_u32();
    size_t length;
    const mw_status status = mw_mbus_encode_id(address, id, frame, &length);
    bool digits = true;
    for (unsigned shift = 0; shift < 32; shift += 4) {
        digits = digits && (id >> shift & 0xFu) <= 9;
    }
    PROVE(status == (digits ? MW_OK : MW_ERR_ARGUMENT), "decimal digits");
    if (status == MW_OK) {
        prove_command(frame, length, address, 0x51, 6);
        PROVE(frame[7] == 0x0C && frame[8] == 0x79, "its head");
        PROVE((frame[9] | (uint32_t)frame[10] << 8 | (uint32_t)frame[11] << 16 | (uint32_t)frame[12] << 24) == id,
              "its digits");
    }
}

/* Hour, day and month as types F and I have them, from the minute on. */
static void prove_time(const uint8_t *bytes)
{
    PROVE(bytes[0] <= 59 && (bytes[1] & 0x1Fu) <= 23, "a time");
    PROVE((bytes[2] & 0x1Fu) >= 1 && (bytes[3] & 0x0Fu) >= 1 && (bytes[3] & 0x0Fu) <= 12, "a day and a month");
    PROVE((unsigned)(bytes[2] >> 5 | (bytes[3] & 0xF0u) >> 1) <= 99, "a year");
}

static void encode_clock(uint8_t address, uint8_t *frame)
{
    const int64_t seconds = nondet_i64();
    const bool with_seconds = nondet_bool();
    const int days = (with_seconds ? 100 : 81) * 365 + (with_seconds ? 25 : 21); /* with those of leap years */
    const int64_t since_2000 = INT64_C(946684800);
    size_t length;
    const mw_status status = mw_mbus_encode_clock(address, seconds, with_seconds, frame, &length);
    const bool fits = seconds >= since_2000 && seconds < since_2000 + (int64_t)days * DAY_S;
    PROVE(status == (fits ? MW_OK : MW_ERR_RANGE), "years that the type has");
    if (status == MW_OK) {
        prove_command(frame, length, address, 0x51, with_seconds ? 8 : 6);
        PROVE(frame[7] == (with_seconds ? 0x06 : 0x04) && frame[8] == 0x6D, "its head");
        PROVE(!with_seconds || ((frame[9] & 0x3Fu) <= 59 && frame[11] >> 5 >= 1), "seconds and a day of the week");
        prove_time(frame + (with_seconds ? 10 : 9));
    }
}

static void encode_application(uint8_t address, uint8_t *frame)
{
    const int sub_code = nondet_int();
    size_t length;
    const mw_status status = mw_mbus_encode_application(address, sub_code, frame, &length);
    PROVE(status == (sub_code <= 255 ? MW_OK : MW_ERR_ARGUMENT), "a byte or none");
    if (status == MW_OK) {
        prove_command(frame, length, address, 0x50, sub_code < 0 ? 0 : 1);
        PROVE(sub_code < 0 || frame[7] == sub_code, "its sub-code");
    }
}

static void encode_setting(uint8_t address)
{
    const size_t size = any_size(0, sizeof room);
    mw_choice choices[4];
    mw_mbus_setting setting;
    size_t length;
    mw_status status;
    setting.what.choices = choices;
    ASSUME(setting.what.choice_count <= 4 && setting.head_bytes <= MW_MBUS_HEAD_MAX);
    written = &setting;
    status = mw_mbus_encode_setting(&setting, address, nondet_i64(), TAIL(room, size), size, &length);
    PROVE(size < 24 || status != MW_ERR_SPACE, "24 bytes are enough");
    if (status == MW_OK) {
        prove_frame(TAIL(room, size), length, size,
                    setting.head_bytes > 0 ? integer_bytes(setting.head, setting.head_bytes) : 0);
    }
}

void proof(void)
{
    uint8_t frame[MW_MBUS_COMMAND_SIZE];
    const uint8_t address = nondet_u8();
    switch (nondet_int()) {
    case 0:
        encode_address(address, frame);
        break;
    case 1:
        encode_id(address, frame);
        break;
    case 2:
        encode_clock(address, frame);
        break;
    case 3:
        encode_application(address, frame);
        break;
    default:
        encode_setting(address);
        break;
    }
}
