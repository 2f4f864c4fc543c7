import { RunnerService } from '@made-open/contracts';
import { createHash } from 'node:crypto';
import { fetchAssignment } from './assignment.ts';

type Bus = Parameters<typeof fetchAssignment>[0];

const bundle = 'globalThis.__plugin = {};'.repeat(100);
const manifest = {
  id: 'com.example.a',
  name: 'A',
  version: '1.0.0',
  type: 'connector',
  entrypoint: './index.ts',
  permissions: ['data:write:persons', 'data:write:messages'],
  configSchema: { type: 'object' },
};

function busWith(bytes: Uint8Array, digest: string, totalBytes = bytes.length): Bus {
  const call = (method: unknown, request: { offset: number }): Promise<unknown> =>
    Promise.resolve(
      method === RunnerService.method.getAssignment
        ? {
            manifestJson: JSON.stringify(manifest),
            grants: ['data:write:persons'],
            bundleDigest: digest,
            egressOverridesJson: '',
          }
        : { chunk: bytes.subarray(request.offset, request.offset + 1000), totalBytes },
    );
  return { call: call as Bus['call'] };
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('fetchAssignment', () => {
  it('puts the bundle together, and takes the grants that were approved', async () => {
    const assignment = await fetchAssignment(
      busWith(Buffer.from(bundle), digestOf(bundle)),
      'com_example_a',
      '1.0.0',
    );
    expect(assignment.bundle).toBe(bundle);
    expect(assignment.manifest.id).toBe('com.example.a');
    expect(assignment.grants).toHaveLength(1);
  });

  it('runs no bundle but the one that the digest names', async () => {
    const other = busWith(Buffer.from(`${bundle} `), digestOf(bundle));
    await expect(fetchAssignment(other, 'com_example_a', '1.0.0')).rejects.toMatchObject({
      code: 'bundle.digest',
    });
  });

  it('ends when chunks stop coming before the end', async () => {
    const cut = busWith(Buffer.from(bundle), digestOf(bundle), 1e9);
    expect((await fetchAssignment(cut, 'com_example_a', '1.0.0')).bundle).toBe(bundle);
  });
});
