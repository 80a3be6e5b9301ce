/* SPDX-License-Identifier: MIT */
/* WAGO 879-3000 (4PU), 879-3020 (4PS), 879-3040 (2PU CT); hardware by Inepro Metering.
 *
 * Source: WAGO Operating Instructions 082022 V1.6, appendix A3.2 (registers) and A3.3 (writing), A2.2 (M-Bus records)
 * and A2.3 (writing over M-Bus), with the corrections that hardware and the maker's other documents give;
 * docs/models.md lists them with their confidence. In short: 4015 is missing in the manual; 4021 has length 1 and is
 * packed decimal, as is 4010; 401F and 4020 are two registers and are written with function 16; 6049 has length 2; 5000
 * and 500A are not provided by these meters; what stands at 4025, 4027 to 4031 and behind 6090 is not known and never
 * read. */
#include <meterwire/change.h>
#include <meterwire/modbus.h>
#include <meterwire/models.h>

#include "row.h"
#include "table.h"

#define WAGO_COMM  MW_OBIS_C_COMMUNICATION
#define WAGO_OPER  MW_OBIS_C_OPERATION
#define WAGO_IDENT MW_OBIS_C_IDENTITY

/* Of all three meters. */
/* clang-format off */
#define WAGO_ROWS                                                                                                      \
    MW_ROW(0x4000, DIGITS, 2, 0, NONE, 0, 96, 1, 0, ONCE, 0),                                                          \
    MW_ROW(0x4002, DIGITS, 1, 0, NONE, 0, 96, 1, 4, ONCE, 0),                                                          \
    MW_ROW(0x4003, UNSIGNED, 1, 0, NONE, 0, WAGO_COMM, 0, 0, ONCE, 0),                                                 \
    MW_ROW(0x4004, UNSIGNED, 1, 0, NONE, 0, WAGO_COMM, 1, 0, ONCE, 0),                                                 \
    MW_ROW(0x4005, VERSION, 2, 0, NONE, 0, WAGO_IDENT, 0, 0, ONCE, 0),                                                 \
    MW_ROW(0x4007, VERSION, 2, 0, NONE, 1, 0, 2, 0, ONCE, 0),                                                          \
    MW_ROW(0x4009, VERSION, 2, 0, NONE, 0, WAGO_IDENT, 1, 0, ONCE, 0),                                                 \
    MW_ROW(0x400B, UNSIGNED, 1, 0, A, 0, WAGO_IDENT, 3, 0, ONCE, 0),                                                   \
    /* Coding unproven, superseded by 401F. */                                                                         \
    MW_ROW(0x400C, BITS, 1, 0, NONE, 0, WAGO_IDENT, 4, 0, ONCE, MW_ROW_INFERRED),                                      \
    MW_FLOAT(0x400D, -3, PER_WH, 0, 3, 3, ONCE, 0),                                                                    \
    MW_ROW(0x400F, UNSIGNED, 1, 0, NONE, 0, WAGO_OPER, 0, 0, ONCE, 0),                                                 \
    MW_ROW(0x4010, BCD, 1, 0, S, 0, WAGO_OPER, 1, 0, ONCE, 0),                                                         \
    MW_ROW(0x4011, UNSIGNED, 1, 0, NONE, 0, WAGO_COMM, 2, 0, ONCE, 0),                                                 \
    MW_ROW(0x4012, TEXT, 1, 0, NONE, 1, MW_OBIS_C_CURRENT_DIRECTION + 20, 7, 0, ONCE, 0),                              \
    MW_ROW(0x4013, TEXT, 1, 0, NONE, 1, MW_OBIS_C_CURRENT_DIRECTION + 40, 7, 0, ONCE, 0),                              \
    MW_ROW(0x4014, TEXT, 1, 0, NONE, 1, MW_OBIS_C_CURRENT_DIRECTION + 60, 7, 0, ONCE, 0),                              \
    MW_ROW(0x4015, SIGNED, 1, 0, NONE, 0, 97, 97, 0, ONCE, MW_ROW_INFERRED),                                           \
    MW_ROW(0x4016, UNSIGNED, 1, 0, NONE, 0, 96, 7, 0, ONCE, 0),                                                        \
    MW_ROW(0x4017, UNSIGNED, 1, 0, NONE, 1, MW_OBIS_C_QUADRANT, 7, 0, ONCE, 0),                                        \
    MW_ROW(0x4018, UNSIGNED, 1, 0, NONE, 1, MW_OBIS_C_QUADRANT + 20, 7, 0, ONCE, 0),                                   \
    MW_ROW(0x4019, UNSIGNED, 1, 0, NONE, 1, MW_OBIS_C_QUADRANT + 40, 7, 0, ONCE, 0),                                   \
    MW_ROW(0x401A, UNSIGNED, 1, 0, NONE, 1, MW_OBIS_C_QUADRANT + 60, 7, 0, ONCE, 0),                                   \
    MW_ROW(0x401B, DIGITS, 2, 0, NONE, 1, 0, 2, 8, ONCE, 0),                                                           \
    MW_ROW(0x401D, BITS, 2, 0, NONE, 0, 97, 97, 1, ONCE, 0),                                                           \
    MW_ROW(0x401F, CT_RATIO, 1, 0, A, 1, 0, 4, 2, ONCE, MW_ROW_INFERRED),                                              \
    MW_ROW(0x4020, UNSIGNED, 1, 0, A, 1, 0, 4, 5, ONCE, 0), /* 1 or 5: the same in both codings */                     \
    MW_ROW(0x4021, BCD, 1, -3, S, 0, WAGO_OPER, 2, 0, ONCE, 0),                                                        \
    MW_ROW(0x4022, UNSIGNED, 1, 0, NONE, 0, WAGO_OPER, 3, 0, ONCE, 0),                                                 \
    MW_ROW(0x4023, DIGITS, 2, 0, NONE, 0, WAGO_IDENT, 2, 0, ONCE, 0),                                                  \
    MW_ROW(0x4026, UNSIGNED, 1, 0, NONE, 0, WAGO_OPER, 4, 0, ONCE, 0),                                                 \
    MW_ROW(0x4032, UNSIGNED, 1, 0, NONE, 0, WAGO_OPER, 5, 0, ONCE, 0),                                                 \
    MW_ROW(0x4033, UNSIGNED, 1, 0, NONE, 0, WAGO_OPER, 6, 0, ONCE, 0),                                                 \
                                                                                                                       \
    MW_FLOAT(0x5000, 0, V, 12, 7, 0, FAST, MW_ROW_ZERO_ABSENT),                                                        \
    MW_FLOAT(0x5002, 0, V, 32, 7, 0, FAST, 0),                                                                         \
    MW_FLOAT(0x5004, 0, V, 52, 7, 0, FAST, 0),                                                                         \
    MW_FLOAT(0x5006, 0, V, 72, 7, 0, FAST, 0),                                                                         \
    MW_FLOAT(0x5008, 0, HZ, 14, 7, 0, FAST, 0),                                                                        \
    MW_FLOAT(0x500A, 0, A, 11, 7, 0, FAST, MW_ROW_ZERO_ABSENT),                                                        \
    MW_FLOAT(0x500C, 0, A, 31, 7, 0, FAST, 0),                                                                         \
    MW_FLOAT(0x500E, 0, A, 51, 7, 0, FAST, 0),                                                                         \
    MW_FLOAT(0x5010, 0, A, 71, 7, 0, FAST, 0),                                                                         \
    MW_FLOAT(0x5012, 3, W, 16, 7, 0, FAST, 0),                                                                         \
    MW_FLOAT(0x5014, 3, W, 36, 7, 0, FAST, 0),                                                                         \
    MW_FLOAT(0x5016, 3, W, 56, 7, 0, FAST, 0),                                                                         \
    MW_FLOAT(0x5018, 3, W, 76, 7, 0, FAST, 0),                                                                         \
    MW_FLOAT(0x501A, 3, VAR, 3, 7, 0, FAST, 0),                                                                        \
    MW_FLOAT(0x501C, 3, VAR, 23, 7, 0, FAST, 0),                                                                       \
    MW_FLOAT(0x501E, 3, VAR, 43, 7, 0, FAST, 0),                                                                       \
    MW_FLOAT(0x5020, 3, VAR, 63, 7, 0, FAST, 0),                                                                       \
    MW_FLOAT(0x5022, 3, VA, 9, 7, 0, FAST, 0),                                                                         \
    MW_FLOAT(0x5024, 3, VA, 29, 7, 0, FAST, 0),                                                                        \
    MW_FLOAT(0x5026, 3, VA, 49, 7, 0, FAST, 0),                                                                        \
    MW_FLOAT(0x5028, 3, VA, 69, 7, 0, FAST, 0),                                                                        \
    MW_FLOAT(0x502A, 0, NONE, 13, 7, 0, FAST, 0),                                                                      \
    MW_FLOAT(0x502C, 0, NONE, 33, 7, 0, FAST, 0),                                                                      \
    MW_FLOAT(0x502E, 0, NONE, 53, 7, 0, FAST, 0),                                                                      \
    MW_FLOAT(0x5030, 0, NONE, 73, 7, 0, FAST, 0),                                                                      \
    MW_FLOAT(0x5032, 0, V, 124, 7, 0, FAST, 0),                                                                        \
    MW_FLOAT(0x5034, 0, V, 126, 7, 0, FAST, 0),                                                                        \
    MW_FLOAT(0x5036, 0, V, 125, 7, 0, FAST, 0),                                                                        \
                                                                                                                       \
    MW_FLOAT(0x6000, 3, WH, 15, 8, 0, SLOW, 0),                                                                        \
    MW_FLOAT(0x6002, 3, WH, 15, 8, 1, SLOW, 0),                                                                        \
    MW_FLOAT(0x6004, 3, WH, 15, 8, 2, SLOW, 0),                                                                        \
    MW_FLOAT(0x6006, 3, WH, 35, 8, 0, SLOW, 0),                                                                        \
    MW_FLOAT(0x6008, 3, WH, 55, 8, 0, SLOW, 0),                                                                        \
    MW_FLOAT(0x600A, 3, WH, 75, 8, 0, SLOW, 0),                                                                        \
    MW_FLOAT(0x600C, 3, WH, 1, 8, 0, SLOW, 0),                                                                         \
    MW_FLOAT(0x600E, 3, WH, 1, 8, 1, SLOW, 0),                                                                         \
    MW_FLOAT(0x6010, 3, WH, 1, 8, 2, SLOW, 0),                                                                         \
    MW_FLOAT(0x6012, 3, WH, 21, 8, 0, SLOW, 0),                                                                        \
    MW_FLOAT(0x6014, 3, WH, 41, 8, 0, SLOW, 0),                                                                        \
    MW_FLOAT(0x6016, 3, WH, 61, 8, 0, SLOW, 0),                                                                        \
    MW_FLOAT(0x6018, 3, WH, 2, 8, 0, SLOW, 0),                                                                         \
    MW_FLOAT(0x601A, 3, WH, 2, 8, 1, SLOW, 0),                                                                         \
    MW_FLOAT(0x601C, 3, WH, 2, 8, 2, SLOW, 0),                                                                         \
    MW_FLOAT(0x601E, 3, WH, 22, 8, 0, SLOW, 0),                                                                        \
    MW_FLOAT(0x6020, 3, WH, 42, 8, 0, SLOW, 0),                                                                        \
    MW_FLOAT(0x6022, 3, WH, 62, 8, 0, SLOW, 0),                                                                        \
    MW_FLOAT(0x6024, 3, VARH, MW_OBIS_C_REACTIVE_TOTAL, 8, 0, SLOW, 0),                                                \
    MW_FLOAT(0x6026, 3, VARH, MW_OBIS_C_REACTIVE_TOTAL, 8, 1, SLOW, 0),                                                \
    MW_FLOAT(0x6028, 3, VARH, MW_OBIS_C_REACTIVE_TOTAL, 8, 2, SLOW, 0),                                                \
    MW_FLOAT(0x602A, 3, VARH, MW_OBIS_C_REACTIVE_TOTAL + 20, 8, 0, SLOW, 0),                                           \
    MW_FLOAT(0x602C, 3, VARH, MW_OBIS_C_REACTIVE_TOTAL + 40, 8, 0, SLOW, 0),                                           \
    MW_FLOAT(0x602E, 3, VARH, MW_OBIS_C_REACTIVE_TOTAL + 60, 8, 0, SLOW, 0),                                           \
    MW_FLOAT(0x6030, 3, VARH, 3, 8, 0, SLOW, 0),                                                                       \
    MW_FLOAT(0x6032, 3, VARH, 3, 8, 1, SLOW, 0),                                                                       \
    MW_FLOAT(0x6034, 3, VARH, 3, 8, 2, SLOW, 0),                                                                       \
    MW_FLOAT(0x6036, 3, VARH, 23, 8, 0, SLOW, 0),                                                                      \
    MW_FLOAT(0x6038, 3, VARH, 43, 8, 0, SLOW, 0),                                                                      \
    MW_FLOAT(0x603A, 3, VARH, 63, 8, 0, SLOW, 0),                                                                      \
    MW_FLOAT(0x603C, 3, VARH, 4, 8, 0, SLOW, 0),                                                                       \
    MW_FLOAT(0x603E, 3, VARH, 4, 8, 1, SLOW, 0),                                                                       \
    MW_FLOAT(0x6040, 3, VARH, 4, 8, 2, SLOW, 0),                                                                       \
    MW_FLOAT(0x6042, 3, VARH, 24, 8, 0, SLOW, 0),                                                                      \
    MW_FLOAT(0x6044, 3, VARH, 44, 8, 0, SLOW, 0),                                                                      \
    MW_FLOAT(0x6046, 3, VARH, 64, 8, 0, SLOW, 0),                                                                      \
    MW_ROW(0x6048, UNSIGNED, 1, 0, NONE, 0, 96, 14, 0, SLOW, 0),                                                       \
    MW_FLOAT(0x6049, 3, WH, MW_OBIS_C_RESETTABLE, 8, 0, SLOW, 0),                                                      \
    MW_FLOAT(0x604B, 3, WH, 15, 8, 3, SLOW, 0),                                                                        \
    MW_FLOAT(0x604D, 3, WH, 15, 8, 4, SLOW, 0),                                                                        \
    MW_FLOAT(0x604F, 3, WH, 1, 8, 3, SLOW, 0),                                                                         \
    MW_FLOAT(0x6051, 3, WH, 1, 8, 4, SLOW, 0),                                                                         \
    MW_FLOAT(0x6053, 3, WH, 2, 8, 3, SLOW, 0),                                                                         \
    MW_FLOAT(0x6055, 3, WH, 2, 8, 4, SLOW, 0),                                                                         \
    MW_FLOAT(0x6057, 3, VARH, MW_OBIS_C_REACTIVE_TOTAL, 8, 3, SLOW, 0),                                                \
    MW_FLOAT(0x6059, 3, VARH, MW_OBIS_C_REACTIVE_TOTAL, 8, 4, SLOW, 0),                                                \
    MW_FLOAT(0x605B, 3, VARH, 3, 8, 3, SLOW, 0),                                                                       \
    MW_FLOAT(0x605D, 3, VARH, 3, 8, 4, SLOW, 0),                                                                       \
    MW_FLOAT(0x605F, 3, VARH, 4, 8, 3, SLOW, 0),                                                                       \
    MW_FLOAT(0x6061, 3, VARH, 4, 8, 4, SLOW, 0),                                                                       \
    MW_FLOAT(0x6063, 3, VARH, 5, 8, 0, SLOW, 0),                                                                       \
    MW_FLOAT(0x6065, 3, VARH, 5, 8, 1, SLOW, 0),                                                                       \
    MW_FLOAT(0x6067, 3, VARH, 5, 8, 2, SLOW, 0),                                                                       \
    MW_FLOAT(0x6069, 3, VARH, 5, 8, 3, SLOW, 0),                                                                       \
    MW_FLOAT(0x606B, 3, VARH, 5, 8, 4, SLOW, 0),                                                                       \
    MW_FLOAT(0x606D, 3, VARH, 6, 8, 0, SLOW, 0),                                                                       \
    MW_FLOAT(0x606F, 3, VARH, 6, 8, 1, SLOW, 0),                                                                       \
    MW_FLOAT(0x6071, 3, VARH, 6, 8, 2, SLOW, 0),                                                                       \
    MW_FLOAT(0x6073, 3, VARH, 6, 8, 3, SLOW, 0),                                                                       \
    MW_FLOAT(0x6075, 3, VARH, 6, 8, 4, SLOW, 0),                                                                       \
    MW_FLOAT(0x6077, 3, VARH, 7, 8, 0, SLOW, 0),                                                                       \
    MW_FLOAT(0x6079, 3, VARH, 7, 8, 1, SLOW, 0),                                                                       \
    MW_FLOAT(0x607B, 3, VARH, 7, 8, 2, SLOW, 0),                                                                       \
    MW_FLOAT(0x607D, 3, VARH, 7, 8, 3, SLOW, 0),                                                                       \
    MW_FLOAT(0x607F, 3, VARH, 7, 8, 4, SLOW, 0),                                                                       \
    MW_FLOAT(0x6081, 3, VARH, 8, 8, 0, SLOW, 0),                                                                       \
    MW_FLOAT(0x6083, 3, VARH, 8, 8, 1, SLOW, 0),                                                                       \
    MW_FLOAT(0x6085, 3, VARH, 8, 8, 2, SLOW, 0),                                                                       \
    MW_FLOAT(0x6087, 3, VARH, 8, 8, 3, SLOW, 0),                                                                       \
    MW_FLOAT(0x6089, 3, VARH, 8, 8, 4, SLOW, 0),                                                                       \
    MW_FLOAT(0x608B, 3, WH, MW_OBIS_C_RESETTABLE + 20, 8, 0, SLOW, 0),                                                 \
    MW_FLOAT(0x608D, 3, WH, MW_OBIS_C_RESETTABLE + 40, 8, 0, SLOW, 0),                                                 \
    MW_FLOAT(0x608F, 3, WH, MW_OBIS_C_RESETTABLE + 60, 8, 0, SLOW, 0)
