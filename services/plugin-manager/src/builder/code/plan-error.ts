/** Something of a description that code is not written for. */
export class CodePlanError extends Error {
  override readonly name = 'CodePlanError';
  readonly code = 'builder.code_plan';
  readonly retry = 'never';
  /** In the manifest. */
  readonly pointer: string;

  constructor(pointer: string, reason: string) {
    super(reason);
    this.pointer = pointer;
  }
}
