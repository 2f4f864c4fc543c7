import { validateConfig } from './config-schema.ts';

describe('validateConfig', () => {
  // Wherever the compiler is stopped.
  it.each([3, 4, 5, 6, 7, 8, 9])(
    'compiles anew when the machine had no time at reading %d of the schema',
    (pausedAt) => {
      let readings = 0;
      const configSchema = {
        type: 'object',
        title: String(pausedAt), // checks are kept by their schema
        get required() {
          // Longer than the limit, without anything being done.
          if (++readings === pausedAt)
            Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600);
          return ['tenant'];
        },
      };
      expect(validateConfig({ configSchema }, {})).toEqual({ missing: ['tenant'], errors: [] });
    },
  );
});