/* clang-format on */

static const mw_row wago_879_direct_rows[] = {WAGO_ROWS};

static const mw_row wago_879_ct_rows[] = {
    WAGO_ROWS,
    /* The history of the transformer ratio (6.9), whose layout is not published. */
    MW_ROW(0x6100, RAW, 4, 0, NONE, 0, MW_OBIS_C_RAW, 0, 0, ONCE, 0),
    MW_ROW(0x6104, RAW, 4, 0, NONE, 0, MW_OBIS_C_RAW, 0, 1, ONCE, 0),
    MW_ROW(0x6108, RAW, 4, 0, NONE, 0, MW_OBIS_C_RAW, 0, 2, ONCE, 0),
    MW_ROW(0x610C, RAW, 4, 0, NONE, 0, MW_OBIS_C_RAW, 0, 3, ONCE, 0),
    MW_ROW(0x6110, RAW, 4, 0, NONE, 0, MW_OBIS_C_RAW, 0, 4, ONCE, 0),
    MW_ROW(0x6114, RAW, 4, 0, NONE, 0, MW_OBIS_C_RAW, 0, 5, ONCE, 0),
    MW_ROW(0x6118, RAW, 4, 0, NONE, 0, MW_OBIS_C_RAW, 0, 6, ONCE, 0),
    MW_ROW(0x611C, RAW, 4, 0, NONE, 0, MW_OBIS_C_RAW, 0, 7, ONCE, 0),
    MW_ROW(0x6120, RAW, 4, 0, NONE, 0, MW_OBIS_C_RAW, 0, 8, ONCE, 0),
    MW_ROW(0x6124, RAW, 4, 0, NONE, 0, MW_OBIS_C_RAW, 0, 9, ONCE, 0),
    MW_ROW(0x6128, RAW, 4, 0, NONE, 0, MW_OBIS_C_RAW, 0, 10, ONCE, 0),
    MW_ROW(0x612C, RAW, 4, 0, NONE, 0, MW_OBIS_C_RAW, 0, 11, ONCE, 0),
    MW_ROW(0x6130, RAW, 4, 0, NONE, 0, MW_OBIS_C_RAW, 0, 12, ONCE, 0),
    MW_ROW(0x6134, RAW, 4, 0, NONE, 0, MW_OBIS_C_RAW, 0, 13, ONCE, 0),
    MW_ROW(0x6138, RAW, 4, 0, NONE, 0, MW_OBIS_C_RAW, 0, 14, ONCE, 0),
    MW_ROW(0x613C, RAW, 4, 0, NONE, 0, MW_OBIS_C_RAW, 0, 15, ONCE, 0),
    MW_ROW(0x6140, RAW, 4, 0, NONE, 0, MW_OBIS_C_RAW, 0, 16, ONCE, 0),
    MW_ROW(0x6144, RAW, 4, 0, NONE, 0, MW_OBIS_C_RAW, 0, 17, ONCE, 0),
    MW_ROW(0x6148, RAW, 4, 0, NONE, 0, MW_OBIS_C_RAW, 0, 18, ONCE, 0),
    MW_ROW(0x614C, RAW, 4, 0, NONE, 0, MW_OBIS_C_RAW, 0, 19, ONCE, 0),
    MW_ROW(0x6150, RAW, 4, 0, NONE, 0, MW_OBIS_C_RAW, 0, 20, ONCE, 0),
    MW_ROW(0x6154, RAW, 4, 0, NONE, 0, MW_OBIS_C_RAW, 0, 21, ONCE, 0),
    MW_ROW(0x6158, RAW, 4, 0, NONE, 0, MW_OBIS_C_RAW, 0, 22, ONCE, 0),
    MW_ROW(0x615C, RAW, 4, 0, NONE, 0, MW_OBIS_C_RAW, 0, 23, ONCE, 0),
    MW_ROW(0x6160, RAW, 4, 0, NONE, 0, MW_OBIS_C_RAW, 0, 24, ONCE, 0),
    MW_ROW(0x6164, RAW, 4, 0, NONE, 0, MW_OBIS_C_RAW, 0, 25, ONCE, 0),
    MW_ROW(0x6168, RAW, 4, 0, NONE, 0, MW_OBIS_C_RAW, 0, 26, ONCE, 0),
    MW_ROW(0x616C, RAW, 4, 0, NONE, 0, MW_OBIS_C_RAW, 0, 27, ONCE, 0),
    MW_ROW(0x6170, RAW, 4, 0, NONE, 0, MW_OBIS_C_RAW, 0, 28, ONCE, 0),
    MW_ROW(0x6174, RAW, 4, 0, NONE, 0, MW_OBIS_C_RAW, 0, 29, ONCE, 0),
    MW_ROW(0x6178, RAW, 4, 0, NONE, 0, MW_OBIS_C_RAW, 0, 30, ONCE, 0),
    MW_ROW(0x617C, RAW, 4, 0, NONE, 0, MW_OBIS_C_RAW, 0, 31, ONCE, 0),
    MW_ROW(0x6180, RAW, 4, 0, NONE, 0, MW_OBIS_C_RAW, 0, 32, ONCE, 0),
    MW_ROW(0x6184, RAW, 4, 0, NONE, 0, MW_OBIS_C_RAW, 0, 33, ONCE, 0),
    MW_ROW(0x6188, RAW, 4, 0, NONE, 0, MW_OBIS_C_RAW, 0, 34, ONCE, 0),
    MW_ROW(0x618C, RAW, 4, 0, NONE, 0, MW_OBIS_C_RAW, 0, 35, ONCE, 0),
    MW_ROW(0x6190, RAW, 4, 0, NONE, 0, MW_OBIS_C_RAW, 0, 36, ONCE, 0),
    MW_ROW(0x6194, RAW, 4, 0, NONE, 0, MW_OBIS_C_RAW, 0, 37, ONCE, 0),
    MW_ROW(0x6198, RAW, 4, 0, NONE, 0, MW_OBIS_C_RAW, 0, 38, ONCE, 0),
    MW_ROW(0x619C, RAW, 3, 0, NONE, 0, MW_OBIS_C_RAW, 0, 39, ONCE, 0),
};

