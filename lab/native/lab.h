// A small internet in one process: network namespaces, a TUN device in each, and the paths between them.
// All times are seconds of CLOCK_MONOTONIC, all rates bit/s, all sizes bytes of IP packets.
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

// ---- classify.c ----------------------------------------------------------------------------------------------------

enum traffic_class { AUDIO, VIDEO, RTCP, DATA, STUN, OTHER, CLASS_COUNT };

extern const char *const class_names[CLASS_COUNT];

// What an IPv4 packet carries. Media is told apart by its RTP payload type; see `treat_as_audio`.
enum traffic_class classify(const uint8_t *packet, int length);
bool is_udp(const uint8_t *packet, int length);
void treat_as_audio(int payload_type);

// ---- path.c --------------------------------------------------------------------------------------------------------

// A packet that waits for its turn to be sent, or is on its way.
struct packet {
  struct packet *next;
  double arrived;  // when it reached the queue
  double due;      // when it comes out at the far end
  int length;
  enum traffic_class class;
  uint8_t bytes[];
};

struct fifo {
  struct packet *head, *tail;
  int64_t bytes;
};

struct shape {
  double rate;         // 0: unlimited
  double queue_bytes;  // of packets that wait; the one that is being sent does not count
  double delay;
  double jitter;  // each packet takes up to this much longer; none overtakes another
  double loss;    // 0 to 1, after the queue: what is lost has taken its share of the rate
};

struct class_counters {
  uint64_t packets, bytes;  // sent on
  uint64_t dropped, dropped_bytes;  // found the queue full
  uint64_t lost;  // by `loss`, or UDP where it is blocked
  double queue_sum, queue_max;  // time in the queue of those that were sent on or lost
};

// One direction of a port: a drop-tail queue, a transmitter, and a wire.
struct path {
  struct shape shape;
  struct fifo waiting;   // in the queue
  struct fifo flying;    // on the wire, in order of `due`
  double free_at;        // when the transmitter has finished what it sends
  double last_due;
  bool udp_is_blocked;
  struct class_counters counters[CLASS_COUNT];
};

struct packet *packet_copy(const uint8_t *bytes, int length);
// Takes the packet, which reached the queue at the time `arrived` (not later than now).
void path_enter(struct path *path, struct packet *packet, double arrived);
// The next packet that has come out by now, which is then the caller's to free; NULL where there is none.
struct packet *path_leave(struct path *path, double now);
// When there will be something to do; INFINITY where the path is empty.
double path_next(const struct path *path);
// Brings it up to this time. A change of the shape, and a look at counters, need that first.
void path_settle(struct path *path, double now);
// How long a packet that came now would wait.
double path_queue_delay(const struct path *path, double now);

// ---- port.c --------------------------------------------------------------------------------------------------------

enum { PORT_LIMIT = 128 };

// A TUN device in the namespace of a host, and the two paths behind it.
struct port {
  int tun;
  uint32_t address;  // host byte order; 0: none yet
  int segment;       // ports see each other within a segment: 0 is the internet, others are local networks
  bool is_gateway;   // takes what has no other destination in its segment
  struct path up, down;  // up: from the host
};

extern struct port ports[PORT_LIMIT];
extern int port_count;

// Makes a network namespace that has no name: it lives as long as the descriptor that is returned, or a process in it.
// Negative on failure, with errno.
int make_namespace(void);
// Makes the device in that namespace; the number of the port, negative on failure, with errno.
int make_port(int namespace_descriptor, const char *device, int segment);
// The port of a segment that this packet goes to; NULL where nobody has its address.
struct port *route(int segment, const uint8_t *packet);

// ---- shaper.c ------------------------------------------------------------------------------------------------------

double now_seconds(void);
// Carries packets, and answers commands on standard input, until that ends.
void run_shaper(void);
// The longest that a packet left later than it should have, since the last reset.
extern double worst_lateness;

// ---- control.c -----------------------------------------------------------------------------------------------------

// Runs one line and writes the one line that answers it: `ok ...` or `error ...`.
void run_command(const char *line);

// ---- lab.c, enter.c, relay.c ---------------------------------------------------------------------------------------

// Ends the process with a message: what could not be done, and why.
_Noreturn void fail(const char *what);
// `lab enter PID FD COMMAND ARGUMENTS...`: runs a command in the namespace that descriptor FD of process PID holds open.
int enter(int argc, char **argv);
// `lab relay PORT`: connects standard input and output with a TCP port of the loopback device.
int relay(int port);
