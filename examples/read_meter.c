/* SPDX-License-Identifier: MIT */
/* Reads everything a meter has, and waits for it.
 *
 *     cc -std=c99 read_meter.c $(pkg-config --cflags --libs meterwire) -o read_meter
 *     ./read_meter wago-879-3000 /dev/ttyUSB0              Modbus RTU, 9600 8E1, the factory address
 *     ./read_meter wago-879-3040 tcp://192.168.0.9 3       Modbus TCP, unit 3
 *     ./read_meter wago-879-3000 rtu+tcp://gateway:4196    frames of Modbus RTU through a gateway
 */
#include <meterwire/meterwire.h>
#include <meterwire/port.h>

#include <stdio.h>
#include <stdlib.h>

#define READINGS_MAX 200

/* One line: code, name, value and unit, or why there is no value. */
static void print_reading(const mw_reading *reading)
{
    char code[MW_OBIS_TEXT_SIZE];
    char name[MW_OBIS_NAME_SIZE] = ""; /* stays empty for a code without a name */
    char value[MW_READING_VALUE_SIZE];
    mw_obis_text(reading->id, code, sizeof code);
    mw_obis_name(reading->id, name, sizeof name);
    mw_reading_text(reading, value, sizeof value);
    if (reading->quality == MW_QUALITY_GOOD) {
        printf("%-14s %-36s %s %s\n", code, name, value, mw_unit_text(reading->unit));
    } else {
        printf("%-14s %-36s (%s)\n", code, name, mw_quality_text(reading->quality));
    }
}

static int read_meter(mw_port *port, const mw_model *model, uint8_t unit)
{
    static mw_reading readings[READINGS_MAX];
    size_t count;
    mw_meter meter;
    mw_status status;

    mw_meter_init(&meter, model, &port->link, mw_port_framing(port), unit);
    status = mw_meter_read(&meter, &port->io, NULL, readings, READINGS_MAX, &count);
    /* What was read before an error is good, the rest is marked as not read. */
    for (size_t i = 0; i < count && i < READINGS_MAX; i++) {
        print_reading(&readings[i]);
    }
    if (status != MW_OK) {
        fprintf(stderr, "%s\n", port->error != NULL ? port->error : mw_status_text(status));
        return EXIT_FAILURE;
    }
    printf("%zu values in %u requests\n", count, mw_meter_requests(&meter));
    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    const mw_model *model;
    mw_port port;
    int result;
    char *end = "";
    const unsigned long unit = argc == 4 ? strtoul(argv[3], &end, 10) : 0; /* 0: the factory address */

    if (argc < 3 || argc > 4 || *end != '\0' || unit > 247) {
        fprintf(stderr, "usage: %s MODEL TARGET [UNIT]\n", argv[0]);
        return EXIT_FAILURE;
    }
    /* A program for one model says &mw_model_wago_879_3000 and so links the tables of that one only. */
    model = mw_model_by_name(argv[1]);
    if (model == NULL) {
        fprintf(stderr, "no model '%s'; there are:\n", argv[1]);
        for (size_t i = 0; mw_models[i] != NULL; i++) {
            fprintf(stderr, "  %-19s %s\n", mw_models[i]->name, mw_models[i]->title);
        }
        return EXIT_FAILURE;
    }
    if (mw_port_open(&port, argv[2], NULL) != MW_OK) {
        fprintf(stderr, "%s: %s\n", argv[2], port.error);
        return EXIT_FAILURE;
    }
    result = read_meter(&port, model, (uint8_t)unit);
    mw_port_close(&port);
    return result;
}