static const mw_block wago_879_blocks[] = {
    {0x4000, 37}, {0x4026, 1}, {0x4032, 2}, {0x5000, 56}, {0x6000, 145}, {0x6100, 159}, /* the last: 879-3040 only */
};

static const mw_choice wago_879_bauds[] = {
    {1, 0, 0, "300"},  {2, 0, 0, "600"},   {3, 0, 0, "1200"},  {4, 0, 0, "2400"},  {5, 0, 0, "4800"},
    {6, 0, 0, "9600"}, {7, 0, 0, "19200"}, {8, 0, 0, "38400"}, {9, 0, 0, "57600"}, {10, 0, 0, "115200"},
};

static const mw_choice wago_879_parities[] = {{1, 0, 0, "even"}, {2, 0, 0, "none"}, {3, 0, 0, "odd"}};

/* In 0.001 pulses per kWh. */
static const mw_choice wago_879_pulse_constants[] = {
    {10000000, 0, 0, "10000/kWh"}, {2000000, 0, 0, "2000/kWh"}, {1000000, 0, 0, "1000/kWh"}, {100000, 0, 0, "100/kWh"},
    {10000, 0, 0, "10/kWh"},       {1000, 0, 0, "1/kWh"},       {100, 0, 0, "0.1/kWh"},      {10, 0, 0, "0.01/kWh"},
};

