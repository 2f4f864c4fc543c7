import {
  HttpError,
  paginate,
  requireConfig,
  scaffoldPlugin,
  validateManifest,
  withRetry,
  type PluginContext,
} from './index.ts';

const context = { config: { apiKey: 'k', empty: '' } } as unknown as PluginContext;

describe('requireConfig', () => {
  it('gives a present field and names a missing one', () => {
    expect(requireConfig(context, 'apiKey')).toBe('k');
    expect(() => requireConfig(context, 'empty')).toThrow('"empty" is missing');
  });
});

describe('paginate', () => {
  it('follows the cursor to the last page', async () => {
    const items: number[] = [];
    for await (const item of paginate((cursor) =>
      Promise.resolve(cursor === undefined ? { items: [1, 2], nextCursor: 'b' } : { items: [3] }),
    ))
      items.push(item);
    expect(items).toEqual([1, 2, 3]);
  });
});

describe('withRetry', () => {
  const failing = (status: number) => {
    let calls = 0;
    const fn = (): Promise<never> => {
      calls++;
      return Promise.reject(new HttpError({ status, headers: {}, body: '' }));
    };
    return { fn, calls: () => calls };
  };

  it('repeats what may pass', async () => {
    const { fn, calls } = failing(503);
    await expect(withRetry(fn, 3, 1)).rejects.toThrow('HTTP 503');
    expect(calls()).toBe(3);
  });

  it('does not repeat a request that the source refused', async () => {
    const { fn, calls } = failing(404);
    await expect(withRetry(fn, 3, 1)).rejects.toThrow('HTTP 404');
    expect(calls()).toBe(1);
  });
});

describe('scaffoldPlugin', () => {
  it.each(['connector', 'channel'] as const)('makes a %s whose manifest is valid', (type) => {
    const files = scaffoldPlugin({
      pluginId: 'com.example.new',
      pluginName: 'New',
      type,
      author: 'Me',
    });
    expect(Object.keys(files)).toEqual(['plugin.json', 'src/index.ts', 'README.md']);
    expect(validateManifest(JSON.parse(files['plugin.json'] ?? ''))).toEqual({
      valid: true,
      errors: [],
    });
  });
});
