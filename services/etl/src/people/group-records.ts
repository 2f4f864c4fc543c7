/** Two records that are of the same person, and what says so. */
export interface Link {
  readonly left: string;
  readonly right: string;
  /** `email`, `phone`, or `person` when somebody decided it. */
  readonly rule: string;
}

/** Records of one person, in the order of their ids, which is that of their age. */
export interface Group {
  readonly personId: string;
  readonly records: readonly { readonly id: string; readonly rule: string }[];
}

/**
 * Puts records together that links join. Two that somebody separated are never in one group, whatever would join them
 * through others; decisions of people come first, then the stronger rule.
 */
export function groupRecords(
  records: readonly string[],
  links: readonly Link[],
  separated: readonly (readonly [string, string])[],
): readonly Group[] {
  const groups = new Map(records.map((id) => [id, new Set([id])]));
  const rules = new Map<string, string>();
  const apart = new Set(
    separated.flatMap(([left, right]) => [`${left} ${right}`, `${right} ${left}`]),
  );
  for (const { left, right, rule } of links.toSorted(byStrength)) {
    const one = groups.get(left);
    const other = groups.get(right);
    if (one === undefined || other === undefined || one === other) continue;
    if (isApart(one, other, apart)) continue;
    for (const id of [left, right]) if (!rules.has(id)) rules.set(id, rule);
    for (const id of other) {
      one.add(id);
      groups.set(id, one);
    }
  }
  return Array.from(new Set(groups.values()), (group) => {
    const ids = [...group].toSorted();
    return {
      personId: ids[0] ?? '',
      records: ids.map((id) => ({ id, rule: rules.get(id) ?? '' })),
    };
  });
}

const strengths = ['person', 'email', 'phone'];

function byStrength(left: Link, right: Link): number {
  return (
    strengths.indexOf(left.rule) - strengths.indexOf(right.rule) ||
    compare(left.left, right.left) ||
    compare(left.right, right.right)
  );
}

function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function isApart(
  one: ReadonlySet<string>,
  other: ReadonlySet<string>,
  apart: ReadonlySet<string>,
): boolean {
  if (apart.size === 0) return false;
  for (const left of one) for (const right of other) if (apart.has(`${left} ${right}`)) return true;
  return false;
}
