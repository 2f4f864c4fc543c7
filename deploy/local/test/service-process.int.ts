import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LogFile } from '../src/processes/log-file.ts';
import { ServiceProcess } from '../src/processes/service-process.ts';

/** Ends at once the first time, and says that it is ready the second time. */
const crashesOnce = (mark: string): string => `
import { existsSync, writeFileSync } from 'node:fs';
const mark = ${JSON.stringify(mark)};
if (!existsSync(mark)) { writeFileSync(mark, ''); process.exit(1); }
console.log(JSON.stringify({ service: 'sample', port: 4321, msg: 'service ready' }));
setInterval(() => undefined, 1000);
`;

describe('a service as a process', () => {
  let folder: string;
  let service: ServiceProcess | undefined;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'service-process-'));
  });
  afterEach(async () => {
    await service?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('keeps who waits for it waiting when its first start crashes', async () => {
    const entry = join(folder, 'main.mjs');
    writeFileSync(entry, crashesOnce(join(folder, 'mark')));
    service = new ServiceProcess({
      name: 'sample',
      entry,
      environment: {},
      secrets: {},
      log: new LogFile(join(folder, 'sample.log')),
    });
    const ready = service.started();
    service.start();
    await expect(ready).resolves.toBe(4321);
  });
});
