/** A secret that another has taken the place of, as the config keeps it. */
interface FormerSecret {
  readonly secret: string;
  /** RFC 3339. */
  readonly until: string;
}

const maxKept = 5;

/** The texts of those that still count. */
export function formerSecrets(value: unknown, now: Date): string[] {
  return lasting(value, now).map(({ secret }) => secret);
}

/** A config as text, in which the secret of the one before goes on for a while. */
export function withFormer(
  config: string,
  before: string,
  { now, seconds }: { readonly now: Date; readonly seconds: number },
): string {
  const former = membersOf(before);
  const { secret } = former;
  const until = new Date(now.getTime() + seconds * 1000).toISOString();
  const kept = [
    ...(typeof secret === 'string' ? [{ secret, until }] : []),
    ...lasting(former['former_secrets'], now),
  ];
  return JSON.stringify({ ...membersOf(config), former_secrets: kept.slice(0, maxKept) });
}

function lasting(value: unknown, now: Date): FormerSecret[] {
  const all: unknown[] = Array.isArray(value) ? value : [];
  return all.filter(isFormer).filter(({ until }) => new Date(until) > now);
}

function isFormer(value: unknown): value is FormerSecret {
  return (
    typeof value === 'object' &&
    value !== null &&
    'secret' in value &&
    typeof value.secret === 'string' &&
    'until' in value &&
    typeof value.until === 'string'
  );
}

function membersOf(json: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(json);
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