/* Code 5 is printed "(10)"; on the older PRO380 code 10 cannot be changed back. */
static const mw_choice wago_879_combinations[] = {
    {1, 0, 0, "import"},
    {2, 0, 0, "export"},
    {3, 0, 0, "import+export"},
    {4, 0, 0, "import-export"},
    {5, MW_SETTING_IRREVERSIBLE, 0, "import-export (10)"},
};

static const mw_choice wago_879_pulse_types[] = {{1, 0, 0, "active+reactive"}, {2, 0, 0, "import+export"}};
static const mw_choice wago_879_data_types[] = {{1, 0, 0, "float"}, {2, 0, 0, "integer"}};
static const mw_choice wago_879_directions[] = {{0, 0, 0, "normal"}, {1, 0, 0, "rotated"}};
static const mw_choice wago_879_switches[] = {{0, 0, 0, "off"}, {1, 0, 0, "on"}};

static const mw_choice wago_879_secondaries[] = {{1, 0, 0, "1 A"}, {5, 0, 0, "5 A"}};
static const mw_choice wago_879_reset_power_downs[] = {{0, 0, 0x4016, "power-down counter"}};
static const mw_choice wago_879_reset_day[] = {{0, 0, 0x6049, "day register"}};

static const mw_modbus_setting wago_879_settings[] = {
    MW_VALUES(NUMBER, 0, WAGO_COMM, 0, 0, MW_SETTING_LINK, 0, NONE, 1, 247, 0x4003, 1, 6),
    MW_CHOICES(NUMBER, 0, WAGO_COMM, 1, 0, MW_SETTING_LINK | MW_SETTING_IDENTIFY, 0, NONE, wago_879_bauds, 0x4004, 1,
               6),
    MW_CHOICES(NUMBER, 1, 0, 3, 3, 0, -6, PER_WH, wago_879_pulse_constants, 0x400D, 2, 16),
    MW_CHOICES(NUMBER, 0, WAGO_OPER, 0, 0, MW_SETTING_IDENTIFY, 0, NONE, wago_879_combinations, 0x400F, 1, 6),
    MW_VALUES(NUMBER, 0, WAGO_OPER, 1, 0, 0, 0, S, 1, 30, 0x4010, 1, 6),
    MW_CHOICES(NUMBER, 0, WAGO_COMM, 2, 0, MW_SETTING_LINK, 0, NONE, wago_879_parities, 0x4011, 1, 6),
    MW_CHOICES(ACTION, 0, MW_OBIS_C_COMMAND, 1, 0, 0, 0, NONE, wago_879_reset_power_downs, 0x4016, 1, 6),
    MW_VALUES(NUMBER, 0, WAGO_OPER, 2, 0, 0, -3, S, 2, 99, 0x4021, 1, 6),
    MW_CHOICES(NUMBER, 0, WAGO_OPER, 3, 0, 0, 0, NONE, wago_879_pulse_types, 0x4022, 1, 6),
    MW_CHOICES(NUMBER, 0, WAGO_OPER, 4, 0, 0, 0, NONE, wago_879_data_types, 0x4026, 1, 6),
    MW_CHOICES(NUMBER, 0, WAGO_OPER, 5, 0, 0, 0, NONE, wago_879_directions, 0x4032, 1, 6),
    MW_CHOICES(NUMBER, 0, WAGO_OPER, 6, 0, 0, 0, NONE, wago_879_switches, 0x4033, 1, 6),
    MW_VALUES(NUMBER, 0, 96, 14, 0, MW_SETTING_BROADCAST, 0, NONE, 1, 4, 0x6048, 1, 6),
    MW_CHOICES(ACTION, 0, MW_OBIS_C_COMMAND, 0, 0, 0, 0, WH, wago_879_reset_day, 0x6049, 2, 16),
    /* 879-3040 only: primary and secondary current, written together, at most seven times (6.9). */
    {{MW_ID(1, 0, 4, 2), MW_SETTING_RATIO, MW_SETTING_IRREVERSIBLE | MW_SETTING_UNPROVEN, 0, MW_UNIT_A,
      MW_COUNT_OF(wago_879_secondaries), 1, 9999, wago_879_secondaries},
     0x401F,
     2,
     16},
};

