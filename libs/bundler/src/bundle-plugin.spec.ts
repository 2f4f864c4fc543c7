import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundlePlugin } from './bundle-plugin.ts';

const files = (entries: Record<string, string>) => new Map(Object.entries(entries));
// oxlint-disable-next-line no-new-func, typescript/no-implied-eval -- runs our own bundle
const run = (script: string): unknown => new Function(`${script}; return globalThis.__plugin;`)();
const bundle = (source: string) => bundlePlugin(files({ 'index.ts': source }), './index.ts');

const guideConnector = readFileSync(
  fileURLToPath(new URL('../../plugin-sdk/test/guide/connector/src/index.ts', import.meta.url)),
  'utf8',
);

describe('bundlePlugin', () => {
  it('bundles TypeScript with the SDK’s helpers into one script', async () => {
    const script = await bundlePlugin(
      files({
        'src/index.ts': `import type { ConnectorPlugin } from '@made-open/plugin-sdk';
          import { paginate } from '@made-open/plugin-sdk';
          import { name } from './names/name.js';
          import { tables } from './tables.json';
          export const plugin: Partial<ConnectorPlugin> & { p: unknown; tables: unknown } = { id: name, p: paginate, tables };`,
        'src/names/name.ts': `export const name: string = 'com.example.a';`,
        'src/tables.json': '{"tables":["persons"]}',
      }),
      './index.ts',
    );
    expect(run(script)).toMatchObject({
      plugin: { id: 'com.example.a', p: expect.any(Function) as unknown, tables: ['persons'] },
    });
    expect(script).not.toMatch(/\b(import|require)\b/u);
    expect(script.length).toBeLessThan(10_000);
  });

  it('bundles the connector of the guide as it stands there', async () => {
    const { plugin } = run(await bundle(guideConnector)) as {
      plugin: { mapToUnifiedModel(raw: unknown): unknown };
    };
    expect(plugin.mapToUnifiedModel({ id: '42', name: 'Bob', email: 'b@example.com' })).toEqual({
      type: 'person',
      externalId: '42',
      data: { display_name: 'Bob', emails: ['b@example.com'] },
      raw: { id: '42', name: 'Bob', email: 'b@example.com' },
    });
  });

  it('bundles every function of the SDK', async () => {
    const script = await bundlePlugin(
      files({
        'index.ts': `import * as sdk from '@made-open/plugin-sdk';
          export const plugin = { errors: sdk.validateManifest({}).errors.length, names: Object.keys(sdk).join() };`,
      }),
      './index.ts',
    );
    expect(run(script)).toMatchObject({
      plugin: {
        errors: 7,
        names:
          'FaxPlugin,HttpError,paginate,requireConfig,scaffoldPlugin,validateManifest,withRetry',
      },
    });
  });

  it('takes a module in CommonJS, as bundlers write it', async () => {
    const made = await bundlePlugin(
      files({ 'bundle.js': `module.exports = { plugin: { id: 'a' } };` }),
      './bundle.js',
    );
    expect(run(made)).toMatchObject({ default: { plugin: { id: 'a' } } });
  });

  it.each([
    ['node:fs', 'a plugin has no Node modules'],
    ['fs', 'bundle npm packages before you push'],
    ['lodash', 'bundle npm packages before you push'],
    ['../outside.js', 'was not pushed'],
    ['./missing.js', 'was not pushed'],
    ['/etc/passwd', 'neither a pushed file'],
    ['file:///etc/passwd', 'neither a pushed file'],
    ['data:text/javascript,1', 'neither a pushed file'],
    ['https://example.com/x.js', 'neither a pushed file'],
    ['@made-open/manifest', 'neither a pushed file'],
    ['@made-open/plugin-sdk/src/types.ts', 'neither a pushed file'],
  ])('refuses to import %s', async (path, reason) => {
    for (const source of [
      `\nimport x from '${path}'; export const plugin = x;`,
      `\nexport const plugin = { load: () => import('${path}') };`,
      `\nexport const plugin = { load: () => require('${path}') };`,
    ])
      await expect(bundle(source)).rejects.toMatchObject({
        code: 'bundle.invalid',
        message: expect.stringContaining(reason) as unknown,
        errors: [expect.stringContaining(`index.ts:2: "${path}"`) as unknown],
      });
  });

  it('says which helper the SDK does not have, without a path of this machine', async () => {
    const wrong = bundle(
      `import { validate } from '@made-open/plugin-sdk'; export const plugin = validate;`,
    );
    await expect(wrong).rejects.toThrow(/index\.ts:1: No matching export/u);
    await expect(wrong).rejects.not.toThrow(/libs/u);
  });

  it.each([
    ['export const = 1', /index\.ts:1: /u],
    ['export const plugin = { a: ', /index\.ts:1: /u],
    ['await fetch("x"); export const plugin = {};', /index\.ts:1: .*await/u],
    ['const plugin = {};', /index\.ts: nothing is exported/u],
    ['export const connector = {};', /index\.ts: only connector is exported; write "export const/u],
    ['export const plugin = { r: /(/u };', /[Rr]egular expression/u],
  ])('says what is wrong with %s', async (source, expected) => {
    await expect(bundle(source)).rejects.toThrow(expected);
  });

  it('refuses an import that the pushed file does not export, with file and line', async () => {
    const pushed = files({
      'index.ts': `import { letter } from './map.js';\nexport const plugin = { map: () => letter(1) };`,
      'map.ts': 'export const person = 1;',
    });
    await expect(bundlePlugin(pushed, './index.ts')).rejects.toMatchObject({
      code: 'bundle.invalid',
      errors: [expect.stringMatching(/^index\.ts:1: .*"letter"/u)],
    });
  });

  it('leaves it to a channel how its class is called', async () => {
    const source = files({ 'index.ts': 'export class MyFax {}' });
    expect(run(await bundlePlugin(source, './index.ts', { type: 'channel' }))).toHaveProperty(
      'MyFax',
    );
  });

  it('takes the SDK from the folder that it is told', async () => {
    const source = files({
      'index.ts': `import { paginate } from '@made-open/plugin-sdk'; export const plugin = { paginate };`,
    });
    await expect(bundlePlugin(source, './index.ts', { sdkFolder: '/nowhere' })).rejects.toThrow(
      /nowhere.sandbox\.js/u,
    );
  });

  it('says when the entry is missing', async () => {
    await expect(bundlePlugin(files({ 'other.ts': '' }), './index.ts')).rejects.toThrow(
      /neither index.ts nor src\/index.ts/u,
    );
  });
});
