/* SPDX-License-Identifier: MIT */
#include "simulated_bus.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "show.h"

static bool bus_fail(char error[BUS_ERROR_SIZE], const char *format, ...) TOOL_PRINTF(2, 3);

static bool bus_fail(char error[BUS_ERROR_SIZE], const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error, BUS_ERROR_SIZE, format, arguments);
    va_end(arguments);
    return false;
}

static void bus_make_mbus(bus_meter *meter, const mw_mbus_model *model)
{
    mw_mbus_device_init(&meter->mbus, model, meter->reply);
    meter->mbus.user = &meter->sim;
    meter->mbus.value = simulation_mbus_value;
    meter->mbus.set = simulation_mbus_set;
    meter->mbus.slave.header.id = meter->sim.id;
    meter->mbus.slave.fabrication = meter->sim.id;
}

bus_meter *bus_add(simulated_bus *bus, const mw_model *model, char error[BUS_ERROR_SIZE])
{
    const mw_mbus_model *const mbus_model = bus->mbus ? mw_mbus_model_by_name(model->name) : NULL;
    bus_meter *meter;
    if (bus->mbus && mbus_model == NULL) {
        bus_fail(error, "%s has no M-Bus", model->name);
        return NULL;
    }
    meter = calloc(1, sizeof *meter);
    if (meter == NULL) {
        bus_fail(error, "out of memory");
        return NULL;
    }
    simulation_init(&meter->sim, model, bus->count++);
    meter->device = (mw_device){model, model->unit, &meter->sim, simulation_value, simulation_set};
    if (bus->mbus) {
        bus_make_mbus(meter, mbus_model);
    }
    *(bus->last != NULL ? &bus->last->next : &bus->first) = meter;
    bus->last = meter;
    return meter;
}

/* ---- what can be set ---- */

static bool bus_set_unit(const simulated_bus *bus, bus_meter *meter, const char *value, char error[BUS_ERROR_SIZE])
{
    unsigned long unit;
    if (bus->mbus) {
        return bus_fail(error, "unit is for Modbus");
    }
    if (!tool_number(value, 1, 247, &unit)) {
        return bus_fail(error, "unit needs a number from 1 to 247, not '%s'", value);
    }
    meter->sim.unit = (uint8_t)unit;
    return true;
}

static bool bus_set_address(const simulated_bus *bus, bus_meter *meter, const char *value, char error[BUS_ERROR_SIZE])
{
    unsigned long address;
    if (!bus->mbus) {
        return bus_fail(error, "address is for M-Bus");
    }
    if (!tool_number(value, 0, MW_MBUS_ADDRESS_MAX, &address)) {
        return bus_fail(error, "address needs a number from 0 to %d, not '%s'", (int)MW_MBUS_ADDRESS_MAX, value);
    }
    meter->mbus.slave.address = (uint8_t)address;
    return true;
}

/* The identification on M-Bus, the serial number on Modbus. */
static bool bus_set_id(const simulated_bus *bus, bus_meter *meter, const char *value, char error[BUS_ERROR_SIZE])
{
    const mw_model *const model = meter->sim.model;
    if (strlen(value) != 8 || strspn(value, "0123456789ABCDEFabcdef") != 8) {
        return bus_fail(error, "id needs eight digits, not '%s'", value);
    }
    if (!bus->mbus && mw_model_find(model, mw_obis_make(0, 96, 1, 0)) == model->row_count) {
        return bus_fail(error, "id cannot be set: %s has no serial number", model->name);
    }
    meter->sim.id = (uint32_t)strtoul(value, NULL, 16); /* digits as they are, one a nibble */
    meter->mbus.slave.header.id = meter->sim.id;
    return true;
}

static bool bus_set_baud(const simulated_bus *bus, bus_meter *meter, const char *value, char error[BUS_ERROR_SIZE])
{
    unsigned long baud;
    if (!tool_number(value, 300, 115200, &baud) || !serve_is_speed((uint32_t)baud)) {
        return bus_fail(error, "baud needs a speed from 300 to 115200, not '%s'", value);
    }
    return simulation_set_speed(&meter->sim, bus->mbus, (uint32_t)baud) ||
           bus_fail(error, "baud cannot be %s: %s has no such speed", value, meter->sim.model->name);
}

typedef struct bus_property {
    const char *name;
    bool (*set)(const simulated_bus *bus, bus_meter *meter, const char *value, char error[BUS_ERROR_SIZE]);
} bus_property;

static const bus_property bus_properties[] = {
    {"unit", bus_set_unit}, {"address", bus_set_address}, {"id", bus_set_id}, {"baud", bus_set_baud}, {NULL, NULL}};

static const bus_property *bus_find_property(const char *name)
{
    const bus_property *found = bus_properties;
    while (found->name != NULL && strcmp(found->name, name) != 0) {
        found++;
    }
    return found;
}

