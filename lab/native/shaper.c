// The loop: from the devices into the paths up, from those into the paths down, from those into the devices.
#define _GNU_SOURCE
#include "lab.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PACKET_LIMIT = 65536, LINE_LIMIT = 4096, PACKETS_AT_ONCE = 64, IPV4_HEADER = 20 };

double worst_lateness;

double now_seconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void read_device(struct port *port) {
  static uint8_t bytes[PACKET_LIMIT];
  // At most so many, so that a flood at one port does not keep the others waiting.
  for (int i = 0; i < PACKETS_AT_ONCE; i++) {
    ssize_t length = read(port->tun, bytes, sizeof bytes);
    if (length < 0) return;
    if (length < IPV4_HEADER || bytes[0] >> 4 != 4) continue;
    path_enter(&port->up, packet_copy(bytes, (int)length), now_seconds());
  }
}

static void move_packets(void) {
  double now = now_seconds();
  struct packet *packet;
  for (int i = 0; i < port_count; i++) {
    while ((packet = path_leave(&ports[i].up, now))) {
      struct port *to = route(ports[i].segment, packet->bytes);
      if (to && to != &ports[i]) path_enter(&to->down, packet, packet->due);
      else free(packet);
    }
  }
  for (int i = 0; i < port_count; i++) {
    while ((packet = path_leave(&ports[i].down, now))) {
      if (now - packet->due > worst_lateness) worst_lateness = now - packet->due;
      // A device that is down, or whose namespace is going, takes nothing: the packet is gone, as on any network.
      if (write(ports[i].tun, packet->bytes, (size_t)packet->length) < 0 && errno == EBADF) fail("write to a device");
      free(packet);
    }
  }
}

// False once standard input has ended: whoever opened the lab closed it, or is dead.
static bool read_commands(void) {
  static char line[LINE_LIMIT];
  static size_t length;
  char bytes[LINE_LIMIT];
  ssize_t count = read(STDIN_FILENO, bytes, sizeof bytes);
  if (count == 0 || (count < 0 && errno != EINTR)) return false;
  for (ssize_t i = 0; i < count; i++) {
    if (bytes[i] == '\n') {
      line[length] = 0;
      length = 0;
      run_command(line);
    } else if (length < sizeof line - 1) {
      line[length++] = bytes[i];
    }
  }
  return true;
}

static struct timespec until_next_event(void) {
  double next = INFINITY;
  for (int i = 0; i < port_count; i++) next = fmin(next, fmin(path_next(&ports[i].up), path_next(&ports[i].down)));
  double wait = next - now_seconds();
  if (wait <= 0) return (struct timespec){0};
  if (wait >= 1) return (struct timespec){.tv_sec = 1};
  return (struct timespec){.tv_nsec = (long)(wait * 1e9)};
}

void run_shaper(void) {
  struct pollfd watched[PORT_LIMIT + 1];
  for (;;) {
    for (int i = 0; i < port_count; i++) watched[i] = (struct pollfd){.fd = ports[i].tun, .events = POLLIN};
    watched[port_count] = (struct pollfd){.fd = STDIN_FILENO, .events = POLLIN};
    int polled = port_count;
    struct timespec timeout = until_next_event();
    if (ppoll(watched, (nfds_t)polled + 1, &timeout, NULL) > 0) {
      for (int i = 0; i < polled; i++) {
        if (watched[i].revents & POLLIN) read_device(&ports[i]);
      }
      if (watched[polled].revents && !read_commands()) return;
    }
    move_packets();
    // As the first process of its process namespace this one inherits what others leave behind.
    while (waitpid(-1, NULL, WNOHANG) > 0) continue;
  }
}
