import { TestPlatform } from '@made-open/testing';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { startService } from '../src/index.ts';
import { etlEnvironment } from './etl-environment.ts';
import { EtlModule } from './etl-fixture.ts';

describe('a service that cannot start', () => {
  let platform: TestPlatform;
  let folder: string;

  beforeAll(async () => {
    platform = await TestPlatform.start();
    folder = mkdtempSync(join(tmpdir(), 'made-open-nest-'));
  });
  afterAll(async () => {
    await platform?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('ends what it has begun, and says why', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const database = await platform.database('etl');
    const ended: string[] = [];
    const starting = startService({
      name: 'etl',
      environment: { ...etlEnvironment(platform, database, folder), PORT: String(port) },
      readConfig: () => ({}),
      configure: () => undefined,
      migrations: {},
      module: async (parts) => {
        // A loop that holds a session until it is told to end.
        const session = await parts.database.pool.connect();
        parts.beforeStop(() => Promise.resolve(void ended.push('before')));
        parts.onStop(() => {
          ended.push('after');
          return Promise.resolve(session.release());
        });
        return EtlModule;
      },
    });
    await expect(starting).rejects.toMatchObject({ code: 'EADDRINUSE' });
    expect(ended).toEqual(['before', 'after']);
    taken.close();
  });
});
