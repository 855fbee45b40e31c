// Standard input and output, joined with a TCP port of the loopback device: how a caller outside reaches a server inside.
#include "lab.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

// False once `from` has ended, or `to` takes no more.
static bool copy(int from, int to) {
  char bytes[65536];
  ssize_t length = read(from, bytes, sizeof bytes);
  if (length <= 0) return false;
  for (ssize_t written = 0, count; written < length; written += count) {
    count = write(to, bytes + written, (size_t)(length - written));
    if (count <= 0) return false;
  }
  return true;
}

int relay(int port) {
  int server = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (server < 0 || connect(server, (struct sockaddr *)&address, sizeof address)) fail("connect");
  struct pollfd ends[] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = server, .events = POLLIN}};
  while (poll(ends, 2, -1) > 0) {
    if (ends[1].revents && !copy(server, STDOUT_FILENO)) return 0;
    if (ends[0].revents && !copy(STDIN_FILENO, server)) {
      shutdown(server, SHUT_WR);  // the answer may still be coming
      ends[0].fd = -1;
    }
  }
  return 1;
}
