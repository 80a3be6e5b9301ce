/* SPDX-License-Identifier: MIT */
#include <meterwire/models.h>

const mw_model *const mw_models[] = {
    &mw_model_socomec_countis_e23, &mw_model_socomec_countis_e24,
    &mw_model_socomec_countis_e27, &mw_model_socomec_countis_e28,
    &mw_model_socomec_countis_e43, &mw_model_socomec_countis_e44,
    &mw_model_wago_879_3000,       &mw_model_wago_879_3020,
    &mw_model_wago_879_3040,       NULL,
};

const mw_mbus_model *const mw_mbus_models[] = {
    &mw_mbus_model_wago_879_3000,
    &mw_mbus_model_wago_879_3020,
    &mw_mbus_model_wago_879_3040,
    NULL,
};

/* Without strcmp(), which the core does not use. */
static bool models_same_name(const char *x, const char *y)
{
    while (*x != '\0' && *x == *y) {
        x++;
        y++;
    }
    return *x == *y;
}

const mw_model *mw_model_by_name(const char *name)
{
    const mw_model *const *model = mw_models;
    while (*model != NULL && !models_same_name((*model)->name, name)) {
        model++;
    }
    return *model;
}

const mw_mbus_model *mw_mbus_model_by_name(const char *name)
{
    const mw_mbus_model *const *model = mw_mbus_models;
    while (*model != NULL && !models_same_name((*model)->name, name)) {
        model++;
    }
    return *model;
}
