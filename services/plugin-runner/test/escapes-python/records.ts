import type { PythonEscape } from './python-escape.ts';

const item = (id: string, more: string): string =>
  `yield {'type': 'person', 'externalId': ${id}, 'data': {}, 'raw': None${more}}`;

/** What a plugin yields, says and tells. */
export const records: readonly PythonEscape[] = [
  {
    name: 'a huge item',
    sync: `${item("'big'", ", 'data': {'text': 'x' * 300_000}")}\n${item("'well'", '')}`,
    ends: 'completed',
    items: ['big', 'well'],
  },
  {
    name: 'items that are none',
    sync: `
cyclic = {}
cyclic['self'] = cyclic
deep = None
for _ in range(100_000): deep = [deep]
yield 7
yield {'type': 3, 'externalId': 'x'}
yield {'type': 'person', 'externalId': ''}
yield {'type': 'person', 'externalId': 'x' * 600}
yield {'type': 'person', 'externalId': 'n\\0'}
yield {'type': 'person', 'externalId': 's\\ud800'}
${item("'cyclic'", ", 'raw': cyclic")}
${item("'deep'", ", 'raw': deep")}
${item("'set'", ", 'raw': {1: object()}")}
${item("'nan'", ", 'raw': float('nan')")}
${item("'half'", ", 'raw': 'a\\ud800b'")}
${item("'well'", '')}
`,
    ends: 'completed',
    items: ['', '', '', '', '', '', 'cyclic', 'deep', 'set', 'nan', 'half', 'well'],
  },
  {
    name: 'an item with code of its own',
    sync: `
class Strange(dict):
    def get(self, *given): raise SystemExit('no')
yield Strange(type='person')
${item("'well'", '')}
`,
    ends: 'completed|plugin\\.error',
  },
  {
    name: 'a type that is not granted',
    sync: item("'x'", ", 'type': 'message'"),
    ends: 'sandbox\\..*|capability\\..*|completed',
  },
  {
    name: 'a log flood',
    sync: `for number in range(100_000): print('line', number)\n${item("'well'", '')}`,
    ends: 'completed',
    items: ['well'],
    maxLogLines: 2500,
    limits: { stepCpuMs: 20_000, stepWallMs: 40_000 },
  },
  {
    name: 'an event flood',
    sync: "for number in range(5000): await context.emit_event('connector.x', {'number': number})",
    ends: 'sandbox\\.event_limit',
    limits: { stepCpuMs: 20_000, stepWallMs: 40_000 },
  },
  {
    name: 'arguments that are too large',
    sync: "await context.http.post('http://source.example/', 'x' * (5 << 20))",
    ends: 'sandbox\\.argument_too_large',
    limits: { stepCpuMs: 20_000, stepWallMs: 40_000 },
  },
  {
    name: 'a checkpoint that is too large',
    sync: "await context.checkpoint.save('x' * 100_000)",
    ends: 'sandbox\\.checkpoint_too_large',
  },
];
