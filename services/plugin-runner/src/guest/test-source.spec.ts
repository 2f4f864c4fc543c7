import { testSource } from './test-source.ts';

describe('testSource', () => {
  const told: unknown[] = [];
  const calls = {
    ask: (method: string, args: unknown): Promise<unknown> => {
      told.push([method, args]);
      return Promise.resolve(null);
    },
  };
  beforeEach(() => told.splice(0));

  it('calls the test of the plugin with its context, once it has said that there is one', async () => {
    const plugin = {
      id: 'x',
      testConnection(this: { id: string }, context: unknown) {
        told.push([this.id, context]);
        return Promise.resolve();
      },
    };
    const context = {};
    expect(await testSource(plugin, context, calls).next()).toEqual({ done: true });
    expect(told).toEqual([
      ['pluginLoaded', true],
      ['x', context],
    ]);
  });

  it('says of a plugin without one that it is loaded', async () => {
    expect(await testSource({}, {}, calls).next()).toEqual({ done: true });
    expect(told).toEqual([['pluginLoaded', false]]);
  });

  it('rejects as the test does', async () => {
    const plugin = { testConnection: () => Promise.reject(new Error('no way in')) };
    await expect(testSource(plugin, {}, calls).next()).rejects.toThrow('no way in');
  });

  it('refuses a generator, none of whose code has run', async () => {
    const plugin = {
      async *testConnection() {
        yield 1;
      },
    };
    await expect(testSource(plugin, {}, calls).next()).rejects.toMatchObject({
      code: 'sandbox.test_yields',
    });
  });
});
