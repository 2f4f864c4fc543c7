import { JetStreamApiError } from '@nats-io/jetstream';
import { errors as natsErrors } from '@nats-io/transport-node';
import { BusFullError, BusPermissionError, PublishError } from '../errors.ts';

const storeFailed = 10_077; // JSStreamStoreFailedF: also when a limit of stream or subject was reached
const insufficientResources = [10_023, 10_028, 10_047]; // cluster, memory and storage of the account

/** Says in our words why a stream did not take a message. */
export function publishError(user: string, subject: string, error: unknown): Error {
  if (isFull(error)) return new BusFullError(subject, { cause: error });
  const refused = permissionViolation(error);
  return refused === undefined
    ? new PublishError(subject, error)
    : new BusPermissionError(user, subject, { cause: refused });
}

function isFull(error: unknown): boolean {
  if (!(error instanceof JetStreamApiError)) return false;
  if (insufficientResources.includes(error.code)) return true;
  return error.code === storeFailed && /maximum (messages|bytes)/u.test(error.message);
}

function permissionViolation(error: unknown): Error | undefined {
  if (error instanceof natsErrors.PermissionViolationError) return error;
  return error instanceof Error && error.cause !== undefined
    ? permissionViolation(error.cause)
    : undefined;
}
