// What a packet carries, from the first bytes of its UDP payload (RFC 7983, section 7).
#include "lab.h"

enum { IPPROTO_UDP_NUMBER = 17, UDP_HEADER = 8, RTP_HEADER = 12, CHANNEL_DATA_HEADER = 4 };

const char *const class_names[CLASS_COUNT] = {"audio", "video", "rtcp", "data", "stun", "other"};

static bool audio_types[128];

void treat_as_audio(int payload_type) {
  if (payload_type >= 0 && payload_type < 128) audio_types[payload_type] = true;
}

static int header_length(const uint8_t *packet) { return (packet[0] & 15) * 4; }

bool is_udp(const uint8_t *packet, int length) { return length >= 20 && packet[9] == IPPROTO_UDP_NUMBER; }

enum traffic_class classify(const uint8_t *packet, int length) {
  if (!is_udp(packet, length)) return OTHER;
  const uint8_t *payload = packet + header_length(packet) + UDP_HEADER;
  const uint8_t *end = packet + length;
  // TURN ChannelData (RFC 8656, section 12.4): what is inside counts.
  if (end - payload > CHANNEL_DATA_HEADER && payload[0] >= 64 && payload[0] < 80) payload += CHANNEL_DATA_HEADER;
  if (end - payload < RTP_HEADER) return end - payload > 0 && payload[0] >= 20 && payload[0] < 64 ? DATA : OTHER;
  if (payload[0] < 4) return STUN;
  if (payload[0] >= 20 && payload[0] < 64) return DATA;  // DTLS, and SCTP inside it
  if (payload[0] < 128 || payload[0] >= 192) return OTHER;
  if (payload[1] >= 192 && payload[1] < 224) return RTCP;  // RFC 5761, section 4
  return audio_types[payload[1] & 127] ? AUDIO : VIDEO;
}
