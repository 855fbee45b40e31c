import { withStartBitrate } from '../../src/logic/start-bitrate.js';
import { checkDescription } from '../../src/logic/sdp-check.js';
import { description, ENGINES, fixture, section } from '../support/sdp.js';

const VIDEO = section('1', 'video', 'a=rtpmap:96 VP8/90000', 'a=rtpmap:97 rtx/90000', 'a=fmtp:97 apt=96');

const lines = (sdp: string) => sdp.split('\r\n');
const formats = (sdp: string) => lines(sdp).filter((line) => line.startsWith('a=fmtp:'));

describe('the bit rate at which congestion control begins', () => {
  it('[E1] is said of each codec of pictures, after what is said of it already', () => {
    const more = ['a=rtpmap:102 H264/90000', 'a=fmtp:102 packetization-mode=1', 'a=rtpmap:98 VP9/90000'];
    const sdp = description([...section('0', 'audio', 'a=fmtp:111 useinbandfec=1'), ...VIDEO, ...more]);
    expect(formats(withStartBitrate(sdp, 100_000))).toEqual([
      'a=fmtp:111 useinbandfec=1',
      'a=fmtp:96 x-google-start-bitrate=100',
      'a=fmtp:97 apt=96',
      'a=fmtp:102 packetization-mode=1;x-google-start-bitrate=100',
      'a=fmtp:98 x-google-start-bitrate=100',
    ]);
  });

  it.each([
    [
      'max-fs=3600;x-google-start-bitrate=90000; x-google-max-bitrate=1',
      'max-fs=3600;x-google-start-bitrate=100',
    ],
    ['max-fr=30; X-Google-Min-Bitrate=50000;max-fs=3600', 'max-fr=30;max-fs=3600;x-google-start-bitrate=100'],
  ])('[E1] is not what the far end would have it: %s', (said, becomes) => {
    const sdp = description([...VIDEO, `a=fmtp:96 ${said}`]);
    expect(formats(withStartBitrate(sdp, 100_000))).toEqual(['a=fmtp:97 apt=96', `a=fmtp:96 ${becomes}`]);
  });

  it('[E1] leaves no empty line of a format of which the far end said nothing else', () => {
    const sdp = description([...VIDEO, 'a=fmtp:96 x-google-start-bitrate=90000;x-google-max-bitrate=1']);
    expect(formats(withStartBitrate(sdp, undefined))).toEqual(['a=fmtp:97 apt=96']);
    expect(formats(withStartBitrate(sdp, 100_000))).toEqual([
      'a=fmtp:96 x-google-start-bitrate=100',
      'a=fmtp:97 apt=96',
    ]);
  });

  it('[E1] is not what the far end would have it for audio either', () => {
    const sdp = description(section('0', 'audio', 'a=fmtp:111 minptime=10;x-google-min-bitrate=50000'));
    expect(formats(withStartBitrate(sdp, 100_000))).toEqual(['a=fmtp:111 minptime=10']);
  });

  it.each(ENGINES)('[E1] leaves everything else of what %s says as it was', (engine) => {
    for (const type of ['offer', 'answer'] as const) {
      const before = fixture(engine, type);
      const after = withStartBitrate(before, 100_000);
      const without = lines(after)
        .map((line) => line.replace(/;?x-google-start-bitrate=100$/, ''))
        .filter((line) => !/^a=fmtp:\d+ $/.test(line));
      expect(without).toEqual(lines(before));
      expect(checkDescription(after)).toEqual(checkDescription(before));
      expect(after).not.toBe(before);
      expect(withStartBitrate(after, 100_000)).toBe(after);
    }
  });

  it('[E1] is left to the browser where nobody says one, and the far end has no say in it', () => {
    const sdp = description([...VIDEO, 'a=fmtp:96 x-google-min-bitrate=50000;max-fs=3600']);
    expect(formats(withStartBitrate(sdp, undefined))).toEqual(['a=fmtp:97 apt=96', 'a=fmtp:96 max-fs=3600']);
  });

  it('[E1] is nothing where there is no video, and both kinds of line ends are kept', () => {
    const sdp = description(section('0', 'audio', 'a=rtpmap:96 VP8/90000'));
    expect(withStartBitrate(sdp, 100_000)).toBe(sdp);
    const unix = description(VIDEO).replaceAll('\r\n', '\n');
    expect(withStartBitrate(unix, 100_000)).toContain('VP8/90000\na=fmtp:96 x-google-start-bitrate=100\n');
    expect(withStartBitrate(unix, 100_000)).not.toContain('\r');
  });
});
