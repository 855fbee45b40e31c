/** What a packet carries: media by RTP payload type, RTCP, `data` (DTLS, and SCTP in it), STUN and TURN, the rest. */
export type TrafficClass = 'audio' | 'video' | 'rtcp' | 'data' | 'stun' | 'other';

/** Packets of one class in one direction, since the lab was opened or its counters were reset. */
export interface ClassCounters {
  /** Packets that were sent on. */
  readonly packets: number;
  /** Their bytes, with IP and UDP headers. */
  readonly bytes: number;
  /** Packets that found the queue full. */
  readonly dropped: number;
  /** Their bytes. */
  readonly droppedBytes: number;
  /** Packets lost by `lossRatio`, and UDP where it is blocked. */
  readonly lost: number;
  /** How long packets waited in the queue, on average, in milliseconds. */
  readonly queueMeanMs: number;
  /** The longest that one waited, in milliseconds. */
  readonly queueMaxMs: number;
}

/** One direction of a path. */
export type DirectionCounters = Readonly<Record<TrafficClass, ClassCounters>> & {
  /** How long a packet that came now would wait, in milliseconds. */
  readonly queueMs: number;
};

/** The two directions of one path. */
export interface PathCounters {
  /** From the host. */
  readonly up: DirectionCounters;
  /** To the host. */
  readonly down: DirectionCounters;
}

/** What went through a lab. */
export interface LabCounters {
  /** When, in milliseconds of the machine's monotonic clock. */
  readonly atMs: number;
  /** CPU time that the shaper has used since the lab was opened, in milliseconds. */
  readonly cpuMs: number;
  /** The longest that a packet was handed over later than it should have been, in milliseconds: how exact the lab was. */
  readonly lateMaxMs: number;
  /** By the name of the host, or of the NAT (its path to the internet). */
  readonly hosts: Readonly<Record<string, PathCounters>>;
}

/** What the process answers to `counters`: the paths are in the order in which their ports were made. */
export interface RawCounters extends Omit<LabCounters, 'hosts'> {
  /** One for each port. */
  readonly ports: readonly PathCounters[];
}

/** Sums over classes: all packets of a direction, or those of some classes. Means are weighted by packets. */
export function sumOf(
  direction: DirectionCounters,
  classes: readonly TrafficClass[] = allClasses,
): ClassCounters {
  const parts = classes.map((name) => direction[name]);
  const total = (pick: (part: ClassCounters) => number) => parts.reduce((sum, part) => sum + pick(part), 0);
  const sent = total((part) => part.packets + part.lost);
  return {
    packets: total((part) => part.packets),
    bytes: total((part) => part.bytes),
    dropped: total((part) => part.dropped),
    droppedBytes: total((part) => part.droppedBytes),
    lost: total((part) => part.lost),
    queueMeanMs: sent === 0 ? 0 : total((part) => part.queueMeanMs * (part.packets + part.lost)) / sent,
    queueMaxMs: Math.max(...parts.map((part) => part.queueMaxMs)),
  };
}

const allClasses: readonly TrafficClass[] = ['audio', 'video', 'rtcp', 'data', 'stun', 'other'];
