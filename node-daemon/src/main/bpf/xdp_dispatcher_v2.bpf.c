// SPDX-License-Identifier: Apache-2.0
#define DISPATCHER_VERSION 2
#include "xdp_dispatcher.h"
