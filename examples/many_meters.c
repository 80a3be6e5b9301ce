/* SPDX-License-Identifier: MIT */
/* Reads many meters on several buses at once, in one thread that waits for all of them together.
 *
 *     cc -std=c99 many_meters.c $(pkg-config --cflags --libs meterwire) -o many_meters
 *     ./many_meters 3 tcp://192.168.0.9 rtu+tcp://gateway:4196 /dev/ttyUSB0
 *
 * That reads units 1 to 3 of each target: those of one target one after the other, as they share a line. */
#define _POSIX_C_SOURCE 200809L /* poll() */

#include <meterwire/meterwire.h>
#include <meterwire/port.h>

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#define BUSES_MAX 64

struct bus {
    const char *target;
    unsigned unit; /* the present one */
    bool open;
    mw_port port;
    mw_meter meter;
    mw_reading power;
};

static void begin(struct bus *bus, unsigned unit)
{
    static const mw_selection everything = {0, NULL, 0};
    bus->unit = unit;
    mw_meter_init(&bus->meter, &mw_model_wago_879_3000, &bus->port.link, mw_port_framing(&bus->port), (uint8_t)unit);
    mw_meter_begin(&bus->meter, &everything);
}

static void report(const struct bus *bus)
{
    char power[MW_READING_VALUE_SIZE];
    const mw_status status = mw_meter_status(&bus->meter);
    mw_reading_text(&bus->power, power, sizeof power);
    if (status == MW_OK && bus->power.quality == MW_QUALITY_GOOD) {
        printf("%s unit %u: %s %s\n", bus->target, bus->unit, power, mw_unit_text(bus->power.unit));
    } else {
        printf("%s unit %u: %s\n", bus->target, bus->unit,
               status != MW_OK ? mw_status_text(status) : mw_quality_text(bus->power.quality));
    }
}

static void close_bus(struct bus *bus)
{
    if (bus->port.error != NULL) {
        printf("%s: %s\n", bus->target, bus->port.error);
    }
    mw_port_close(&bus->port);
    bus->open = false;
}

/* Does everything that can be done without waiting. Gives how long to wait for bytes then. */
static uint32_t work(struct bus *bus, unsigned units)
{
    mw_link *const link = &bus->port.link;
    const mw_io *const io = &bus->port.io;
    uint32_t wait_us = 0;
    while (bus->open) {
        const uint32_t now_us = io->now_us(io->user);
        mw_reading reading;
        const mw_status status = mw_meter_next(&bus->meter, now_us, &reading);
        if (status == MW_OK && mw_obis_equal(reading.id, mw_obis_make(1, 16, 7, 0))) {
            bus->power = reading;
        } else if (status == MW_END) {
            report(bus);
            if (bus->unit == units) {
                close_bus(bus);
            } else {
                begin(bus, bus->unit + 1);
            }
        } else if (status == MW_AGAIN) {
            const mw_link_want want = mw_link_poll(link, now_us, &wait_us);
            if (want == MW_LINK_SEND) {
                size_t length;
                const uint8_t *const request = mw_link_request(link, &length);
                if (io->write(io->user, request, length) == MW_OK) {
                    mw_link_sent(link, io->now_us(io->user));
                } else {
                    close_bus(bus);
                }
            } else if (want != MW_LINK_DONE) {
                break;
            }
        }
    }
    return wait_us;
}

/* Hands what came to the link. */
static void receive(struct bus *bus)
{
    size_t space, count;
    uint8_t *const to = mw_link_space(&bus->port.link, &space);
    if (bus->port.io.read(&bus->port, to, space, 0, &count) != MW_OK) {
        close_bus(bus); /* hung up */
        return;
    }
    mw_link_received(&bus->port.link, count, bus->port.io.now_us(&bus->port));
}

int main(int argc, char **argv)
{
    static struct bus buses[BUSES_MAX];
    struct pollfd fds[BUSES_MAX];
    const unsigned units = argc > 2 ? (unsigned)strtoul(argv[1], NULL, 10) : 0;
    const int count = argc - 2 < BUSES_MAX ? argc - 2 : BUSES_MAX;
    int open = 1;
    if (units < 1 || units > 247) {
        fprintf(stderr, "usage: %s UNITS TARGET...\n", argv[0]);
        return EXIT_FAILURE;
    }
    for (int i = 0; i < count; i++) {
        buses[i].target = argv[i + 2];
        buses[i].open = mw_port_open(&buses[i].port, argv[i + 2], NULL) == MW_OK;
        if (buses[i].open) {
            begin(&buses[i], 1);
        } else {
            close_bus(&buses[i]); /* says why */
        }
    }
    while (open > 0) {
        uint32_t wait_us = UINT32_MAX;
        open = 0;
        for (int i = 0; i < count; i++) {
            const uint32_t bus_us = work(&buses[i], units);
            fds[i].fd = buses[i].open ? (int)buses[i].port.handle : -1; /* poll() passes over those */
            fds[i].events = POLLIN;
            if (buses[i].open) {
                wait_us = bus_us < wait_us ? bus_us : wait_us;
                open++;
            }
        }
        if (open > 0 && poll(fds, (nfds_t)count, (int)(wait_us / 1000 + 1)) > 0) {
            for (int i = 0; i < count; i++) {
                if (fds[i].fd >= 0 && fds[i].revents != 0) {
                    receive(&buses[i]);
                }
            }
        }
    }
    return EXIT_SUCCESS;
}
