/* Loaded before the C library (LD_PRELOAD): a disk that takes SLOW_FSYNC_US microseconds longer for each fsync. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

static int after_pause(const char *name, int fd) {
  const char *pause = getenv("SLOW_FSYNC_US");
  if (pause) usleep((useconds_t)atoi(pause));
  return ((int (*)(int))dlsym(RTLD_NEXT, name))(fd);
}

int fsync(int fd) { return after_pause("fsync", fd); }
int fdatasync(int fd) { return after_pause("fdatasync", fd); }