/* The display names the signed active power 15.7.0 (6.8); C.87.0 is the tariff. The codes 1, 2 and 4 of one direction,
 * in which it shows a power as well, have no alias: a number with a sign is not what they stand for. */
#define WAGO_SIGNED(printed, c)                                                                                        \
    {                                                                                                                  \
        MW_ID(1, printed, 7, 0), MW_ID(1, c, 7, 0)                                                                     \
    }

static const mw_alias wago_879_aliases[] = {
    WAGO_SIGNED(15, 16),
    WAGO_SIGNED(35, 36),
    WAGO_SIGNED(55, 56),
    WAGO_SIGNED(75, 76),
    {MW_ID(0, 96, 87, 0), MW_ID(0, 96, 14, 0)},
};

/* Software and its check sum (4.3); 1.28 and 1.34 are printed with the same one. */
static const mw_release wago_879_direct_releases[] = {
    {118, 0x27325923}, {121, 0x27327238}, {126, 0x59269903}, {128, 0x59268366}, {134, 0x59268366},
};
static const mw_release wago_879_ct_releases[] = {{102, 0x59629173}, {103, 0x59607739}, {104, 0x59811839}};

/* Counters end at 999999.999 kWh. */
#define WAGO_ROLLOVER_EXP10 9

/* `without`: 1 for the meters that have no transformers, hence neither their history nor their setting. That they are
 * of MID: 3.1 and 3.3. */
