/* SPDX-License-Identifier: MIT */
#include <meterwire/model.h>

const mw_choice *mw_setting_choice(const mw_setting *setting, int64_t n)
{
    for (unsigned i = 0; i < setting->choice_count; i++) {
        if (setting->choices[i].n == n) {
            return &setting->choices[i];
        }
    }
    return NULL;
}

bool mw_setting_allows(const mw_setting *setting, int64_t n)
{
    if (setting->kind == MW_SETTING_RATIO) {
        const int64_t primary = n / 100;
        const int64_t secondary = n % 100;
        return secondary > 0 && mw_setting_choice(setting, secondary) != NULL && primary >= setting->least &&
               primary <= setting->most && primary % secondary == 0;
    }
    return setting->choice_count > 0 ? mw_setting_choice(setting, n) != NULL
                                     : n >= setting->least && n <= setting->most;
}
