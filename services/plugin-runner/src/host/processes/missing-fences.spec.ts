import { UnconfinedSandboxError } from '../../errors.ts';
import { missingFences } from './missing-fences.ts';

const complete = { hasNetworkNamespace: true, hasResourceLimits: true };
const open = { hasNetworkNamespace: false, hasResourceLimits: true };

describe('missingFences', () => {
  it('is empty where the machine gives all of them', () => {
    expect(missingFences(complete, true)).toEqual([]);
  });

  it('names what sandboxes must do without', () => {
    expect(missingFences(open, false)).toEqual([expect.stringContaining('network namespace')]);
  });

  it('refuses to run without them when they are required', () => {
    expect(() => missingFences(open, true)).toThrow(UnconfinedSandboxError);
  });
});