#define WAGO_READ(table, without, its_decode)                                                                          \
    MW_MODEL_ROWS(table, 0), MW_MODEL_BLOCKS(wago_879_blocks, without),                                                \
        .read_function = MW_MODBUS_READ_HOLDING, .max_regs = MW_MODBUS_READ_MAX, .unit = 1, .parity = MW_PARITY_EVEN,  \
        .baud = 9600, .data_type_address = 0x4026, .rollover_exp10 = WAGO_ROLLOVER_EXP10, .flags = MW_MODEL_MID,       \
        .decode = (its_decode)
#define WAGO_DIRECT_READ WAGO_READ(wago_879_direct_rows, 1, mw_row_decode_wago)
#define WAGO_CT_READ     WAGO_READ(wago_879_ct_rows, 0, mw_row_decode_wago_ct)
#define WAGO_WRITE(its_releases, without)                                                                              \
    MW_MODEL_SETTINGS(wago_879_settings, without),                                                                     \
        .aliases = wago_879_aliases, .alias_count = MW_COUNT_OF(wago_879_aliases), .releases = (its_releases),         \
        .release_count = MW_COUNT_OF(its_releases)

MW_MODELS(wago_879_3000, "wago-879-3000", "WAGO 879-3000 (4PU), three phases, direct, 65 A", "1111", WAGO_DIRECT_READ,
          WAGO_WRITE(wago_879_direct_releases, 1));
