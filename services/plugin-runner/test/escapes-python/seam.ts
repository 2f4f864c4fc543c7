import type { PythonEscape } from './python-escape.ts';

const well = "yield {'type': 'person', 'externalId': 'well', 'data': {}, 'raw': None}";

/** Games with what the guest is made of; it is no border, so what counts is that the runner goes on and lets nothing through. */
export const seam: readonly PythonEscape[] = [
  {
    name: 'a guest without its modules',
    sync: `import sys\nsys.modules.clear()\nsys.meta_path.clear()\n${well}`,
    ends: 'completed|plugin\\.error',
  },
  {
    name: 'json that lies',
    sync: `import json\njson.dumps = json.loads = lambda *given, **named: 1 / 0\njson.JSONEncoder.encode = json.dumps\n${well}`,
    ends: 'completed',
    items: ['well'],
  },
  {
    name: 'frames that are forged',
    sync: `
import _madeopen.frames as frames
forged = b'{"v":1,"sections":[{"kind":"item","type":"document","ids":["forged"]}]}\\n{}\\t{}\\n'
frames.FrameWriter.take = lambda self: forged
${well}
`,
    ends: 'capability\\.denied',
    says: /data:write:documents/u,
  },
  {
    name: 'frames that are no frames',
    sync: `
import _madeopen.frames as frames
frames.FrameWriter.take = lambda self: b'\\xff' * 1000
${well}
`,
    ends: '(?!completed).*',
  },
  {
    name: 'frames above any size',
    sync: `
import _madeopen.frames as frames
frames.FrameWriter.take = lambda self: b'x' * (3 << 20)
${well}
`,
    ends: 'sandbox\\..*',
  },
  {
    name: 'raw imports of the component',
    sync: `
import wit_world
wit_world.submit(2**32 - 1, 'no_such_call', '[' * 500_000)
wit_world.submit(0, 'http', 'no json')
wit_world.submit(0, '__proto__', '{}')
wit_world.log('constructor', 'x', '[')
${well}
`,
    ends: 'completed',
    items: ['well'],
  },
  {
    name: 'the end of the process',
    sync: 'import os\nos._exit(0)',
    ends: 'sandbox\\.python_aborted',
    says: /broke off/u,
  },
  {
    name: 'an abort',
    sync: 'import os\nos.abort()',
    ends: 'sandbox\\.python_aborted',
  },
  {
    name: 'SystemExit',
    sync: 'import sys\nsys.exit(3)',
    ends: 'plugin\\.error',
    says: /3/u,
  },
  {
    name: 'an exception with code of its own',
    sync: `
class Strange(Exception):
    def __str__(self): raise BaseException('no')
    @property
    def code(self): raise BaseException('no')
raise Strange()
`,
    ends: 'plugin\\.error',
  },
  {
    name: 'an object that fails as it goes',
    sync: `
class Late:
    def __del__(self): raise ValueError('late')
for _ in range(3): Late()
${well}
`,
    ends: 'completed',
    items: ['well'],
  },
  {
    name: 'seeds that are the same in every process',
    sync: `
import random
yield {'type': 'person', 'externalId': 'well', 'data': {}, 'raw': random.getrandbits(64)}
`,
    ends: 'completed',
    items: ['well'],
  },
  {
    name: 'no plugin',
    head: 'ConnectorPlugin = object',
    sync: 'pass',
    ends: 'sandbox\\.no_plugin',
  },
];
