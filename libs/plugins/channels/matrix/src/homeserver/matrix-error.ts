/** The homeserver refused a request. The platform reads `status` to decide what becomes of the run or the message. */
export class MatrixError extends Error {
  override readonly name = 'MatrixError';
  readonly code = 'http.status';
  readonly status: number;
  /** `M_FORBIDDEN` for example, as the client-server API names it. */
  readonly errcode: string;

  constructor(status: number, errcode: string, reason: string) {
    super(`the homeserver answered ${String(status)} ${errcode}: ${reason}`);
    this.status = status;
    this.errcode = errcode;
  }
}
