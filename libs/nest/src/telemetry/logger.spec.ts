import { createLogger, NestLogger } from './logger.ts';

function logging() {
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
  return {
    lines,
    log: createLogger('etl', 'info', { destination, fields: () => ({ trace: 't' }) }),
  };
}

describe('the log', () => {
  it('is one JSON object for each line, with the service and the trace', () => {
    const { lines, log } = logging();
    log.child({ runId: 'r1' }).info('run finished', { items: 3 });
    log.debug('not at this level');
    expect(lines).toEqual([
      expect.objectContaining({
        level: 'info',
        service: 'etl',
        msg: 'run finished',
        runId: 'r1',
        items: 3,
        trace: 't',
      }),
    ]);
  });

  it('hides secrets by their names', () => {
    const { lines, log } = logging();
    log.warn('refused', { token: 'hunter2', request: { authorization: 'hunter2', path: '/' } });
    expect(lines[0]).toMatchObject({ token: '[secret]', request: { path: '/' } });
    expect(JSON.stringify(lines)).not.toContain('hunter2');
  });

  it('tells what an error was caused by', () => {
    const { lines, log } = logging();
    log.error('failed', { error: new Error('outer', { cause: new Error('inner') }) });
    expect(lines[0]).toMatchObject({ error: { message: 'outer', cause: { message: 'inner' } } });
  });

  it('takes the lines of Nest', () => {
    const { lines, log } = logging();
    new NestLogger(log).error(new Error('no provider'), 'stack', 'Injector');
    expect(lines[0]).toMatchObject({ msg: 'no provider', context: 'Injector', level: 'error' });
  });
});
