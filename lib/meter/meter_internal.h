/* SPDX-License-Identifier: MIT */
/* What the protocols of a meter have in common. A program links only those it makes meters of. */
#ifndef MW_METER_INTERNAL_H
#define MW_METER_INTERNAL_H

#include <meterwire/meter.h>

/* State of a meter before its protocol has seen the read that began. */
#define MW_METER_BEGIN 0

typedef struct mw_meter_protocol {
    mw_status (*next)(mw_meter *meter, uint32_t now_us, mw_reading *reading);
} mw_meter_protocol;

/* Otherwise it is on M-Bus. */
bool mw_meter_is_modbus(const mw_meter *meter);

/* That of the link; or why the port failed, so that the link never came to an end. */
mw_status mw_meter_link_status(mw_meter *meter);

/* A reading of a value that did not come. */
void mw_meter_miss(mw_reading *reading, mw_obis id, uint8_t unit, mw_quality quality);

#endif
