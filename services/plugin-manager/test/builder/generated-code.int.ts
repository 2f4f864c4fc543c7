import { bundlePlugin, bundlePython } from '@made-open/bundler';
import { readManifest } from '@made-open/manifest';
import { spawnSync } from 'node:child_process';
import { build } from '../../src/builder/build.ts';
import type { BuilderInput } from '../../src/builder/input/builder-input.ts';
import { anInput } from './an-input.ts';
import { hostileTexts, inputVariants } from './input-variants.ts';
import { compiler, WrittenFiles } from './written-files.ts';

describe.each(['typescript', 'javascript'] as const)('a generated plugin in %s', (language) => {
  it.each(Object.entries(inputVariants))(
    'compiles, is a plugin of the platform and passes its own tests: %s',
    async (_, changes) => {
      await expectWorking({ ...anInput(changes), target: 'node', language });
    },
  );

  it.each(hostileTexts)('takes the text %j as data alone', async (text) => {
    await expectWorking({ ...hostile(text), target: 'node', language });
  });
});

/** Machines without Python have the platform without it. */
const withPython =
  spawnSync('python3', ['--version']).error === undefined ? describe : describe.skip;

withPython('a generated plugin in Python', () => {
  it.each(Object.entries(inputVariants))(
    'compiles and passes its own tests: %s',
    async (_, changes) => {
      await expectWorkingPython({ ...anInput(changes), target: 'python' });
    },
  );

  it.each(hostileTexts)('takes the text %j as data alone', async (text) => {
    await expectWorkingPython({ ...hostile(text), target: 'python' });
  });
});

/** An input that has a text wherever one may be typed. */
function hostile(text: string): BuilderInput {
  const input = anInput();
  const line = Array.from(text.replaceAll(/\p{C}/gu, ' ')).slice(0, 50).join('').trim();
  const { send_fax, ...others } = input.actions ?? {};
  const body = {
    kind: 'json',
    json: { [text]: text.replaceAll('{{', '{ {'), to: '{{ to }}', file: '{{ file | base64 }}' },
  } as const;
  return {
    ...input,
    basics: {
      ...input.basics,
      name: line,
      description: text,
    },
    settings: [
      { key: 'quality', type: 'string', title: 'Quality', default: text },
      { key: 'note', type: 'string', description: text },
    ],
    actions: {
      ...others,
      send_fax: {
        ...send_fax,
        body,
        response: {
          job_id: 'id',
          status: 'state',
          status_map: { [line]: 'succeeded', sent: 'succeeded' },
        },
      },
    },
  };
}

async function expectWorking(input: BuilderInput): Promise<void> {
  const { files, directory, upload } = build(input);
  const manifest = readManifest(upload.manifestText);
  expect(await bundlePlugin(upload.files, manifest.entrypoint, { type: manifest.type })).toContain(
    'sendFax',
  );
  const written = new WrittenFiles(files);
  try {
    if (input.language === 'typescript')
      expect(written.run(directory, process.execPath, compiler, '--noEmit')).toBe('');
    expect(written.run(directory, process.execPath, '--test')).toBe('');
  } finally {
    written.remove();
  }
}

async function expectWorkingPython(input: BuilderInput): Promise<void> {
  const { files, directory, upload } = build(input);
  const { runtime, entrypoint } = readManifest(upload.manifestText);
  expect(runtime).toBe('python');
  const script = await bundlePython({ files: upload.files, wheels: new Map(), entrypoint });
  expect(JSON.parse(script)).toMatchObject({ entry: 'plugin' });
  const written = new WrittenFiles(files);
  const sources = [...upload.files.keys()].map((path) => `${directory}/${path}`);
  try {
    expect(written.run('.', 'python3', '-m', 'py_compile', ...sources)).toBe('');
    expect(written.run('.', 'python3', '-c', readsToml, `${directory}/pyproject.toml`)).toBe('');
    expect(written.run('.', 'python3', '-m', 'unittest', 'discover', '-s', 'tests')).toBe('');
  } finally {
    written.remove();
  }
}

const readsToml = 'import sys, tomllib; tomllib.load(open(sys.argv[1], "rb"))';
