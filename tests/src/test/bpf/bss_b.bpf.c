// SPDX-License-Identifier: Apache-2.0
#define SWAPPED
#include "bss_a.bpf.c"
