import { startService } from '@made-open/nest';
import { pluginRunner } from './service.ts';

await startService(pluginRunner);
