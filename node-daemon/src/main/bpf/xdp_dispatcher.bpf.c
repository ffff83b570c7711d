// SPDX-License-Identifier: Apache-2.0
#define DISPATCHER_VERSION 3
#include "xdp_dispatcher.h"
