import { TestPlatform } from '@made-open/testing';
import { Controller, Get, Module } from '@nestjs/common';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, get, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startService, type RunningService } from '../src/index.ts';
import { etlEnvironment } from './etl-environment.ts';

@Controller()
class PingController {
  @Get('ping')
  ping(): string {
    return 'pong';
  }
}

@Module({ controllers: [PingController] })
class PingModule {}

describe('an API that ends', () => {
  let platform: TestPlatform;
  let folder: string;
  let agent: Agent;
  let service: RunningService;

  beforeAll(async () => {
    platform = await TestPlatform.start();
    folder = mkdtempSync(join(tmpdir(), 'made-open-nest-'));
    agent = new Agent({ keepAlive: true, maxSockets: 1 });
    service = await startService({
      name: 'etl',
      environment: {
        ...etlEnvironment(platform, await platform.database('etl'), folder),
        STOP_NOTICE_MS: '8000',
      },
      readConfig: () => ({}),
      configure: () => undefined,
      module: () => PingModule,
    });
  });
  afterAll(async () => {
    agent?.destroy();
    await service?.stop();
    await platform?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function ask(): Promise<{ status: number | undefined; connection: string | undefined }> {
    const request = get(`http://127.0.0.1:${String(service.port)}/ping`, { agent });
    const [response]: [IncomingMessage] = (await once(request, 'response')) as [IncomingMessage];
    await once(response.resume(), 'end');
    return { status: response.statusCode, connection: response.headers.connection };
  }

  it('answers what still comes, and has its clients take other connections', async () => {
    expect(await ask()).toEqual({ status: 200, connection: 'keep-alive' });
    const stopped = service.stop();
    const last = [await ask(), await ask(), await ask()];
    expect(last).toEqual(last.map(() => ({ status: 200, connection: 'close' })));
    const ready = await fetch(`http://127.0.0.1:${String(service.healthPort)}/health/ready`);
    expect(ready.status).toBe(503);
    await stopped;
    await expect(ask()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});
