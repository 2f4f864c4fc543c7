import type { Page, PageRequest } from '../page.ts';

export interface AuditEntry {
  readonly id: string;
  readonly at: Date;
  /** Id of the key, `oidc:` and the subject of an access token, or `system`. */
  readonly who: string;
  readonly action: string;
  readonly target: string;
  readonly outcome: string;
}

export interface AuditedAction {
  readonly who: string;
  readonly action: string;
  readonly target: string;
}

export interface AuditEntryView {
  readonly id: string;
  readonly at: string;
  readonly who: string;
  readonly action: string;
  readonly target: string;
  readonly outcome: string;
}

/** Who did what to what, and what became of it; never with values. */
export abstract class AuditLog {
  /** Notes an action; gives the id of the entry. */
  abstract append(action: AuditedAction, outcome: string): Promise<string>;
  abstract conclude(id: string, outcome: string, target: string): Promise<void>;
  /** Newest first. */
  abstract list(page: PageRequest): Promise<Page<AuditEntry>>;

  /**
   * Carries out an action between two notes: it does not begin unless it can be noted, and an end of the process in
   * its middle leaves an entry that says `started`. `target` names what the work made.
   */
  async record<T>(
    action: AuditedAction,
    work: () => Promise<T>,
    target: (result: T) => string = () => action.target,
  ): Promise<T> {
    const id = await this.append(action, 'started');
    let result: T;
    try {
      result = await work();
    } catch (error) {
      await this.conclude(id, `failed: ${codeOf(error)}`, action.target);
      throw error;
    }
    await this.conclude(id, 'done', target(result));
    return result;
  }
}

export function auditView(entry: AuditEntry): AuditEntryView {
  return { ...entry, at: entry.at.toISOString() };
}

/** The code only: messages may name what a person typed. */
function codeOf(error: unknown): string {
  const code: unknown =
    typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' ? code : 'internal';
}
