import { readFileSync } from 'node:fs';
import { readHttpManifest } from './check/read-http-manifest.ts';
import { httpManifestWarnings } from './check/warnings.ts';
import { runFixtures } from './preview/run-fixture.ts';
import { filterNames } from './template/template.ts';

const guide = readFileSync(new URL('../docs/write-an-http-manifest.md', import.meta.url), 'utf8');
const examples = [...guide.matchAll(/^```json\n(.*?)^```$/gmsu)].map(([, text = '']) => text);

describe('the guide', () => {
  it('has examples that are valid and do what their fixtures say', () => {
    expect(examples).toHaveLength(2);
    const outcomes = examples.flatMap((text) => {
      const manifest = readHttpManifest(text);
      expect(httpManifestWarnings(manifest)).toEqual([]);
      return runFixtures(manifest);
    });
    expect(
      outcomes.map(({ name, differences, problems }) => ({ name, differences, problems })),
    ).toEqual(
      ['accepted', 'refused with a 200', 'arrived'].map((name) => ({
        name,
        differences: [],
        problems: [],
      })),
    );
  });

  it('names every filter', () => {
    for (const name of filterNames) expect(guide).toContain(`\`${name}`);
  });
});
