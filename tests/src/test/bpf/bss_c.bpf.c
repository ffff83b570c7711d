// SPDX-License-Identifier: Apache-2.0
#define BY 2
#include "bss_a.bpf.c"
