import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';

/** Bundles code as plugin-manager does, and runs it where there is nothing but ECMAScript. */
async function bundle(code: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: fileURLToPath(new URL('.', import.meta.url)) },
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'result',
    platform: 'neutral',
  });
  return outputFiles[0]?.text ?? '';
}

const run = (script: string): Record<string, unknown> =>
  runInNewContext(`${script}; result`) as Record<string, unknown>;

describe('@made-open/plugin-sdk/sandbox', () => {
  it('has all of the SDK, without Node', async () => {
    const script = await bundle(`
      import { scaffoldPlugin, validateManifest } from '@made-open/plugin-sdk/sandbox';
      const files = scaffoldPlugin({ pluginId: 'com.example.a', pluginName: 'A', type: 'channel' });
      const manifest = JSON.parse(files['plugin.json']);
      export const right = JSON.stringify(validateManifest(manifest));
      export const wrong = validateManifest({ ...manifest, permissions: ['fs:read'] }).errors.join();
      const slow = { type: 'object', properties: { a: { type: 'nothing' } } };
      export const schema = validateManifest({ ...manifest, configSchema: slow }).errors.join();`);
    expect(run(script)).toMatchObject({
      right: '{"valid":true,"errors":[]}',
      wrong: expect.stringContaining('permissions[0]') as unknown,
      schema: expect.stringContaining('configSchema cannot be used') as unknown,
    });
  });

  it('does not put the manifest checker into plugins that do not use it', async () => {
    const script = await bundle(`
      import { HttpError, paginate, requireConfig, withRetry } from '@made-open/plugin-sdk/sandbox';
      export const error = new HttpError({ status: 404, headers: {}, body: '' });
      export const named = error instanceof HttpError && !(new Error('x') instanceof HttpError);
      export const functions = [paginate, requireConfig, withRetry].length;`);
    expect(run(script)).toMatchObject({ named: true, functions: 3 });
    expect(script.length).toBeLessThan(10_000);
  });
});
