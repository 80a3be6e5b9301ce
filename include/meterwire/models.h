/* SPDX-License-Identifier: MIT */
/** @file
 * The models that come with the library. Naming one links its tables alone; mw_model_by_name() links them all.
 */
#ifndef MW_MODELS_H
#define MW_MODELS_H

#include <meterwire/model.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Socomec Countis E23: three phases, direct connection. Modbus RTU. */
MW_API extern const mw_model mw_model_socomec_countis_e23;
/** Socomec Countis E24: three phases, direct connection. Modbus RTU. */
MW_API extern const mw_model mw_model_socomec_countis_e24;
/** Socomec Countis E27, 4850 3054: three phases, direct connection, 80 A. Modbus TCP. */
MW_API extern const mw_model mw_model_socomec_countis_e27;
/** Socomec Countis E28, 4850 3055: three phases, direct connection, 80 A, MID. Modbus TCP. */
MW_API extern const mw_model mw_model_socomec_countis_e28;
/** Socomec Countis E43, 4850 3065: three phases, current transformers 1 A or 5 A. Modbus RTU. */
MW_API extern const mw_model mw_model_socomec_countis_e43;
/** Socomec Countis E44, 4850 3066: three phases, current transformers 1 A or 5 A, MID. Modbus RTU. */
MW_API extern const mw_model mw_model_socomec_countis_e44;

/** WAGO 879-3000, 4PU: three phases, direct connection, 65 A. Modbus RTU. */
MW_API extern const mw_model mw_model_wago_879_3000;
/** WAGO 879-3020, 4PS: three phases, direct connection, 65 A. Modbus RTU. */
MW_API extern const mw_model mw_model_wago_879_3020;
/** WAGO 879-3040, 2PU CT: three phases, current transformers 1 A or 5 A. Modbus RTU. */
MW_API extern const mw_model mw_model_wago_879_3040;

/** @name Models for firmware that only reads
 * The same without title, settings, aliases and releases, so that none of their tables and texts is linked.
 * @{ */
MW_API extern const mw_model mw_readings_socomec_countis_e23; /**< See mw_model_socomec_countis_e23. */
MW_API extern const mw_model mw_readings_socomec_countis_e24; /**< See mw_model_socomec_countis_e24. */
MW_API extern const mw_model mw_readings_socomec_countis_e27; /**< See mw_model_socomec_countis_e27. */
MW_API extern const mw_model mw_readings_socomec_countis_e28; /**< See mw_model_socomec_countis_e28. */
MW_API extern const mw_model mw_readings_socomec_countis_e43; /**< See mw_model_socomec_countis_e43. */
MW_API extern const mw_model mw_readings_socomec_countis_e44; /**< See mw_model_socomec_countis_e44. */
MW_API extern const mw_model mw_readings_wago_879_3000;       /**< See mw_model_wago_879_3000. */
MW_API extern const mw_model mw_readings_wago_879_3020;       /**< See mw_model_wago_879_3020. */
MW_API extern const mw_model mw_readings_wago_879_3040;       /**< See mw_model_wago_879_3040. */
/** @} */

/** WAGO 879-3000 on M-Bus. */
MW_API extern const mw_mbus_model mw_mbus_model_wago_879_3000;
/** WAGO 879-3020 on M-Bus. */
MW_API extern const mw_mbus_model mw_mbus_model_wago_879_3020;
/** WAGO 879-3040 on M-Bus. */
MW_API extern const mw_mbus_model mw_mbus_model_wago_879_3040;

/** All models, sorted by name; the last pointer is null. */
MW_API extern const mw_model *const mw_models[];

/** The model with that name.
 * @param name  the name, such as "wago-879-3000", ended by a NUL.
 * @return the model, or null when there is none. */
MW_API const mw_model *mw_model_by_name(const char *name);

/** All models on M-Bus, sorted by name; the last pointer is null. */
MW_API extern const mw_mbus_model *const mw_mbus_models[];

/** The model on M-Bus with that name.
 * @param name  the name, ended by a NUL.
 * @return the model, or null when there is none. */
MW_API const mw_mbus_model *mw_mbus_model_by_name(const char *name);

#ifdef __cplusplus
}
#endif

#endif
