/* SPDX-License-Identifier: MIT */
/* A text under construction, apart from where it goes, so that the caller learns the length needed when that is too
 * small. */
#ifndef MW_TEXT_H
#define MW_TEXT_H

#include <stddef.h>
#include <stdint.h>

#define MW_TEXT_DRAFT_SIZE 64 /* longer than anything the core writes: a name with its phase and number */

/* It begins with a length of 0; an initializer of the whole would be a constant as long as this. */
typedef struct mw_text_draft {
    size_t length;
    char chars[MW_TEXT_DRAFT_SIZE];
} mw_text_draft;

void mw_text_char(mw_text_draft *draft, char c);
void mw_text_string(mw_text_draft *draft, const char *s);
/* At least `width` digits, with leading zeros. */
void mw_text_unsigned(mw_text_draft *draft, uint64_t v, unsigned width);
void mw_text_hex(mw_text_draft *draft, uint64_t v, unsigned width);
/* Copies the draft and a NUL if they fit; the length either way. */
size_t mw_text_finish(const mw_text_draft *draft, char *out, size_t size);

#endif
