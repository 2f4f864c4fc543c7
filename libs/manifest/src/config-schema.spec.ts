import { jest } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { validateConfig } from './config-schema.ts';

describe('validateConfig', () => {
  const manifest = {
    configSchema: {
      type: 'object',
      properties: { accessToken: { type: 'string' }, tenantId: { type: 'string' } },
      required: ['accessToken', 'tenantId'],
    },
  };

  it('tells missing fields from wrong ones and never shows a value', () => {
    const { missing, errors } = validateConfig(manifest, { accessToken: 42 });
    expect(missing).toEqual(['tenantId']);
    expect(errors).toEqual(['config.accessToken must be string']);
  });

  it('does not show the name of a field that is not declared', () => {
    const configSchema = { ...manifest.configSchema, additionalProperties: false };
    const { errors } = validateConfig(
      { configSchema },
      { accessToken: 'a', tenantId: 'b', 'sk-pasted-by-mistake': 1 },
    );
    expect(errors).toEqual([
      'config has a field that configSchema does not declare: it declares accessToken, tenantId',
    ]);
  });

  it('names a field that is nearly one that is declared', () => {
    const configSchema = { ...manifest.configSchema, additionalProperties: false };
    const config = { accessToken: 'a', tenantId: 'b', tenant_i: 1 };
    expect(validateConfig({ configSchema }, config).errors).toEqual([
      'config has the field "tenant_i", which configSchema does not declare: is "tenantId" meant?',
    ]);
  });

  it('asks for own properties', () => {
    const configSchema = {
      if: { properties: { mode: { const: 'team' } }, required: ['mode'] },
      // oxlint-disable-next-line unicorn/no-thenable -- the keyword of JSON Schema
      then: { required: ['tenant'] },
    };
    expect(validateConfig({ configSchema }, { mode: 'team' })).toEqual({
      missing: ['tenant'],
      errors: [],
    });
    expect(validateConfig({ configSchema: { required: ['constructor'] } }, {}).missing).toEqual([
      'constructor',
    ]);
  });

  it('ends a pattern that would run for ever', () => {
    const configSchema = { properties: { a: { type: 'string', pattern: '^(a+)+$' } } };
    expect(validateConfig({ configSchema }, { a: `${'a'.repeat(60)}!` }).errors).toEqual([
      'config cannot be checked: it takes too long',
    ]);
  });

  it('compiles a schema once, however often configs are checked with it', () => {
    const compile = jest.spyOn(Ajv2020.prototype, 'compile');
    try {
      const configSchema = { type: 'object', required: ['once'] };
      expect(validateConfig({ configSchema }, {}).missing).toEqual(['once']);
      expect(validateConfig({ configSchema: { ...configSchema } }, { once: 1 }).missing).toEqual(
        [],
      );
      expect(validateConfig({ configSchema }, {}).missing).toEqual(['once']);
      expect(compile).toHaveBeenCalledTimes(1);
    } finally {
      compile.mockRestore();
    }
  });

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
