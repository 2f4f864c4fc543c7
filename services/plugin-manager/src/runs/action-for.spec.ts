import { create } from '@bufbuild/protobuf';
import { RunErrorSchema } from '@made-open/contracts';
import { actionFor } from './action-for.ts';
import { failureOf } from './failure-of.ts';

describe('what to do about a failed run', () => {
  it.each([
    ['http.status', 'HTTP 401', 'made-open configure'],
    ['http.status', 'HTTP 403: not yours', 'made-open configure'],
    ['plugin.error', 'HTTP 401', 'made-open configure'],
    ['http.status', 'HTTP 500', 'may do this at the source'],
    ['wallet.reauthentication_required', '', 'made-open authorize'],
    ['egress.host_not_granted', '', 'made-open approve'],
    ['egress.dns_empty', '', 'look at the network'],
    ['sandbox.cpu_limit', '', 'made-open rollback'],
    ['run.not_taken', '', 'made-open runners'],
    ['constructor', '', 'made-open logs'],
    ['', '', 'made-open logs'],
  ])('is told for %s, %s', (code, message, expected) => {
    expect(actionFor({ code, message })).toContain(expected);
  });
});

describe('what is kept of a failure', () => {
  it('is short and of one line', () => {
    const message = `a\u0000\u009b\n${'x'.repeat(900)}`;
    const { code, message: kept } = failureOf(create(RunErrorSchema, { code: 'a.b', message }));
    expect([code, kept.length]).toEqual(['a.b', 501]);
    expect(kept).toMatch(/^a x+…$/u);
    expect(failureOf(undefined)).toEqual({ code: 'run.failed', message: '' });
  });
});
