import dns from 'node:dns';
import net from 'node:net';
import { anInput } from '../../test/builder/an-input.ts';
import { previewInput } from './preview-input.ts';

/** Whatever wanted to leave this process would have to come by here. */
function withoutNetwork<T>(work: () => T): T {
  const attempts: string[] = [];
  const refuse = (what: string) => (): never => {
    attempts.push(what);
    throw new Error('a preview wants to leave the process');
  };
  const before = [
    Object.getOwnPropertyDescriptor(net.Socket.prototype, 'connect'),
    Object.getOwnPropertyDescriptor(dns, 'lookup'),
  ] as const;
  Object.defineProperty(net.Socket.prototype, 'connect', { value: refuse('connect') });
  Object.defineProperty(dns, 'lookup', { value: refuse('lookup') });
  try {
    return work();
  } finally {
    Object.defineProperty(net.Socket.prototype, 'connect', before[0] ?? {});
    Object.defineProperty(dns, 'lookup', before[1] ?? {});
    expect(attempts).toEqual([]);
  }
}

describe('previewInput', () => {
  it('shows a request with its secrets hidden, and reaches nobody', () => {
    const sample = { to: '+15550100', file: { name: 'a.pdf' } };
    const preview = withoutNetwork(() =>
      previewInput({ input: anInput(), action: 'send_fax', sample, settings: { quality: 'fine' } }),
    );
    expect(preview.problems).toEqual([]);
    expect(preview.requests).toMatchObject([
      {
        method: 'POST',
        url: 'https://api.acme.example/v1/faxes',
        headers: { Authorization: 'Bearer •••' },
      },
    ]);
    expect(preview.fixtures).toMatchObject([{ passed: true, result: { jobId: 'job-1' } }]);
  });
});
