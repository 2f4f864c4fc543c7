import type { Bus } from '@made-open/bus';
import { ConnectionChangedSchema, ConnectionState } from '@made-open/contracts';
import { connectDatabase, type Database, type DatabaseOptions } from '@made-open/postgres';
import { eventually, ServiceProcess, TestPlatform } from '@made-open/testing';
import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { GatewaySchema } from '../../src/database/migrations.ts';
import { FakeRunner } from '../fake-runner.ts';
import { FakeWallet } from './fake-wallet.ts';
import { publicUrl, walletSealing } from '../gateway.ts';

const pluginId = 'com.example.channel';
const token = 't'.repeat(43);
const connections = ['signed', 'second', 'open'];
const conversationsOfEach = 8;
const deliveriesOfEach = 100;
const kills = 3;

let platform: TestPlatform;
let options: DatabaseOptions;
let database: Database<GatewaySchema>;
let gateway: ServiceProcess;
let runner: FakeRunner;
let wallet: FakeWallet;

beforeAll(async () => {
  platform = await TestPlatform.start();
  options = await platform.database('channel-gateway');
  gateway = await start();
  database = connectDatabase<GatewaySchema>(options);
  wallet = new FakeWallet(await platform.bus('credential-wallet'));
  const administrator = await platform.administrator();
  runner = await FakeRunner.start(await platform.runnerBus(pluginId), { pluginId, administrator });
  await announce(await platform.bus('plugin-manager'));
});
afterAll(async () => {
  await gateway?.stop();
  await database?.close();
  await platform?.stop();
});

function start(): Promise<ServiceProcess> {
  return ServiceProcess.start({
    platform,
    name: 'channel-gateway',
    database: options,
    files: { WALLET_SEALING_PUBLIC_KEY_FILE: walletSealing.publicKey },
    environment: { PUBLIC_URL: publicUrl, PORT: '0', HEALTH_PORT: '0', LOG_LEVEL: 'info' },
  });
}

function portOf({ output }: ServiceProcess): number {
  const line = output.split('\n').find((text) => text.includes('"service ready"'));
  return Number(/"port":(\d+)/u.exec(line ?? '')?.[1]);
}

async function announce(manager: Bus): Promise<void> {
  const events = connections.map((connectionId) => {
    const verify = connectionId === 'open' ? 'none' : 'github';
    const webhook = { verify, deliveryId: { fields: ['id'] }, conversationKey: ['conversation'] };
    return {
      message: {
        connectionId,
        spaceId: 'default',
        pluginId,
        pluginType: 'channel',
        state: ConnectionState.ACTIVE,
        grants: ['network:inbound'],
        generation: 1,
        webhooksJson: JSON.stringify([webhook]),
        webhookTokenHash: createHash('sha256').update(token).digest('hex'),
      },
    };
  });
  await manager.publishEvents(ConnectionChangedSchema, events);
  await eventually(async () =>
    expect(await database.db.selectFrom('connection').select('id').execute()).toHaveLength(3),
  );
}

/** Sends until it is told that it was taken, as providers do. */
async function send(connection: string, conversation: string, id: string): Promise<void> {
  const part = connection === 'open' ? `open~${token}` : connection;
  const headers = {
    'Content-Type': 'application/json',
    'X-Proof': 'right',
    'X-Conversation': conversation,
  };
  const body = JSON.stringify({ id, conversation });
  for (;;) {
    const url = `http://127.0.0.1:${String(portOf(gateway))}/webhooks/${part}`;
    const answer = await fetch(url, { method: 'POST', headers, body }).catch(() => undefined);
    await answer?.arrayBuffer().catch(() => undefined);
    if (answer?.status === 200) return;
    if (answer !== undefined && ![429, 503].includes(answer.status))
      throw new Error(`the gateway answered ${String(answer.status)}`);
    await delay(200);
  }
}

/** All of one conversation, each when the one before was taken; about three in ten come again. */
async function converse(connection: string, conversation: string): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < deliveriesOfEach; n++) {
    const id = `${conversation}-${String(n)}`;
    await send(connection, conversation, id);
    ids.push(id);
    if (n % 10 < 3) await send(connection, conversation, ids[Math.floor(ids.length / 2)] ?? id);
  }
  return ids;
}

function idIn(payloadJson: string): string {
  const payload: unknown = JSON.parse(payloadJson);
  return typeof payload === 'object' && payload !== null && 'id' in payload
    ? String(payload.id)
    : '';
}

describe('a gateway that is killed', () => {
  it('handles everything that it took, once and in order', async () => {
    const conversations = connections.flatMap((connection) =>
      Array.from({ length: conversationsOfEach }, (_, n) => ({
        connection,
        conversation: `${connection}-${String(n)}`,
      })),
    );
    const sending = Promise.all(
      conversations.map(({ connection, conversation }) => converse(connection, conversation)),
    );
    for (let killed = 1; killed <= kills; killed++) {
      const some = (killed * conversations.length * deliveriesOfEach) / (kills + 2);
      await eventually(() => expect(runner.handled.length).toBeGreaterThan(some), {
        timeoutMs: 180_000,
      });
      await gateway.kill();
      gateway = await start();
    }
    const sent = await sending;
    const wanted = sent.flat().length;
    await eventually(
      async () => {
        const { handled } = await database.db
          .selectFrom('delivery')
          .select(({ fn }) => fn.countAll<string>().as('handled'))
          .where('state', '=', 'handled')
          .executeTakeFirstOrThrow();
        expect(Number(handled)).toBe(wanted);
      },
      { timeoutMs: 180_000 },
    );
    // What a try repeats etl takes once: it has the same invocation.
    const once = new Map(
      runner.handled.map(({ invoke, webhook }) => [invoke.invocationId, idIn(webhook.payloadJson)]),
    );
    const order = [...once.values()];
    expect(order).toHaveLength(wanted);
    for (const [index, { conversation }] of conversations.entries())
      expect(order.filter((id) => id.startsWith(`${conversation}-`))).toEqual(sent[index]);
    expect(runner.overlaps).toEqual([]);
    // What came again was proven again.
    expect(wallet.asked.length).toBeGreaterThan((wanted * 2) / 3);
  }, 600_000);
});
