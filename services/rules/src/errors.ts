/** A rule that cannot be understood; each fault stands on a line. */
export class InvalidDefinitionError extends Error {
  override readonly name = 'InvalidDefinitionError';
  readonly code = 'rules.definition_invalid';
  readonly retry = 'never';

  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
  }
}

/** A request that cannot be carried out as it was put. */
export class RulesError extends Error {
  override readonly name = 'RulesError';
  readonly code: string;
  readonly retry: 'never' | 'later';

  constructor(reason: string, message: string, retry: 'never' | 'later' = 'never') {
    super(message);
    this.code = `rules.${reason}`;
    this.retry = retry;
  }
}

export function notFound(what: 'rule' | 'endpoint' | 'delivery', id: string): RulesError {
  return new RulesError(`${what}.not_found`, `there is no ${what} "${id.slice(0, 128)}"`);
}

export function invalidCursor(): RulesError {
  return new RulesError(
    'invalid_cursor',
    'the cursor is not one that a page of this list gave; begin with the first page',
  );
}
