// Namespaces without names, and the TUN devices in them.
#define _GNU_SOURCE
#include "lab.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

struct port ports[PORT_LIMIT];
int port_count;

static int own_namespace(void) { return open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC); }

// Back in the namespace that was left. Without it nothing that follows would be where it should.
static void go_back(int home) {
  int reason = errno;
  if (setns(home, CLONE_NEWNET)) fail("return to the own network namespace");
  close(home);
  errno = reason;
}

int make_namespace(void) {
  int home = own_namespace();
  if (home < 0) return -1;
  int made = unshare(CLONE_NEWNET) ? -1 : own_namespace();
  go_back(home);
  return made;
}

static int open_tun(const char *device) {
  int tun = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (tun < 0) return -1;
  struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
  strncpy(request.ifr_name, device, IFNAMSIZ - 1);
  if (ioctl(tun, TUNSETIFF, &request)) {
    close(tun);
    return -1;
  }
  return tun;
}

int make_port(int namespace_descriptor, const char *device, int segment) {
  if (port_count == PORT_LIMIT) {
    errno = ENOSPC;
    return -1;
  }
  int home = own_namespace();
  if (home < 0) return -1;
  int tun = setns(namespace_descriptor, CLONE_NEWNET) ? -1 : open_tun(device);
  go_back(home);
  if (tun < 0) return -1;
  ports[port_count] = (struct port){.tun = tun, .segment = segment};
  return port_count++;
}

struct port *route(int segment, const uint8_t *packet) {
  uint32_t destination = (uint32_t)packet[16] << 24 | (uint32_t)packet[17] << 16 | (uint32_t)packet[18] << 8 | packet[19];
  struct port *gateway = NULL;
  for (int i = 0; i < port_count; i++) {
    if (ports[i].segment != segment) continue;
    if (ports[i].address == destination) return &ports[i];
    if (ports[i].is_gateway) gateway = &ports[i];
  }
  return gateway;
}
