// Seven projects, one per kind of test. `npm test` runs them all; `npm run test:unit` and the like run one.
import { availableParallelism } from 'node:os';

const swc = (syntax) => [
  '@swc/jest',
  {
    jsc: {
      target: 'es2022',
      parser: syntax,
      transform: { react: { runtime: 'automatic' } },
      keepClassNames: true,
    },
    module: { type: 'commonjs' },
    sourceMaps: 'inline',
  },
];

const common = {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  moduleFileExtensions: ['ts', 'tsx', 'js', 'mjs', 'cjs', 'json', 'node'],
  transform: {
    '\\.tsx$': swc({ syntax: 'typescript', tsx: true }),
    '\\.ts$': swc({ syntax: 'typescript' }),
    '\\.m?js$': swc({ syntax: 'ecmascript' }),
  },
  // Published as ES modules only; Jest runs CommonJS.
  transformIgnorePatterns: ['/node_modules/(?!(puppeteer-core|@puppeteer|chromium-bidi|jose)/)'],
  modulePathIgnorePatterns: ['<rootDir>/.cache/', '<rootDir>/e2e/artifacts/'],
};

// The sources write `./name.js` for ./name.ts, as Node asks.
const relative = { '^(\\.{1,2}/.*)\\.js$': '$1' };
const sources = {
  '^@conclave/core/(files|known-peers|media|rooms)$': '<rootDir>/packages/core/src/$1/index.ts',
  '^@conclave/([^/]+)$': '<rootDir>/packages/$1/src/index.ts',
};

export default {
  maxWorkers: Math.max(1, Math.min(4, availableParallelism())),
  testTimeout: 10_000,
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: ['<rootDir>/packages/*/test/**/*.test.ts'],
      moduleNameMapper: { ...sources, ...relative },
    },
    {
      ...common,
      displayName: 'hooks',
      testEnvironment: '<rootDir>/scripts/jsdom-environment.cjs',
      testMatch: ['<rootDir>/packages/react-bindings/test/**/*.test.tsx'],
      moduleNameMapper: { ...sources, ...relative },
    },
    {
      ...common,
      displayName: 'docs',
      testMatch: ['<rootDir>/docs/test/**/*.test.ts'],
      moduleNameMapper: relative,
    },
    // These use the packages as built: run `npm run build` first.
    {
      ...common,
      displayName: 'lab',
      testMatch: ['<rootDir>/lab/test/**/*.test.ts', '<rootDir>/e2e/lab/**/*.test.ts'],
      moduleNameMapper: relative,
    },
    {
      ...common,
      displayName: 'node',
      testMatch: ['<rootDir>/e2e/node/**/*.test.ts'],
      moduleNameMapper: relative,
    },
    {
      ...common,
      displayName: 'hostile',
      testMatch: ['<rootDir>/e2e/hostile/**/*.test.ts'],
      moduleNameMapper: relative,
    },
    {
      ...common,
      displayName: 'e2e',
      testMatch: ['<rootDir>/e2e/browser/**/*.test.ts'],
      moduleNameMapper: relative,
    },
  ],
};
