/* SPDX-License-Identifier: MIT */
/* `meterwire decode mbus` with any hexadecimal digits, or what is none, as words or on its standard input.
 *
 * Bits of the first byte say whether the output is JSON, whether the text comes as words, and whether the rest is bytes
 * to be written as digits instead of text. JSON that is printed must be JSON; a text has no control characters. */
#define _GNU_SOURCE /* memfd_create() */

#include <cjson/cJSON.h>

#include "fuzz_tool.h"

#define MODE_JSON  1u
#define MODE_WORDS 2u
#define MODE_BYTES 4u

/* Runs the command on a text; its exit code. */
static int decode(char *text, size_t length, unsigned mode, char **out, size_t *out_length)
{
    static char name[] = "decode", mbus[] = "mbus", json[] = "--json", dash[] = "-";
    char *words[8] = {name, mbus};
    int count = 2;
    int code;
    FILE *const old = stdout;
    FILE *const input = stdin;
    if ((mode & MODE_WORDS) != 0 && *text != '-') {
        char *space = strchr(text, ' ');
        words[count++] = text;
        if (space != NULL) {
            *space = '\0';
            words[count++] = space + 1;
        }
    } else {
        words[count++] = dash;
    }
    if ((mode & MODE_JSON) != 0) {
        words[count++] = json;
    }
    optind = 0; /* begins anew */
    stdin = fmemopen(text, length, "r");
    stdout = open_memstream(out, out_length);
    CHECK(stdin != NULL && stdout != NULL);
    code = cmd_decode(count, words);
    CHECK(!ferror(stdout));
    fclose(stdin);
    fclose(stdout);
    stdin = input;
    stdout = old;
    return code;
}

static void check_json(char *out)
{
    for (char *line = strtok(out, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        cJSON *const object = cJSON_Parse(line);
        CHECK(cJSON_IsObject(object));
        cJSON_Delete(object);
    }
}

/* Digits of any case, with or without prefixes and separators. */
static size_t write_digits(fuzz_input in, char *text)
{
    static const char *const formats[] = {"%02x", "%02X ", "0x%02x,", "%02x:", "%02X\n"};
    const char *const format = formats[in.count % COUNT(formats)];
    size_t length = 0;
    for (size_t i = 0; i < in.count; i++) {
        length += (size_t)snprintf(text + length, 8, format, in.bytes[i]); /* NOLINT: one of those above */
    }
    return length;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input in = {data, size < FUZZ_INPUT_MAX ? size : FUZZ_INPUT_MAX};
    const unsigned mode = fuzz_byte(&in);
    char *const text = (char *)calloc(8 * in.count + 8, 1);
    size_t length = in.count;
    char *out = NULL;
    size_t out_length = 0;
    int code;
    fuzz_mute();
    CHECK(text != NULL);
    if ((mode & MODE_BYTES) != 0) {
        length = write_digits(in, text);
    } else if (length > 0) {
        memcpy(text, in.bytes, length);
    }
    code = decode(text, length, mode, &out, &out_length);
    CHECK(code == TOOL_GOOD || code == TOOL_FAILED || code == TOOL_USAGE);
    CHECK(code != TOOL_USAGE || (mode & MODE_BYTES) == 0 || in.count == 0);
    CHECK(fuzz_is_clean(out, out_length));
    if ((mode & MODE_JSON) != 0) {
        check_json(out);
    }
    free(out);
    free(text);
    return 0;
}
