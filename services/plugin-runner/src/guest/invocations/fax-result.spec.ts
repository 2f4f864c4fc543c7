import { cancelResult, faxResult } from './fax-result.ts';

describe('faxResult', () => {
  it.each([
    [
      { jobId: 'j1', status: 'queued' },
      { jobId: 'j1', status: 'queued', providerStatus: 'queued' },
    ],
    [{ job_id: 7 }, { jobId: '7', status: 'accepted' }],
    [
      { provider_sid: 'p1', accepted: false },
      { jobId: 'p1', status: 'failed' },
    ],
    [
      { job_id: 'j', status: 'SUCCESS', pages: 2, provider_status: 'done' },
      { jobId: 'j', status: 'succeeded', providerStatus: 'done', pages: 2 },
    ],
    [
      { status: 'FAILED', error: 'no answer', error_code: 12 },
      { status: 'failed', providerStatus: 'FAILED', error: 'no answer', errorCode: '12' },
    ],
    [
      { status: 'success', jobId: '' },
      { status: 'succeeded', providerStatus: 'success' },
    ],
    [{ status: 'canceled' }, { status: 'cancelled', providerStatus: 'canceled' }],
    [{}, { status: 'unknown' }],
    [undefined, { status: 'unknown' }],
    [null, { status: 'unknown' }],
  ])('takes %j for %j', (returned, expected) => {
    expect(faxResult(returned, 'accepted')).toEqual(expected);
  });

  it.each(['delivered', 'ok', 'Sent!', 'succeeded '])(
    'never takes the text %j of a provider for a success',
    (status) => {
      expect(faxResult({ jobId: 'j', status }, 'unknown')).toEqual({
        jobId: 'j',
        status: 'unknown',
        providerStatus: status,
      });
    },
  );

  it('refuses what is no object', () => {
    expect(() => faxResult('j1', 'accepted')).toThrow('must return an object');
  });
});

describe('cancelResult', () => {
  it('knows true and false', () => {
    expect(cancelResult(true)).toEqual({ status: 'cancelled' });
    expect(cancelResult(false)).toMatchObject({
      status: 'unknown',
      errorCode: 'fax.not_cancelled',
    });
    expect(cancelResult({ status: 'cancelled' })).toMatchObject({ status: 'cancelled' });
  });
});
