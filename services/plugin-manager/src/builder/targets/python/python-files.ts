import type { HttpManifest } from '@made-open/http-manifest';
import type { BuiltTarget } from '../../build.ts';
import { planCode } from '../../code/plan-code.ts';
import { pythonText } from '../../text/literals.ts';
import { classNameOf, moduleNameOf } from '../../text/names.ts';
import { pluginJson, sampleConfig } from '../plugin-json.ts';
import { readme } from '../readme.ts';
import { pythonSource } from './python-source.ts';
import { pythonTests } from './python-tests.ts';

/** The target python: a package with code, and tests beside it. */
export function pythonFiles(manifest: HttpManifest): BuiltTarget {
  const directory = `providers/${manifest.id}`;
  const testFile = `tests/test_${moduleNameOf(manifest.id)}.py`;
  const className = classNameOf(manifest.id);
  const plan = planCode(manifest);
  const registration = pluginJson(manifest, { runtime: 'python', entrypoint: './plugin.py' });
  const sources = {
    '__init__.py': packageSource(className),
    'plugin.py': pythonSource(plan, className),
  };
  const files = {
    ...sources,
    'plugin.json': registration,
    'pyproject.toml': pyproject(manifest),
    'README.md': readme(manifest, { target: 'python', directory, tests: howToTest }),
  };
  const tests = pythonTests(plan, { className, directory, config: sampleConfig(manifest) });
  return {
    directory,
    files: [
      { path: testFile, content: tests },
      ...Object.entries(files).map(([path, content]) => ({
        path: `${directory}/${path}`,
        content,
      })),
    ],
    upload: { manifestText: registration, files: new Map(Object.entries(sources)) },
  };
}

const howToTest =
  'With the package `madeopen-plugin` installed, `python3 -m unittest discover -s tests` in the folder above `providers`: nothing leaves the process.';

function packageSource(className: string): string {
  return `"""A provider of faxes."""

from .plugin import ${className}, plugin

__all__ = ["${className}", "plugin"]
`;
}

/** Texts of TOML escape as those of Python do; what was checked holds no half of a character. */
function pyproject({ id, version, description, license }: HttpManifest): string {
  const name = id.replaceAll('.', '-');
  return [
    '[project]',
    `name = ${pythonText(name)}`,
    `version = ${pythonText(version)}`,
    ...(description === undefined || description === ''
      ? []
      : [`description = ${pythonText(description.replaceAll(/\s+/gu, ' ').trim())}`]),
    ...(license === undefined ? [] : [`license = { text = ${pythonText(license)} }`]),
    'requires-python = ">=3.10"',
    'dependencies = ["madeopen-plugin>=0.1.0"]',
    '',
    '[tool.setuptools]',
    'py-modules = ["plugin"]',
    '',
  ].join('\n');
}
