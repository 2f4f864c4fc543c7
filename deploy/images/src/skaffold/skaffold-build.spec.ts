import { architectures, ownArchitecture } from '../base/architecture.ts';
import { readSkaffoldBuild } from './skaffold-build.ts';

const asked = { IMAGE: 'registry.example/team/etl:3c1f', PUSH_IMAGE: 'true' };

describe('readSkaffoldBuild', () => {
  it('takes image, tag and registry apart, for this machine’s architecture', () => {
    expect(readSkaffoldBuild(asked)).toEqual({
      name: 'etl',
      tag: '3c1f',
      registry: 'registry.example/team',
      architectures: [ownArchitecture()],
      plainHttp: false,
    });
  });

  it('takes platforms that Skaffold names', () => {
    const both = readSkaffoldBuild({ ...asked, PLATFORMS: 'linux/amd64,linux/arm64' });
    expect(both.architectures).toEqual(architectures);
  });

  it.each(['localhost:5000', '127.0.0.1:5000/team', 'localhost'])(
    'speaks to %s without TLS',
    (registry) => {
      const { plainHttp } = readSkaffoldBuild({ ...asked, IMAGE: `${registry}/etl:1` });
      expect(plainHttp).toBe(true);
    },
  );

  it.each([
    ['an image without a registry', { IMAGE: 'etl:1' }, /--default-repo/u],
    ['no image', { IMAGE: undefined }, /--default-repo/u],
    [
      'an image that there is not',
      { IMAGE: 'registry.example/web:1' },
      /no image "web", only .*etl/u,
    ],
    ['a build that is not to be pushed', { PUSH_IMAGE: 'false' }, /build\.local\.push/u],
    ['another platform', { PLATFORMS: 'linux/s390x' }, /"linux\/s390x", only .*linux\/amd64/u],
  ])('refuses %s', (_title, changed, reason) => {
    expect(() => readSkaffoldBuild({ ...asked, ...changed })).toThrow(reason);
  });
});
