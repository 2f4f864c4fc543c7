import { scaffoldPlugin } from '@made-open/plugin-sdk';
import type { NewProject } from '../project/project-files.ts';
import { pythonSources } from './python-sources.ts';

/** Files of a new Python project by their path. */
export function pythonFiles({ id, name, type, author }: NewProject): Record<string, string> {
  const files = scaffoldPlugin({ pluginId: id, pluginName: name, type, author });
  const manifest: object = JSON.parse(files['plugin.json'] ?? '{}');
  const python = { ...manifest, entrypoint: './plugin.py', runtime: 'python' };
  const { code, test } = pythonSources[type];
  return {
    'plugin.json': `${JSON.stringify(python, undefined, 2)}\n`,
    'plugin.py': code(id),
    'test_plugin.py': test,
    'requirements.txt': requirements,
    'README.md': `${(files['README.md'] ?? '').replace(/^\| `src\/index\.ts` \|/mu, '| `plugin.py`    |')}${testing}`,
    '.gitignore': 'node_modules\nconfig.json\n.made-open\n__pycache__\n.venv\n',
  };
}

const requirements = `# Packages of pure Python that the plugin needs; made-open push takes them along. The platform gives the SDK itself.
`;

const testing = `
## Test it

\`\`\`sh
PYTHONPATH=$(npx --no-install made-open python-sdk) python3 -m unittest
\`\`\`
`;
