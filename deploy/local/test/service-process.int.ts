import { eventually } from '@made-open/testing';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServiceStartError } from '../src/errors.ts';
import { LogFile } from '../src/processes/log-file.ts';
import { ServiceProcess, type ServiceOptions } from '../src/processes/service-process.ts';

const ready = `console.log(JSON.stringify({ service: 'sample', port: 4321, msg: 'service ready' }));
setInterval(() => undefined, 1000);`;

describe('a service as a process', () => {
  let folder: string;
  let notes: string[];
  const services: ServiceProcess[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'service-process-'));
    notes = [];
  });
  afterEach(async () => {
    await Promise.all(services.splice(0).map((service) => service.stop()));
    rmSync(folder, { recursive: true, force: true });
  });

  const inFolder = (name: string): string => join(folder, name);
  const logText = (): string => readFileSync(inFolder('sample.log'), 'utf8');

  function serviceOf(script: string, options: Partial<ServiceOptions> = {}): ServiceProcess {
    const entry = inFolder('main.mjs');
    writeFileSync(entry, `import fs from 'node:fs';\n${script}`);
    const service = new ServiceProcess({
      name: 'sample',
      entry,
      environment: () => ({}),
      secrets: {},
      log: new LogFile(inFolder('sample.log')),
      markFile: inFolder('sample.pid'),
      note: (text) => notes.push(text),
      ...options,
    });
    services.push(service);
    return service;
  }

  it('keeps who waits for it waiting when its first start crashes', async () => {
    const mark = JSON.stringify(inFolder('mark'));
    const service = serviceOf(
      `if (!fs.existsSync(${mark})) { fs.writeFileSync(${mark}, ''); process.exit(1); }\n${ready}`,
    );
    const started = service.started();
    service.start();
    await expect(started).resolves.toEqual({ port: 4321, healthPort: 0 });
    expect(notes.join()).toContain('exit code 1');
  });

  it('looks for another port when it was never ready, and keeps the one it was ready on', async () => {
    const asked: string[] = [];
    const service = serviceOf(
      `if (process.env.PORT === '1') process.exit(1);
      ${ready.replace('port: 4321', 'port: Number(process.env.PORT)')}`,
      {
        environment: () => ({ PORT: String(1 + asked.length) }),
        findPort: () => Promise.resolve(void asked.push('asked')),
      },
    );
    service.start();
    await expect(service.started()).resolves.toMatchObject({ port: 2 });
    process.kill(service.pid, 'SIGKILL');
    await eventually(() => expect(notes).toHaveLength(2));
    await expect(service.started()).resolves.toMatchObject({ port: 2 });
    expect(asked).toHaveLength(1);
  });

  it('tells who waits when it only crashes, with the end of its log', async () => {
    const service = serviceOf(`console.error('the port is taken'); process.exit(3);`);
    const started = service.started();
    service.start();
    await expect(started).rejects.toThrow(ServiceStartError);
    await expect(started).rejects.toThrow('the port is taken');
  });

  it('is started again after kill -9, each time', async () => {
    const service = serviceOf(ready);
    service.start();
    const pids = new Set<number>();
    for (let kill = 0; kill < 3; kill++) {
      await service.started();
      pids.add(service.pid);
      const { pid } = service;
      process.kill(pid, 'SIGKILL');
      await eventually(() => expect(service.pid).not.toBe(pid));
    }
    await service.started();
    expect(pids.size).toBe(3);
    expect(notes).toHaveLength(3);
    expect(notes.join()).toContain('SIGKILL');
  });

  it('waits longer before each start of a service that crashes again and again', async () => {
    const times = JSON.stringify(inFolder('times'));
    const service = serviceOf(`fs.appendFileSync(${times}, Date.now() + '\\n'); process.exit(1);`);
    service.start();
    const starts = await eventually(() => {
      const lines = readFileSync(inFolder('times'), 'utf8').trim().split('\n').map(Number);
      expect(lines.length).toBeGreaterThanOrEqual(4);
      return lines;
    });
    const pauses = starts.slice(1).map((at, index) => at - (starts[index] ?? 0));
    for (const [index, least] of [200, 500, 1000].entries())
      expect(pauses[index]).toBeGreaterThanOrEqual(least);
  });

  it('ends in order when it is told to, and is not started again', async () => {
    const service = serviceOf(
      `process.on('SIGTERM', () => { console.log('in order'); process.exit(0); });\n${ready}`,
    );
    service.start();
    await service.started();
    expect(existsSync(inFolder('sample.pid'))).toBe(true);
    await service.stop();
    expect(logText()).toContain('in order');
    expect(notes).toEqual([]);
    expect(existsSync(inFolder('sample.pid'))).toBe(false);
  });

  it('is told nothing by Ctrl-C at the terminal, which goes to the supervisor’s group alone', async () => {
    const service = serviceOf(ready);
    service.start();
    await service.started();
    const group = readFileSync(`/proc/${String(service.pid)}/stat`, 'utf8').split(') ')[1];
    expect(group?.split(' ')[2]).toBe(String(service.pid));
  });

  it('gets its secrets by descriptors, and neither by arguments nor by its environment', async () => {
    const service = serviceOf(
      `const read = (name) => fs.readFileSync(Number(process.env[name].split('/').at(-1)), 'utf8');
       console.log(JSON.stringify({ lengths: [read('A_FILE').length, read('B_FILE').length] }));
       ${ready}`,
      { secrets: { A_FILE: 'sesame', B_FILE: 'x'.repeat(200_000) } },
    );
    service.start();
    await service.started();
    await eventually(() => expect(logText()).toContain('[6,200000]'));
    for (const file of ['cmdline', 'environ'])
      expect(readFileSync(`/proc/${String(service.pid)}/${file}`, 'utf8')).not.toContain('sesame');
  });

  it('gets nothing of this process’s environment but what every process needs', async () => {
    process.env['SECRET_OF_THE_SHELL'] = 'hidden';
    const service = serviceOf(ready, { environment: () => ({ PORT: '0' }) });
    service.start();
    delete process.env['SECRET_OF_THE_SHELL'];
    await service.started();
    const names = readFileSync(`/proc/${String(service.pid)}/environ`, 'utf8')
      .split('\0')
      .map((entry) => entry.split('=')[0])
      .filter((name) => name !== '');
    expect(new Set(names)).toEqual(
      new Set(['EXIT_ON_STDIN_END', 'HOME', 'NODE_ENV', 'PATH', 'PORT']),
    );
  });

  it('tells who waits when it is stopped', async () => {
    const service = serviceOf('setInterval(() => undefined, 1000);');
    const started = service.started();
    service.start();
    void service.stop();
    await expect(started).rejects.toThrow('was stopped');
  });
});
