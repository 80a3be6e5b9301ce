/* SPDX-License-Identifier: MIT */
#ifndef MW_IDENTIFY_INTERNAL_H
#define MW_IDENTIFY_INTERNAL_H

#include <meterwire/identify.h>

/* Nothing is known. */
void mw_identity_clear(mw_identity *identity);

#endif
