// Lets calls of the C library on files below one folder fail: number `at`, or that one and all that follow. With no
// error number the call hangs instead, as those of a dying memory card do.
// Loaded by LD_PRELOAD; asleep until fc_begin is called. Python's files, SQLite's and every other library's pass here.
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MOST_FILES 4096
#define HANGS_MS 20000
#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char folder[PATH_MAX];
static char paths[MOST_FILES][256];  // of open files below the folder, without the folder
static int log_file = -1, number, lasting, counting;
static long seen, at = -1;

void fc_follow(const char *below) {  // from now on it is known which open files lie there; "" for no longer
    pthread_mutex_lock(&lock);
    snprintf(folder, sizeof folder, "%s", below);
    memset(paths, 0, sizeof paths);
    pthread_mutex_unlock(&lock);
}

// Begin to count. Lines "call path" go to `log_path`, unless it is empty; nothing fails where `which` is negative.
void fc_begin(const char *log_path, long which, int with, int from_then_on) {
    pthread_mutex_lock(&lock);
    seen = 0, at = which, number = with, lasting = from_then_on, counting = 1;
    log_file = *log_path ? (int)syscall(SYS_openat, AT_FDCWD, log_path, O_CREAT | O_WRONLY | O_TRUNC, 0600) : -1;
    pthread_mutex_unlock(&lock);
}

long fc_end(void) {  // how many calls were counted
    pthread_mutex_lock(&lock);
    counting = 0;
    if (log_file >= 0) syscall(SYS_close, log_file);
    log_file = -1;
    pthread_mutex_unlock(&lock);
    return seen;
}

static const char *below(const char *path) {
    size_t length = strlen(folder);
    return length && path && !strncmp(path, folder, length) ? path + length : NULL;
}

static const char *of_file(int file) {
    return *folder && file >= 0 && file < MOST_FILES && *paths[file] ? paths[file] : NULL;
}

// Does this call fail? A call that a signal interrupts is made again at once, and then it works.
static int fails(const char *call, const char *path) {
    if (!path || !counting) return 0;
    pthread_mutex_lock(&lock);
    long here = seen++, past = here - at;
    int with = number;
    int failing = at >= 0 && (lasting ? past >= 0 && (with != EINTR || past % 2 == 0) : past == 0);
    if (log_file >= 0) {
        char line[400];
        int length = snprintf(line, sizeof line, "%s %s\n", call, path);
        syscall(SYS_write, log_file, line, length);
    }
    pthread_mutex_unlock(&lock);
    if (failing && !with) {  // the disk doesn't answer for a while, and then it does
        for (int waited_ms = 0; waited_ms < HANGS_MS && counting; waited_ms += 10) usleep(10000);
        return 0;
    }
    if (failing) errno = with;
    return failing;
}

static int opened(int file, const char *path) {
    if (file >= 0 && file < MOST_FILES && path) snprintf(paths[file], sizeof paths[file], "%s", path);
    return file;
}

#define OPENS(name)                                                        \
    int name(const char *path, int flags, ...) {                           \
        va_list rest;                                                      \
        va_start(rest, flags);                                             \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0; \
        va_end(rest);                                                      \
        if (fails("open", below(path))) return -1;                         \
        return opened(REAL(name)(path, flags, mode), below(path));         \
    }
OPENS(open)
OPENS(open64)

#define OPENS_AT(name)                                                     \
    int name(int in, const char *path, int flags, ...) {                   \
        va_list rest;                                                      \
        va_start(rest, flags);                                             \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0; \
        va_end(rest);                                                      \
        if (fails("open", below(path))) return -1;                         \
        return opened(REAL(name)(in, path, flags, mode), below(path));     \
    }
OPENS_AT(openat)
OPENS_AT(openat64)

#define OF_FILE(type, name, call, parameters, arguments)                   \
    type name parameters {                                                 \
        return fails(call, of_file(file)) ? -1 : REAL(name) arguments;     \
    }
OF_FILE(ssize_t, read, "read", (int file, void *to, size_t size), (file, to, size))
OF_FILE(ssize_t, pread64, "read", (int file, void *to, size_t size, off64_t from), (file, to, size, from))
OF_FILE(ssize_t, write, "write", (int file, const void *from, size_t size), (file, from, size))
OF_FILE(ssize_t, pwrite64, "write", (int file, const void *from, size_t size, off64_t to), (file, from, size, to))
OF_FILE(int, fsync, "sync", (int file), (file))
OF_FILE(int, fdatasync, "sync", (int file), (file))
OF_FILE(int, ftruncate64, "truncate", (int file, off64_t size), (file, size))
OF_FILE(int, fchmod, "chmod", (int file, mode_t mode), (file, mode))
OF_FILE(int, flock, "lock", (int file, int how), (file, how))

int close(int file) {  // it is closed even where it fails, as Linux does it
    const char *path = of_file(file);
    int failing = fails("close", path), with = errno;
    if (path) paths[file][0] = 0;
    int result = REAL(close)(file);
    if (failing) errno = with;
    return failing ? -1 : result;
}

#define LOCKS(name)                                                        \
    int name(int file, int command, ...) {                                 \
        va_list rest;                                                      \
        va_start(rest, command);                                           \
        void *argument = va_arg(rest, void *);                             \
        va_end(rest);                                                      \
        int locking = command == F_SETLK || command == F_SETLKW || command == F_OFD_SETLK; \
        if (locking && fails("lock", of_file(file))) return -1;            \
        return REAL(name)(file, command, argument);                        \
    }
LOCKS(fcntl)
LOCKS(fcntl64)

#define OF_PATH(name, call, parameters, arguments)                         \
    int name parameters { return fails(call, below(path)) ? -1 : REAL(name) arguments; }
OF_PATH(rename, "rename", (const char *path, const char *to), (path, to))
OF_PATH(unlink, "unlink", (const char *path), (path))
OF_PATH(unlinkat, "unlink", (int in, const char *path, int flags), (in, path, flags))
OF_PATH(mkdir, "mkdir", (const char *path, mode_t mode), (path, mode))
OF_PATH(rmdir, "rmdir", (const char *path), (path))
OF_PATH(chmod, "chmod", (const char *path, mode_t mode), (path, mode))
OF_PATH(access, "access", (const char *path, int mode), (path, mode))
OF_PATH(stat64, "stat", (const char *path, struct stat64 *to), (path, to))
OF_PATH(lstat64, "stat", (const char *path, struct stat64 *to), (path, to))
OF_PATH(fstatat64, "stat", (int in, const char *path, struct stat64 *to, int flags), (in, path, to, flags))
OF_FILE(int, fstat64, "stat", (int file, struct stat64 *to), (file, to))

DIR *opendir(const char *path) { return fails("list", below(path)) ? NULL : REAL(opendir)(path); }
