/** Codecs of pictures; what mends or wraps them has no bit rate of its own. */
const PICTURE = /^a=rtpmap:(\d+) (?:VP8|VP9|H264|H265|AV1)\/90000$/i;
/** What libwebrtc takes from a far description for its own congestion control: who writes it could have us flood our uplink. */
const STEERING =
  /;[ \t]*x-google-(?:min|start|max)-bitrate=[^;\s]*|x-google-(?:min|start|max)-bitrate=[^;\s]*;?[ \t]*/gi;
/** Nothing else is touched: what is taken out of another line could make a line of it that nobody has checked. */
const FORMAT = /^a=fmtp:.*$/gm;
/** A format of which nothing is said any longer. */
const EMPTY_FORMAT = /^a=fmtp:\d+[ \t]*\r?\n/gm;

/**
 * A far description without what would steer our congestion control, and with the bit rate at which it is to begin, where
 * one is said: by the `fmtp` parameter that libwebrtc reads for that; others pass over it. Left to itself it begins at
 * 300,000, and with the first packet of audio probes at three and six times as much: 5 kB at once for each newcomer, a
 * fifth of a second of a thin uplink.
 */
export function withStartBitrate(sdp: string, startBps: number | undefined): string {
  const own = sdp.replaceAll(FORMAT, (line) => line.replaceAll(STEERING, '')).replaceAll(EMPTY_FORMAT, '');
  if (startBps === undefined) return own;
  const parameter = `x-google-start-bitrate=${Math.round(startBps / 1000)}`;
  const sections = own.split(/(?<=\n)(?=m=)/);
  return sections
    .map((section) => (section.startsWith('m=video') ? steer(section, parameter) : section))
    .join('');
}

function steer(section: string, parameter: string): string {
  const end = section.includes('\r\n') ? '\r\n' : '\n';
  const lines = section.split(/\r?\n/);
  const formats = (type: string) => lines.some((line) => line.startsWith(`a=fmtp:${type} `));
  const types = new Set(lines.flatMap((line) => PICTURE.exec(line)?.[1] ?? []));
  return lines
    .flatMap((line) => {
      const type = PICTURE.exec(line)?.[1];
      if (type !== undefined && !formats(type)) return [line, `a=fmtp:${type} ${parameter}`];
      const [, formatted, others] = /^a=fmtp:(\d+) (.*)$/.exec(line) ?? [];
      if (formatted === undefined || !types.has(formatted)) return [line];
      return [`a=fmtp:${formatted} ${others};${parameter}`];
    })
    .join(end);
}
