/** Why a permission string is not a grant. */
export type GrantFault =
  | 'NOT_STRING'
  | 'TOO_LONG'
  | 'TOO_MANY'
  | 'CHARSET'
  | 'UNKNOWN_CAPABILITY'
  | 'UNKNOWN_TABLE'
  | 'HOST_SYNTAX'
  | 'HOST_IP'
  | 'HOST_INTERNAL'
  | 'PORT_SYNTAX'
  | 'WILD_TOO_WIDE'
  | 'SUBJECT_SYNTAX'
  | 'SUBJECT_ROOT';

/** A permission string that is not in the grammar. */
export class GrantSyntaxError extends Error {
  override readonly name = 'GrantSyntaxError';
  readonly code = 'manifest.grant_syntax';
  readonly retry = 'never';
  readonly reason: GrantFault;

  constructor(text: unknown, reason: GrantFault, explanation: string) {
    super(`permission ${JSON.stringify(text)?.slice(0, 320) ?? 'undefined'}: ${explanation}`);
    this.reason = reason;
  }
}

/** A plugin.json that cannot be used; `errors` says where and what to do. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError';
  readonly code = 'manifest.invalid';
  readonly retry = 'never';
  readonly status = 422;
  readonly members: { readonly errors: readonly string[] };

  constructor(errors: readonly string[]) {
    super(`plugin.json: ${errors.join('; ')}`);
    this.members = { errors };
  }
}
