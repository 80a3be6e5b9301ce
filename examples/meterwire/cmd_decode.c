/* SPDX-License-Identifier: MIT */
#define _XOPEN_SOURCE 700

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "show_mbus.h"
#include "tool.h"

#define START_SHORT      0x10
#define START_LONG       0x68
#define SHORT_BYTES      5u
#define LONG_FRAME_BYTES 6u /* around what it carries */
#define READ_BYTES       4096u

enum { OPT_JSON = 256 };

/* Bytes or characters that grow. */
typedef struct decode_buffer {
    char *data;
    size_t count;
    size_t size;
} decode_buffer;

static bool decode_reserve(decode_buffer *buffer, size_t more)
{
    const size_t size = 2 * (buffer->count + more);
    char *data;
    if (buffer->data != NULL && buffer->size - buffer->count >= more) {
        return true;
    }
    data = realloc(buffer->data, size);
    if (data == NULL) {
        return false;
    }
    buffer->data = data;
    buffer->size = size;
    return true;
}

static int decode_read_words(decode_buffer *text, int count, char **words)
{
    for (int i = 0; i < count; i++) {
        const size_t length = strlen(words[i]);
        if (!decode_reserve(text, length + 1)) {
            return tool_fail("out of memory");
        }
        memcpy(text->data + text->count, words[i], length);
        text->data[text->count + length] = ' ';
        text->count += length + 1;
    }
    return TOOL_GOOD;
}

static int decode_read_input(decode_buffer *text)
{
    size_t n;
    do {
        if (!decode_reserve(text, READ_BYTES)) {
            return tool_fail("out of memory");
        }
        n = fread(text->data + text->count, 1, READ_BYTES, stdin);
        text->count += n;
    } while (n > 0);
    return ferror(stdin) ? tool_fail("cannot read the standard input") : TOOL_GOOD;
}

static int decode_digit(char c)
{
    static const char digits[] = "0123456789abcdefABCDEF";
    const char *const at = c != '\0' ? strchr(digits, c) : NULL;
    const int n = at != NULL ? (int)(at - digits) : -1;
    return n > 15 ? n - 6 : n;
}

static bool decode_separates(char c)
{
    return c != '\0' && strchr(" \t\r\n\v\f,:-", c) != NULL;
}

/* Wrong usage, with the place in the text. */
static int decode_misuse(const decode_buffer *text, size_t at, const char *problem)
{
    char shown[8];
    size_t line = 1;
    size_t column = 1;
    for (size_t i = 0; i < at; i++) {
        column = text->data[i] == '\n' ? 1 : column + 1;
        line += text->data[i] == '\n' ? 1 : 0;
    }
    if (text->data[at] > ' ' && text->data[at] < 0x7F) {
        snprintf(shown, sizeof shown, "%c", text->data[at]);
    } else {
        snprintf(shown, sizeof shown, "\\x%02x", (unsigned char)text->data[at]);
    }
    return tool_misuse("decode", "line %zu, character %zu: '%s' %s", line, column, shown, problem);
}

/* Digits to bytes, in place. */
static int decode_hex(decode_buffer *text)
{
    size_t count = 0;
    size_t at = 0;
    bool inside = false; /* a word of digits, which has no prefix any more */
    while (at < text->count) {
        const char *const c = text->data + at;
        const bool pair = at + 1 < text->count;
        if (decode_separates(*c)) {
            inside = false;
            at++;
            continue;
        }
        if (!inside && pair && c[0] == '0' && (c[1] == 'x' || c[1] == 'X')) {
            inside = true;
            at += 2;
            if (at == text->count || decode_digit(text->data[at]) < 0) {
                return decode_misuse(text, at - 1, "has no hexadecimal digit behind it");
            }
            continue;
        }
        if (decode_digit(*c) < 0) {
            return decode_misuse(text, at, "is no hexadecimal digit");
        }
        if (!pair || decode_digit(c[1]) < 0) {
            return pair && !decode_separates(c[1]) ? decode_misuse(text, at + 1, "is no hexadecimal digit")
                                                   : decode_misuse(text, at, "is half a byte: two digits are needed");
        }
        inside = true;
        text->data[count++] = (char)((unsigned)decode_digit(c[0]) << 4 | (unsigned)decode_digit(c[1]));
        at += 2;
    }
    text->count = count;
    return TOOL_GOOD;
}

