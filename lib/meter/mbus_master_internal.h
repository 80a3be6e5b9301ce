/* SPDX-License-Identifier: MIT */
/* What a search needs of the master. */
#ifndef MW_MBUS_MASTER_INTERNAL_H
#define MW_MBUS_MASTER_INTERNAL_H

#include <meterwire/mbus_master.h>

/* Starts one exchange that belongs to no job, without repetition: a selection, in the preferred form or in the other
 * one, or REQ_UD2 to what is selected. The tag tells later whose exchange it was. */
void mw_mbus_ask_select(mw_mbus_master *master, const mw_mbus_secondary *who, bool other_form, uint16_t tag,
                        uint32_t now_us);
void mw_mbus_ask_selected(mw_mbus_master *master, uint16_t tag, uint32_t now_us);

/* Whether the exchange with that tag is under way, or done and the last one. */
bool mw_mbus_is_asking(const mw_mbus_master *master, uint16_t tag);

#endif
