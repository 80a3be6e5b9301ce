/* SPDX-License-Identifier: MIT */
/* Prints a model's tables for a test: model_rows MODEL. One line for a row, a block, a setting, a value of a setting.
 */
#include <stdio.h>

#include <meterwire/meterwire.h>

static const char *name_of(mw_obis id, char *out, size_t size)
{
    return mw_obis_name(id, out, size) > 0 ? out : "?";
}

int main(int argc, char **argv)
{
    static const char *const types[] = {"unsigned", "signed",   "float",     "bcd",     "digits",
                                        "bits",     "text",     "text_low",  "version", "ct_ratio",
                                        "raw",      "residual", "sresidual", "seconds", "clock"};
    const mw_model *const model = argc == 2 ? mw_model_by_name(argv[1]) : NULL;
    char name[MW_OBIS_NAME_SIZE];
    if (model == NULL) {
        return 2;
    }
    for (size_t i = 0; i < model->row_count; i++) {
        const mw_row *const row = &model->rows[i];
        const char *const unit = mw_unit_text(row->unit);
        printf("row %u %s %u %d %s %s %u %u\n", row->address, types[row->type], row->regs, row->exp10,
               *unit != '\0' ? unit : "-", name_of(mw_row_id(row), name, sizeof name), row->group, row->flags);
    }
    for (size_t i = 0; i < model->block_count; i++) {
        printf("block %u %u\n", model->blocks[i].address, model->blocks[i].regs);
    }
    for (size_t i = 0; i < model->setting_count; i++) {
        const mw_modbus_setting *const setting = &model->settings[i];
        printf("setting %u %u %u %u %ld %ld %u %s\n", setting->address, setting->regs, setting->function,
               setting->what.flags, (long)setting->what.least, (long)setting->what.most, setting->what.kind,
               name_of(setting->what.id, name, sizeof name));
        for (size_t j = 0; j < setting->what.choice_count; j++) {
            printf("choice %u %ld\n", setting->address, (long)setting->what.choices[j].n);
        }
    }
    return 0;
}
