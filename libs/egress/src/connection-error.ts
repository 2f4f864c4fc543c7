import { EgressError, faultCode } from './errors.ts';

/** A fault of the connection as an EgressError; addresses are not named. */
export function connectionError(error: unknown): EgressError {
  if (error instanceof EgressError) return error;
  const code = faultCode(error);
  if (code === 'HPE_HEADER_OVERFLOW')
    return new EgressError('RESPONSE_HEADERS', 'the headers of the response are too long');
  if (code.startsWith('HPE_'))
    return new EgressError('RESPONSE_BROKEN', `the response is not HTTP (${code})`, 'later', {
      cause: error,
    });
  if (code.startsWith('Z_'))
    return new EgressError(
      'RESPONSE_BROKEN',
      'the response says it is gzip and cannot be unpacked',
      'later',
      { cause: error },
    );
  if (/CERT|SELF_SIGNED|ERR_TLS|ERR_SSL|UNABLE_TO/u.test(code))
    return new EgressError(
      'TLS',
      `the server could not prove that it is the host (${code})`,
      'later',
      { cause: error },
    );
  return new EgressError('CONNECTION', `the connection failed (${code})`, 'later', {
    cause: error,
  });
}
