/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "setting_text.h"
#include "tool.h"

static void models_list(void)
{
    for (const mw_model *const *model = mw_models; *model != NULL; model++) {
        printf("%-20s %s\n", (*model)->name, (*model)->title);
    }
}

static const mw_row *models_row_at(const mw_model *model, uint16_t address)
{
    for (size_t i = 0; i < model->row_count; i++) {
        if (model->rows[i].address == address) {
            return &model->rows[i];
        }
    }
    return NULL;
}

/* What may be written, and what is to be known before. */
static void models_print_setting(const mw_setting *setting)
{
    char text[SETTING_TEXT_SIZE];
    printf(" %s", setting_allowed_text(setting, text));
    if (*setting_remarks_text(setting, text) != '\0') {
        printf(" (%s)", text);
    }
}

/* What is written elsewhere than it is read is a row of its own. */
static void models_print_access(const mw_model *model, const mw_row *row)
{
    const mw_modbus_setting *const setting = mw_model_find_setting(model, mw_row_id(row));
    const bool written = setting != NULL && setting->address == row->address;
    printf("%s%s", row->group != MW_GROUP_WRITTEN ? written ? "read, " : "read" : "", written ? "write:" : "");
    if (written) {
        models_print_setting(&setting->what);
    }
    if (row->group == MW_GROUP_EXTRA) {
        printf("; on request");
    }
}

static void models_print_rows(const mw_model *model)
{
    printf("%-7s  %-28s %-13s %-7s %-9s %s\n", "address", "name", "obis", "unit", "type", "access");
    for (size_t i = 0; i < model->row_count; i++) {
        const mw_row *const row = &model->rows[i];
        char name[SHOW_SIZE];
        char code[SHOW_SIZE];
        char unit[SHOW_SIZE];
        char type[SHOW_SIZE];
        mw_obis_text(mw_row_id(row), code, sizeof code);
        printf("0x%04X   %-28s %-13s %-7s %-9s ", row->address, show_name(mw_row_id(row), name), code,
               show_row_unit(row, unit), show_row_type(row, type));
        models_print_access(model, row);
        if ((row->flags & MW_ROW_ZERO_ABSENT) != 0) {
            printf("; 0: not provided");
        }
        if ((row->flags & MW_ROW_INFERRED) != 0) {
            printf("; inferred");
        }
        printf("\n");
    }
}

static void models_print_commands(const mw_model *model)
{
    for (size_t i = 0; i < model->setting_count; i++) {
        const mw_modbus_setting *const setting = &model->settings[i];
        const mw_row *const row = models_row_at(model, setting->address);
        const bool shown = row != NULL && mw_obis_equal(mw_row_id(row), setting->what.id);
        if (setting->what.kind == MW_SETTING_ACTION && !shown) {
            char name[SHOW_SIZE];
            char of[SHOW_SIZE];
            printf("0x%04X   command %s (%s)\n", setting->address, show_name(setting->what.id, name),
                   row != NULL ? show_name(mw_row_id(row), of) : "-");
        }
    }
}

static void models_print_hex(const uint8_t *bytes, size_t count, int width)
{
    for (size_t i = 0; i < count; i++) {
        printf("%02X ", bytes[i]);
    }
    printf("%*s", width - 3 * (int)count, "");
}

static void models_print_mbus_setting(const mw_mbus_setting *setting)
{
    char name[SHOW_SIZE];
    if (setting->head_bytes > 0) {
        models_print_hex(setting->head, setting->head_bytes, 18);
    } else {
        printf("CI %02X             ", setting->ci);
    }
    if (setting->what.kind == MW_SETTING_ACTION) {
        printf("command %s\n", show_name(setting->what.id, name));
        return;
    }
    printf("write %-22s", show_name(setting->what.id, name));
    models_print_setting(&setting->what);
    printf("\n");
}

static void models_print_mbus(const mw_mbus_model *model)
{
    printf("\nM-Bus; factory setting: address %u, %lu 8E1\n\n", model->address, (unsigned long)model->baud);
    printf("%-17s %-28s %-13s %s\n", "record", "name", "obis", "unit");
    for (size_t i = 0; i < model->row_count; i++) {
        const mw_mbus_row *const row = &model->rows[i];
        char name[SHOW_SIZE];
        char code[SHOW_SIZE];
        mw_obis_text(mw_mbus_row_id(row), code, sizeof code);
        models_print_hex(row->head, row->head_bytes, 18);
        printf("%-28s %-13s %s\n", show_name(mw_mbus_row_id(row), name), code,
               row->unit != MW_UNIT_NONE ? mw_unit_text(row->unit) : "-");
    }
    for (size_t i = 0; i < model->setting_count; i++) {
        models_print_mbus_setting(&model->settings[i]);
    }
}

int cmd_models(int argc, char **argv)
{
    const mw_model *model;
    if (argc == 1) {
        models_list();
        return TOOL_GOOD;
    }
    if (argc > 2 || argv[1][0] == '-') {
        return tool_misuse("models", "expected at most the name of a model");
    }
    model = tool_model("models", argv[1]);
    if (model == NULL) {
        return TOOL_USAGE;
    }
    printf("%s\n", model->title);
    if (model->baud != 0) {
        printf("Modbus RTU; factory setting: unit %u, %lu 8%c1\n\n", model->unit, (unsigned long)model->baud,
               "ENO"[model->parity]);
    } else {
        printf("Modbus TCP; factory setting: unit %u%s%s\n\n", model->unit, model->host != NULL ? " at " : "",
               model->host != NULL ? model->host : "");
    }
    if ((model->flags & MW_MODEL_INFERRED) != 0) {
        printf("The table is that of another type of the family (inferred, see docs/models.md).\n\n");
    }
    models_print_rows(model);
    models_print_commands(model);
    if (mw_mbus_model_by_name(model->name) != NULL) {
        models_print_mbus(mw_mbus_model_by_name(model->name));
    }
    return TOOL_GOOD;
}
