/* SPDX-License-Identifier: MIT */
#include <meterwire/model.h>

const mw_mbus_setting *mw_mbus_find_setting(const mw_mbus_model *model, mw_obis id)
{
    for (unsigned i = 0; i < model->setting_count; i++) {
        if (mw_obis_equal(model->settings[i].what.id, id)) {
            return &model->settings[i];
        }
    }
    return NULL;
}

mw_status mw_mbus_encode_setting(const mw_mbus_setting *setting, uint8_t address, int64_t n, uint8_t *frame,
                                 size_t size, size_t *length)
{
    mw_mbus_draft draft;
    int64_t digits;
    if (!mw_setting_allows(&setting->what, n) || mw_decimal_rescale(n, 0, setting->exp10, &digits) != MW_OK) {
        return MW_ERR_RANGE;
    }
    if (setting->head_bytes > 0) {
        mw_mbus_begin(&draft, frame, size, MW_MBUS_SND_UD, address, setting->ci);
        mw_mbus_put_integer(&draft, setting->head, setting->head_bytes, digits);
    } else {
        mw_mbus_begin(&draft, frame, size, MW_MBUS_SND_UD, address, (uint8_t)(setting->ci + digits));
    }
    return mw_mbus_finish(&draft, length);
}
