import { readFileSync } from 'node:fs';
import { runNode } from './run-node.ts';
import type { NodeSettings } from './node-settings.ts';

const [, , file = ''] = process.argv;
const settings: NodeSettings = JSON.parse(readFileSync(file, 'utf8'));
process.exitCode = await runNode(settings);
