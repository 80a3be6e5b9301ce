/* SPDX-License-Identifier: MIT */
/* Proves: numbers, bits and times as they are sent
 * Bound: any number, any coding; factors and exponents by mbus_encode_scale
 * Unwind: 1 encode_bcd.0:17
 */
#include "mbus.h"
#include "proof.h"

mw_status encode_number(const mw_mbus_meaning *meaning, unsigned coding, int64_t n, uint64_t *raw);
mw_status encode_bits(unsigned coding, int64_t n, uint64_t *raw);
mw_status encode_time(unsigned coding, int64_t n, uint64_t *raw);
uint64_t encode_invalid_number(const mw_mbus_meaning *meaning, unsigned coding);

void proof(void)
{
    const unsigned coding = (unsigned)any_size(0, MW_MBUS_SPECIAL - 1);
    mw_mbus_meaning meaning;
    uint64_t raw;
    ASSUME(is_meaning(&meaning));
    switch (nondet_int()) {
    case 0:
        (void)encode_number(&meaning, coding, nondet_i64(), &raw);
        break;
    case 1:
        ASSUME(mw_mbus_data_bytes[coding] > 0);
        (void)encode_bits(coding, nondet_i64(), &raw);
        break;
    case 2:
        (void)encode_time(coding, nondet_i64(), &raw);
        break;
    default:
        ASSUME(mw_mbus_data_bytes[coding] > 0);
        (void)encode_invalid_number(&meaning, coding);
        break;
    }
}
