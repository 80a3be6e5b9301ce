/* SPDX-License-Identifier: MIT */
/* What all fuzz targets share. Built with clang -fsanitize=fuzzer and -DMW_LIBFUZZER a target is one of libFuzzer; else
 * it is a program that takes the inputs of the files it is given, and every beginning of each. docs/fuzzing.md says how
 * such a file is written. */
#ifndef MW_FUZZ_H
#define MW_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FUZZ_INPUT_MAX 8192
#define CHECK(what)    ((what) ? (void)0 : fuzz_failed(__FILE__, __LINE__, #what))
#define COUNT(array)   (sizeof(array) / sizeof((array)[0]))

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Where a failure is told when the standard output is not to be seen; see fuzz_mute(). */
static FILE *fuzz_errors;

static inline void fuzz_failed(const char *file, int line, const char *what)
{
    FILE *const out = fuzz_errors != NULL ? fuzz_errors : stderr;
    fprintf(out, "%s:%d: not so: %s\n", file, line, what);
    fflush(out);
    abort();
}

/* A copy with nothing readable behind it. */
static inline uint8_t *fuzz_copy(const uint8_t *bytes, size_t count)
{
    uint8_t *const copy = (uint8_t *)calloc(count > 0 ? count : 1, 1);
    CHECK(copy != NULL);
    if (count > 0) {
        memcpy(copy, bytes, count);
    }
    return copy;
}

/* ---- an input as a script ---- */

typedef struct fuzz_input {
    const uint8_t *bytes;
    size_t count;
} fuzz_input;

/* The next byte; 0 behind the last. */
static inline uint8_t fuzz_byte(fuzz_input *in)
{
    if (in->count == 0) {
        return 0;
    }
    in->count--;
    return *in->bytes++;
}

static inline uint16_t fuzz_u16(fuzz_input *in)
{
    const unsigned high = fuzz_byte(in);
    return (uint16_t)(high << 8 | fuzz_byte(in));
}

/* At most so many of the next bytes. */
static inline fuzz_input fuzz_take(fuzz_input *in, size_t most)
{
    const fuzz_input taken = {in->bytes, in->count < most ? in->count : most};
    in->bytes += taken.count;
    in->count -= taken.count;
    return taken;
}

#ifndef MW_LIBFUZZER

static size_t fuzz_runs;

static inline void fuzz_run(const uint8_t *bytes, size_t count)
{
    uint8_t *const copy = fuzz_copy(bytes, count);
    (void)LLVMFuzzerTestOneInput(copy, count);
    free(copy);
    fuzz_runs++;
}

/* An input, and each beginning of it. */
static inline void fuzz_run_beginnings(const uint8_t *bytes, size_t count)
{
    for (size_t n = 0; n <= count; n++) {
        fuzz_run(bytes, n);
    }
}

/* A line of hexadecimal digits, or one behind |, which is text; how many bytes it has. */
static inline size_t fuzz_read_line(const char *line, uint8_t *bytes, size_t size)
{
    size_t count = 0;
    unsigned byte;
    int used;
    if (*line == '|') {
        count = strlen(line + 1);
        CHECK(count <= size);
        memcpy(bytes, line + 1, count);
        return count;
    }
    while (sscanf(line, " %2x%n", &byte, &used) == 1) { /* NOLINT(cert-err34-c) */
        CHECK(count < size);
        bytes[count++] = (uint8_t)byte;
        line += used;
    }
    CHECK(line[strspn(line, " \r\n")] == '\0');
    return count;
}

static inline void fuzz_run_file(FILE *file)
{
    static char line[3 * FUZZ_INPUT_MAX];
    static uint8_t bytes[FUZZ_INPUT_MAX];
    size_t count = 0;
    while (fgets(line, sizeof line, file) != NULL) {
        const bool text = *line == '|';
        if (!text && count > 0) { /* lines of text that follow each other are one input */
            fuzz_run_beginnings(bytes, count);
            count = 0;
        }
        if (*line != '#') {
            count += fuzz_read_line(line, bytes + count, sizeof bytes - count);
        }
        if (!text && count > 0) {
            fuzz_run_beginnings(bytes, count);
            count = 0;
        }
    }
    fuzz_run_beginnings(bytes, count);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        const size_t length = strlen(argv[i]);
        FILE *const file = fopen(argv[i], "rb");
        CHECK(file != NULL);
        if (length > 4 && strcmp(argv[i] + length - 4, ".txt") == 0) {
            fuzz_run_file(file);
        } else {
            static uint8_t bytes[FUZZ_INPUT_MAX];
            fuzz_run(bytes, fread(bytes, 1, sizeof bytes, file));
        }
        fclose(file);
    }
    fprintf(fuzz_errors != NULL ? fuzz_errors : stderr, "%zu inputs, no finding\n", fuzz_runs);
    return fuzz_runs > 0 ? 0 : 1;
}

#endif

#endif
