import type { ManifestScaling } from '@made-open/manifest';
import { concurrencyOf, policyOf, type ScalingOverride } from './scaling-policy.ts';

const limits = { maxReplicas: 10, concurrency: 4, idleSeconds: 300 };
const none: ScalingOverride = { min: undefined, max: undefined, replicas: undefined };
const of = (scaling?: ManifestScaling, override: Partial<ScalingOverride> = {}) =>
  policyOf(scaling, { ...none, ...override }, limits);

describe('policyOf', () => {
  it('gives a plugin that asks for nothing one runner while there is work', () => {
    expect(of()).toEqual({
      min: 0,
      max: 1,
      targetWaitSeconds: 30,
      idleSeconds: 300,
    });
  });

  it('goes by what the manifest asks for', () => {
    const scaling = { min: 1, max: 6, targetWaitSeconds: 5, idleSeconds: 60 };
    expect(of(scaling)).toEqual(scaling);
    expect(of({ min: 3 })).toMatchObject({ min: 3, max: 3 });
  });

  it('keeps to the limits of the platform', () => {
    expect(of({ min: 20, max: 50 })).toMatchObject({ min: 10, max: 10 });
    expect(concurrencyOf({ concurrency: 100 }, limits)).toBe(32);
    expect(concurrencyOf({ concurrency: 2 }, limits)).toBe(2);
    expect(concurrencyOf(undefined, limits)).toBe(4);
  });

  it('lets the operator say otherwise of one plugin', () => {
    expect(of({ min: 1, max: 6 }, { min: 2 })).toMatchObject({ min: 2, max: 6 });
    expect(of({ min: 1, max: 6 }, { max: 3 })).toMatchObject({ min: 1, max: 3 });
    expect(of({ min: 4, max: 6 }, { max: 2 })).toMatchObject({ min: 2, max: 2 });
    expect(of({ max: 2 }, { min: 5 })).toMatchObject({ min: 5, max: 5 });
    expect(of({ min: 1 }, { min: 0 })).toMatchObject({ min: 0, max: 1 });
  });

  it('keeps a runner where runners stay, unless the plugin says how long', () => {
    const stay = (scaling?: ManifestScaling) =>
      policyOf(scaling, none, { ...limits, idleSeconds: 0 });
    expect(stay()).toMatchObject({ min: 1, max: 1, idleSeconds: 0 });
    expect(stay({ idleSeconds: 60 })).toMatchObject({ min: 0, idleSeconds: 60 });
  });
});
