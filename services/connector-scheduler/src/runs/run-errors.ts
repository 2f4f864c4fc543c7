import { create } from '@bufbuild/protobuf';
import { RunErrorSchema, type RunError } from '@made-open/contracts';

const runError = (code: string, message: string): RunError =>
  create(RunErrorSchema, { code, message });
export const deletedError = runError('connection.deleted', 'the connection was deleted');
export const retryAfterError = runError(
  'source.retry_after',
  'the source asked to be left alone for a while, or the request budget of the connection is used up',
);
export const nameless = runError('run.failed', 'the run failed without a reason');
export const notTakenError = runError(
  'run.not_taken',
  'no runner took the run; look whether the plugin’s runner is running and what its log says',
);
export const lostError = runError(
  'run.lost',
  'the run began and was not heard of again; look what the log of the plugin’s runner says',
);
