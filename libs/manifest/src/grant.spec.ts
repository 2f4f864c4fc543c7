import { readFileSync } from 'node:fs';
import {
  allowsInbound,
  allowsItem,
  allowsOutbound,
  allowsPublish,
  allowsRead,
  GrantSyntaxError,
  parseGrant,
  parseGrants,
} from './index.ts';

interface Vector {
  n: number;
  kind: 'parse' | 'match';
  why: string;
  capability?: unknown;
  valid?: boolean;
  code?: string;
  granted?: string[];
  request?: { op: string; subject?: string; table?: string; type?: string };
  allow?: boolean;
}

const { vectors } = JSON.parse(
  readFileSync(new URL('../vectors/capabilities.json', import.meta.url), 'utf8'),
) as { vectors: Vector[] };

function faultOf(text: unknown): string | undefined {
  try {
    parseGrant(text);
    return undefined;
  } catch (error) {
    if (error instanceof GrantSyntaxError) return error.fault;
    throw error;
  }
}

describe('parseGrant', () => {
  it.each(vectors.filter((vector) => vector.kind === 'parse'))(
    'vector $n: $capability, $why',
    ({ capability, valid, code }) => {
      expect(faultOf(capability)).toBe(valid === true ? undefined : code);
    },
  );
});

describe('a set of grants', () => {
  it.each(vectors.filter((vector) => vector.kind === 'match'))(
    'vector $n: $why',
    ({ granted, request, allow }) => {
      const grants = parseGrants(granted ?? []);
      const answers: Record<string, () => boolean> = {
        publish: () => allowsPublish(grants, request?.subject ?? ''),
        read: () => allowsRead(grants, request?.table ?? ''),
        item: () => allowsItem(grants, request?.type),
        inbound: () => allowsInbound(grants),
      };
      expect(answers[request?.op ?? '']?.()).toBe(allow);
    },
  );

  it('lets a wildcard stand for exactly one label', () => {
    const grants = parseGrants(['network:outbound:*.example.com']);
    const reaches = (host: string): boolean =>
      allowsOutbound(grants, { scheme: 'https', host, port: 443 });
    expect([reaches('a.example.com'), reaches('a.b.example.com'), reaches('example.com')]).toEqual([
      true,
      false,
      false,
    ]);
  });
});
