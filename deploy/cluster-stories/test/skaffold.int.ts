import { images } from '@made-open/images';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { ChartRenderer, compileMs, describeWithChart, manifestsOf } from './chart-renderer.ts';

const repository = fileURLToPath(new URL('../../..', import.meta.url));

interface SkaffoldConfig {
  readonly build: {
    readonly artifacts: readonly {
      readonly image: string;
      readonly custom: {
        readonly buildCommand: string;
        readonly dependencies: { readonly paths: readonly string[] };
      };
    }[];
  };
  readonly deploy: {
    readonly helm: {
      readonly releases: readonly {
        readonly name: string;
        readonly namespace: string;
        readonly chartPath: string;
        readonly setValues: Readonly<Record<string, string>>;
        readonly setValueTemplates: Readonly<Record<string, string>>;
      }[];
    };
  };
  readonly portForward: readonly {
    readonly resourceName: string;
    readonly namespace: string;
    readonly port: number;
  }[];
}

const config: SkaffoldConfig = parse(readFileSync(join(repository, 'skaffold.yaml'), 'utf8'));
const { artifacts } = config.build;
const [release] = config.deploy.helm.releases;
const names = images.map(({ name }) => name).toSorted();

/** What Skaffold makes of a template for images that it has built. */
function filledIn(template: string): string {
  return template
    .replaceAll(/\{\{ \.IMAGE_DIGEST_(?<name>\w+) \}\}/gu, (_all, name: string) => digestOf(name))
    .replace('{{ trimSuffix "/etl" .IMAGE_REPO_etl }}', 'registry.example/team');
}

/** One that tells images apart. */
function digestOf(name: string): string {
  const index = names.indexOf(name.replaceAll('_', '-'));
  if (index === -1) throw new TypeError(`Skaffold builds no ${name}`);
  return `sha256:${String(index).repeat(64)}`;
}

describe('skaffold.yaml', () => {
  it('builds every image, with the command that builds images', () => {
    expect(artifacts.map(({ image }) => image).toSorted()).toEqual(names);
    const { scripts }: { scripts: Record<string, string> } = JSON.parse(
      readFileSync(join(repository, 'package.json'), 'utf8'),
    );
    for (const { custom } of artifacts)
      expect(custom.buildCommand).toBe('npm run --silent images -- --skaffold');
    expect(Object.keys(scripts)).toContain('images');
  });

  it('watches files that there are, the image’s own among them', () => {
    for (const { image, custom } of artifacts) {
      const { paths } = custom.dependencies;
      expect(paths.filter((path) => !existsSync(join(repository, path)))).toEqual([]);
      const folder = images.find(({ name }) => name === image)?.folder ?? '';
      expect(paths).toEqual(expect.arrayContaining([`${folder}/src`, `${folder}/package.json`]));
    }
  });
});

describeWithChart('skaffold.yaml with the chart', () => {
  let renderer: ChartRenderer;

  beforeAll(async () => {
    renderer = await ChartRenderer.prepare();
  }, compileMs);
  afterAll(() => renderer.remove());

  it('sets values that the chart takes, so that every pod has what was built', async () => {
    const sets = [
      ...Object.entries(release?.setValues ?? {}),
      ...Object.entries(release?.setValueTemplates ?? {}),
    ].map(([key, value]) => `--set=${key}=${filledIn(value)}`);
    const manifests = await renderer.render({}, sets);
    const used = manifestsOf(manifests).flatMap(({ spec }) => {
      const { initContainers = [], containers } = spec?.template?.spec ?? { containers: [] };
      return [...initContainers, ...containers].map(({ image }) => image);
    });
    const own = new Set(used.filter((image) => image.includes('/team/')));
    // Runners' pods are made by plugin-manager, which is told their image.
    expect(manifests).toContain(`registry.example/team/plugin-runner@${digestOf('plugin_runner')}`);
    expect([...own].toSorted()).toEqual(
      names
        .filter((name) => name !== 'plugin-runner')
        .map((name) => `registry.example/team/${name}@${digestOf(name)}`),
    );
    await expect(renderer.render({}, ['--set=image.digest.etl=x'])).rejects.toThrow(/schema/u);
  });

  it('leads ports to services that the chart makes', async () => {
    const manifests = manifestsOf(await renderer.render({}));
    const services = manifests.filter(({ kind }) => kind === 'Service');
    for (const { resourceName, namespace } of config.portForward) {
      expect(services.map(({ metadata }) => metadata.name)).toContain(resourceName);
      expect(namespace).toBe(release?.namespace);
    }
    expect(release?.chartPath).toBe('helm/made-open');
    expect(release?.name).toBe('made-open');
  });
});
