/* SPDX-License-Identifier: MIT */
#include "bus_file.h"

#include <string.h>

#include "text_file.h"

typedef struct bus_loader {
    simulated_bus *bus;
    text_file file;
} bus_loader;

/* unit 3, or OBIS=VALUE: the word taken last, and what belongs to it. */
static int load_property(bus_loader *load, bus_meter *meter)
{
    text_file *const file = &load->file;
    char error[BUS_ERROR_SIZE];
    const char *const name = bus_name(file->word);
    int code;
    if (strchr(file->word, '=') != NULL) {
        return bus_fix(meter, file->word, error) ? TOOL_GOOD : text_fail(file, "%s", error);
    }
    if (name == NULL) {
        return text_fail(file, "a meter has unit, address, id, baud and OBIS=VALUE, not '%s'", file->word);
    }
    code = text_need(file, name);
    if (code == TOOL_GOOD && !bus_set(load->bus, meter, name, file->word, error)) {
        code = text_fail(file, "%s", error);
    }
    return code;
}

/* wago-879-3000 unit 1 voltage_l1=229.5 */
static int load_meter(void *user)
{
    bus_loader *const load = user;
    text_file *const file = &load->file;
    char error[BUS_ERROR_SIZE];
    const mw_model *model;
    bus_meter *meter;
    int code = TOOL_GOOD;
    if (!text_word(file, &code)) {
        return code;
    }
    model = mw_model_by_name(file->word);
    if (model == NULL) {
        return text_fail(file, "%s", tool_model_error(file->word, false, error));
    }
    meter = bus_add(load->bus, model, error);
    if (meter == NULL) {
        return text_fail(file, "%s", error);
    }
    while (code == TOOL_GOOD && text_word(file, &code)) {
        code = load_property(load, meter);
    }
    return code != TOOL_GOOD || bus_finish(load->bus, meter, error) ? code : text_fail(file, "%s", error);
}

int bus_file_load(simulated_bus *bus, const char *path)
{
    static bus_loader load; /* too large for a stack */
    int code;
    load.bus = bus;
    code = text_read(&load.file, path, load_meter, &load);
    return code == TOOL_GOOD && bus->count == 0 ? tool_fail("%s has no meters", load.file.path) : code;
}
