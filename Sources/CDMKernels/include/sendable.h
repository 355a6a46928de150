#ifndef CDM_SENDABLE_H
#define CDM_SENDABLE_H

// A table of functions never changes: Swift may share it between threads.
#define DM_SENDABLE __attribute__((swift_attr("@Sendable")))

#endif
