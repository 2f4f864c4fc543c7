import { spawnSync } from 'node:child_process';
import { runInNewContext } from 'node:vm';
import { pythonText, pythonValue, scriptText, scriptValue } from './literals.ts';

const hostile = [
  'plain',
  '',
  'x"""\nimport os\nos.system("true")\n"""',
  "it's '''triple'''",
  'a */ b /* c',
  '${7*7} `x` ${',
  '</script><script>',
  'back\\slash \\u0041 \\',
  '\u2028\u2029\u0000\u0007\u001b[31m\u007f\u0085',
  '\u202eevil\u2066',
  '\ud800 alone \udfff',
  '\u{1f600}'.repeat(120),
  'e\u0301 \u200d \ufeff',
  '#{x} {{ x }} %s {0}',
];

/** Machines without Python have the platform without it. */
const withPython = spawnSync('python3', ['--version']).error === undefined ? it : it.skip;

describe('literals', () => {
  it.each(hostile)('gives TypeScript back %j', (text) => {
    const literal = scriptText(text);
    expect(runInNewContext(literal)).toBe(text);
    expect(literal).not.toMatch(/[\p{C}\u2028\u2029]/u);
  });

  withPython('gives Python back the same texts', () => {
    const run = spawnSync('python3', ['-I', '-c', checkInPython()], { encoding: 'utf8' });
    expect(run.stderr).toBe('');
    expect(JSON.parse(run.stdout)).toEqual(hostile);
  });

  it('writes no invisible character into Python', () => {
    for (const text of hostile) expect(pythonText(text)).not.toMatch(/[\p{C}\u2028\u2029]/u);
  });

  it('writes values of JSON', () => {
    const value = { a: [1, true, null, 'x'], 'b-c': {}, ['__proto__']: 2 };
    expect(runInNewContext(`JSON.stringify(${scriptValue(value)})`)).toBe(JSON.stringify(value));
    expect(pythonValue(value)).toBe('{"a": [1, True, None, "x"], "b-c": {}, "__proto__": 2}');
  });
});

function checkInPython(): string {
  return `import json\nprint(json.dumps([${hostile.map(pythonText).join(', ')}]))`;
}
