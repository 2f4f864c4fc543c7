import { runService } from '@made-open/nest';
import { pluginManager } from './service.ts';

await runService(pluginManager);
