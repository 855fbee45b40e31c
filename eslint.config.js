// The rules a machine keeps. A door is the one place that may touch a kind of outside (ARCHITECTURE.md).
import js from '@eslint/js';
import reactHooks from 'eslint-plugin-react-hooks';
import globals from 'globals';
import tseslint from 'typescript-eslint';

const importOf = (name) =>
  `:matches(ImportDeclaration, ImportExpression, ExportNamedDeclaration)[source.value=/^${name}\\b/]`;
const newOf = (name) =>
  [
    `NewExpression[callee.name='${name}']`,
    `NewExpression[callee.property.name='${name}']`,
    `MemberExpression[object.name=/^(globalThis|window|self)$/][property.name='${name}']`,
  ].join(', ');
const callOf = (...names) =>
  `CallExpression[callee.property.name=/^(${names.join('|')})$/], ` +
  `CallExpression[callee.property.value=/^(${names.join('|')})$/]`;

/** One entry per door: what is rare, and the only files that may do it. */
const doors = [
  {
    selector: newOf('RTCPeerConnection'),
    files: ['packages/core/src/link/rtc-door.ts'],
    message: 'Only core/src/link/rtc-door.ts makes an RTCPeerConnection.',
  },
  {
    selector: newOf('WebSocket'),
    files: ['packages/core/src/rendezvous/socket-door.ts'],
    message: 'Only core/src/rendezvous/socket-door.ts makes a WebSocket.',
  },
  {
    selector: callOf('getUserMedia', 'enumerateDevices', 'getDisplayMedia'),
    files: ['packages/core/src/media/capture-door.ts'],
    message: 'Only core/src/media/capture-door.ts asks for cameras, microphones and screens.',
  },
  {
    selector: callOf('setParameters', 'replaceTrack'),
    files: ['packages/core/src/streams/sender-control.ts'],
    message: 'Only core/src/streams/sender-control.ts changes what a sender sends.',
  },
  {
    selector: importOf('eventemitter3'),
    files: ['packages/core/src/state/emitter.ts'],
    message: 'Only core/src/state/emitter.ts knows eventemitter3.',
  },
  {
    selector: importOf('rxjs'),
    files: ['packages/mesh/src/**'],
    message: 'rxjs belongs to mesh alone.',
  },
  {
    selector:
      "ImportSpecifier[imported.name='useSyncExternalStore'], MemberExpression[property.name='useSyncExternalStore']",
    files: ['packages/react-bindings/src/use-readable.ts'],
    message: 'Hooks read through use-readable.ts.',
  },
];

const everywhere = [
  { selector: 'TSEnumDeclaration', message: 'A union of literals instead of an enum.' },
  { selector: 'ExportAllDeclaration', message: 'Name what is exported: no `export *`.' },
  {
    selector: "ExportDefaultDeclaration, ExportSpecifier[exported.name='default']",
    message: 'Named exports only.',
  },
];

const production = [
  ...everywhere,
  {
    // A MediaStream may add tracks; a peer connection has transceivers.
    selector:
      "CallExpression[callee.property.name='addTrack']:not([callee.object.name=/stream/i]):not([callee.object.property.name=/stream/i])",
    message:
      'Never addTrack on a connection: transceivers and sender-control (docs: answer first, attach later).',
  },
];

const impure = [
  {
    selector:
      "NewExpression[callee.name='Date'], CallExpression[callee.name='Date'], " +
      "MemberExpression[object.name='Date'][property.name='now'], MemberExpression[object.name='Math'][property.name='random']",
    message: 'logic/ has no clock and no randomness: take the time or the bytes as an argument.',
  },
];
const impureGlobals = [
  'performance',
  'crypto',
  'setTimeout',
  'setInterval',
  'queueMicrotask',
  'fetch',
  'globalThis',
].map((name) => ({ name, message: 'logic/ is pure: hand the outside in through a port.' }));

