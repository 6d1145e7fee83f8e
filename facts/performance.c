// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/performance.h"

void performance_read(struct facts_reader *reader, const char *dir,
		      struct facts_performance *performance)
{
	reader_u64(reader, dir, "read_bandwidth", &performance->read_bandwidth);
	reader_u64(reader, dir, "write_bandwidth",
		   &performance->write_bandwidth);
	reader_u64(reader, dir, "read_latency", &performance->read_latency);
	reader_u64(reader, dir, "write_latency", &performance->write_latency);
}
