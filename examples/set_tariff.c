/* SPDX-License-Identifier: MIT */
/* Finds out which meter it is, and changes its tariff.
 *
 *     cc -std=c99 set_tariff.c $(pkg-config --cflags --libs meterwire) -o set_tariff
 *     ./set_tariff /dev/ttyUSB0 1 2              unit 1, tariff 2
 *     ./set_tariff tcp://192.168.0.9 3 1         unit 3, tariff 1
 */
#include <meterwire/meterwire.h>
#include <meterwire/port.h>

#include <stdio.h>
#include <stdlib.h>

/* Settings have the same code on every model that has them, and what they may be is data. */
static int set_tariff(mw_meter *meter, const mw_io *io, int64_t tariff)
{
    static const char *const outcomes[] = {"it has kept its tariff", "done", "acknowledged",
                                           "it is not known whether it was done"}; /* by mw_outcome */
    const mw_obis id = mw_obis_make(0, 96, 14, 0);
    const mw_setting *const setting = mw_meter_find_setting(meter, id);
    mw_change change;
    mw_reading now;
    mw_status status;

    if (setting == NULL || !mw_setting_allows(setting, tariff)) {
        fprintf(stderr, "this meter has tariffs %ld to %ld\n", setting != NULL ? (long)setting->least : 0,
                setting != NULL ? (long)setting->most : 0);
        return EXIT_FAILURE;
    }
    if (mw_meter_get(meter, io, id, &now) == MW_OK && now.quality == MW_QUALITY_GOOD) {
        printf("tariff %ld\n", (long)now.n);
    }
    /* Written once, and read back. mw_meter_set() is the same in one call, without the outcome. */
    status = mw_change_begin(&change, meter, id, tariff, 0, 0);
    if (status == MW_OK) {
        status = mw_change_run(&change, io);
    }
    printf("tariff %ld: %s\n", (long)tariff, outcomes[change.outcome]);
    if (status != MW_OK) {
        fprintf(stderr, "%s\n", mw_status_text(status));
    }
    return status == MW_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int set_tariff_at(mw_port *port, uint8_t unit, int64_t tariff)
{
    mw_identity identity;
    mw_meter meter;
    const mw_status status = mw_identify(&port->link, &port->io, mw_port_framing(port), unit, mw_models, &identity);
    if (status != MW_OK) {
        fprintf(stderr, "unit %u: %s\n", unit,
                status == MW_ERR_UNSUPPORTED ? "not a meter that is known" : mw_status_text(status));
        return EXIT_FAILURE;
    }
    printf("%s, serial number %s\n", identity.model->title, identity.serial.text);
    mw_meter_init(&meter, identity.model, &port->link, mw_port_framing(port), unit);
    return set_tariff(&meter, &port->io, tariff);
}

int main(int argc, char **argv)
{
    mw_port port;
    int result;
    const long unit = argc == 4 ? strtol(argv[2], NULL, 10) : 0;
    const long tariff = argc == 4 ? strtol(argv[3], NULL, 10) : 0;

    if (unit < 1 || unit > 247) {
        fprintf(stderr, "usage: %s TARGET UNIT TARIFF\n", argv[0]);
        return EXIT_FAILURE;
    }
    if (mw_port_open(&port, argv[1], NULL) != MW_OK) {
        fprintf(stderr, "%s: %s\n", argv[1], port.error);
        return EXIT_FAILURE;
    }
    result = set_tariff_at(&port, (uint8_t)unit, tariff);
    mw_port_close(&port);
    return result;
}
