/* SPDX-License-Identifier: MIT */
/* What does not exist, and what may have been meant. */
#include <stdio.h>
#include <string.h>

#include "nearest.h"
#include "show.h"
#include "tool.h"

#define LIST_SIZE 256

/* "; did you mean a or b?", or where to find out. */
static void unknown_hint(const char *command, const nearest *near, const char *otherwise, char *out, size_t size)
{
    char names[NEAREST_TEXT_SIZE];
    if (near->count > 0) {
        snprintf(out, size, "; did you mean %s?", nearest_text(near, names));
    } else if (otherwise != NULL) {
        snprintf(out, size, "; %s", otherwise);
    } else {
        snprintf(out, size, "\nTry 'meterwire %s --help'.", command);
    }
}

int tool_unknown(const char *command, const nearest *near, const char *otherwise, const char *format, ...)
{
    char what[1024];
    char hint[NEAREST_TEXT_SIZE + LIST_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    unknown_hint(command, near, otherwise, hint, sizeof hint);
    tool_fail("%s%s", what, hint);
    return TOOL_USAGE;
}

int tool_no_command(const char *name)
{
    nearest near;
    nearest_init(&near, name);
    for (const tool_command *command = tool_commands; command->name != NULL; command++) {
        nearest_offer(&near, command->name);
    }
    return tool_unknown("", &near, "'meterwire --help' lists them", "there is no command '%s'", name);
}

const char *tool_model_error(const char *name, bool or_any, char out[TOOL_ERROR_SIZE])
{
    char hint[NEAREST_TEXT_SIZE + LIST_SIZE];
    nearest near;
    nearest_init(&near, name);
    for (const mw_model *const *m = mw_models; *m != NULL; m++) {
        nearest_offer(&near, (*m)->name);
    }
    if (or_any) {
        nearest_offer(&near, TOOL_ANY_MBUS);
    }
    unknown_hint("", &near, "'meterwire models' lists them", hint, sizeof hint);
    snprintf(out, TOOL_ERROR_SIZE, "no model is named '%s'%s", name, hint);
    return out;
}

const mw_model *tool_model(const char *command, const char *name)
{
    const mw_model *const model = mw_model_by_name(name);
    char error[TOOL_ERROR_SIZE];
    if (model == NULL) {
        tool_fail("%s", tool_model_error(name, strcmp(command, "read") == 0, error));
    }
    return model;
}

int tool_no_word(const char *command, const char *what, const char *words, const char *argument)
{
    char all[LIST_SIZE];
    char list[LIST_SIZE] = "";
    size_t count = 1;
    size_t i = 0;
    nearest near;
    nearest_init(&near, argument);
    for (const char *bar = strchr(words, '|'); bar != NULL; bar = strchr(bar + 1, '|')) {
        count++;
    }
    snprintf(all, sizeof all, "%s", words);
    for (char *word = strtok(all, "|"); word != NULL; word = strtok(NULL, "|")) {
        nearest_list(list, sizeof list, word, i++, count, " or ");
        if (count > 1) { /* one alone is told already */
            nearest_offer(&near, word);
        }
    }
    return tool_unknown(command, &near, NULL, "%s%s%s, not '%s'", what, *what != '\0' ? " is " : "", list, argument);
}

void tool_offer_obis(nearest *near, mw_obis id)
{
    char text[SHOW_SIZE];
    if (*near->wanted >= '0' && *near->wanted <= '9') {
        mw_obis_text(id, text, sizeof text);
    } else {
        show_name(id, text);
    }
    nearest_offer(near, text);
}

static void unknown_offer_rows(nearest *near, const mw_model *model)
{
    for (size_t i = 0; i < model->row_count; i++) {
        tool_offer_obis(near, mw_row_id(&model->rows[i]));
    }
}

static void unknown_offer_records(nearest *near, const mw_mbus_model *model)
{
    for (size_t i = 0; i < model->row_count; i++) {
        tool_offer_obis(near, mw_mbus_row_id(&model->rows[i]));
    }
}

static void unknown_offer_models(nearest *near)
{
    for (const mw_model *const *model = mw_models; *model != NULL; model++) {
        unknown_offer_rows(near, *model);
    }
    for (const mw_mbus_model *const *model = mw_mbus_models; *model != NULL; model++) {
        unknown_offer_records(near, *model);
    }
}

const char *tool_obis_error(const mw_model *model, const mw_mbus_model *mbus, const char *text,
                            char out[TOOL_ERROR_SIZE])
{
    char otherwise[LIST_SIZE];
    char hint[NEAREST_TEXT_SIZE + LIST_SIZE];
    char name[SHOW_SIZE];
    const char *const model_name = mbus != NULL ? mbus->name : model != NULL ? model->name : "MODEL";
    nearest near;
    mw_obis id;
    nearest_init(&near, text);
    if (mbus != NULL) {
        unknown_offer_records(&near, mbus);
    } else if (model != NULL) {
        unknown_offer_rows(&near, model);
    } else {
        unknown_offer_models(&near);
    }
    snprintf(otherwise, sizeof otherwise, "'meterwire models %s' lists what %s", model_name,
             model == NULL && mbus == NULL ? "a model has" : "it has");
    unknown_hint("", &near, otherwise, hint, sizeof hint);
    if (mw_obis_parse(text, &id) != MW_OK) {
        snprintf(out, TOOL_ERROR_SIZE, "'%s' is no OBIS code and no name of one%s", text, hint);
    } else {
        snprintf(out, TOOL_ERROR_SIZE, "%s has no %s%s%s", model_name, show_name(id, name),
                 mbus != NULL ? " on M-Bus" : "", hint);
    }
    return out;
}

int tool_no_obis(const mw_model *model, const mw_mbus_model *mbus, const char *text)
{
    char error[TOOL_ERROR_SIZE];
    tool_fail("%s", tool_obis_error(model, mbus, text, error));
    return TOOL_USAGE;
}

/* Names of the options that begin like a text, "--a or --b"; how many they are. */
static unsigned unknown_options_like(const struct option *options, const char *text, size_t length, char *names,
                                     size_t size)
{
    unsigned count = 0;
    size_t used = 0;
    for (; options->name != NULL; options++) {
        if (strncmp(options->name, text, length) == 0 && used < size) {
            used += (size_t)snprintf(names + used, size - used, "%s--%s", count > 0 ? " or " : "", options->name);
            count++;
        }
    }
    return count;
}

/* A long option that does not exist, as it was typed, or that may be several. */
static int unknown_option(const char *command, const struct option *options, const char *text)
{
    char names[LIST_SIZE] = "";
    const size_t length = strlen(text);
    nearest near;
    if (length > 2 && unknown_options_like(options, text + 2, length - 2, names, sizeof names) > 1) {
        return tool_misuse(command, "%s may be %s", text, names);
    }
    nearest_init(&near, text);
    for (; options->name != NULL; options++) {
        snprintf(names, sizeof names, "--%s", options->name);
        nearest_offer(&near, names);
    }
    return tool_unknown(command, &near, NULL, "there is no option %s", text);
}

int tool_bad_option(const char *command, const struct option *options, int option, const char *text)
{
    char name[NEAREST_NAME_SIZE];
    for (const struct option *o = options; optopt != 0 && o->name != NULL; o++) {
        if (o->val == optopt) {
            return tool_misuse(command, option == ':' ? "--%s needs a value" : "--%s takes no value", o->name);
        }
    }
    /* One of several letters behind a dash: `text` may be anything. */
    if (optopt != 0) {
        return optopt > ' ' && optopt <= '~' ? tool_misuse(command, "there is no option -%c", optopt)
                                             : tool_misuse(command, "there is no option -\\x%02X", optopt & 0xFF);
    }
    snprintf(name, sizeof name, "%.*s", (int)strcspn(text, "="), text);
    return unknown_option(command, options, name);
}