/* Bytes of a frame that is malformed, as far as it says itself; 0 if it does not. */
static size_t decode_extent(const uint8_t *bytes, size_t count)
{
    if (count >= SHORT_BYTES && bytes[0] == START_SHORT) {
        return SHORT_BYTES;
    }
    if (count >= LONG_FRAME_BYTES && bytes[0] == START_LONG && bytes[1] == bytes[2] &&
        count >= bytes[1] + LONG_FRAME_BYTES) {
        return bytes[1] + LONG_FRAME_BYTES;
    }
    return 0;
}

/* What can be told of a frame that is none; where the next one may begin. */
static size_t decode_malformed(const uint8_t *bytes, size_t count, size_t offset, const mw_mbus_error *error, bool json)
{
    const size_t extent = decode_extent(bytes, count);
    show_mbus_print_error(error->fault, offset + error->offset, json);
    if (extent == 0 && !json && count > error->offset + 1u) {
        (void)tool_fail("it is not known where the next frame begins: %zu bytes from offset %zu on are left out", count,
                        offset);
    }
    return extent != 0 ? extent : count;
}

/* One frame; gives its exit code, and where the next one may begin. */
static int decode_frame(const uint8_t *bytes, size_t count, size_t offset, bool json, size_t *length)
{
    mw_mbus_error errors[SHOW_MBUS_ERRORS_MAX];
    mw_mbus_telegram telegram;
    size_t error_count;
    memset(&telegram, 0, sizeof telegram);
    if (mw_mbus_open(bytes, count, &telegram.frame, &errors[0]) != MW_OK) {
        *length = decode_malformed(bytes, count, offset, &errors[0], json);
        return TOOL_FAILED;
    }
    *length = telegram.frame.length;
    error_count = mw_mbus_decode(bytes, count, &telegram, &errors[0]) == MW_OK ? 0 : 1;
    if (json && tool_print_json(show_mbus_json(&telegram)) != TOOL_GOOD) {
        return TOOL_FAILED;
    }
    if (!json) {
        printf("%s", offset > 0 ? "\n" : "");
        show_mbus_print(&telegram);
    }
    if (error_count == 0) {
        error_count = show_mbus_errors(&telegram, errors);
    }
    for (size_t i = 0; i < error_count; i++) {
        show_mbus_print_error(errors[i].fault, offset + errors[i].offset, json);
    }
    return error_count > 0 ? TOOL_FAILED : TOOL_GOOD;
}

static int decode_frames(const decode_buffer *input, bool json)
{
    const uint8_t *const bytes = (const uint8_t *)input->data;
    size_t length;
    int code = TOOL_GOOD;
    for (size_t at = 0; at < input->count && !ferror(stdout); at += length) {
        if (decode_frame(bytes + at, input->count - at, at, json, &length) != TOOL_GOOD) {
            code = TOOL_FAILED;
        }
    }
    return code;
}

static int decode_words(int count, char **words, bool json)
{
    const bool from_input = count == 0 || (count == 1 && strcmp(words[0], "-") == 0);
    decode_buffer text = {NULL, 0, 0};
    int code;
    if (count == 0 && isatty(STDIN_FILENO)) {
        return tool_misuse("decode", "HEX is needed, or - to type it");
    }
    code = from_input ? decode_read_input(&text) : decode_read_words(&text, count, words);
    if (code == TOOL_GOOD) {
        code = decode_hex(&text);
    }
    if (code == TOOL_GOOD) {
        code = text.count > 0 ? decode_frames(&text, json) : tool_misuse("decode", "there are no bytes to decode");
    }
    free(text.data);
    return code;
}

int cmd_decode(int argc, char **argv)
{
    static const struct option options[] = {{"json", no_argument, NULL, OPT_JSON}, {NULL, 0, NULL, 0}};
    bool json = false;
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, ":", options, NULL)) != -1) {
        if (option != OPT_JSON) {
            return tool_bad_option("decode", options, option, argv[optind - 1]);
        }
        json = true;
    }
    if (optind == argc) {
        return tool_misuse("decode", "the protocol is needed: mbus");
    }
    if (strcmp(argv[optind], "mbus") != 0) {
        return tool_no_word("decode", "the protocol", "mbus", argv[optind]);
    }
    return decode_words(argc - optind - 1, argv + optind + 1, json);
}
