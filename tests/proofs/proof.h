/* SPDX-License-Identifier: MIT */
/* What harnesses share: values of which nothing is known, and the contracts of functions.
 *
 * A harness that needs a function only as far as its contract goes defines STUB_ and its name. Then the function does
 * nothing but check what it requires and give anything that it ensures. That it does ensure that, is proved by another
 * harness, with the same ENSURES_. */
#ifndef PROOF_H
#define PROOF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool nondet_bool(void);
int nondet_int(void);
unsigned nondet_unsigned(void);
size_t nondet_size(void);
int8_t nondet_i8(void);
int16_t nondet_i16(void);
int32_t nondet_i32(void);
int64_t nondet_i64(void);
uint8_t nondet_u8(void);
uint16_t nondet_u16(void);
uint32_t nondet_u32(void);
uint64_t nondet_u64(void);

#define ASSUME(condition)      __CPROVER_assume(condition)
#define PROVE(condition, what) __CPROVER_assert((condition), what)
#define READABLE(bytes, count) PROVE(__CPROVER_r_ok((bytes), (count)), "readable: " #bytes)
#define WRITABLE(bytes, count) PROVE(__CPROVER_w_ok((bytes), (count)), "writable: " #bytes)

/* Any number from `least` to `most`. */
static inline size_t any_size(size_t least, size_t most)
{
    const size_t n = nondet_size();
    ASSUME(n >= least && n <= most);
    return n;
}

/* The last `count` bytes of an array: a step beyond them leaves it. */
#define TAIL(array, count) ((array) + sizeof(array) - (count))

#ifdef STUB_mw_crc16
uint16_t mw_crc16(const uint8_t *bytes, size_t count)
{
    READABLE(bytes, count);
    return nondet_u16();
}
#endif

/* Memory functions of which only the places matter. */
#ifdef STUB_memory
int memcmp(const void *a, const void *b, size_t count)
{
    READABLE(a, count);
    READABLE(b, count);
    return nondet_int();
}

void *memcpy(void *to, const void *from, size_t count)
{
    READABLE(from, count);
    WRITABLE(to, count);
    __CPROVER_havoc_object(to);
    return to;
}

void *memmove(void *to, const void *from, size_t count)
{
    return memcpy(to, from, count);
}
#endif

#define ENSURES_pdu_length(result, count) ((result) >= -1 && (result) <= 253 && ((count) > 0 || (result) == 0))

/* Of an identification: with the head of an object, where it has any. */
#define ENSURES_id_length(length, pdu, count)                                                                          \
    ((length) == -1 || (length) == 0 || ((count) >= 7 && (length) >= ((pdu)[6] > 0 ? 9 : 7) && (length) <= 253))

#ifdef STUB_modbus_id_length
int modbus_id_length(const uint8_t *pdu, size_t count)
{
    const int length = nondet_int();
    READABLE(pdu, count);
    ASSUME(ENSURES_id_length(length, pdu, count));
    return length;
}
#endif

#ifdef STUB_mw_modbus_length
#define STUB_mw_modbus_reply_length
int mw_modbus_request_length(const uint8_t *pdu, size_t count)
{
    return mw_modbus_reply_length(pdu, count);
}
#endif

#ifdef STUB_mw_modbus_reply_length
int mw_modbus_reply_length(const uint8_t *pdu, size_t count)
{
    const int result = nondet_int();
    READABLE(pdu, count);
    ASSUME(ENSURES_pdu_length(result, count));
    return result;
}
#endif

#define ENSURES_find_end(status, count, least, length)                                                                 \
    ((status) == MW_AGAIN || (status) == MW_ERR_CHECK ||                                                               \
     ((status) == MW_OK && (length) <= (count) && (length) <= MW_MODBUS_RTU_MAX && (length) >= (least) + 3))

#ifdef STUB_mw_modbus_find_end
mw_status mw_modbus_find_end(const uint8_t *bytes, size_t count, size_t least, size_t *length)
{
    const mw_status status = (mw_status)nondet_int();
    READABLE(bytes, count);
    PROVE(least <= 5 && count <= 512, "no more than it is proved for");
    *length = nondet_size();
    ASSUME(ENSURES_find_end(status, count, least, *length));
    return status;
}
#endif

/* Replies of one byte have only functions whose end is open. */
#define ENSURES_match(status, reply, reply_bytes)                                                                      \
    (((status) == MW_OK && ((reply_bytes) >= 2 || mw_modbus_open_end((reply), (reply_bytes)) > 0)) ||                  \
     ((status) == MW_ERR_REFUSED && (reply_bytes) >= 2) || (status) == MW_ERR_MISMATCH)

#ifdef STUB_mw_modbus_match
static size_t asked_bytes; /* of the PDU that the harness has as the request */

mw_status mw_modbus_match(const uint8_t *request, const uint8_t *reply, size_t reply_bytes)
{
    const mw_status status = (mw_status)nondet_int();
    READABLE(request, asked_bytes);
    PROVE(mw_modbus_is_request(request, asked_bytes), "a request is as long as its function implies");
    PROVE(reply_bytes >= 1, "a reply has a function code");
    READABLE(reply, reply_bytes);
    ASSUME(ENSURES_match(status, reply, reply_bytes));
    return status;
}
#endif

#ifdef STUB_mw_mbus_checksum
uint8_t mw_mbus_checksum(const uint8_t *bytes, size_t count)
{
    READABLE(bytes, count);
    return nondet_u8();
}
#endif

/* Of what framers make of bytes. */
#define ENSURES_examine(status, count, length)                                                                         \
    (((status) == MW_AGAIN || (status) == MW_ERR_CHECK || (status) == MW_ERR_FRAME) ||                                 \
     (((status) == MW_OK || (status) == MW_ERR_REFUSED || (status) == MW_ERR_MISMATCH) && (length) >= 1 &&             \
      (length) <= (count)))

/* The shortest decimal of a single: somewhat more than can be. */
#define ENSURES_shortest_f32(n, exp10) ((n) > -2000000000 && (n) < 2000000000 && (exp10) >= -56 && (exp10) <= 59)

#endif
