import type { PythonEscape } from './python-escape.ts';

/** Time and memory. */
export const limits: readonly PythonEscape[] = [
  { name: 'an endless loop', sync: 'while True: pass', ends: 'sandbox\\.cpu_limit', says: /CPU/u },
  {
    name: 'an endless loop while loading',
    head: 'while True: pass',
    sync: 'pass',
    ends: 'sandbox\\.cpu_limit',
    limits: { loadCpuMs: 700 },
  },
  {
    name: 'a generator that never yields and never rests',
    sync: 'import asyncio\nwhile True: await asyncio.sleep(0)',
    ends: 'sandbox\\.cpu_limit',
  },
  {
    name: 'a future that never comes',
    sync: 'import asyncio\nawait asyncio.get_running_loop().create_future()',
    ends: 'sandbox\\.step_timeout',
  },
  {
    name: 'a sleep of the whole thread',
    sync: 'import time\ntime.sleep(3600)',
    ends: 'sandbox\\.(step_timeout|cpu_limit)',
  },
  {
    name: 'catching everything in an endless loop',
    sync: 'while True:\n    try:\n        while True: pass\n    except BaseException: pass',
    ends: 'sandbox\\.cpu_limit',
  },
  {
    name: 'a regular expression without end',
    sync: "import re\nre.match('(a+)+$', 'a' * 64 + '!')",
    ends: 'sandbox\\.cpu_limit',
  },
  {
    name: 'a number without end',
    sync: 'print(len(str(7 ** (10 ** 8) % 10)))',
    ends: 'sandbox\\.(cpu_limit|memory_limit)|plugin\\.error',
  },
  {
    name: 'a memory hog',
    sync: 'held = []\nwhile True: held.append(bytearray(1 << 20))',
    ends: 'sandbox\\.memory_limit',
    says: /memory/u,
    limits: { stepCpuMs: 20_000, stepWallMs: 40_000 },
  },
  {
    name: 'a hog of small objects',
    sync: 'held = []\nwhile True: held.append([object()] * 8)',
    ends: 'sandbox\\.(memory_limit|cpu_limit)',
    limits: { stepCpuMs: 20_000, stepWallMs: 40_000 },
  },
  {
    name: 'a MemoryError that is caught: the plugin goes on',
    sync: `
try:
    held = bytearray(1 << 30)
except MemoryError:
    yield {'type': 'person', 'externalId': 'well', 'data': {}, 'raw': None}
`,
    ends: 'completed',
    items: ['well'],
  },
  {
    name: 'recursion',
    sync: 'def f(): return f()\nf()',
    ends: 'plugin\\.error|sandbox\\.stack_overflow',
    says: /recursion|deep/u,
  },
  {
    name: 'recursion without a limit',
    sync: 'import sys\nsys.setrecursionlimit(1 << 30)\ndef f(): return f()\nf()',
    ends: 'plugin\\.error|sandbox\\.(stack_overflow|memory_limit|python_aborted|cpu_limit)',
  },
  {
    name: 'recursion in C',
    sync: 'held = []\nfor _ in range(200_000): held = [held]\nprint(repr(held))',
    ends: 'plugin\\.error|sandbox\\.(stack_overflow|python_aborted|cpu_limit)',
  },
  {
    name: 'ten thousand tasks',
    sync: `
import asyncio
async def ask(): return await context.http.get('http://source.example/slow')
await asyncio.gather(*(ask() for _ in range(10_000)))
`,
    ends: 'sandbox\\.(too_many_calls|protocol|cpu_limit|step_timeout)',
  },
];
