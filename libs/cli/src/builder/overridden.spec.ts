import { overridden } from './overridden.ts';

describe('overridden', () => {
  const input = { basics: { id: 'a', name: 'A', version: '1.0.0' }, target: 'http' };

  it('changes what flags name, and nothing else', () => {
    expect(overridden(input, {})).toEqual(input);
    expect(overridden(input, { target: 'node', language: 'javascript', id: 'b' })).toEqual({
      basics: { id: 'b', name: 'A', version: '1.0.0' },
      target: 'node',
      language: 'javascript',
    });
    expect(overridden(input, { name: 'B', pluginVersion: '2.0.0' })).toMatchObject({
      basics: { id: 'a', name: 'B', version: '2.0.0' },
    });
  });
});
