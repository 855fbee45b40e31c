// Who may import whom (ARCHITECTURE.md). `@conclave/<name>` is read as that package's src/index.ts, so that
// cycles and reaches across packages are seen before anything is built.
const source = (name) => `^packages/${name}/(src|dist)/`;

const arrow = (name, mayImport) => ({
  name: `arrow-${name}`,
  severity: 'error',
  comment: `${name} may import ${mayImport.length ? mayImport.join(', ') : 'no other package of this repository'}.`,
  from: { path: source(name) },
  to: { path: '^packages/([^/]+)/', pathNot: `^packages/(${[name, ...mayImport].join('|')})/` },
});

const entryPoints =
  '^packages/[^/]+/(src|dist)/index[.](ts|js|d[.]ts)$|^packages/core/(src|dist)/(files|known-peers|media|rooms|testing)/index[.](ts|js|d[.]ts)$';

module.exports = {
  forbidden: [
    arrow('protocol', []),
    arrow('core', ['protocol']),
    arrow('mesh', ['core', 'protocol']),
    arrow('react-bindings', ['mesh', 'core', 'protocol']),
    arrow('rendezvous', ['protocol']),
    {
      name: 'no-reach-into-another-package',
      severity: 'error',
      comment: 'Another package is what its entry points export.',
      from: { path: '^packages/([^/]+)/' },
      to: { path: '^packages/', pathNot: ['^packages/$1/', entryPoints] },
    },
    {
      name: 'no-relative-path-to-another-package',
      severity: 'error',
      comment: 'Import another package by its name.',
      from: { path: '^packages/([^/]+)/' },
      to: {
        path: '^packages/',
        pathNot: '^packages/$1/',
        dependencyTypes: ['local'],
        dependencyTypesNot: ['aliased'],
      },
    },
    {
      name: 'public-entry-points-only',
      severity: 'error',
      comment: 'Examples, e2e, benchmarks and scripts use what a user of the packages can use.',
      from: { path: '^(examples|e2e|bench|docs|scripts)/' },
      to: { path: '^packages/', pathNot: entryPoints },
    },
    {
      name: 'packages-stand-alone',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^(examples|e2e|bench|scripts|docs|lab)/' },
    },
    {
      name: 'lab-stands-alone',
      severity: 'error',
      comment: 'A lab runs anything: it knows no package of this repository.',
      from: { path: '^lab/src/' },
      to: { path: '^(packages|examples|e2e|bench|scripts|docs)/' },
    },
    {
      name: 'lab-is-for-tests-and-benchmarks',
      severity: 'error',
      from: { path: '^(packages|examples|scripts|docs)/' },
      to: { path: '^lab/' },
    },
    {
      name: 'lab-by-its-entry',
      severity: 'error',
      from: { path: '^(e2e|bench)/' },
      to: { path: '^lab/', pathNot: '^lab/(src|dist)/index[.](ts|js|d[.]ts)$' },
    },
    {
      name: 'testing-is-not-production',
      severity: 'error',
      comment: 'core/testing is an entry for tests: no production file imports it.',
      from: { path: '^packages/[^/]+/src/', pathNot: '^packages/core/src/testing/' },
      to: { path: '^packages/core/src/testing/' },
    },
    {
      name: 'source-does-not-import-tests',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/' },
      to: { path: '^packages/[^/]+/test/' },
    },
    {
      name: 'logic-is-pure',
      severity: 'error',
      comment: 'logic/ imports logic/ of its own package and @conclave/protocol, nothing else.',
      from: { path: '^packages/([^/]+)/(?:src|dist)/.*logic/' },
      to: { pathNot: ['^packages/$1/.*/logic/', '^packages/protocol/(src|dist)/index[.](ts|js|d[.]ts)$'] },
    },
    {
      name: 'node-only-in-rendezvous',
      severity: 'error',
      comment: 'The other packages run in a browser; Node lives in files named *-node.ts.',
      from: { path: '^packages/(?!rendezvous/)[^/]+/src/', pathNot: '-node[.]ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'rxjs-only-in-mesh',
      severity: 'error',
      from: { path: '^(packages|examples)/', pathNot: '^packages/mesh/' },
      to: { path: '(^|/)node_modules/rxjs/' },
    },
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphan',
      severity: 'error',
      comment: 'A file that nothing imports and that imports nothing.',
      from: { orphan: true, path: '^packages/[^/]+/src/', pathNot: [entryPoints, '[.]d[.]ts$'] },
      to: {},
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-undeclared-dependency',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/' },
      to: {
        dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'],
        // `npm`: declared by the package itself, though the root may name it for its own scripts.
        dependencyTypesNot: ['type-only', 'npm-peer', 'npm'],
      },
    },
  ],
  options: {
    doNotFollow: { path: '(^|/)(node_modules|dist)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.test.json' },
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'default', 'node'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.d.ts', '.json'],
    },
  },
};
