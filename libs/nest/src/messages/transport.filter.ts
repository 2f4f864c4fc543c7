import { Catch, type ExceptionFilter } from '@nestjs/common';
import { throwError, type Observable } from 'rxjs';

/**
 * Hands errors of handlers to the transport as they are, with class, code and retry: without it Nest makes each of
 * them "Internal server error" before the transport can choose between answer, another delivery and dead letter.
 */
@Catch()
export class TransportFilter implements ExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}
