/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MEDIA_MEDIA_MODULE_H
#define MEDIA_MEDIA_MODULE_H

#include "media/model/media-interface.h"

extern const struct media_module media_module;

#endif
