// SPDX-License-Identifier: Apache-2.0
/* tp as its next version: the same map, other code (one open counts 1000). */
#define STEP 1000
#include "tp.bpf.c"
