import { RunOutcome } from '@made-open/contracts';
import { CapabilityDeniedError, SandboxError, SupersededRunnerError } from '../errors.ts';
import type { SandboxFailure } from '../sandbox/sandbox-limits.ts';
import { endOf } from './run-end.ts';

const end = (failure: Partial<SandboxFailure>) =>
  endOf(new SandboxError({ code: 'plugin.error', message: 'said', ...failure }), (text) =>
    text.replaceAll('secret', '[secret]'),
  );

describe('endOf', () => {
  it('gives a remap back when another version is active, so that it is no failure of the run', () => {
    expect(endOf(new SupersededRunnerError('1.0.0'), String)).toEqual({
      outcome: RunOutcome.INTERRUPTED,
      retryAfterMs: 4000,
    });
  });

  it('takes secrets out of messages and stacks', () => {
    expect(end({ message: 'a secret', stack: 'at secret' })).toMatchObject({
      outcome: RunOutcome.FAILED,
      error: { code: 'plugin.error', message: 'a [secret]', stack: 'at [secret]' },
    });
  });

  it.each([429, 503])('parks at HTTP %i with a time to come again', (status) => {
    expect(end({ status, retryAfterMs: 1500.5 })).toEqual({
      outcome: RunOutcome.PARKED,
      retryAfterMs: 1501,
    });
  });

  it.each([401, 402, 403])('calls HTTP %i permanent: somebody has to act', (status) => {
    expect(end({ code: 'http.status', status })).toMatchObject({ permanent: true });
  });

  it.each([400, 404, 410, 429, 500, 503])('lets HTTP %i be tried again', (status) => {
    expect(end({ code: 'http.status', status })).toMatchObject({ permanent: false });
  });

  it.each(['host_not_granted', 'ip_literal', 'response_too_large', 'scheme'])(
    'calls egress.%s permanent',
    (reason) => {
      expect(end({ code: `egress.${reason}` })).toMatchObject({ permanent: true });
    },
  );

  it.each(['timeout', 'connection', 'dns_empty', 'tls', 'response_broken', 'response_not_json'])(
    'lets egress.%s be tried again',
    (reason) => {
      expect(end({ code: `egress.${reason}` })).toMatchObject({ permanent: false });
    },
  );

  it('takes secrets out before it cuts', () => {
    expect(end({ message: `${'x'.repeat(8189)}secret` })?.error?.message).toBe(
      `${'x'.repeat(8189)}[se`,
    );
  });

  it('fails a run for what trying again does not change', () => {
    const denied = new CapabilityDeniedError('data:write:messages');
    expect(endOf(denied, String)?.error?.code).toBe('capability.denied');
    const malformed = Object.assign(new Error('no frame'), { code: 'items.frame_format' });
    expect(endOf(malformed, String)?.error?.code).toBe('sandbox.frame_format');
  });

  it('leaves to another attempt what passes by itself, and what nobody knows', () => {
    const later = Object.assign(new Error('away'), { code: 'bus.full', retry: 'later' });
    expect(endOf(later, String)).toBeUndefined();
    expect(endOf(new TypeError('x is undefined'), String)).toBeUndefined();
  });
});
