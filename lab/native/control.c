// The commands that come on standard input. Numbers are as the caller computed them: it checks their ranges.
#define _GNU_SOURCE
#include "lab.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

static void answer_error(const char *what) { printf("error %s\n", what); }

static struct port *port_number(int number) {
  return number >= 0 && number < port_count ? &ports[number] : NULL;
}

static void answer_made(int number) {
  if (number < 0) answer_error(strerror(errno));
  else printf("ok %d\n", number);
}

static void set_shape(struct port *port, const char *direction, struct shape shape) {
  struct path *path = strcmp(direction, "up") == 0 ? &port->up : &port->down;
  path_settle(path, now_seconds());  // what has begun by now has begun under the old shape
  path->shape = shape;
}

static void print_path(const char *direction, struct path *path, double now) {
  path_settle(path, now);
  printf("\"%s\":{\"queueMs\":%.3f", direction, path_queue_delay(path, now) * 1e3);
  for (int i = 0; i < CLASS_COUNT; i++) {
    const struct class_counters *c = &path->counters[i];
    uint64_t sent = c->packets + c->lost;
    printf(",\"%s\":{\"packets\":%lu,\"bytes\":%lu,\"dropped\":%lu,\"droppedBytes\":%lu,\"lost\":%lu,"
           "\"queueMeanMs\":%.3f,\"queueMaxMs\":%.3f}",
           class_names[i], c->packets, c->bytes, c->dropped, c->dropped_bytes, c->lost,
           sent ? c->queue_sum / (double)sent * 1e3 : 0, c->queue_max * 1e3);
  }
  printf("}");
}

static double cpu_seconds(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

static void print_counters(void) {
  double now = now_seconds();
  printf("ok {\"atMs\":%.3f,\"cpuMs\":%.3f,\"lateMaxMs\":%.3f,\"ports\":[", now * 1e3, cpu_seconds() * 1e3,
         worst_lateness * 1e3);
  for (int i = 0; i < port_count; i++) {
    printf("%s{", i ? "," : "");
    print_path("up", &ports[i].up, now);
    printf(",");
    print_path("down", &ports[i].down, now);
    printf("}");
  }
  printf("]}\n");
}

static void reset_counters(void) {
  worst_lateness = 0;
  for (int i = 0; i < port_count; i++) {
    memset(ports[i].up.counters, 0, sizeof ports[i].up.counters);
    memset(ports[i].down.counters, 0, sizeof ports[i].down.counters);
  }
  printf("ok\n");
}

void run_command(const char *line) {
  int number, segment;
  char word[64];
  struct in_addr address;
  struct port *port;
  struct shape shape;

  if (strcmp(line, "namespace") == 0) {
    answer_made(make_namespace());
  } else if (sscanf(line, "port %d %15s %d", &number, word, &segment) == 3) {
    answer_made(make_port(number, word, segment));
  } else if (sscanf(line, "address %d %63s", &number, word) == 2 && (port = port_number(number)) &&
             inet_aton(word, &address)) {
    port->address = ntohl(address.s_addr);
    printf("ok\n");
  } else if (sscanf(line, "gateway %d", &number) == 1 && (port = port_number(number))) {
    port->is_gateway = true;
    printf("ok\n");
  } else if (sscanf(line, "udp %d %63s", &number, word) == 2 && (port = port_number(number))) {
    port->up.udp_is_blocked = port->down.udp_is_blocked = strcmp(word, "off") == 0;
    printf("ok\n");
  } else if (sscanf(line, "shape %d %63s %lf %lf %lf %lf %lf", &number, word, &shape.rate, &shape.queue_bytes,
                    &shape.delay, &shape.jitter, &shape.loss) == 7 &&
             (port = port_number(number))) {
    set_shape(port, word, shape);
    printf("ok\n");
  } else if (sscanf(line, "audio %d", &number) == 1) {
    treat_as_audio(number);
    printf("ok\n");
  } else if (strcmp(line, "counters") == 0) {
    print_counters();
  } else if (strcmp(line, "reset") == 0) {
    reset_counters();
  } else {
    answer_error(line);
  }
}
