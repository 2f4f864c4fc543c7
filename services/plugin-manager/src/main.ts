import { startService } from '@made-open/nest';
import { pluginManager } from './service.ts';

await startService(pluginManager);
