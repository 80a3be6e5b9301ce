/* SPDX-License-Identifier: MIT */
#include "text.h"

#include <string.h>

void mw_text_char(mw_text_draft *draft, char c)
{
    draft->chars[draft->length++] = c;
}

void mw_text_string(mw_text_draft *draft, const char *s)
{
    while (*s != '\0') {
        mw_text_char(draft, *s++);
    }
}

static void text_number(mw_text_draft *draft, uint64_t v, unsigned width, unsigned base)
{
    char digits[20];
    unsigned count = 0;
    do {
        digits[count++] = "0123456789ABCDEF"[v % base];
        v /= base;
    } while (v != 0);
    while (width > count) {
        mw_text_char(draft, '0');
        width--;
    }
    while (count > 0) {
        mw_text_char(draft, digits[--count]);
    }
}

void mw_text_unsigned(mw_text_draft *draft, uint64_t v, unsigned width)
{
    text_number(draft, v, width, 10);
}

void mw_text_hex(mw_text_draft *draft, uint64_t v, unsigned width)
{
    text_number(draft, v, width, 16);
}

size_t mw_text_finish(const mw_text_draft *draft, char *out, size_t size)
{
    if (draft->length < size) {
        memcpy(out, draft->chars, draft->length);
        out[draft->length] = '\0';
    }
    return draft->length;
}
