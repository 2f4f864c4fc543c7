import { create } from '@bufbuild/protobuf';
import { RunSchema, RunState } from '@made-open/contracts';
import { runView } from './run-view.ts';

describe('runView', () => {
  it('says of a parked run why and until when it waits', () => {
    const run = create(RunSchema, {
      state: RunState.PARKED,
      resumesAt: '2026-11-21T06:10:00.000Z',
      error: { code: 'source.retry_after', message: 'why' },
    });
    expect(runView({ run, sweep: undefined })).toMatchObject({
      state: 'parked',
      resumes_at: '2026-11-21T06:10:00.000Z',
      error: { code: 'source.retry_after', message: 'why', stack: '', action: null },
    });
  });

  it('says of a failed run what to do', () => {
    const error = { code: 'http.status', message: 'HTTP 401' };
    const run = create(RunSchema, { state: RunState.FAILED, error });
    expect(runView({ run, sweep: undefined })).toMatchObject({
      error: { ...error, action: expect.stringContaining('made-open configure') as unknown },
    });
  });

  it('has neither for a run that does not wait and has not failed', () => {
    const run = create(RunSchema, { state: RunState.RUNNING });
    expect(runView({ run, sweep: undefined })).toMatchObject({
      state: 'running',
      resumes_at: null,
      error: null,
    });
  });
});
