import { chooseFile } from '../../src/files/index.js';

const page = globalThis as { showSaveFilePicker?: unknown };
afterEach(() => {
  delete page.showSaveFilePicker;
});

const named = (name: string) => Object.assign(new Error(name), { name });

test('[C16] where the browser cannot ask for a place on the disk, there is none', async () => {
  expect(await chooseFile('a.png', 'image/png')).toBeUndefined();
});

test('[C16] the user is asked by name and type, and the file goes where the user says', async () => {
  const asked: unknown[] = [];
  const stream = new WritableStream<Uint8Array>();
  page.showSaveFilePicker = async (options: unknown) => {
    asked.push(options);
    return { createWritable: async () => stream };
  };
  expect(await chooseFile('a.png', 'image/png')).toBe(stream);
  await chooseFile('', 'no type');
  await chooseFile('no ending', 'image/png');
  expect(asked).toEqual([
    { suggestedName: 'a.png', types: [{ accept: { 'image/png': ['.png'] } }] },
    {},
    { suggestedName: 'no ending' },
  ]);
});

test.each([
  ['AbortError', 'usage/aborted'],
  ['SecurityError', 'usage/unsupported'],
  ['NotAllowedError', 'file/unwritable'],
])('[C16] a user who does not choose, or a page that may not ask: %s is %s', async (name, code) => {
  page.showSaveFilePicker = () => Promise.reject(named(name));
  await expect(chooseFile('a', '')).rejects.toMatchObject({ code });
});

test('[C16] a place that cannot be written to is file/unwritable', async () => {
  page.showSaveFilePicker = async () => ({ createWritable: () => Promise.reject(named('NotAllowedError')) });
  await expect(chooseFile('a', '')).rejects.toMatchObject({ code: 'file/unwritable' });
});
