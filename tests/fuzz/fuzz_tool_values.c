/* SPDX-License-Identifier: MIT */
/* What the tool reads as a value: of a setting of every model, of registers of every type, and names that do not exist.
 * What was understood and is written again is understood as the same. The input is the text; its length names a model.
 */
#define _GNU_SOURCE /* memfd_create() */

#include "fuzz_tool.h"
#include "modbus_value.h"
#include "setting_text.h"

static void check_setting(const mw_setting *setting, const char *text)
{
    char written[SHOW_SIZE];
    int64_t n = 0;
    int64_t same = 0;
    nearest near;
    if (!setting_parse(setting, text, &n)) {
        nearest_init(&near, text);
        setting_offer(setting, &near);
        return;
    }
    if (mw_setting_allows(setting, n)) {
        setting_value_text(setting, n, written);
        CHECK(strlen(written) < sizeof written);
        (void)setting_irreversible(setting, n);
        CHECK(setting_parse(setting, written, &same) && same == n);
    }
}

static void check_types(const char *text)
{
    static const char *const names[] = {"u16", "s16", "u32", "s32",   "f32",  "u64",
                                        "s64", "f64", "bcd", "bcd32", "bcd64"};
    for (size_t i = 0; i < COUNT(names); i++) {
        const modbus_type *const type = modbus_type_by_name(names[i]);
        for (unsigned order = 0; order < 4; order++) {
            uint8_t data[8] = {0};
            uint8_t same[8] = {0};
            char written[MODBUS_VALUE_SIZE];
            CHECK(type != NULL);
            if (modbus_value_parse(type, (mw_modbus_order)order, text, data, 0) == MW_OK) {
                CHECK(modbus_value_text(type, (mw_modbus_order)order, data, 0, written));
                CHECK(strlen(written) < sizeof written);
                CHECK(modbus_value_parse(type, (mw_modbus_order)order, written, same, 0) == MW_OK);
                /* A zero of 32 bits is shown without its sign. */
                CHECK(memcmp(data, same, sizeof data) == 0 ||
                      (type->kind == MODBUS_KIND_FLOAT && strcmp(written, "0") == 0));
            }
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *const text = (char *)calloc(size + 1, 1);
    const mw_model *model;
    const mw_mbus_model *mbus;
    size_t models = 0;
    char error[TOOL_ERROR_SIZE];
    unsigned long number;
    mw_modbus_order order;
    mw_obis id;
    fuzz_mute();
    CHECK(text != NULL);
    if (size > 0) {
        memcpy(text, data, size);
    }
    while (mw_models[models] != NULL) {
        models++;
    }
    model = mw_models[size % models];
    for (unsigned i = 0; i < model->setting_count; i++) {
        check_setting(&model->settings[i].what, text);
    }
    if (size % 8 == 0 && mw_obis_parse(text, &id) != MW_OK) { /* which takes long */
        CHECK(strlen(tool_obis_error(model, NULL, text, error)) < sizeof error);
    }
    mbus = mw_mbus_model_by_name(model->name);
    for (unsigned i = 0; mbus != NULL && i < mbus->setting_count; i++) {
        check_setting(&mbus->settings[i].what, text);
    }
    check_types(text);
    if (tool_number(text, 3, 70000, &number)) {
        CHECK(number >= 3 && number <= 70000);
    }
    (void)modbus_order_by_name(text, &order);
    if (mw_model_by_name(text) == NULL) {
        CHECK(strlen(tool_model_error(text, true, error)) < sizeof error);
    }
    free(text);
    return 0;
}
