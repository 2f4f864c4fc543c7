import { runInNewContext } from 'node:vm';
import { bundlePlugin } from './bundle-plugin.ts';

const files = (entries: Record<string, string>) => new Map(Object.entries(entries));
const run = (script: string): unknown => runInNewContext(`${script}; globalThis.__plugin;`);

describe('bundlePlugin', () => {
  it('bundles TypeScript with the SDK’s helpers into one script', async () => {
    const script = await bundlePlugin(
      files({
        'src/index.ts': `import type { ConnectorPlugin } from '@made-open/plugin-sdk';
          import { paginate } from '@made-open/plugin-sdk'; import { name } from './name.js';
          export const plugin: Partial<ConnectorPlugin> & { p: unknown } = { id: name, p: paginate };`,
        'src/name.ts': `export const name: string = 'com.example.a';`,
      }),
      './index.ts',
    );
    expect(run(script)).toMatchObject({
      plugin: { id: 'com.example.a', p: expect.any(Function) as unknown },
    });
    expect(script.length).toBeLessThan(10_000);
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
        names: 'HttpError,paginate,requireConfig,scaffoldPlugin,validateManifest,withRetry',
      },
    });
  });

  it.each(['node:fs', 'lodash', '../outside.js', '/etc/passwd', 'https://example.com/x.js'])(
    'refuses to import %s',
    async (path) => {
      await expect(
        bundlePlugin(
          files({ 'index.ts': `import x from '${path}'; export const plugin = x;` }),
          './index.ts',
        ),
      ).rejects.toMatchObject({
        code: 'bundle.invalid',
        members: { errors: [expect.stringContaining(`index.ts:1: "${path}"`) as unknown] },
      });
    },
  );

  it('says where the code is wrong, and that the entry is missing', async () => {
    await expect(
      bundlePlugin(files({ 'index.ts': 'export const = 1' }), './index.ts'),
    ).rejects.toMatchObject({
      members: { errors: [expect.stringContaining('index.ts:1:') as unknown] },
    });
    await expect(bundlePlugin(files({ 'other.ts': '' }), './index.ts')).rejects.toThrow(
      /neither index.ts nor src\/index.ts/u,
    );
  });
});
