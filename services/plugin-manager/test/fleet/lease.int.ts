import { connectDatabase, type Database, type DatabaseOptions } from '@made-open/postgres';
import { eventually, TestPlatform } from '@made-open/testing';
import { PostgresFleetLease } from '../../src/fleet/lease/postgres-fleet-lease.ts';
import { tellFleet, type FleetNews } from '../../src/fleet/lease/fleet-news.ts';
import { MemoryLogger } from '../platform/memory-parts.ts';

let platform: TestPlatform;
let options: DatabaseOptions;
let database: Database<unknown>;

beforeAll(async () => {
  platform = await TestPlatform.start();
  options = await platform.database('plugin-manager');
  database = connectDatabase(options);
});
afterAll(async () => {
  await database?.close();
  await platform?.stop();
});

describe('PostgresFleetLease', () => {
  it('is one manager’s at a time, and another’s when that one ends or loses its connection', async () => {
    const heard: string[] = [];
    const news: string[] = [];
    const leaseOf = (name: string) => {
      const lease = new PostgresFleetLease(
        { ...options, applicationName: name },
        new MemoryLogger(),
      );
      const listener = {
        onChange: (isHeld: boolean) => heard.push(`${name} ${String(isHeld)}`),
        onNews: ({ pluginId, isChange }: FleetNews) =>
          news.push(`${name}: ${pluginId} ${isChange ? 'changed' : 'to look at'}`),
      };
      return { name, lease, listener };
    };
    const first = leaseOf('first');
    const second = leaseOf('second');
    first.lease.start(first.listener);
    await eventually(() => expect(first.lease.isHeld).toBe(true));
    second.lease.start(second.listener);
    const connections = () =>
      database.pool.query('select from pg_stat_activity where application_name = $1', ['second']);
    await eventually(async () => expect((await connections()).rowCount).toBe(1));
    expect(second.lease.isHeld).toBe(false);
    await database.pool.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1',
      ['first'],
    );
    await eventually(() => expect(heard).toContain('first false'));
    await eventually(() => expect(first.lease.isHeld !== second.lease.isHeld).toBe(true));
    const [holder, other] = first.lease.isHeld ? [first, second] : [second, first];
    await tellFleet(database.pool, { pluginId: 'com.example.a', isChange: true });
    await tellFleet(database.pool, { pluginId: 'com.example.b', isChange: false });
    // Whoever does not keep the runners has heard it too, and says nothing of it.
    await eventually(() =>
      expect(news).toEqual([
        `${holder.name}: com.example.a changed`,
        `${holder.name}: com.example.b to look at`,
      ]),
    );
    await holder.lease.stop();
    expect(holder.lease.isHeld).toBe(false);
    await eventually(() => expect(other.lease.isHeld).toBe(true));
    await other.lease.stop();
    expect(heard.at(-1)).toBe(`${other.name} false`);
  });
});
