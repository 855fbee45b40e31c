// @ts-check
import { basename } from 'node:path';
import { gzipSync } from 'node:zlib';

import { build } from 'esbuild';

import { hold, printTable, rounded } from '../support/report.mjs';

/** What grew is among the largest, or it did not matter. */
const LARGEST = 10;

/**
 * One bundle each, of everything that the entry point exports: what a user who needs it all downloads at once. What the
 * entry imports by `import()` is not in it: that is downloaded when it is called for, and is listed beside it.
 */
const bundles = [
  { figure: 'coreGzipBytes', entries: ['@conclave/core'], goal: 28_000, external: [] },
  // Whoever joins a room has to connect first: all of core, and rxjs.
  { figure: 'meshGzipBytes', entries: ['@conclave/core', '@conclave/mesh'], goal: 48_000, external: [] },
  // The bindings alone.
  {
    figure: 'reactGzipBytes',
    entries: ['@conclave/react-bindings'],
    goal: 6_000,
    external: [
      '@conclave/core',
      '@conclave/mesh',
      '@conclave/protocol',
      'rxjs',
      'react',
      'react/jsx-runtime',
    ],
  },
];

/** @type {import('../support/report.mjs').Benchmark} */
export const benchmark = {
  about: 'bytes of each package, bundled, minified and gzipped',
  packages: ['core', 'mesh', 'react-bindings'],
  async measure() {
    const figures = /** @type {Record<string, number>} */ ({});
    const rows = [];
    for (const { figure, entries, goal, external } of bundles) {
      const { gzipBytes, largest, splitGzipBytes, deferred } = await measureBundle(entries, external);
      figures[figure] = gzipBytes;
      rows.push(hold(figure, '<=', goal, gzipBytes));
      console.log(`\n${entries.join(' and ')}: ${gzipBytes} bytes; the largest inputs, in kB before gzip`);
      printTable(largest.map(({ path, bytes }) => [path, rounded(bytes / 1000)]));
      if (deferred.length > 0) {
        console.log(
          `\n  cut into files as esbuild does: ${splitGzipBytes} bytes at once, and when called for`,
        );
        printTable(deferred.map(({ path, gzipBytes: bytes }) => [path, String(bytes)]));
      }
    }
    return { figures, rows };
  },
};

/**
 * @param {string[]} entries
 * @param {string[]} external
 */
async function measureBundle(entries, external) {
  // As namespaces: of two exports of one name, `export *` would drop both.
  const contents = entries.map((entry, index) => `export * as entry${index} from '${entry}';`).join('\n');
  const options = /** @type {const} */ ({
    stdin: { contents, resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    metafile: true,
    external,
    logLevel: 'error',
    outdir: import.meta.dirname, // for the names only
  });
  // The static graph in one file. A bundler may put what a deferred chunk shares with the entry into a third file; how
  // much worse gzip packs it then (esbuild: 1 kB) is printed too.
  const { outputFiles, metafile } = await build({ ...options, plugins: [leaveOutDeferred] });
  const [output] = Object.values(metafile.outputs);
  const inputs = Object.entries(output?.inputs ?? {}).map(([path, { bytesInOutput }]) => ({
    path: shortName(path),
    bytes: bytesInOutput,
  }));
  const largest = inputs.sort((a, b) => b.bytes - a.bytes).slice(0, LARGEST);
  return { gzipBytes: gzipped(outputFiles[0]), largest, ...(await measureSplit(options)) };
}

/** @type {import('esbuild').Plugin} */
const leaveOutDeferred = {
  name: 'leave-out-deferred',
  setup({ onResolve }) {
    onResolve({ filter: /^/ }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path, external: true } : undefined,
    );
  },
};

/**
 * What the entry and the chunks that it imports statically amount to, and each chunk that it imports dynamically.
 * @param {import('esbuild').BuildOptions & { write: false, metafile: true }} options
 */
async function measureSplit(options) {
  const { outputFiles, metafile } = await build({ ...options, splitting: true });
  /** @param {string} file */
  const sizeOf = (file) => gzipped(outputFiles.find(({ path }) => basename(path) === basename(file)));
  const atOnce = staticallyImported(metafile, (output) => output.entryPoint === '<stdin>');
  let splitGzipBytes = 0;
  for (const file of atOnce) splitGzipBytes += sizeOf(file);
  const deferred = [];
  for (const [file, { entryPoint }] of Object.entries(metafile.outputs)) {
    if (entryPoint === undefined || entryPoint === '<stdin>') continue;
    const files = staticallyImported(metafile, (output) => output === metafile.outputs[file]);
    const more = [...files].filter((one) => !atOnce.has(one));
    deferred.push({
      path: shortName(entryPoint),
      gzipBytes: more.reduce((sum, one) => sum + sizeOf(one), 0),
    });
  }
  return { splitGzipBytes, deferred };
}

/**
 * A file and all that it imports statically, itself or through others.
 * @param {import('esbuild').Metafile} metafile
 * @param {(output: import('esbuild').Metafile['outputs'][string]) => boolean} isFirst
 */
function staticallyImported({ outputs }, isFirst) {
  const found = new Set(Object.entries(outputs).flatMap(([file, output]) => (isFirst(output) ? [file] : [])));
  for (const file of found)
    for (const { path, kind } of outputs[file]?.imports ?? [])
      if (kind === 'import-statement') found.add(path);
  return found;
}

/** @param {string} path */
const shortName = (path) => path.replace(/^.*node_modules\//, '').replace(/^.*packages\//, '');

/** @param {{ contents: Uint8Array } | undefined} file */
const gzipped = (file) => gzipSync(file?.contents ?? '', { level: 9 }).byteLength;
