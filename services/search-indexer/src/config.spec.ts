import { readEnvironment } from '@made-open/nest';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from './config.ts';

const read = (values: NodeJS.ProcessEnv) => readEnvironment(values, readConfig);

describe('readConfig', () => {
  const folder = mkdtempSync(join(tmpdir(), 'made-open-search-config-'));
  const keyFile = join(folder, 'key');
  writeFileSync(keyFile, 'very secret\n');
  const meilisearch = { MEILISEARCH_URL: 'http://search:7700', MEILISEARCH_KEY_FILE: keyFile };
  afterAll(() => rmSync(folder, { recursive: true }));

  it('takes PostgreSQL unless told otherwise', () => {
    expect(read({})).toEqual({ engine: 'postgres', meilisearch: undefined });
  });

  it('takes Meilisearch, whose key it does not show', () => {
    const config = read({ SEARCH_ENGINE: 'meilisearch', ...meilisearch });
    expect(config.engine).toBe('meilisearch');
    expect(config.meilisearch).toMatchObject({
      url: 'http://search:7700',
      indexPrefix: 'made-open',
    });
    expect(config.meilisearch?.key.reveal()).toBe('very secret');
    expect(JSON.stringify(config)).not.toContain('very secret');
  });

  it('knows Meilisearch, too, while PostgreSQL answers', () => {
    expect(read(meilisearch)).toMatchObject({ engine: 'postgres', meilisearch: {} });
  });

  it.each<[NodeJS.ProcessEnv, string]>([
    [{ SEARCH_ENGINE: 'elastic' }, 'SEARCH_ENGINE'],
    [{ SEARCH_ENGINE: 'meilisearch' }, 'MEILISEARCH_URL'],
    [{ MEILISEARCH_URL: 'http://search:7700' }, 'MEILISEARCH_KEY_FILE'],
    [{ ...meilisearch, MEILISEARCH_URL: 'search:7700' }, 'MEILISEARCH_URL'],
    [{ ...meilisearch, MEILISEARCH_URL: 'http://me:secret@search:7700' }, 'MEILISEARCH_URL'],
    [{ ...meilisearch, MEILISEARCH_INDEX_PREFIX: 'a b' }, 'MEILISEARCH_INDEX_PREFIX'],
  ])('refuses %j', (values, name) => {
    expect(() => read(values)).toThrow(name);
  });
});