const char *bus_name(const char *text)
{
    return bus_find_property(text)->name;
}

bool bus_set(const simulated_bus *bus, bus_meter *meter, const char *name, const char *value,
             char error[BUS_ERROR_SIZE])
{
    const bus_property *const property = bus_find_property(name);
    return property->set(bus, meter, value, error);
}

bool bus_fix(bus_meter *meter, const char *text, char error[BUS_ERROR_SIZE])
{
    char code[SHOW_SIZE];
    const char *const equals = strchr(text, '=');
    mw_obis id;
    if (equals == NULL || (size_t)(equals - text) >= sizeof code) {
        return bus_fail(error, "'%s' is no OBIS=VALUE", text);
    }
    memcpy(code, text, (size_t)(equals - text));
    code[equals - text] = '\0';
    if (mw_obis_parse(code, &id) != MW_OK) {
        (void)tool_obis_error(meter->sim.model, NULL, code, error);
        return false;
    }
    switch ((int)simulation_fix(&meter->sim, id, equals + 1)) {
    case MW_OK:
        return true;
    case MW_ERR_UNSUPPORTED:
        (void)tool_obis_error(meter->sim.model, NULL, code, error);
        return false;
    case MW_ERR_REFUSED:
        return bus_fail(error, "%s cannot be '%s': the simulator sends floats only", code, equals + 1);
    case MW_ERR_SPACE:
        return bus_fail(error, "no more than %d values of a meter can be fixed", SIMULATION_FIXED_MAX);
    default:
        return bus_fail(error, "%s cannot be '%s'", code, equals + 1);
    }
}

bool bus_finish(const simulated_bus *bus, bus_meter *meter, char error[BUS_ERROR_SIZE])
{
    char baud[16];
    snprintf(baud, sizeof baud, "%lu", (unsigned long)bus->baud);
    if (bus->baud != 0 && meter->sim.baud == 0 && !bus_set(bus, meter, "baud", baud, error)) {
        return false;
    }
    if (bus->parity != NULL && !simulation_set_parity(&meter->sim, bus->parity)) {
        return bus_fail(error, "parity cannot be %s: %s has no such one", bus->parity, meter->sim.model->name);
    }
    for (const bus_meter *other = bus->first; !bus->mbus && other != NULL; other = other->next) {
        if (other != meter && other->sim.unit == meter->sim.unit) {
            return bus_fail(error, "unit %u is another meter's already", meter->sim.unit);
        }
    }
    return true;
}

/* ---- what it does ---- */

void bus_advance(simulated_bus *bus, double seconds)
{
    for (bus_meter *meter = bus->first; meter != NULL; meter = meter->next) {
        simulation_advance(&meter->sim, seconds);
    }
}

/* Has a meter answer at meter->reply. */
static size_t bus_ask(const simulated_bus *bus, bus_meter *meter, const uint8_t *request, size_t length)
{
    size_t reply_length = 0;
    if (bus->mbus) {
        mw_mbus_device_answer(&meter->mbus, request, length, &reply_length);
    } else {
        meter->device.unit = meter->sim.unit;
        mw_device_answer(&meter->device, bus->tcp ? MW_MODBUS_TCP : MW_MODBUS_RTU, request, length, meter->reply,
                         sizeof meter->reply, &reply_length);
    }
    return reply_length;
}

/* Lays an answer over those before it: a bit that any of them sends as 0 is 0. The length of them all. */
static size_t bus_lay(uint8_t *bytes, size_t length, const uint8_t *more, size_t more_length)
{
    for (size_t i = 0; i < more_length; i++) {
        bytes[i] = i < length ? (uint8_t)(bytes[i] & more[i]) : more[i];
    }
    return length > more_length ? length : more_length;
}

/* Answers that differ never overlap so well that they make a good frame. A Modbus gateway passes on none that is bad.
 */
static size_t bus_collide(simulated_bus *bus, size_t length)
{
    mw_mbus_frame frame;
    if (bus->mbus ? mw_mbus_open(bus->reply, length, &frame, NULL) == MW_OK : mw_crc16(bus->reply, length) == 0) {
        bus->reply[length - 2] ^= 0x01u;
    }
    return bus->tcp && !bus->mbus ? 0 : length;
}

size_t bus_answer(simulated_bus *bus, const serve_streams *streams, const uint8_t *request, size_t length)
{
    size_t laid = 0;
    bool differ = false;
    for (bus_meter *meter = bus->first; meter != NULL; meter = meter->next) {
        const bool hears = serve_has_speed(streams, meter->sim.baud);
        const size_t count = hears ? bus_ask(bus, meter, request, length) : 0;
        if (count > 0) {
            differ = differ || (laid > 0 && (count != laid || memcmp(bus->reply, meter->reply, count) != 0));
            laid = bus_lay(bus->reply, laid, meter->reply, count);
        }
    }
    return differ ? bus_collide(bus, laid) : laid;
}
