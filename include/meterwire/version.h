/* SPDX-License-Identifier: MIT */
/** @file
 * The version, in its only place: the build and the packages read it from here.
 */
#ifndef MW_VERSION_H
#define MW_VERSION_H

/** While it is zero, every minor version may differ. */
#define MW_VERSION_MAJOR 0
/** Counts versions with new functions. */
#define MW_VERSION_MINOR 1
/** Counts corrections of them. */
#define MW_VERSION_PATCH 0

/** The version as text. */
#define MW_VERSION "0.1.0"

#endif
