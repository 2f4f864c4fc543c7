import { strFromU8, unzipSync } from 'fflate';
import { anInput } from '../../test/builder/an-input.ts';
import { build } from './build.ts';
import { zipBuilt } from './zip-built.ts';

describe('zipBuilt', () => {
  it.each(['python', 'node', 'http'] as const)(
    'packs the files of %s, and nothing else',
    (target) => {
      const built = build(anInput({ target }));
      const entries = Object.entries(unzipSync(zipBuilt(built)));
      expect(entries.map(([path, bytes]) => ({ path, content: strFromU8(bytes) }))).toEqual(
        built.files,
      );
      for (const [path] of entries) {
        expect(path).toMatch(/^[a-z]/u);
        expect(path.split('/')).not.toContain('..');
      }
    },
  );

  it('gives the same bytes every time', () => {
    const [first, second] = [build(anInput()), build(anInput())].map(zipBuilt);
    expect(Buffer.from(first ?? [])).toEqual(Buffer.from(second ?? []));
  });
});
