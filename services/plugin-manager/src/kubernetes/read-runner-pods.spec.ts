import { Environment } from '@made-open/nest';
import { facts } from '../../test/kubernetes/facts.ts';
import { readApiServerUrl, readRunnerPods } from './read-runner-pods.ts';

const read = (values: NodeJS.ProcessEnv) => {
  const environment = new Environment(values);
  return { settings: readRunnerPods(environment), check: () => environment.check() };
};

describe('readRunnerPods', () => {
  it('has runners as processes unless it is told otherwise', () => {
    const { settings, check } = read({});
    expect(settings).toBeUndefined();
    expect(check).not.toThrow();
  });

  it('reads what the chart writes', () => {
    const RUNNER_PODS = JSON.stringify(facts.settings);
    const { settings, check } = read({ FLEET_DRIVER: 'kubernetes', RUNNER_PODS });
    expect(check).not.toThrow();
    expect(settings).toEqual(JSON.parse(RUNNER_PODS));
  });

  it.each<[string, string, RegExp]>([
    ['another driver', 'nomad', /FLEET_DRIVER must be processes or kubernetes/u],
    ['text that is no JSON', 'kubernetes', /RUNNER_PODS/u],
  ])('refuses %s', (_, FLEET_DRIVER, fault) => {
    expect(read({ FLEET_DRIVER, RUNNER_PODS: '{' }).check).toThrow(fault);
  });

  it.each([
    [{ image: undefined }, /required property 'image'/u],
    [{ maxMemoryMb: 10 }, /maxMemoryMb/u],
    [{ hostNetwork: true }, /additional properties/u],
  ])('refuses settings that differ by %j', (difference, fault) => {
    const RUNNER_PODS = JSON.stringify({ ...facts.settings, ...difference });
    expect(read({ FLEET_DRIVER: 'kubernetes', RUNNER_PODS }).check).toThrow(fault);
  });
});

describe('readApiServerUrl', () => {
  it.each([
    [{ KUBERNETES_SERVICE_HOST: '10.0.0.1' }, 'https://10.0.0.1:443'],
    [
      { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '6443' },
      'https://[fd00::1]:6443',
    ],
  ])('is where the cluster says: %j', (values, url) => {
    expect(readApiServerUrl(new Environment(values))).toBe(url);
  });

  it('is said to be missing where there is no cluster', () => {
    const environment = new Environment({});
    readApiServerUrl(environment);
    expect(() => environment.check()).toThrow('KUBERNETES_SERVICE_HOST');
  });
});
