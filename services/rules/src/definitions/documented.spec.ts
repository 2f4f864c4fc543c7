import { readFileSync } from 'node:fs';
import { readDefinition } from './check-definition.ts';
import { builtInOperators } from './operators.ts';

const page = readFileSync(new URL('../../docs/rules.md', import.meta.url), 'utf8');

describe('the page on rules', () => {
  it('has examples that are taken', () => {
    const examples = [...page.matchAll(/```json\n([^]*?)```/gu)].map((match) => match[1] ?? '');
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) expect(readDefinition(example).then).not.toEqual([]);
  });

  it('names every operator', () => {
    const names = [...builtInOperators.keys()].filter((name) => !name.endsWith('IgnoringCase'));
    expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});
