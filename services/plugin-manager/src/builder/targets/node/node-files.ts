import type { HttpManifest } from '@made-open/http-manifest';
import type { BuiltTarget } from '../../build.ts';
import { planCode } from '../../code/plan-code.ts';
import type { BuilderInput } from '../../input/builder-input.ts';
import { classNameOf } from '../../text/names.ts';
import { pluginJson, sampleConfig } from '../plugin-json.ts';
import { readme } from '../readme.ts';
import { inLanguage, nodeSource } from './node-source.ts';
import { nodeTests } from './node-tests.ts';

/** Versions that generated projects are tried with. */
const packages = { '@types/node': '24.19.2', typescript: '7.0.2' } as const;
const sdk = { '@made-open/plugin-sdk': '0.1.0' } as const;

/** The target node: a package with code, its types and its tests. */
export function nodeFiles(
  manifest: HttpManifest,
  language: NonNullable<BuilderInput['language']>,
): BuiltTarget {
  const isTyped = language === 'typescript';
  const directory = `providers/${manifest.id}`;
  const ending = isTyped ? 'ts' : 'js';
  const plan = planCode(manifest);
  const className = classNameOf(manifest.id);
  const source = inLanguage(nodeSource(plan, className), isTyped);
  const tests = nodeTests(plan, {
    className,
    entry: `../index.${ending}`,
    config: sampleConfig(manifest),
  });
  const registration = pluginJson(manifest, {
    runtime: 'javascript',
    entrypoint: `./index.${ending}`,
  });
  const files = {
    [`index.${ending}`]: source,
    'package.json': packageJson(manifest, isTyped),
    'plugin.json': registration,
    ...(isTyped ? { 'tsconfig.json': tsconfig } : {}),
    [`test/index.test.${ending}`]: inLanguage(tests, isTyped),
    'README.md': readme(manifest, { target: 'node', directory, tests: howToTest }),
  };
  return {
    directory,
    files: Object.entries(files).map(([path, content]) => ({
      path: `${directory}/${path}`,
      content,
    })),
    upload: { manifestText: registration, files: new Map([[`index.${ending}`, source]]) },
  };
}

const howToTest =
  '`npm install`, then `npm test`: it runs with Node 24 or later, and nothing leaves the process.';

function packageJson({ id, version, license }: HttpManifest, isTyped: boolean): string {
  return json({
    name: id,
    version,
    private: true,
    type: 'module',
    ...(license === undefined ? {} : { license }),
    engines: { node: '>=24' },
    scripts: {
      test: 'node --test',
      ...(isTyped ? { types: 'tsc --noEmit' } : {}),
    },
    devDependencies: { ...sdk, ...(isTyped ? packages : {}) },
  });
}

const tsconfig = json({
  compilerOptions: {
    strict: true,
    target: 'es2024',
    lib: ['es2024'],
    module: 'nodenext',
    allowImportingTsExtensions: true,
    erasableSyntaxOnly: true,
    noEmit: true,
    skipLibCheck: true,
    types: ['node'],
  },
  include: ['*.ts', 'test'],
});

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
