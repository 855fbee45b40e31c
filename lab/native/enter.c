// Runs a command inside a host: in its network, and in the process and mount namespaces of its lab.
#define _GNU_SOURCE
#include "lab.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t command;

// The caller knows the process that stays outside, and signals that one.
static void pass_on(int signal_number) {
  if (command > 0) kill(command, signal_number);
}

static int open_of(const char *process, const char *what) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%s/%s", process, what);
  int descriptor = open(path, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) fail(path);
  return descriptor;
}

static void join_namespaces(const char *process, const char *descriptor_number) {
  char held[32], directory[PATH_MAX];
  snprintf(held, sizeof held, "fd/%s", descriptor_number);
  if (!getcwd(directory, sizeof directory)) fail("the working directory");
  int network = open_of(process, held), processes = open_of(process, "ns/pid"), mounts = open_of(process, "ns/mnt");
  if (setns(network, CLONE_NEWNET)) fail("the network namespace");
  if (setns(processes, CLONE_NEWPID)) fail("the process namespace");
  if (setns(mounts, CLONE_NEWNS)) fail("the mount namespace");
  if (chdir(directory)) fail(directory);  // setns went to the root
}

static int outcome(int status) {
  if (WIFEXITED(status)) return WEXITSTATUS(status);
  // Ends as the command did, so that the caller sees the same signal.
  signal(WTERMSIG(status), SIG_DFL);
  kill(getpid(), WTERMSIG(status));
  return 128 + WTERMSIG(status);
}

int enter(int argc, char **argv) {
  (void)argc;
  join_namespaces(argv[0], argv[1]);
  const int passed_on[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2};
  const size_t count = sizeof passed_on / sizeof *passed_on;
  for (size_t i = 0; i < count; i++) signal(passed_on[i], pass_on);
  command = fork();
  if (command < 0) fail("fork");
  if (command == 0) {
    for (size_t i = 0; i < count; i++) signal(passed_on[i], SIG_DFL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // whoever kills the one outside kills the command
    execvp(argv[2], argv + 2);
    fail(argv[2]);
  }
  // Pipes end where the command ends them, whoever else was given them.
  close(STDIN_FILENO);
  close(STDOUT_FILENO);
  for (int i = STDERR_FILENO + 1; i < 16; i++) close(i);
  int status;
  while (waitpid(command, &status, 0) < 0 && errno == EINTR) continue;
  return outcome(status);
}