const focused = [
  {
    selector:
      'MemberExpression[object.name=/^(it|test|describe)$/][property.name=/^(only|skip|todo|failing)$/], ' +
      'CallExpression[callee.name=/^(fit|xit|xtest|fdescribe|xdescribe)$/]',
    message: 'Every test runs. One that a machine cannot run is skipped in support/where.ts, saying why.',
  },
];

const restrict = (entries) => ({
  'no-restricted-syntax': ['error', ...entries.map(({ selector, message }) => ({ selector, message }))],
});

// Later entries replace earlier ones, so each door's file gets every rule but its own.
const doorConfigs = doors.map((own) => ({
  files: own.files,
  rules: restrict([...production, ...doors.filter((door) => door !== own)]),
}));

const files = {
  packages: ['packages/*/src/**/*.{ts,tsx}', 'lab/src/**/*.ts'],
  logic: ['packages/*/src/**/logic/**/*.ts'],
  examples: ['examples/*/src/**/*.{ts,tsx}'],
  tests: [
    'packages/*/test/**/*.{ts,tsx}',
    'docs/test/**/*.ts',
    'e2e/**/*.ts',
    'bench/**/*.ts',
    'lab/test/**/*.ts',
  ],
  scripts: ['scripts/**/*.mjs', 'e2e/**/*.{mjs,js}', 'bench/**/*.{mjs,js}', 'lab/test/**/*.mjs'],
  configs: ['*.config.{js,ts}', 'examples/*/*.config.{js,ts}', '.dependency-cruiser.cjs'],
};

export default tseslint.config(
  {
    ignores: [
      '**/dist/',
      '**/node_modules/',
      'coverage/',
      '.cache/',
      'docs/site/',
      'e2e/artifacts/',
      '**/*.d.ts',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,

  {
    files: [...files.packages, ...files.examples, ...files.tests],
    extends: [tseslint.configs.strictTypeChecked],
    rules: {
      ...restrict(everywhere),
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      '@typescript-eslint/no-invalid-void-type': ['error', { allowInGenericTypeArguments: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      // An async function without await is how a port says that its failures are rejections.
      '@typescript-eslint/require-await': 'off',
      eqeqeq: 'error',
    },
  },
  {
    files: [...files.packages, ...files.examples],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: restrict([...production, ...doors]),
  },
  {
    files: files.packages,
    rules: {
      'no-console': 'error',
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
    },
  },
  ...doorConfigs,
  {
    files: ['packages/core/src/connection.ts', 'packages/core/src/link/peer-link.ts'],
    rules: { 'max-lines': ['error', { max: 150, skipBlankLines: true, skipComments: true }] },
  },
  {
    files: files.logic,
    rules: {
      ...restrict([...production, ...doors, ...impure]),
      'no-restricted-globals': ['error', ...impureGlobals],
    },
  },
  { files: ['packages/rendezvous/src/cli.ts'], rules: { 'no-console': 'off' } },
  {
    files: ['packages/react-bindings/{src,test}/**/*.{ts,tsx}', ...files.examples],
    extends: [reactHooks.configs.flat['recommended-latest']],
    rules: {
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
    },
  },

  {
    files: [...files.tests, ...files.scripts],
    languageOptions: {
      parserOptions: { project: ['tsconfig.test.json'], tsconfigRootDir: import.meta.dirname },
    },
  },
  {
    files: files.tests,
    rules: {
      ...restrict([...everywhere, ...focused]),
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['e2e/support/where.ts', 'e2e/lab/support/where.ts', 'lab/test/support/where.ts'],
    rules: restrict(everywhere),
  },
  {
    files: files.scripts,
    plugins: { '@typescript-eslint': tseslint.plugin },
    languageOptions: { parser: tseslint.parser, globals: { ...globals.node, ...globals.browser } },
    rules: {
      ...restrict([...everywhere, ...focused]),
      '@typescript-eslint/no-floating-promises': 'error',
      'no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  { files: files.configs, languageOptions: { globals: globals.node } },
);
