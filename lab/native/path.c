// One direction of a port: packets wait in a drop-tail queue, are sent one after the other at the rate, and fly.
#include "lab.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// The smallest queue that lets anything through.
static const double SMALLEST_QUEUE = 1500;

static void append(struct fifo *fifo, struct packet *packet) {
  packet->next = NULL;
  if (fifo->tail) fifo->tail->next = packet;
  else fifo->head = packet;
  fifo->tail = packet;
  fifo->bytes += packet->length;
}

static struct packet *take(struct fifo *fifo) {
  struct packet *packet = fifo->head;
  fifo->head = packet->next;
  if (!fifo->head) fifo->tail = NULL;
  fifo->bytes -= packet->length;
  return packet;
}

struct packet *packet_copy(const uint8_t *bytes, int length) {
  struct packet *packet = malloc(sizeof *packet + (size_t)length);
  if (!packet) fail("memory for a packet");
  packet->length = length;
  packet->class = classify(bytes, length);
  memcpy(packet->bytes, bytes, (size_t)length);
  return packet;
}

// Sends what the transmitter has begun by now. A packet's time is that at which it should have begun, not that at which
// we woke up: errors do not add up, and a rate that changes applies to everything that still waits.
void path_settle(struct path *path, double now) {
  while (path->waiting.head) {
    double arrived = path->waiting.head->arrived;
    double begins = path->free_at > arrived ? path->free_at : arrived;
    if (begins > now) return;
    struct packet *packet = take(&path->waiting);
    const struct shape *shape = &path->shape;
    path->free_at = begins + (shape->rate > 0 ? packet->length * 8 / shape->rate : 0);

    struct class_counters *counters = &path->counters[packet->class];
    double waited = begins - arrived;
    counters->queue_sum += waited;
    if (waited > counters->queue_max) counters->queue_max = waited;
    if (shape->loss > 0 && drand48() < shape->loss) {
      counters->lost++;
      free(packet);
      continue;
    }
    counters->packets++;
    counters->bytes += (uint64_t)packet->length;
    packet->due = path->free_at + shape->delay + (shape->jitter > 0 ? drand48() * shape->jitter : 0);
    if (packet->due < path->last_due) packet->due = path->last_due;
    path->last_due = packet->due;
    append(&path->flying, packet);
  }
}

void path_enter(struct path *path, struct packet *packet, double arrived) {
  path_settle(path, arrived);
  struct class_counters *counters = &path->counters[packet->class];
  double limit = path->shape.queue_bytes > SMALLEST_QUEUE ? path->shape.queue_bytes : SMALLEST_QUEUE;
  if (path->udp_is_blocked && is_udp(packet->bytes, packet->length)) {
    counters->lost++;
    free(packet);
  } else if (path->shape.rate > 0 && (double)(path->waiting.bytes + packet->length) > limit) {
    counters->dropped++;
    counters->dropped_bytes += (uint64_t)packet->length;
    free(packet);
  } else {
    packet->arrived = arrived;
    append(&path->waiting, packet);
  }
}

struct packet *path_leave(struct path *path, double now) {
  path_settle(path, now);
  return path->flying.head && path->flying.head->due <= now ? take(&path->flying) : NULL;
}

double path_next(const struct path *path) {
  // What waits comes out after what flies, and is settled then: nobody has to wake up in between.
  if (path->flying.head) return path->flying.head->due;
  if (!path->waiting.head) return INFINITY;
  const struct packet *first = path->waiting.head;
  double sending = path->shape.rate > 0 ? first->length * 8 / path->shape.rate : 0;
  return fmax(path->free_at, first->arrived) + sending + path->shape.delay;
}

double path_queue_delay(const struct path *path, double now) {
  if (path->shape.rate <= 0) return 0;
  double sending = path->free_at > now ? path->free_at - now : 0;
  return sending + (double)path->waiting.bytes * 8 / path->shape.rate;
}
