import { startService } from '@made-open/nest';
import { closeSync, writeSync } from 'node:fs';
import { pluginRunner } from './service.ts';

await startService(pluginRunner);

// The manager that started this process waits for a word on it.
const descriptor = Number(process.env['READY_DESCRIPTOR'] ?? 0);
if (descriptor > 2) {
  writeSync(descriptor, 'ready\n');
  closeSync(descriptor);
}
