import fc from 'fast-check';

import { MAX_METADATA_BYTES, readAnnouncement } from '../../src/logic/announcement.js';
import {
  areStreamNames,
  controlStreamName,
  isRoomName,
  roomStreamName,
} from '../../src/logic/stream-names.js';

describe('an announcement', () => {
  it('[E8] is read as it was said', () => {
    const metadata = { name: 'alice', since: new Date(0), key: new Uint8Array([1, 2]) };
    expect(readAnnouncement([metadata, ['camera', 'screen']])).toMatchObject({
      metadata,
      streams: ['camera', 'screen'],
    });
    expect(readAnnouncement([null, []])).toMatchObject({ metadata: null, streams: [] });
  });

  it.each<[string, unknown[]]>([
    ['metadata above 1 KiB', ['x'.repeat(MAX_METADATA_BYTES), []]],
    ['metadata that is no value', [() => 1, []]],
    ['no metadata', []],
    ['no streams', [null]],
    ['more than it should have', [null, [], 1]],
    ['streams that are no list', [null, { length: 1, 0: 'camera' }]],
    ['nine streams', [null, Array.from({ length: 9 }, (_, index) => `s${index}`)]],
    ['a stream twice', [null, ['camera', 'camera']]],
    ['a stream without a name', [null, ['']]],
    ['a stream with too long a name', [null, ['x'.repeat(51)]]],
    ['a stream that could be of another room', [null, ['a/b']]],
    ['a stream that is no text', [null, [1]]],
  ])('[E8] with %s says nothing', (_, args) => {
    expect(readAnnouncement(args)).toBeUndefined();
  });

  it('[E8] never throws, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.anything()), (args) => {
        readAnnouncement(args);
      }),
    );
  });
});

describe('the names of streams', () => {
  const room = fc.string({ minLength: 1, maxLength: 200 });
  const stream = fc.string({ minLength: 1, maxLength: 50 }).filter((name) => areStreamNames([name]));

  it('never mix two rooms on one connection', () => {
    fc.assert(
      fc.property(room, stream, room, stream, (oneRoom, oneStream, otherRoom, otherStream) => {
        fc.pre(oneRoom !== otherRoom || oneStream !== otherStream);
        expect(roomStreamName(oneRoom, oneStream)).not.toBe(roomStreamName(otherRoom, otherStream));
        expect(controlStreamName(oneRoom)).not.toBe(roomStreamName(otherRoom, otherStream));
      }),
    );
    // The pair that a naive join would mix.
    expect(controlStreamName('garden/camera')).not.toBe(roomStreamName('garden', 'camera'));
  });

  it('fit the 256 characters that a stream name may have', () => {
    expect(roomStreamName('r'.repeat(200), 's'.repeat(50))).toHaveLength(256);
    expect(isRoomName('r'.repeat(201))).toBe(false);
    expect(isRoomName('')).toBe(false);
  });
});
