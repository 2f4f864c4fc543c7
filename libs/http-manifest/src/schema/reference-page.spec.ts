import { readFileSync } from 'node:fs';
import { httpManifestSchema } from './http-manifest-schema.ts';
import { referencePage } from './reference-page.ts';

const docs = new URL('../../docs/', import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, docs), 'utf8');
/** Prettier pads tables. */
const plain = (page: string): string =>
  page.replaceAll(/-{3,}/gu, '---').replaceAll(/\s+/gu, ' ').trim();

describe('the reference of HTTP manifests', () => {
  it('is that of the schema; npm run generate writes it', () => {
    expect(plain(read('manifest-v1.md'))).toBe(plain(referencePage()));
    expect(JSON.parse(read('manifest-v1.schema.json'))).toEqual(
      JSON.parse(JSON.stringify(httpManifestSchema)),
    );
  });

  it('describes every field', () => {
    const undescribed = referencePage()
      .split('\n')
      .filter((line) => /\|\s*\|$/u.test(line));
    expect(undescribed).toEqual([]);
  });
});
