/** What helps when a test failed; for programs. */
export const remedies = [
  'activate',
  'approve',
  'configure',
  'authorize',
  'retry',
  'reset_runner',
  'mend_plugin',
] as const;
export type Remedy = (typeof remedies)[number];

export const checkNames = [
  'version',
  'permissions',
  'config',
  'sign_in',
  'runner',
  'entrypoint',
  'own_test',
] as const;
export const checkResults = ['passed', 'warning', 'failed', 'skipped'] as const;

/** One thing that a test looked at. */
export interface Check {
  readonly what: (typeof checkNames)[number];
  readonly result: (typeof checkResults)[number];
  readonly message: string;
}

/** Why a test failed, and what helps. */
export interface TestFault {
  readonly code: string;
  readonly message: string;
  readonly remedy: Remedy | undefined;
}

/** A test that is over, as it is stored and shown. */
export interface ConnectionTest {
  readonly id: string;
  /** When it was over. */
  readonly at: string;
  readonly ok: boolean;
  readonly code: string | null;
  readonly message: string;
  readonly remedy: Remedy | null;
  readonly took_ms: number;
  readonly plugin_version: string | null;
  /** In the order in which they were made; none behind the first that failed. */
  readonly checked: readonly Check[];
}

/** A test that was asked for, until it is over. */
export interface AskedTest {
  readonly id: string;
  readonly at: string;
}

/** The part of it that a connection shows. */
export type LastTestView = Pick<ConnectionTest, 'id' | 'at' | 'ok' | 'code' | 'message'>;

export function lastTestView(test: ConnectionTest | undefined): LastTestView | null {
  if (test === undefined) return null;
  const { id, at, ok, code, message } = test;
  return { id, at, ok, code, message };
}

/** What a test came to whose checks are these. */
export function testOf(
  asked: AskedTest,
  now: Date,
  {
    version,
    checked,
    fault,
  }: {
    readonly version: string | undefined;
    readonly checked: readonly Check[];
    readonly fault: TestFault | undefined;
  },
): ConnectionTest {
  return {
    id: asked.id,
    at: now.toISOString(),
    ok: fault === undefined,
    code: fault?.code ?? null,
    message: fault?.message ?? successOf(checked),
    remedy: fault?.remedy ?? null,
    took_ms: Math.max(now.getTime() - new Date(asked.at).getTime(), 0),
    plugin_version: version ?? null,
    checked,
  };
}

function successOf(checked: readonly Check[]): string {
  const own = checked.find(({ what }) => what === 'own_test');
  return own?.result === 'passed'
    ? 'the connection works: testConnection of the plugin passed'
    : 'the plugin has no test of its own: it is not known whether its source lets the connection in, and all that the platform can check is right';
}
