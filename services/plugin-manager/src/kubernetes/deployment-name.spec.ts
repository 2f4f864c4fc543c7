import { deploymentName } from './deployment-name.ts';

const of = (pluginId: string, version: string) =>
  deploymentName('made-open', { pluginId, version });

describe('deploymentName', () => {
  it('can be read, and is a name that Kubernetes takes', () => {
    expect(of('com.example.a', '1.0.0-rc.1+B')).toMatch(
      /^made-open-com-example-a-1-0-0-rc-1-b-[0-9a-f]{8}$/u,
    );
    const long = of(`com.${'long-'.repeat(40)}name`, '1.0.0');
    expect(long).toMatch(/^[a-z0-9]([a-z0-9-]{0,52}[a-z0-9])$/u);
  });

  it('is another one for another version or plugin, however alike they look', () => {
    const names = [
      of('com.example.a', '1.0.0'),
      of('com.example.a', '1.0.1'),
      of('com.example-a', '1.0.0'),
      deploymentName('other', { pluginId: 'com.example.a', version: '1.0.0' }),
    ];
    expect(new Set(names).size).toBe(names.length);
  });
});
