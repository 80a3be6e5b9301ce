/* SPDX-License-Identifier: MIT */
/* The line protocol of InfluxDB: one line per read. */
#include <stdio.h>

#include "read.h"

static void influx_text(const char *text)
{
    putchar('"');
    for (; *text != '\0'; text++) {
        printf(*text == '"' || *text == '\\' ? "\\%c" : "%c", *text);
    }
    putchar('"');
}

/* Names have nothing in them that separates fields. */
static void influx_field(const read_value *value)
{
    char text[READ_TEXT_SIZE];
    printf("%s=", value->name);
    read_value_text(&value->reading, text);
    switch (value->reading.kind) {
    case MW_KIND_NUMBER: /* without a suffix it is a float */
        printf("%s", text);
        break;
    case MW_KIND_BITS: /* signed where that is enough, as older servers know nothing else */
        printf("%s%c", text, value->reading.n < 0 ? 'u' : 'i');
        break;
    default:
        influx_text(text);
        break;
    }
}

void read_print_influx(const read_job *job, const read_result *result)
{
    char address[SHOW_SIZE];
    bool any = false;
    for (size_t i = 0; i < result->count; i++) {
        if (!read_is_finest(result, i)) {
            continue;
        }
        if (any) {
            putchar(',');
        } else {
            printf("meterwire,model=%s,%s=%s ", read_model_name(job), read_tag(job), read_address(job, address));
        }
        influx_field(&result->values[i]);
        any = true;
    }
    if (any) {
        printf(" %lld\n", (long long)result->time_ns);
    }
}
