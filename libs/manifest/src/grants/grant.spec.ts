import { readFileSync } from 'node:fs';
import {
  allowsInbound,
  allowsItem,
  allowsOutbound,
  allowsPublish,
  allowsRead,
  allowsSubscribe,
  GrantSyntaxError,
  outboundGrants,
  parseGrant,
  parseGrants,
  permissionDifference,
} from '../index.ts';

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
  readFileSync(new URL('../../vectors/capabilities.json', import.meta.url), 'utf8'),
) as { vectors: Vector[] };

function reasonOf(text: unknown): string | undefined {
  try {
    parseGrant(text);
    return undefined;
  } catch (error) {
    if (error instanceof GrantSyntaxError) return error.reason;
    throw error;
  }
}

describe('parseGrant', () => {
  it.each(vectors.filter((vector) => vector.kind === 'parse'))(
    'vector $n: $capability: $why',
    ({ capability, valid, code }) => {
      expect(reasonOf(capability)).toBe(valid === true ? undefined : code);
    },
  );
});

describe('parseGrant beyond the vectors', () => {
  it.each([
    ['network:outbound:*.github.io', 'WILD_TOO_WIDE'],
    ['network:outbound:*.example.com', undefined],
    ['network:outbound:http://api.example.com:8080', undefined],
    ['network:outbound:http://http://api.example.com', 'HOST_SYNTAX'],
    ['network:outbound:api.example.com:443:443', 'HOST_SYNTAX'],
    ['network:outbound:api.example.com:0443', 'PORT_SYNTAX'],
    ['network:outbound:api.example.com/v1', 'HOST_SYNTAX'],
    ['network:outbound:API.example.com', 'HOST_SYNTAX'],
    ['network:outbound:metadata.google.internal', 'HOST_INTERNAL'],
    ['network:outbound:router.home.arpa', 'HOST_INTERNAL'],
    ['network:outbound:example.0x1', 'HOST_IP'],
    [`network:outbound:${'a'.repeat(64)}.example.com`, 'HOST_SYNTAX'],
    [`data:read:${'a'.repeat(300)}`, 'TOO_LONG'],
    ['event:publish:connector.a.b.c.d.e.f.g.h', 'SUBJECT_SYNTAX'],
    [`event:publish:connector.${'a'.repeat(65)}`, 'SUBJECT_SYNTAX'],
    ['event:publish:connector..a', 'SUBJECT_SYNTAX'],
    ['event:publish:constructor.a', 'SUBJECT_ROOT'],
    [['network:inbound'], 'NOT_STRING'],
  ])('%j gives %s', (capability, reason) => {
    expect(reasonOf(capability)).toBe(reason);
  });

  it('refuses more than 64', () => {
    const reason = (count: number): unknown => {
      try {
        return parseGrants(Array.from({ length: count }, () => 'network:inbound')).length;
      } catch (error) {
        return error instanceof GrantSyntaxError ? error.reason : error;
      }
    };
    expect([reason(64), reason(65)]).toEqual([64, 'TOO_MANY']);
  });
});

describe('permissionDifference', () => {
  it('gives what was asked for and not approved, as written', () => {
    expect(
      permissionDifference(
        ['event:publish:connector.*', 'data:read:persons'],
        ['event:publish:connector.Done', 'data:read:persons'],
      ),
    ).toEqual(['event:publish:connector.Done']);
  });
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

  it.each([
    [['event:subscribe:rules.>'], 'rules.RuleTriggered', true],
    [['event:publish:rules.>'], 'rules.RuleTriggered', false],
    [['event:subscribe:rules.*'], 'rules.a.b', false],
  ] as const)('%j subscribes to %s: %s', (granted, subject, allow) => {
    expect(allowsSubscribe(parseGrants(granted), subject)).toBe(allow);
  });

  it('names the hosts for people to look at', () => {
    expect(
      outboundGrants(
        parseGrants(['network:inbound', 'network:outbound:http://*.example.com:8080']),
      ),
    ).toEqual([{ scheme: 'http', host: 'example.com', wildcard: true, port: 8080 }]);
  });

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
