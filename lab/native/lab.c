// The process that is a lab, and the two others that this program can be.
//
//   lab open SCRATCH SEED            is a lab until standard input ends
//   lab enter PID FD COMMAND ...     runs a command in a host of it
//   lab relay PORT                   standard input and output, joined with a TCP port of the loopback device
//
// Nothing of a lab outlives it, by construction. Its network namespaces have no names: descriptors of this process and
// the processes in them hold them open, and their devices go with them. It is the first process of a process namespace
// that all its commands enter: when it ends, whatever ended it, the kernel kills them all. Files that they write go to a
// file system in memory that only its mount namespace has.
#define _GNU_SOURCE
#include "lab.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

_Noreturn void fail(const char *what) {
  fprintf(stderr, "lab: %s: %s\n", what, strerror(errno));
  exit(1);
}

// Its number in the process namespace that the lab was opened from. /proc is still that namespace's.
static long number_outside(void) {
  char text[32] = "";
  if (readlink("/proc/self", text, sizeof text - 1) < 0) fail("/proc/self");
  return strtol(text, NULL, 10);
}

static void mount_own(const char *scratch) {
  if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL)) fail("a private mount namespace");
  if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL)) fail("/proc");
  if (mount("tmpfs", scratch, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0700")) fail(scratch);
}

// Packets leave on time though browsers keep all processors busy. Niceness does not do it where the kernel shares
// processors between sessions first (autogroups). Refused in some containers: less precise then, as `lateMaxMs` tells.
static void keep_time(void) {
  struct sched_param lowest = {.sched_priority = sched_get_priority_min(SCHED_RR)};
  if (sched_setscheduler(0, SCHED_RR, &lowest)) setpriority(PRIO_PROCESS, 0, -15);
  prctl(PR_SET_TIMERSLACK, 1);
}

static int be_lab(const char *scratch, const char *seed) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  keep_time();
  signal(SIGPIPE, SIG_IGN);
  setvbuf(stdout, NULL, _IOLBF, 1 << 16);
  srand48(strtol(seed, NULL, 10));
  long number = number_outside();
  mount_own(scratch);
  printf("ok %ld\n", number);
  run_shaper();
  return 0;
}

// A process that unshares its process namespace stays outside; its first child is the first inside.
static int open_lab(const char *scratch, const char *seed) {
  if (unshare(CLONE_NEWPID | CLONE_NEWNS)) fail("namespaces for processes and mounts");
  pid_t inside = fork();
  if (inside < 0) fail("fork");
  if (inside == 0) exit(be_lab(scratch, seed));
  close(STDIN_FILENO);
  close(STDOUT_FILENO);
  int status;
  while (waitpid(inside, &status, 0) < 0 && errno == EINTR) continue;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int main(int argc, char **argv) {
  const char *mode = argc > 1 ? argv[1] : "";
  if (strcmp(mode, "open") == 0 && argc == 4) return open_lab(argv[2], argv[3]);
  if (strcmp(mode, "enter") == 0 && argc >= 5) return enter(argc - 2, argv + 2);
  if (strcmp(mode, "relay") == 0 && argc == 3) return relay(atoi(argv[2]));
  fprintf(stderr, "usage: lab open SCRATCH SEED | lab enter PID FD COMMAND ... | lab relay PORT\n");
  return 2;
}
