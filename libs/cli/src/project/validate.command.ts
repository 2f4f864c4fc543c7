import { resolve } from 'node:path';
import { Invocation, type CommandGroup } from '../command.ts';
import { bundleProject } from './bundle-project.ts';
import { checkTypes } from './check-types.ts';
import {
  checkHttpManifestFile,
  httpManifestAt,
  type HttpManifestFile,
} from './http-manifest-file.ts';
import { readProject } from './read-project.ts';
import type { Terminal } from '../terminal/terminal.ts';

export const validateCommand: CommandGroup = (program, surroundings) => {
  program
    .command('validate')
    .summary('check plugin.json, the types and the bundle, as a push does')
    .description('Checks plugin.json, the types and the bundle. Nothing is sent anywhere.')
    .argument('[folder]', 'the plugin’s folder, or the file of an HTTP manifest', '.')
    .option('--no-types', 'leave the types out')
    .action(async (folder: string, options: { types: boolean }, command) => {
      const { terminal, folder: here } = new Invocation(surroundings, command);
      const file = httpManifestAt(resolve(here, folder));
      if (file !== undefined) return showManifest(terminal, file);
      const project = readProject(resolve(here, folder));
      const hasTypes = options.types && (await checkTypes(project));
      const { script, inputs } = await bundleProject(project);
      const { id, version, permissions } = project.manifest;
      const isPython = project.manifest.runtime === 'python';
      const what = isPython ? 'syntax' : 'types';
      const checked = ['plugin.json', ...(hasTypes ? [what] : []), 'bundle'];
      const bytes = Buffer.byteLength(script);
      terminal.result({ id, version, permissions, checked, bytes, files: inputs }, () =>
        [
          `${id} ${version} is valid: ${checked.join(', ')} (${String(bytes)} bytes)`,
          ...(hasTypes || !options.types
            ? []
            : [
                isPython
                  ? 'syntax was not checked: there is no Python on this machine'
                  : 'types were not checked: there is no tsconfig.json or TypeScript is not installed',
              ]),
        ].join('\n'),
      );
    });
};

function showManifest(terminal: Terminal, file: HttpManifestFile): void {
  const { manifest, permissions, warnings, isLegacy } = checkHttpManifestFile(file);
  const { id, version } = manifest;
  const checked = [isLegacy ? 'manifest of Faxbot' : 'HTTP manifest'];
  terminal.result({ id, version, permissions, checked, warnings }, () =>
    [
      `${id} ${version} is valid: ${checked.join(', ')}`,
      ...warnings.map((warning) => `  ${warning}`),
      ...(isLegacy ? ['next: made-open manifest import'] : []),
    ].join('\n'),
  );
}
