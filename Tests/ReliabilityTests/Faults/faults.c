// Preloaded into a program (LD_PRELOAD), this stands between it and the system wherever it changes files below one
// folder. It logs those calls with their data, fails one of them, or kills the program at it.
//
//   FAULTS_FOLDER   the folder, as an absolute path without links
//   FAULTS_LOG      where the calls that succeed are logged
//   FAULTS_AT       the number of a call, counted from 1
//   FAULTS_ACTION   what happens at it: the number of an error, or "kill", or "tear": half of a write and then a kill
//   FAULTS_FROM     set: all later calls that need room fail as well, as on a full disk
//
// A logged call is a line "kind<TAB>path<TAB>other path<TAB>offset<TAB>size", followed by `size` bytes where it wrote some.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

// A call that is about to change a file. Where its path is empty it concerns no file of the folder.
struct change {
    const char *kind;
    char path[PATH_MAX];
    char other[PATH_MAX];
    const void *data;
    size_t size;
    long offset;
};

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static const char *folder, *action;
static int log_file = -1;
static long count, chosen;
static int goes_on;

__attribute__((constructor)) static void prepare(void) {
    folder = getenv("FAULTS_FOLDER");
    action = getenv("FAULTS_ACTION");
    goes_on = getenv("FAULTS_FROM") != NULL;
    if (getenv("FAULTS_AT")) chosen = atol(getenv("FAULTS_AT"));
    if (getenv("FAULTS_LOG"))
        log_file = (int)syscall(SYS_openat, AT_FDCWD, getenv("FAULTS_LOG"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
}

static int is_inside(const char *path) {
    if (!folder) return 0;
    size_t length = strlen(folder);
    return strncmp(path, folder, length) == 0 && (path[length] == 0 || path[length] == '/');
}

// The path that a descriptor has now.
static void path_of_descriptor(int descriptor, char *path) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    path[length < 0 ? 0 : length] = 0;
}

// A path without links before its last part; empty where it is not below the folder.
static void resolve(int base, const char *name, char *path) {
    char start[PATH_MAX], whole[PATH_MAX], real[PATH_MAX];
    path[0] = 0;
    if (!name || !*name) return;
    if (name[0] == '/') start[0] = 0;
    else if (base == AT_FDCWD) { if (!getcwd(start, sizeof start)) return; }
    else path_of_descriptor(base, start);
    if (snprintf(whole, sizeof whole, "%s/%s", start, name) >= (int)sizeof whole) return;
    size_t length = strlen(whole);
    while (length > 1 && whole[length - 1] == '/') whole[--length] = 0;
    char *last = strrchr(whole, '/');
    *last = 0;
    if (!realpath(*whole ? whole : "/", real)) return;
    if (snprintf(path, PATH_MAX, "%s/%s", strcmp(real, "/") ? real : "", last + 1) >= PATH_MAX || !is_inside(path)) path[0] = 0;
}

static int needs_room(const char *kind) {
    return !strcmp(kind, "write") || !strcmp(kind, "create") || !strcmp(kind, "folder") || !strcmp(kind, "link");
}

// Waits for its turn and counts the call; returns the error that it is to fail with, -1 for half a write, or 0.
static int begin(struct change *change) {
    if (!change->path[0]) return 0;
    pthread_mutex_lock(&turn);
    count++;
    if (!action || count < chosen || (count > chosen && !(goes_on && needs_room(change->kind)))) return 0;
    if (!strcmp(action, "kill")) raise(SIGKILL);
    if (!strcmp(action, "tear")) {
        if (strcmp(change->kind, "write")) raise(SIGKILL);
        return -1;
    }
    return atoi(action);
}

// Logs a call that succeeded, and lets others have their turn.
static long end(struct change *change, int fault, long result) {
    if (!change->path[0]) return result;
    if (fault > 0) {
        errno = fault;
        result = -1;
    }
    if (result >= 0 && log_file >= 0) {
        char line[2 * PATH_MAX + 100];
        int is_write = !strcmp(change->kind, "write");
        size_t size = is_write ? (size_t)result : change->size;
        int length = snprintf(line, sizeof line, "%s\t%s\t%s\t%ld\t%zu\n", change->kind, change->path, change->other, change->offset, size);
        syscall(SYS_write, log_file, line, length);
        if (is_write) syscall(SYS_write, log_file, change->data, size);
    }
    int kept = errno;
    pthread_mutex_unlock(&turn);
    errno = kept;
    return result;
}

static int open_at(int base, const char *name, int flags, mode_t mode) {
    struct change change = {.kind = "create"};
    struct stat status;
    if (flags & (O_CREAT | O_TRUNC)) {
        resolve(base, name, change.path);
        int exists = change.path[0] && stat(change.path, &status) == 0;
        if (exists) change.kind = "resize";
        if (exists && !(flags & O_TRUNC)) change.path[0] = 0;
    }
    int fault = begin(&change);
    return (int)end(&change, fault, fault ? -1 : syscall(SYS_openat, base, name, flags, mode));
}

#define MODE(last) \
    mode_t mode = 0; \
    if (last & (O_CREAT | O_TMPFILE)) { \
        va_list list; \
        va_start(list, last); \
        mode = va_arg(list, mode_t); \
        va_end(list); \
    }

int open(const char *name, int flags, ...) { MODE(flags) return open_at(AT_FDCWD, name, flags, mode); }
int open64(const char *name, int flags, ...) { MODE(flags) return open_at(AT_FDCWD, name, flags, mode); }
int openat(int base, const char *name, int flags, ...) { MODE(flags) return open_at(base, name, flags, mode); }
int openat64(int base, const char *name, int flags, ...) { MODE(flags) return open_at(base, name, flags, mode); }
int creat(const char *name, mode_t mode) { return open_at(AT_FDCWD, name, O_CREAT | O_WRONLY | O_TRUNC, mode); }

// A change of an open file; where it is no regular file of the folder, the path is empty.
static struct change of_descriptor(const char *kind, int descriptor) {
    struct change change = {.kind = kind};
    struct stat status;
    if (!folder || fstat(descriptor, &status) != 0 || !(S_ISREG(status.st_mode) || S_ISDIR(status.st_mode))) return change;
    path_of_descriptor(descriptor, change.path);
    if (!is_inside(change.path)) change.path[0] = 0;
    return change;
}

static ssize_t write_at(int descriptor, const void *data, size_t size, long offset) {
    struct change change = of_descriptor("write", descriptor);
    change.data = data;
    change.size = size;
    change.offset = offset;
    if (change.path[0] && offset < 0) {
        int appends = (int)syscall(SYS_fcntl, descriptor, F_GETFL) & O_APPEND;
        struct stat status;
        change.offset = appends && fstat(descriptor, &status) == 0 ? status.st_size : lseek(descriptor, 0, SEEK_CUR);
    }
    int fault = begin(&change);
    if (fault < 0) {
        syscall(SYS_pwrite64, descriptor, data, size / 2, change.offset);
        raise(SIGKILL);
    }
    long result = -1;
    if (!fault) result = offset < 0 ? syscall(SYS_write, descriptor, data, size) : syscall(SYS_pwrite64, descriptor, data, size, offset);
    return end(&change, fault, result);
}

ssize_t write(int descriptor, const void *data, size_t size) { return write_at(descriptor, data, size, -1); }
ssize_t pwrite(int descriptor, const void *data, size_t size, off_t offset) { return write_at(descriptor, data, size, offset); }
ssize_t pwrite64(int descriptor, const void *data, size_t size, off64_t offset) { return write_at(descriptor, data, size, offset); }

ssize_t writev(int descriptor, const struct iovec *parts, int number) {
    ssize_t total = 0;
    for (int i = 0; i < number; i++) {
        if (!parts[i].iov_len) continue;
        ssize_t written = write(descriptor, parts[i].iov_base, parts[i].iov_len);
        if (written < 0) return total ? total : -1;
        total += written;
        if ((size_t)written < parts[i].iov_len) break;
    }
    return total;
}

int ftruncate(int descriptor, off_t size) {
    struct change change = of_descriptor("resize", descriptor);
    change.size = size;
    int fault = begin(&change);
    return (int)end(&change, fault, fault ? -1 : syscall(SYS_ftruncate, descriptor, size));
}
int ftruncate64(int descriptor, off64_t size) { return ftruncate(descriptor, size); }

static int force(int descriptor, long call) {
    struct change change = of_descriptor("sync", descriptor);
    int fault = begin(&change);
    return (int)end(&change, fault, fault ? -1 : syscall(call, descriptor));
}
int fsync(int descriptor) { return force(descriptor, SYS_fsync); }
int fdatasync(int descriptor) { return force(descriptor, SYS_fdatasync); }

// A change of names; the first path is the one that counts.
static struct change of_names(const char *kind, int base, const char *name, int other_base, const char *other) {
    struct change change = {.kind = kind};
    if (!folder) return change;
    resolve(base, name, change.path);
    if (other) resolve(other_base, other, change.other);
    return change;
}

int renameat2(int base, const char *name, int new_base, const char *new_name, unsigned flags) {
    struct change change = of_names("rename", base, name, new_base, new_name);
    int fault = begin(&change);
    return (int)end(&change, fault, fault ? -1 : syscall(SYS_renameat2, base, name, new_base, new_name, flags));
}
int renameat(int base, const char *name, int new_base, const char *new_name) { return renameat2(base, name, new_base, new_name, 0); }
int rename(const char *name, const char *new_name) { return renameat2(AT_FDCWD, name, AT_FDCWD, new_name, 0); }

int linkat(int base, const char *name, int new_base, const char *new_name, int flags) {
    struct change change = of_names("link", base, name, new_base, new_name);
    int fault = begin(&change);
    return (int)end(&change, fault, fault ? -1 : syscall(SYS_linkat, base, name, new_base, new_name, flags));
}
int link(const char *name, const char *new_name) { return linkat(AT_FDCWD, name, AT_FDCWD, new_name, 0); }

int unlinkat(int base, const char *name, int flags) {
    struct change change = of_names("remove", base, name, 0, NULL);
    int fault = begin(&change);
    return (int)end(&change, fault, fault ? -1 : syscall(SYS_unlinkat, base, name, flags));
}
int unlink(const char *name) { return unlinkat(AT_FDCWD, name, 0); }
int rmdir(const char *name) { return unlinkat(AT_FDCWD, name, AT_REMOVEDIR); }
int remove(const char *name) {
    struct stat status;
    return lstat(name, &status) == 0 && S_ISDIR(status.st_mode) ? rmdir(name) : unlink(name);
}

int mkdirat(int base, const char *name, mode_t mode) {
    struct change change = of_names("folder", base, name, 0, NULL);
    int fault = begin(&change);
    return (int)end(&change, fault, fault ? -1 : syscall(SYS_mkdirat, base, name, mode));
}
int mkdir(const char *name, mode_t mode) { return mkdirat(AT_FDCWD, name, mode); }