MW_MODELS(wago_879_3020, "wago-879-3020", "WAGO 879-3020 (4PS), three phases, direct, 65 A", "1112", WAGO_DIRECT_READ,
          WAGO_WRITE(wago_879_direct_releases, 1));
MW_MODELS(wago_879_3040, "wago-879-3040", "WAGO 879-3040 (2PU CT), three phases, current transformers", "1113",
          WAGO_CT_READ, WAGO_WRITE(wago_879_ct_releases, 0));

/* DIB and VIB, exponent beyond the VIF, unit, code a-0:c.d.e, group. */
#define WAGO_RECORD(exp10, unit, a, c, d, e, group, ...)                                                               \
    {                                                                                                                  \
        {__VA_ARGS__}, sizeof((uint8_t[]){__VA_ARGS__}), (exp10), MW_UNIT_##unit, (a), (c), (d), (e),                  \
            MW_GROUP_##group, MW_MBUS_WHOLE                                                                            \
    }

/* The last two rows are one record, of the 879-3040 only; the manual prints its DIF as 0A, with three bytes of data. */
#define WAGO_CT_RATIO(e, part)                                                                                         \
    {                                                                                                                  \
        {0x0B, 0xFD, 0x3A}, 3, 0, MW_UNIT_A, 1, 0, 4, (e), MW_GROUP_ONCE, (part)                                       \
    }

static const mw_mbus_row wago_879_records[] = {
    WAGO_RECORD(0, WH, 1, 1, 8, 0, SLOW, 0x04, 0x03),
    WAGO_RECORD(0, WH, 1, 1, 8, 1, SLOW, 0x84, 0x10, 0x03),
    WAGO_RECORD(0, WH, 1, 1, 8, 2, SLOW, 0x84, 0x20, 0x03),
    WAGO_RECORD(0, WH, 1, 1, 8, 3, SLOW, 0x84, 0x30, 0x03),
    WAGO_RECORD(0, WH, 1, 1, 8, 4, SLOW, 0x84, 0x80, 0x10, 0x03),
    WAGO_RECORD(0, WH, 1, 2, 8, 0, SLOW, 0x04, 0x83, 0x3C),
    WAGO_RECORD(0, WH, 1, 2, 8, 1, SLOW, 0x84, 0x10, 0x83, 0x3C),
    WAGO_RECORD(0, WH, 1, 2, 8, 2, SLOW, 0x84, 0x20, 0x83, 0x3C),
    WAGO_RECORD(0, WH, 1, 2, 8, 3, SLOW, 0x84, 0x30, 0x83, 0x3C),
    WAGO_RECORD(0, WH, 1, 2, 8, 4, SLOW, 0x84, 0x80, 0x10, 0x83, 0x3C),
    /* By the standard the sum of both directions; the maker calls it resettable, and it counts by the combinations. */
    WAGO_RECORD(0, WH, 1, MW_OBIS_C_RESETTABLE, 8, 0, SLOW, 0x04, 0x83, 0xFC, 0x10),
    WAGO_RECORD(0, VARH, 1, 3, 8, 0, SLOW, 0x04, 0xFB, 0x82, 0x73),
    WAGO_RECORD(0, VARH, 1, 4, 8, 0, SLOW, 0x04, 0xFB, 0x82, 0xF3, 0x3C),
    WAGO_RECORD(0, V, 1, 32, 7, 0, FAST, 0x02, 0xFD, 0xC7, 0xFC, 0x01),
    WAGO_RECORD(0, V, 1, 52, 7, 0, FAST, 0x02, 0xFD, 0xC7, 0xFC, 0x02),
    WAGO_RECORD(0, V, 1, 72, 7, 0, FAST, 0x02, 0xFD, 0xC7, 0xFC, 0x03),
    WAGO_RECORD(0, A, 1, 31, 7, 0, FAST, 0x03, 0xFD, 0xD9, 0xFC, 0x01),
    WAGO_RECORD(0, A, 1, 51, 7, 0, FAST, 0x03, 0xFD, 0xD9, 0xFC, 0x02),
    WAGO_RECORD(0, A, 1, 71, 7, 0, FAST, 0x03, 0xFD, 0xD9, 0xFC, 0x03),
    WAGO_RECORD(0, W, 1, 16, 7, 0, FAST, 0x03, 0x2B),
    WAGO_RECORD(0, W, 1, 36, 7, 0, FAST, 0x03, 0xAB, 0xFC, 0x01),
    WAGO_RECORD(0, W, 1, 56, 7, 0, FAST, 0x03, 0xAB, 0xFC, 0x02),
    WAGO_RECORD(0, W, 1, 76, 7, 0, FAST, 0x03, 0xAB, 0xFC, 0x03),
    WAGO_RECORD(0, VAR, 1, 3, 7, 0, FAST, 0x03, 0xFB, 0x14),
    WAGO_RECORD(0, VAR, 1, 23, 7, 0, FAST, 0x03, 0xFB, 0x94, 0xFC, 0x01),
    WAGO_RECORD(0, VAR, 1, 43, 7, 0, FAST, 0x03, 0xFB, 0x94, 0xFC, 0x02),
    WAGO_RECORD(0, VAR, 1, 63, 7, 0, FAST, 0x03, 0xFB, 0x94, 0xFC, 0x03),
    WAGO_RECORD(0, VA, 1, 9, 7, 0, FAST, 0x03, 0xFB, 0x34),
    WAGO_RECORD(-2, NONE, 1, 13, 7, 0, FAST, 0x0A, 0xFD, 0x3A), /* its two decimals are not in the VIF */
    WAGO_RECORD(0, HZ, 1, 14, 7, 0, FAST, 0x03, 0xFB, 0x2C),
    WAGO_RECORD(0, NONE, 0, 96, 14, 0, SLOW, 0x09, 0x7C, 0x01, 0x54),
    WAGO_CT_RATIO(2, MW_MBUS_ABOVE_100),
    WAGO_CT_RATIO(5, MW_MBUS_BELOW_100),
};

