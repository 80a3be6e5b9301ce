/* SPDX-License-Identifier: MIT */
/** @file
 * Everything but port.h, which needs an operating system.
 */
#ifndef MW_METERWIRE_H
#define MW_METERWIRE_H

#include <meterwire/change.h>
#include <meterwire/core.h>
#include <meterwire/device.h>
#include <meterwire/identify.h>
#include <meterwire/io.h>
#include <meterwire/link.h>
#include <meterwire/mbus.h>
#include <meterwire/mbus_master.h>
#include <meterwire/mbus_slave.h>
#include <meterwire/meter.h>
#include <meterwire/modbus.h>
#include <meterwire/modbus_monitor.h>
#include <meterwire/model.h>
#include <meterwire/models.h>
#include <meterwire/version.h>

#endif
