// @ts-check
import { gzipSync } from 'node:zlib';

import { build } from 'esbuild';

import { hold, printTable, rounded } from '../support/report.mjs';

/** What grew is among the largest, or it did not matter. */
const LARGEST = 10;

/** One bundle each, of everything that the entry point exports: what a user who needs it all downloads. */
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
      const { gzipBytes, largest } = await measureBundle(entries, external);
      figures[figure] = gzipBytes;
      rows.push(hold(figure, '<=', goal, gzipBytes));
      console.log(`\n${entries.join(' and ')}: ${gzipBytes} bytes; the largest inputs, in kB before gzip`);
      printTable(largest.map(({ path, bytes }) => [path, rounded(bytes / 1000)]));
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
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    metafile: true,
    external,
    logLevel: 'error',
  });
  const [output] = Object.values(metafile.outputs);
  const inputs = Object.entries(output?.inputs ?? {}).map(([path, { bytesInOutput }]) => ({
    path: path.replace(/^.*node_modules\//, '').replace(/^.*packages\//, ''),
    bytes: bytesInOutput,
  }));
  const largest = inputs.sort((a, b) => b.bytes - a.bytes).slice(0, LARGEST);
  return { gzipBytes: gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).byteLength, largest };
}