#define WAGO_RATIO_RECORDS 2

/* Added to MW_MBUS_CI_BAUD_300. */
static const mw_choice wago_879_mbus_bauds[] = {
    {0, 0, 0, "300"}, {1, 0, 0, "600"}, {2, 0, 0, "1200"}, {3, 0, 0, "2400"}, {4, 0, 0, "4800"}, {5, 0, 0, "9600"},
};

/* Kind, code a-0:c.d.e, flags, exponent and unit, range or choices, CI, exponent of the record, DIB and VIB. */
#define WAGO_WRITE_VALUES(kind, a, c, d, e, flags, least, most, ...)                                                   \
    {                                                                                                                  \
        {MW_ID(a, c, d, e), MW_SETTING_##kind, (flags), 0, MW_UNIT_NONE, 0, (least), (most), NULL}, MW_MBUS_CI_DATA,   \
            {__VA_ARGS__}, sizeof((uint8_t[]){__VA_ARGS__}), 0                                                         \
    }
#define WAGO_WRITE_CHOICES(kind, a, c, d, e, exp10, unit, choices, record_exp10, ...)                                  \
    {                                                                                                                  \
        {MW_ID(a, c, d, e), MW_SETTING_##kind, 0, (exp10), MW_UNIT_##unit, MW_COUNT_OF(choices), 0, 0, choices},       \
            MW_MBUS_CI_DATA, {__VA_ARGS__}, sizeof((uint8_t[]){__VA_ARGS__}), (record_exp10)                           \
    }

static const mw_mbus_setting wago_879_writes[] = {
    WAGO_WRITE_VALUES(NUMBER, 0, WAGO_COMM, 3, 0, MW_SETTING_LINK, 0, MW_MBUS_ADDRESS_MAX, 0x01, 0x7A),
    /* The manual's example has the digits the other way round; M-Bus and the meter's own header have them so. */
    WAGO_WRITE_VALUES(DIGITS, 0, WAGO_COMM, 4, 0, MW_SETTING_LINK, 0, 99999999, 0x0C, 0x79),
    {{MW_ID(0, WAGO_COMM, 5, 0), MW_SETTING_NUMBER, MW_SETTING_LINK, 0, MW_UNIT_NONE, MW_COUNT_OF(wago_879_mbus_bauds),
      0, 0, wago_879_mbus_bauds},
     MW_MBUS_CI_BAUD_300,
     {0},
     0,
     0},
    WAGO_WRITE_VALUES(NUMBER, 0, 96, 14, 0, MW_SETTING_BROADCAST, 1, 4, 0x09, 0x7C, 0x01, 0x54),
    WAGO_WRITE_CHOICES(NUMBER, 0, WAGO_OPER, 0, 0, 0, NONE, wago_879_combinations, 0, 0x09, 0xFD, 0x3A),
    /* The record is in 0.01 pulses per kWh. */
    WAGO_WRITE_CHOICES(NUMBER, 1, 0, 3, 3, -6, PER_WH, wago_879_pulse_constants, 1, 0x0C, 0xFD, 0x3A),
    WAGO_WRITE_CHOICES(ACTION, 0, MW_OBIS_C_COMMAND, 0, 0, 0, NONE, wago_879_reset_day, 0, 0x0C, 0x04),
    WAGO_WRITE_CHOICES(ACTION, 0, MW_OBIS_C_COMMAND, 1, 0, 0, NONE, wago_879_reset_power_downs, 0, 0x0A, 0xFD, 0x60),
};

#define WAGO_MANUFACTURER 0x25CD /* INM, Inepro Metering */
#define WAGO_MEDIUM       2      /* electricity */

#define WAGO_MBUS_MODEL(symbol, without)                                                                               \
    {                                                                                                                  \
        symbol##_name, symbol##_title, wago_879_records, wago_879_writes, &mw_writer_mbus,                             \
            MW_COUNT_OF(wago_879_records) - (without)*WAGO_RATIO_RECORDS, MW_COUNT_OF(wago_879_writes),                \
            WAGO_MANUFACTURER, 1, WAGO_MEDIUM, MW_MBUS_ADDRESS_NEW, MW_MODEL_MID, (without) == 0, 2400                 \
    }

const mw_mbus_model mw_mbus_model_wago_879_3000 = WAGO_MBUS_MODEL(wago_879_3000, 1);
const mw_mbus_model mw_mbus_model_wago_879_3020 = WAGO_MBUS_MODEL(wago_879_3020, 1);
const mw_mbus_model mw_mbus_model_wago_879_3040 = WAGO_MBUS_MODEL(wago_879_3040, 0);
