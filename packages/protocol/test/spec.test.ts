import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { rules, spec } from './support/spec.js';

const here = import.meta.dirname;
const read = (folder: string, ending: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
/** What is a duty of an end, not of a form, is tested where it is done. */
const core = resolve(here, '../../core/test');
const duties = readdirSync(core, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => readFileSync(join(core, name), 'utf8'));
const tests = [...read(here, '.test.ts'), ...duties].join('\n');
const sources = read(resolve(here, '../src'), '.ts').join('\n');
const named = (text: string): string[] =>
  [...text.matchAll(/SPEC (\d+(?:\.\d+)?)/g)].map(([, rule]) => rule as string);

describe('SPEC.md', () => {
  test('its rules are numbered without a gap', () => {
    expect(rules.length).toBeGreaterThan(40);
    let [section, number] = [0, 0];
    for (const rule of rules) {
      const [nextSection, nextNumber] = rule.split('.').map(Number) as [number, number];
      expect([rule, nextSection, nextNumber]).toEqual(
        nextSection === section ? [rule, section, number + 1] : [rule, section + 1, 1],
      );
      [section, number] = [nextSection, nextNumber];
    }
  });

  test('every rule has a test that is named by it', () => {
    const names = [...tests.matchAll(/['"`](?:\[[A-Z]\d+\] )?SPEC (\d+\.\d+): /g)].map(([, rule]) => rule);
    expect(rules.filter((rule) => !names.includes(rule))).toEqual([]);
    expect(names.filter((rule) => !rules.includes(rule as string))).toEqual([]);
  });

  test('every rule that a comment in the source names exists', () => {
    const sections = [...spec.matchAll(/^## (\d+)\. /gm)].map(([, section]) => section);
    const mentioned = named(sources);
    expect(mentioned.length).toBeGreaterThan(8);
    expect(mentioned.filter((rule) => !rules.includes(rule) && !sections.includes(rule))).toEqual([]);
  });
});
