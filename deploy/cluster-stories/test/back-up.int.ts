import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  ChartRenderer,
  compileMs,
  describeWithChart,
  manifestsOf,
  type PodSpec,
} from './chart-renderer.ts';

const repository = fileURLToPath(new URL('../../..', import.meta.url));
const example = readFileSync(join(repository, 'deploy', 'docs', 'back-up.yaml'), 'utf8');

interface JobSpec {
  readonly template?: { readonly spec: PodSpec };
  readonly jobTemplate?: { readonly spec: JobSpec };
}

describeWithChart('the example of a back-up', () => {
  let renderer: ChartRenderer;

  beforeAll(async () => {
    renderer = await ChartRenderer.prepare();
  }, compileMs);
  afterAll(() => renderer.remove());

  const containers = manifestsOf(example).flatMap(({ spec }) => {
    const { jobTemplate, template }: JobSpec = spec ?? {};
    const pod = (jobTemplate?.spec.template ?? template)?.spec;
    return [...(pod?.initContainers ?? []), ...(pod?.containers ?? [])];
  });

  it('is objects that Kubernetes takes', async () => {
    expect(await renderer.validate(example)).toContain('Valid: 2, Invalid: 0, Errors: 0');
  });

  it('names commands that the setup image has', () => {
    const setup = readFileSync(join(repository, 'deploy', 'setup', 'src', 'main.ts'), 'utf8');
    const commands = containers.flatMap(({ args = [] }) => args);
    expect(commands).toEqual(['back-up-files', 'restore-files']);
    for (const command of commands) expect(setup).toContain(`'${command}': `);
  });

  it('names what the chart makes: services, and the labels that policies go by', async () => {
    const made = manifestsOf(await renderer.render({}));
    const services = made.filter(({ kind }) => kind === 'Service');
    for (const name of ['made-open-nats', 'made-open-postgres']) {
      expect(example).toContain(name);
      expect(services.map(({ metadata }) => metadata.name)).toContain(name);
    }
    const policy = JSON.stringify(
      made.find(({ metadata }) => metadata.name === 'made-open-servers'),
    );
    expect(policy).toContain('"app.kubernetes.io/instance":"made-open"');
    expect(policy).not.toContain('back-up');
  });
});
