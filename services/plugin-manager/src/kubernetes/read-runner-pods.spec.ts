import { Environment } from '@made-open/nest';
import { facts } from '../../test/kubernetes/facts.ts';
import { readRunnerPods } from './read-runner-pods.ts';

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
