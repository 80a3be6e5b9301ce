/* SPDX-License-Identifier: MIT */
/* What the targets that fuzz the meterwire tool share: its files without main(), mute, with files in memory. */
#ifndef MW_FUZZ_TOOL_H
#define MW_FUZZ_TOOL_H

#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"
#include "tool.h"

#define FUZZ_PATH_SIZE 32

/* Those of main.c, which is not here. */
const tool_command tool_commands[] = {{NULL, NULL, NULL, NULL}};

/* From the first call on nothing that is printed is seen, but failures. */
static inline void fuzz_mute(void)
{
    if (fuzz_errors == NULL) {
        fuzz_errors = stderr;
        stdout = fopen("/dev/null", "w");
        stderr = fopen("/dev/null", "w");
        CHECK(stdout != NULL && stderr != NULL);
    }
}

/* Puts bytes into a file in memory, always the same one, and gives its path. */
static inline const char *fuzz_file(const uint8_t *bytes, size_t count)
{
    static char path[FUZZ_PATH_SIZE];
    static int fd = -1;
    if (fd < 0) {
        fd = memfd_create("fuzz", 0);
        CHECK(fd >= 0);
        snprintf(path, sizeof path, "/dev/fd/%d", fd);
    }
    CHECK(ftruncate(fd, 0) == 0 && pwrite(fd, bytes, count, 0) == (ssize_t)count);
    return path;
}

/* The text of an input, up to the first NUL, which is taken away, too. */
static inline fuzz_input fuzz_take_text(fuzz_input *in)
{
    const uint8_t *const end = in->count > 0 ? (const uint8_t *)memchr(in->bytes, '\0', in->count) : NULL;
    const fuzz_input text = fuzz_take(in, end != NULL ? (size_t)(end - in->bytes) : in->count);
    (void)fuzz_byte(in);
    return text;
}

/* Whether a text is fit for a terminal: UTF-8 or not, it has no control characters but line feeds. */
static inline bool fuzz_is_clean(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        const unsigned char c = (unsigned char)text[i];
        const unsigned char next = (unsigned char)text[i + 1];
        if ((c < ' ' && c != '\n') || c == 0x7F || (c == 0xC2 && next >= 0x80 && next < 0xA0)) {
            return false;
        }
    }
    return true;
}

#endif
