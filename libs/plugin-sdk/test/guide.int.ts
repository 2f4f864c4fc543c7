import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { scaffoldPlugin, validateManifest } from '@made-open/plugin-sdk';
import { AuthorProject } from './author-project.ts';

const ourOptions = (
  JSON.parse(
    readFileSync(fileURLToPath(new URL('../../../tsconfig.base.json', import.meta.url)), 'utf8'),
  ) as { compilerOptions: Record<string, unknown> }
).compilerOptions;
const strictness = Object.fromEntries(
  Object.entries(ourOptions).filter(([name]) => /^(strict|no[A-Z]|exact)/u.test(name)),
);

const environments: [string, Record<string, unknown>][] = [
  ['bundler', { module: 'esnext', moduleResolution: 'bundler' }],
  ['nodenext', { module: 'nodenext' }],
];
const plain = { strict: true, target: 'es2022', skipLibCheck: true, types: ['node'] };

const samples = fileURLToPath(new URL('guide', import.meta.url));
const sums = readFileSync(join(samples, 'SHA256SUMS'), 'utf8').trim().split('\n');

it.each(sums.map((line) => line.split('  ')))('holds %s %s byte for byte', (sum, path = '') => {
  const bytes = readFileSync(join(samples, path));
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(sum);
});

describe('the guide’s examples, with the packed SDK in a project of its author', () => {
  let project: AuthorProject;
  beforeAll(() => {
    project = new AuthorProject();
  });
  afterAll(() => project.remove());

  const examples = [
    'connector/src/index.ts',
    'connector/src/index.test.ts',
    'channel/src/index.ts',
  ];

  describe.each(environments)('resolved as %s', (_, resolution) => {
    it('compiles under plain strict', () => {
      const files = [...examples, 'build-script.ts'];
      expect(project.check({ ...plain, ...resolution }, files)).toEqual({ status: 0, output: '' });
    });

    it('compiles under every strictness that this repository asks of itself', () => {
      expect(strictness).toMatchObject({ exactOptionalPropertyTypes: true, strict: true });
      const options = { ...plain, ...strictness, ...resolution };
      expect(project.check(options, examples)).toEqual({ status: 0, output: '' });
    });

    it('finds declarations that need nothing else', () => {
      project.write(
        'declarations.ts',
        `import * as sdk from '@made-open/plugin-sdk';
         import * as inSandbox from '@made-open/plugin-sdk/sandbox';
         import { connectorChecks, type ConformanceCheck } from '@made-open/plugin-sdk/conformance';
         export const same: typeof sdk = inSandbox;
         export const checks: (...given: Parameters<typeof connectorChecks>) => ConformanceCheck[] =
           connectorChecks;
         export const wrong: number = sdk.scaffoldPlugin;`,
      );
      const options = { ...plain, ...resolution, skipLibCheck: false, types: [] };
      const { status, output } = project.check(options, ['declarations.ts']);
      // The last line is wrong on purpose: types that are not found would be any, and pass.
      expect(output.trim().split('\n')).toEqual([expect.stringContaining('declarations.ts(7')]);
      expect(status).not.toBe(0);
    });
  });

  it('has the four helpers at the one place that the guide imports them from', () => {
    project.write(
      'helpers.ts',
      `import { validateManifest, requireConfig, paginate, withRetry } from '@made-open/plugin-sdk';
       import type { PluginContext } from '@made-open/plugin-sdk';
       export const a: (manifest: unknown) => { valid: boolean; errors: string[] } = validateManifest;
       export const b: (context: PluginContext, key: string) => string = requireConfig;
       export const c: <T>(
         fetchPage: (cursor?: string) => Promise<{ items: T[]; nextCursor?: string }>,
       ) => AsyncGenerator<T> = paginate;
       export const d: <T>(
         fn: () => Promise<T>, maxAttempts?: number, baseDelayMs?: number,
       ) => Promise<T> = withRetry;`,
    );
    for (const [, resolution] of environments)
      expect(project.check({ ...plain, ...strictness, ...resolution }, ['helpers.ts'])).toEqual({
        status: 0,
        output: '',
      });
  });

  it.each(['com.microsoft.graph', 'io.twilio.channel'])('accepts the manifest of %s', (id) => {
    const text = readFileSync(join(project.folder, `manifests/${id}.json`), 'utf8');
    expect(validateManifest(JSON.parse(text))).toEqual({ valid: true, errors: [] });
  });

  it('passes the test that stands beside the connector', () => {
    const { status, output } = project.vitest();
    expect(output).toMatch(/Tests {2}2 passed \(2\)/u);
    expect(status).toBe(0);
  });

  it('runs the conformance checks of the connector in a test runner', () => {
    project.write(
      'conform.mjs',
      `import { connectorChecks, readCassette } from '@made-open/plugin-sdk/conformance';
       import { HttpError, scaffoldPlugin, withRetry } from '@made-open/plugin-sdk';
       const url = 'https://api.example.com/contacts';
       const contacts = [{ id: '1', name: 'Ada', email: 'ada@example.com' }];
       const response = { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ contacts }) };
       const cassette = readCassette(JSON.stringify({ version: 1, exchanges: [{ request: { method: 'GET', url }, response }] }));
       const files = scaffoldPlugin({ pluginId: 'com.example.a', pluginName: 'A', type: 'connector' });
       const map = (raw) => ({ type: 'person', externalId: raw.id, data: { display_name: raw.name }, raw });
       const seen = [];
       const plugin = { id: 'com.example.a', mapToUnifiedModel: map, async *sync(context) {
         const page = await withRetry(() => context.http.get(url).catch((error) => {
           seen.push(error instanceof HttpError);
           throw error;
         }));
         yield* page.contacts.map(map);
       } };
       const results = [];
       for (const { run } of connectorChecks({ plugin, cassette, manifest: JSON.parse(files['plugin.json']), config: {} }))
         results.push(await run());
       console.log(results.filter((result) => result === undefined).length, seen.join());`,
    );
    // A 429 and a 500 are errors of the SDK's own class; the reset and the cut answer are not.
    expect(project.run('conform.mjs')).toEqual({ status: 0, output: '12 true,true,false,false\n' });
  });

  it('scaffolds a connector by the guide’s build script', () => {
    expect(project.run('build-script.ts')).toEqual({ status: 0, output: '' });
    const folder = join(project.folder, 'apps/hub/plugins/connectors/my-connector');
    expect(readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted()).toEqual([
      'README.md',
      'plugin.json',
      'src',
      'src/index.ts',
    ]);
  });

  it.each(['connector', 'channel'] as const)('scaffolds a %s whose code compiles', (type) => {
    const path = `new-${type}/src/index.ts`;
    const files = scaffoldPlugin({ pluginId: 'com.example.new', pluginName: 'New', type });
    project.write(path, files['src/index.ts'] ?? '');
    for (const [, resolution] of environments)
      expect(project.check({ ...plain, ...strictness, ...resolution }, [path])).toEqual({
        status: 0,
        output: '',
      });
  });
});
